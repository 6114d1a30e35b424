"""How simulated signals compare with a published basis set of PRESS.

Run by hand: ``python tests/benchmarks/bench_basis_reference.py FILE.BASIS TE1_MS TE2_MS [usual]``.
Shift and width are matched, then the complex spectra between 0.2 and 4.2 ppm are correlated, and
their sizes compared per proton of creatine's methyl line. With ``usual`` the slices are selected
by the usual shaped pulses.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from mrsviewer.basis.normalisation import normalise
from mrsviewer.basis.sequences import Press
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.slice_pulses import USUAL_PULSES
from mrsviewer.basis.spin_systems import metabolite_names, spin_system
from mrsviewer.formats import read_basis
from mrsviewer.model.names import canonical_name


def matched(ours, theirs, time, window):
    """Return correlation, ratio of size, and phase in degrees after the best shift and width."""
    wanted = np.fft.fft(theirs)[window]

    def tried(x):
        return np.fft.fft(ours * np.exp((2j * np.pi * x[0] - np.pi * abs(x[1])) * time))[window]

    def missing(x):
        shown = tried(x)
        return 1 - abs(np.vdot(shown, wanted)) / np.linalg.norm(shown) / np.linalg.norm(wanted)

    tries = [minimize(missing, (hz, 2.0), method="Nelder-Mead") for hz in (-1.0, -0.3, 0.3, 1.0)]
    best = min(tries, key=lambda found: found.fun).x
    shown = tried(best)
    size = np.linalg.norm(wanted) / np.linalg.norm(shown)
    return 1 - missing(best), size, np.angle(np.vdot(shown, wanted), deg=True)


def main():
    path, te1, te2, *shaped = sys.argv[1:]
    basis = normalise(read_basis(Path(path)))
    pulses = USUAL_PULSES if shaped == ["usual"] else None
    sequence = Press(float(te1) * 1e-3, float(te2) * 1e-3, pulses)
    hz_per_ppm = basis.frequency_hz * 1e-6
    points = basis.fids.shape[1] // 2
    time = np.arange(points) * basis.dwell_s
    ppm = 4.65 + np.fft.fftfreq(points, basis.dwell_s) / hz_per_ppm
    window = (ppm > 0.2) & (ppm < 4.2)
    move = np.exp(2j * np.pi * (basis.centre_ppm - 4.65) * hz_per_ppm * time)
    for component, fid in zip(basis.names, basis.fids, strict=True):
        name = canonical_name(component)
        if name in metabolite_names():
            ours = metabolite_fid(spin_system(name), sequence, points, basis.dwell_s, hz_per_ppm)
            theirs = fid[:points] * move / (basis.proton_unit or 1.0)
            found, size, phase = matched(ours, theirs, time, window)
            print(f"{component:6} {found:.4f}  size {size:.3f}  phase {phase:+.1f} deg")  # noqa: T201


if __name__ == "__main__":
    main()
