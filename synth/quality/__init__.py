"""How good an engine is, against labelled interviews."""
