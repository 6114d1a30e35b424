"""Spin systems, their simulation, and basis sets from files."""
