"""The open case: state, commands, history."""
