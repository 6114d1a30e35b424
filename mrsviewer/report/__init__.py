"""Scenes to PDF, HTML and CSV."""
