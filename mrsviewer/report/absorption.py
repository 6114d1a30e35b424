"""Curves of a spectrum scene as the eye sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.phase import phase_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.present.scenes import Curve, SpectrumScene


def absorption(scene: SpectrumScene, curve: Curve) -> NDArray[np.float64]:
    """Return the real part of a curve with the scene's display phase, shape (n,)."""
    offset_hz = (curve.ppm - scene.pivot_ppm) * scene.hz_per_ppm
    turn = phase_factor(offset_hz, scene.zero_phase_rad, scene.first_phase_s, 0.0)
    return np.asarray((curve.values * turn).real)
