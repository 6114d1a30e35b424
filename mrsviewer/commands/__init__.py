"""Subcommands of the command line that are too long for :mod:`mrsviewer.cli`."""
