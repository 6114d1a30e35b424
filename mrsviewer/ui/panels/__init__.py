"""Docked panels: steps, quality, log."""
