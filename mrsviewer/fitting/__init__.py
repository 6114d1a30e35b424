"""Fit engines behind one protocol."""
