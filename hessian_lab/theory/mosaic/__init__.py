"""Mosaic theory (placeholder, being filled)."""
