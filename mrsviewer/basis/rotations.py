"""How a shaped pulse turns single spins, and how their couplings look meanwhile.

Rotations are SU(2) matrices ``[[a, -b*], [b, a*]]``; each sample of a pulse turns a spin about its
effective field exactly. Pauly et al., IEEE Trans Med Imaging 1991 (doi 10.1109/42.75611).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.rf_pulse import product_of, single_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.program import Play
    from mrsviewer.basis.rf_pulse import RfPulse, Turn

_MIN_STEPS = 192
"""Steps in which couplings are followed through a pulse; samples are divided to reach them."""


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """The turns of every node at every position.

    Attributes
    ----------
    a, b
        Of the whole pulse, shape (positions, nodes).
    path_a, path_b
        At the borders of all steps, shape (steps + 1, positions, nodes).
    step_s
        Duration of a step.
    """

    a: NDArray[np.complex128]
    b: NDArray[np.complex128]
    path_a: NDArray[np.complex128]
    path_b: NDArray[np.complex128]
    step_s: float

    def at(self, places: slice) -> Turns:
        """Return the turns at some of the positions."""
        return Turns(
            self.a[places],
            self.b[places],
            self.path_a[:, places],
            self.path_b[:, places],
            self.step_s,
        )

    def relative(
        self, pairs: tuple[tuple[int, int], ...], segments: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``O_i^T O_j`` integrated over each segment of the pulse, and its first moment.

        O is the turn of a node as a 3 x 3 matrix. The moment is about the middle of the segment, in
        units of its duration. Trapezoid rule over the steps.

        Returns
        -------
        tuple of numpy.ndarray
            Both in seconds, shape (segments, positions, pairs, 3, 3).
        """
        one, other = (list(nodes) for nodes in zip(*pairs, strict=True))
        a1, b1 = self.path_a[..., one], self.path_b[..., one]
        a2, b2 = self.path_a[..., other], self.path_b[..., other]
        matrix = _orthogonal(a1.conj() * a2 + b1.conj() * b2, a1 * b2 - b1 * a2)
        between = 0.5 * self.step_s * (matrix[1:] + matrix[:-1])
        borders = np.linspace(0, len(between), segments + 1).astype(int)
        middle = np.repeat((borders[1:] + borders[:-1]) / 2, np.diff(borders))
        lever = (np.arange(len(between)) + 0.5 - middle) / np.repeat(
            np.diff(borders), np.diff(borders)
        )
        levered = lever[:, None, None, None, None] * between
        whole, moment = (np.add.reduceat(x, borders[:-1], axis=0) for x in (between, levered))
        return np.asarray(whole), np.asarray(moment)


def _orthogonal(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Return the rotation matrices of SU(2) matrices, shape (..., 3, 3)."""
    w, x, y, z = a.real, -b.imag, b.real, -a.imag
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.asarray(np.moveaxis(np.array(rows), (0, 1), (-2, -1)))


def turns(
    play: Play,
    shifts_hz: NDArray[np.float64],
    carrier_hz: float,
    gradient_hz: NDArray[np.float64],
) -> Turns:
    """Return how a pulse turns spins.

    Parameters
    ----------
    play
        The pulse, and which gradient phases are undone.
    shifts_hz
        Of the nodes, from the carrier.
    carrier_hz
        From 4.65 ppm; the result is for the frame of 4.65 ppm, the pulse's phase being that of its
        samples at its centre.
    gradient_hz
        What the slice gradient adds at every position where it is at full strength.
    """
    pulse = play.pulse
    start = pulse.before_s * (carrier_hz - gradient_hz * play.undo_before)
    end = pulse.after_s * (carrier_hz - gradient_hz * play.undo_after)
    a, b = _steps(pulse, shifts_hz, gradient_hz)
    path_a, path_b = np.empty((2, len(a) + 1, *a.shape[1:]), complex)
    path_a[0], path_b[0] = np.exp(-1j * np.pi * start)[:, None], 0
    for k in range(len(a)):
        path_a[k + 1], path_b[k + 1] = product_of((a[k], b[k]), (path_a[k], path_b[k]))
    last = np.exp(-1j * np.pi * end)[:, None]
    return Turns(
        last * path_a[-1], last.conj() * path_b[-1], path_a, path_b, pulse.duration_s / len(a)
    )


def _steps(
    pulse: RfPulse, shifts_hz: NDArray[np.float64], gradient_hz: NDArray[np.float64]
) -> Turn:
    """Return a and b of every step, shape (steps, positions, nodes)."""
    parts = -(-_MIN_STEPS // len(pulse.amplitude_hz))
    field = np.repeat(pulse.complex_hz, parts)[:, None, None]
    strength = np.repeat(pulse.gradient_shape, parts)[:, None, None]
    offset = shifts_hz[None, None, :] + strength * gradient_hz[None, :, None]
    return single_turns(field, offset, pulse.duration_s)
