"""Vectors of lines and finding lines by them."""
