"""Whether the first sample of a FID is what the samples after it foretell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.hlsvd import decompose

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = 512
COMPONENTS = 15


def first_point_ratio(fid: NDArray[np.complex128], dwell_s: float) -> float | None:
    """Return the first sample over what the samples after it foretell, or None.

    Damped sinusoids fitted to samples 1 to 512 are run back to sample 0; the ratio is 1 for an
    untouched FID and 0.5 for one whose first sample was halved. The real part is returned.

    Parameters
    ----------
    fid
        Shape (points,).
    dwell_s
        Sampling interval.
    """
    later = np.asarray(fid)[1 : SAMPLES + 1]
    try:
        lines = decompose(later, dwell_s, min(COMPONENTS, later.size // 4))
    except (ValueError, RuntimeError, np.linalg.LinAlgError):
        return None
    lasting = np.abs(lines.poles) > 0.5
    foretold = complex(np.sum(lines.amplitudes[lasting] / lines.poles[lasting]))
    return None if foretold == 0 else float((complex(fid[0]) / foretold).real)
