"""Fixtures of folders."""

from folder_fixtures import case

__all__ = ["case"]
