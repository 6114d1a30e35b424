"""The one place that knows the order of the stages: analyse(exam, recipe)."""
