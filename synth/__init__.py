"""Synth: customer interviews and a CRM export in, evidence-backed ICP and persona documents out."""

__version__ = "0.1.0"
