"""Networks in files, and what they say of a spectrum."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mrsviewer.fitting.learned_card import FORMAT, Card
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = "learned_models"
LEAST_NOISE, MOST_NOISE = 0.02, 2.0
"""Limits of the noise that is told, in units of the inputs; training and fit alike."""

HOW_TO_INSTALL = "Install it: pip install 'mrsviewer[learned]'"


def noise_hint(noise: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return what the network is told of the noise of its input, shape (n, 1)."""
    return np.asarray(np.log(np.clip(noise, LEAST_NOISE, MOST_NOISE))[:, None], np.float32)


def why_no_runtime() -> str | None:
    """Return why networks cannot run here, or None if they can."""
    if find_spec("onnxruntime") is None:
        return f"The package onnxruntime is not installed. {HOW_TO_INSTALL}"
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a network says of n spectra; amounts are per gain of the alignment.

    Attributes
    ----------
    amounts
        Shape (n, k): expectations given the training's range of amounts.
    covariance
        Shape (n, k, k): of the amounts, calibrated.
    distance
        Shape (n,): how unlike the training the features are; 1 is usual.
    """

    amounts: NDArray[np.float64]
    covariance: NDArray[np.float64]
    distance: NDArray[np.float64]


class LearnedNetwork:
    """A network and its card."""

    def __init__(self, model: bytes, card: Card) -> None:
        import onnxruntime  # noqa: PLC0415 - optional, and slow to import

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self.card = card

    def predict(self, spectra: NDArray[np.float32], hints: NDArray[np.float32]) -> Prediction:
        """Return what the network says of inputs, shapes (n, 2, count) and (n, 1)."""
        outputs = self._session.run(None, {"spectrum": spectra, "hint": hints})
        mean, scale, lower, distance = (np.asarray(one, float) for one in outputs)
        sd = np.array(self.card.sd)
        spread = covariances(scale, lower) * np.multiply.outer(sd, sd)
        widen = np.array(self.card.widen)
        return Prediction(mean * sd, spread * np.multiply.outer(widen, widen), distance[:, 0])


def covariances(scale: NDArray[np.float64], lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return covariances from the factor of their inverse, shape (n, k, k).

    Parameters
    ----------
    scale, lower
        Logarithm of the factor's diagonal, shape (n, k), and its lower triangle row by row.
    """
    count, size = scale.shape
    factor = np.zeros((count, size, size))
    factor[:, *np.tril_indices(size, -1)] = lower
    factor[:, np.arange(size), np.arange(size)] = np.exp(scale)
    inverse = np.linalg.inv(factor)
    return np.asarray(np.einsum("nji,njk->nik", inverse, inverse))


def shipped_cards() -> tuple[Path, ...]:
    """Return the cards of the networks that come with the program."""
    folder = Path(str(files("mrsviewer"))) / FOLDER
    return tuple(sorted(folder.glob("*.json")))


def read_card(path: Path) -> Card:
    """Return a card.

    Raises
    ------
    FitError
        If it cannot be read.
    """
    try:
        card = msgspec.json.decode(path.read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError) as error:
        raise _unusable(path, str(error)) from error
    if card.format != FORMAT:
        raise _unusable(path, f"its format is {card.format}, not {FORMAT}")
    return card


_lock = threading.Lock()


def load_network(card_path: Path) -> LearnedNetwork:
    """Return the network whose card lies at a path, beside its .onnx file; kept.

    Raises
    ------
    FitError
        If a file cannot be read, the two do not belong together, or onnxruntime is missing.
    """
    reason = why_no_runtime()
    if reason is not None:
        raise FitError("Cannot run the network", reason, HOW_TO_INSTALL + ".")
    with _lock:
        return _load(card_path, card_path.stat().st_mtime_ns if card_path.exists() else 0)


@lru_cache(maxsize=4)
def _load(card_path: Path, _changed_ns: int) -> LearnedNetwork:
    card = read_card(card_path)
    path = card_path.with_suffix(".onnx")
    try:
        model = path.read_bytes()
    except OSError as error:
        raise _unusable(path, str(error)) from error
    if hashlib.sha256(model).hexdigest() != card.digest:
        raise _unusable(path, "it is not the network that its card describes")
    return LearnedNetwork(model, card)


def _unusable(path: Path, reason: str) -> FitError:
    return FitError(
        "Cannot use the network",
        f"{path.name}: {reason}.",
        "Give the .json file that mrsviewer train wrote beside the .onnx file.",
    )
