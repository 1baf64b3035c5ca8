"""From lines to evidence: two engines, the gate behind both, and themes."""
