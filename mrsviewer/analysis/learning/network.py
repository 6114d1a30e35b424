"""The network: convolutions over the spectrum, then amounts and a factor of their precision.

Outputs for k metabolites: means (k, never negative, in units of ``Card.sd``) and the lower
triangle of a matrix A, its diagonal positive, with precision ``A A^T``. Both are learned by the
Gaussian likelihood, so that intervals of sums follow from the same outputs.

torch is imported only where it is used: no other part of the program needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from types import ModuleType

CHANNELS = ((2, 32, 7), (32, 48, 5), (48, 64, 5), (64, 96, 5), (96, 96, 3))
"""Channels in, channels out, width of each convolution; each halves the spectrum."""

FEATURES = 192
HINTS = 1
"""Numbers beside the spectrum: the logarithm of its noise."""


def import_torch() -> ModuleType:
    """Return torch.

    Raises
    ------
    FitError
        If it is not installed, with what to do.
    """
    try:
        import torch  # noqa: PLC0415 - only training needs it, and it takes seconds to import
    except ImportError as error:
        raise FitError(
            "Cannot train",
            f"A package for training is not installed ({error}).",
            "Install it: pip install 'mrsviewer[train]'",
        ) from error
    module: ModuleType = torch
    return module


def build(metabolites: int, count: int) -> Any:
    """Return an untrained network for inputs of ``count`` frequencies."""
    torch = import_torch()
    nn = torch.nn
    layers: list[Any] = []
    for before, after, width in CHANNELS:
        layers += [
            nn.Conv1d(before, after, width, stride=2, padding=width // 2),
            nn.BatchNorm1d(after),
            nn.ReLU(),
        ]
    left = count
    for _ in CHANNELS:
        left = (left + 1) // 2
    body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(CHANNELS[-1][1] * left, FEATURES))

    class Network(nn.Module):  # type: ignore[misc, name-defined] # torch is known at run time only
        """Spectrum and hint in; means, factor and features out."""

        def __init__(self) -> None:
            super().__init__()
            self.body = body
            self.hint = nn.Linear(HINTS, FEATURES)
            self.mixing = nn.Sequential(nn.ReLU(), nn.Linear(FEATURES, FEATURES), nn.ReLU())
            self.mean = nn.Linear(FEATURES, metabolites)
            self.scale = nn.Linear(FEATURES, metabolites)
            self.factor = nn.Linear(FEATURES, metabolites * (metabolites - 1) // 2)

        def forward(self, spectrum: Any, hint: Any) -> tuple[Any, Any, Any, Any]:
            """Return means, log diagonal and lower triangle of the factor, features."""
            features = self.mixing(self.body(spectrum) + self.hint(hint))
            mean = nn.functional.softplus(self.mean(features))
            return mean, self.scale(features), self.factor(features), features

    return Network()


def loss(outputs: tuple[Any, Any, Any, Any], truth: Any, share: float) -> Any:
    """Return the mean negative log likelihood, blended with the squared error.

    Parameters
    ----------
    outputs
        Of the network.
    truth
        Shape (n, k), in units of ``Card.sd``.
    share
        Of the likelihood's gradient that reaches the means; the rest comes from squared errors,
        which is steadier while intervals are still unknown.
    """
    torch = import_torch()
    mean, scale, lower, _ = outputs
    size = mean.shape[1]
    rows, columns = torch.tril_indices(size, size, -1)
    factor = torch.diag_embed(torch.exp(scale))
    factor[:, rows, columns] = lower
    error = truth - mean
    seen = share * error + (1.0 - share) * error.detach()
    white = torch.einsum("nij,ni->nj", factor, seen)
    likelihood = 0.5 * (white**2).sum(dim=1) - scale.sum(dim=1)
    squared = (error**2).sum(dim=1)
    return (likelihood + (1.0 - share) * squared).mean()
