"""Processing steps: frozen values that are also functions on data."""
