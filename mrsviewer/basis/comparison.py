"""How alike two basis sets are, component by component.

Two signals of one metabolite differ by their natural line width and by a few hundredths of a hertz
before they differ in anything that matters. Both are matched first; what is left is the agreement
of the spin systems and the sequence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.basis.checks import WINDOW_PPM
from mrsviewer.basis.grid_change import on_grid_of, same_field
from mrsviewer.basis.normalisation import normalise
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.jobs.context import JobContext

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

COMMON_HZ = 2.0
"""Lorentz width given to both, so that no record ends before its signal."""

TAPERED_FROM = 0.6
"""Share of the shorter record from which both are brought to zero."""

WIDEST_HZ = 5.0
FARTHEST_PPM = 0.12
"""Largest difference of width and shift that is made up for."""

_SEARCH = 2**15


@dataclass(frozen=True, slots=True)
class Likeness:
    """One component in two sets; all but the name are None where only one set has it.

    Attributes
    ----------
    name, missing_in
        The component, and which set lacks it ("first", "second" or "").
    correlation, phase_deg
        Magnitude and angle of the normalised complex product of the spectra between 0.2 and
        4.2 ppm, shift and width matched.
    ratio
        Amplitude in the second set over that in the first, per proton unit where both are known.
    shift_ppm, wider_hz
        How far the second is at higher shift, and how much broader it is (Lorentz).
    """

    name: str
    missing_in: str = ""
    correlation: float | None = None
    phase_deg: float | None = None
    ratio: float | None = None
    shift_ppm: float | None = None
    wider_hz: float | None = None


def compare(
    first: BasisSet, second: BasisSet, context: JobContext | None = None
) -> tuple[Likeness, ...]:
    """Return one entry for each component of either set, the first's in its order.

    Raises
    ------
    BasisError
        If the sets are for different fields.
    Cancelled
        If the job was cancelled.
    """
    same_field(second, first)
    context = context or JobContext()
    one, two = normalise(first), normalise(second)
    until_s = min(s.fids.shape[1] * s.dwell_s for s in (one, two))
    pair = _Pair(*(on_common_grid(s, one, until_s) for s in (one, two)))
    scale = 1.0
    if one.proton_unit is not None and two.proton_unit is not None:
        scale = one.proton_unit / two.proton_unit
    found: list[Likeness] = []
    for number, name in enumerate(one.names):
        context.tick(number / len(one.names), f"comparing {name}")
        if name in two.names:
            found.append(pair.likeness(name, scale))
        else:
            found.append(Likeness(name, "second"))
    found += [Likeness(name, "first") for name in two.names if name not in one.names]
    return tuple(found)


def on_common_grid(basis: BasisSet, like: BasisSet, until_s: float) -> BasisSet:
    """Return a set on the grid of another, broadened, and brought to zero until ``until_s``.

    So both sets end alike, where one is shorter than the other or than its signals.
    """
    time = time_axis(basis.fids.shape[1], basis.dwell_s)
    late = np.clip((time / until_s - TAPERED_FROM) / (1 - TAPERED_FROM), 0, 1)
    ending = np.exp(-np.pi * COMMON_HZ * time) * np.cos(0.5 * np.pi * late) ** 2
    return replace(
        basis,
        fids=on_grid_of(replace(basis, fids=basis.fids * ending), like),
        dwell_s=like.dwell_s,
        frequency_hz=like.frequency_hz,
        centre_ppm=like.centre_ppm,
    )


class _Pair:
    """Two sets on one grid, and the spectra of their components in the window."""

    def __init__(self, one: BasisSet, two: BasisSet) -> None:
        self.one, self.two = one, two
        self.time = time_axis(one.fids.shape[1], one.dwell_s)
        self.per_ppm = one.frequency_hz * 1e-6
        frequency = fft.fftfreq(self.time.size, one.dwell_s)
        ppm = one.centre_ppm + frequency / self.per_ppm
        self.window = (ppm > WINDOW_PPM[0]) & (ppm < WINDOW_PPM[1])

    def likeness(self, name: str, scale: float) -> Likeness:
        """Return what is found for a component that both have."""
        from scipy.optimize import minimize  # noqa: PLC0415 - slow import, seldom needed

        a, b = (s.fids[s.names.index(name)] for s in (self.one, self.two))
        start = self._shift(a, b)
        found = minimize(
            lambda x: -abs(self._product(a, b, x)[0]),
            (start, 0.0),
            method="Nelder-Mead",
            bounds=((start - 2.0, start + 2.0), (-WIDEST_HZ, WIDEST_HZ)),
            options={"initial_simplex": [(start, 0), (start + 0.5, 0), (start, 1.0)]},
        )
        shift_hz, wider = found.x
        product, ratio = self._product(a, b, (shift_hz, wider))
        return Likeness(
            name,
            "",
            float(abs(product)),
            float(np.angle(product, deg=True)),
            ratio * scale,
            float(shift_hz / self.per_ppm),
            float(wider),
        )

    def _product(
        self,
        a: NDArray[np.complex128],
        b: NDArray[np.complex128],
        x: NDArray[np.float64] | tuple[float, float],
    ) -> tuple[complex, float]:
        """Return the normalised product of a, moved and broadened to fit, with b; and b over a."""
        narrow = np.exp(-np.pi * abs(x[1]) * self.time)
        moved = a * np.exp(2j * np.pi * x[0] * self.time)
        moved, other = (moved * narrow, b) if x[1] > 0 else (moved, b * narrow)
        left, right = (fft.fft(fid)[self.window] for fid in (moved, other))
        size = float(np.linalg.norm(left)), float(np.linalg.norm(right))
        if not min(size) > 0:
            return 0j, 0.0
        return complex(np.vdot(left, right)) / (size[0] * size[1]), size[1] / size[0]

    def _shift(self, a: NDArray[np.complex128], b: NDArray[np.complex128]) -> float:
        """Return the shift in Hz at which the magnitudes of the products are largest."""

        def inside(fid: NDArray[np.complex128]) -> NDArray[np.complex128]:
            return np.asarray(fft.ifft(np.where(self.window, fft.fft(fid), 0)))

        product = np.abs(fft.fft(inside(a).conj() * inside(b), _SEARCH))
        frequency = fft.fftfreq(_SEARCH, self.one.dwell_s)
        product[np.abs(frequency) > FARTHEST_PPM * self.per_ppm] = 0
        return float(frequency[int(product.argmax())])
