"""Trained networks to files: ONNX and the card beside it."""

from __future__ import annotations

import hashlib
import warnings
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mrsviewer.analysis.learning import network
from mrsviewer.analysis.learning.spectra import SpectrumSource
from mrsviewer.analysis.learning.train import points_of, to_inputs
from mrsviewer.fitting.learned_card import FORMAT, Card, Limits

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.analysis.learning.train import Trained

OPSET = 17
DIRECTIONS = 48
"""Principal directions of the features in which the distance is measured."""

BATCHES = 16
"""Fresh ones, from which the usual features are learned."""

OPEN = Limits(distance=1e9, misfit=1e9, strength=0.0)
"""Of a network that was not calibrated yet."""


def write_network(trained: Trained, path: Path) -> Card:
    """Write ``path`` (.onnx) and the card beside it, not calibrated yet; return the card."""
    torch = network.import_torch()
    wrapped = _with_distance(trained)
    inputs = (torch.zeros(1, 2, trained.grid.count), torch.zeros(1, network.HINTS))
    names = ["mean", "scale", "lower", "distance"]
    dynamic = {name: {0: "n"} for name in ("spectrum", "hint", *names)}
    with warnings.catch_warnings():
        # The exporter that needs no further package is announced to go away.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            wrapped,
            inputs,
            str(path),
            input_names=["spectrum", "hint"],
            output_names=names,
            dynamic_axes=dynamic,
            opset_version=OPSET,
            dynamo=False,
        )
    card = Card(
        format=FORMAT,
        name=path.stem,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        protocol=trained.plan.protocol,
        grid=trained.grid,
        metabolites=trained.metabolites,
        mean=tuple(round(float(v), 6) for v in trained.mean),
        sd=tuple(round(float(v), 6) for v in trained.sd),
        widen=(1.0,) * len(trained.metabolites),
        before=tuple(round(float(v), 6) for v in trained.sd),
        limits=OPEN,
        training=trained.training,
    )
    write_card(card, path)
    return card


def write_card(card: Card, path: Path) -> None:
    """Write a card beside the network at ``path``."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=1)
    path.with_suffix(".json").write_bytes(text + b"\n")


def _with_distance(trained: Trained) -> Any:
    """Return the network with the distance of its features from the usual ones as an output."""
    torch = network.import_torch()
    features = _features(trained)
    centre = features.mean(axis=0)
    spread, directions = np.linalg.eigh(np.cov(features.T))
    order = np.argsort(spread)[::-1]
    inside, rest = order[:DIRECTIONS], order[DIRECTIONS:]
    white = directions[:, inside] / np.sqrt(spread[inside] * DIRECTIONS)
    left = directions[:, rest] / np.sqrt(max(spread[rest].sum(), 1e-12))

    class WithDistance(torch.nn.Module):  # type: ignore[misc, name-defined] # known at run time only
        """The mean of the distance within the usual directions and of that beside them."""

        def __init__(self) -> None:
            super().__init__()
            self.network = trained.network
            for name, value in (("centre", centre), ("white", white), ("left", left)):
                self.register_buffer(name, torch.from_numpy(value.astype(np.float32)))

        def forward(self, spectrum: Any, hint: Any) -> tuple[Any, Any, Any, Any]:
            """Return means, factor and distance."""
            mean, scale, lower, found = self.network(spectrum, hint)
            off = found - self.centre
            within = ((off @ self.white) ** 2).sum(dim=1, keepdim=True)
            beside = ((off @ self.left) ** 2).sum(dim=1, keepdim=True)
            return mean, scale, lower, 0.5 * (within + beside)

    return WithDistance().eval()


def _features(trained: Trained) -> NDArray[np.float64]:
    """Return the features of fresh spectra, shape (n, features)."""
    torch = network.import_torch()
    plan = trained.plan
    source = SpectrumSource(plan.protocol, points_of(trained.grid, plan.protocol), plan.seed + 1)
    rng = np.random.default_rng([plan.seed, 3])
    found = []
    with torch.no_grad():
        for _ in range(BATCHES):
            inputs = to_inputs(source.draw(plan.batch), trained.grid, rng, source.ranges.delay_s)
            outputs = trained.network(
                torch.from_numpy(inputs.spectra), torch.from_numpy(inputs.hints)
            )
            found.append(outputs[3].numpy())
    return np.concatenate(found).astype(float)
