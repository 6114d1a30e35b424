"""Dialogs opened by commands."""
