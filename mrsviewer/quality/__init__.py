"""Quality metrics and gates, each with its definition and reason."""
