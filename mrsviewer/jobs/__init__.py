"""Run a function elsewhere: progress, cancel, latest wins. Standard library only."""
