"""Spectrum and slices, drawn from scenes."""
