"""Training and examination of the networks of the learned engine."""
