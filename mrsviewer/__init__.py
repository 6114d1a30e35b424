"""mrsviewer: review, fit and report clinical MR spectroscopy of the brain."""

__version__ = "0.1.0"
