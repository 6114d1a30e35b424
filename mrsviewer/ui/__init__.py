"""The window. Only this package and app import Qt."""
