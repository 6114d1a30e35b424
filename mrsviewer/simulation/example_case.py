"""The bundled example: a healthy left posterior cingulate at 3 T, and the truth behind it.

Concentrations are round numbers near those of healthy adults; no person's data went into it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM, spectrum
from mrsviewer.dsp.lineshapes import voigt_fwhm
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.voxel import Voxel
from mrsviewer.simulation import forward
from mrsviewer.simulation.forward import BadTransient, Decay, EddyCurrent, WaterLine
from mrsviewer.simulation.scaling import (
    PURE_WATER_MMOL_PER_L,
    WATER_DENSITY,
    RelaxationTimes,
    Voxelful,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.volume import Tissue

ACQUISITION = Acquisition(
    nucleus="1H",
    frequency_hz=123.25e6,
    dwell_s=5e-4,
    echo_time_s=0.030,
    te1_s=0.0126,
    repetition_time_s=2.0,
    sequence="PRESS",
    localisation="press",
    averages=1,
    water_suppressed=True,
    vendor="mrsviewer",
    scanner="simulator",
)
POINTS = 2048
TRANSIENTS, WATER_TRANSIENTS = 16, 2
IDENTITY = Identity(
    patient_name="Example^Simulated",
    patient_id="SIMULATED-1",
    institution="Simulated data, no patient",
    protocol="PRESS TE 30, left posterior cingulate",
)

CONCENTRATIONS = {
    "NAA": 10.2, "NAAG": 1.3, "Cr": 4.6, "PCr": 3.4, "GPC": 1.0, "PCh": 0.5, "Ins": 6.2,
    "sIns": 0.35, "Glu": 10.2, "Gln": 2.6, "GABA": 1.3, "GSH": 1.4, "Asp": 2.0, "Asc": 1.0,
    "Tau": 1.3, "Lac": 0.7, "Ala": 0.3, "Glc": 1.1, "Gly": 0.5, "PE": 1.4,
}  # fmt: skip
"""Millimoles per litre of tissue (grey and white matter; none in CSF)."""

MACROMOLECULES = {
    "MM09": 4.5, "MM12": 4.0, "MM14": 4.9, "MM17": 4.2, "MM20": 4.6, "MM23": 3.9, "MM26": 4.1,
    "MM30": 4.8, "MM32": 4.2, "MM37": 4.0, "MM40": 3.8,
}  # fmt: skip
"""In the same unit, as if they relaxed like metabolites: what a fit should report for them."""

_APPARENT_T2_S = 0.2
"""Shapes the lines only; what is lost until the echo is in the amplitudes."""

_GAIN = 0.01
_SEED = 20260
_SHIM_HZ = 4.6
_WATER_DECAY = Decay(lorentzian_hz=1 / (pi * 0.095), gaussian_hz=_SHIM_HZ)
_METABOLITE_DECAY = Decay(1 / (pi * _APPARENT_T2_S), _SHIM_HZ)
_EDDY = (EddyCurrent(4.0, 0.012), EddyCurrent(-1.2, 0.070))
_LEFT_OVER = (
    WaterLine(30.0, 1.5, 8.0, 40.0),
    WaterLine(14.0, -7.0, 15.0, -110.0),
    WaterLine(8.0, 6.0, 25.0, 160.0),
)
_INSTABILITY = forward.Instability(drift_hz=-2.4, jitter_hz=0.3, phase_jitter_deg=5.0)
_BAD = BadTransient(index=9, shift_hz=7.0, phase_deg=60.0, width_hz=14.0, gain=0.55)
_COILS = forward.Receiver(
    sensitivity=(1.0, 0.82, 0.65, 0.9),
    phase_deg=(20.0, -75.0, 140.0, 95.0),
    noise_correlation=0.15,
)
_SNR = 40.0


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What was put in, and every constant needed to get it out again."""

    description: str
    unit: str = "mmol per litre of tissue (grey and white matter, none in CSF)"
    concentrations: dict[str, float]
    sums: dict[str, float]
    macromolecules: dict[str, float]
    tissue_fractions: dict[str, float]
    relaxation: RelaxationTimes
    apparent_t2_s: float = _APPARENT_T2_S
    water_density_l_per_l: dict[str, float]
    pure_water_mmol_per_l: float = PURE_WATER_MMOL_PER_L
    echo_time_s: float
    te1_s: float
    repetition_time_s: float
    basis: str
    linewidth_hz: dict[str, float]
    snr_naa: float
    snr_definition: str = "height of NAA over SD of the real spectrum, all good transients averaged"
    bad_transients: tuple[int, ...]
    drift_hz: float
    voxel_side: str = "left"
    marker: str = "bright capsule beside the right temple"
    seed: int = _SEED


@dataclass(frozen=True, slots=True, eq=False)
class ExampleCase:
    """Two scans and the truth."""

    metabolite: Dataset
    water: Dataset
    truth: Truth


def voxel() -> Voxel:
    """Return the box in the left posterior cingulate: 20 x 30 x 20 mm, tilted in two planes."""
    tilt, turn = np.deg2rad(-28.0), np.deg2rad(6.0)
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    )
    about_z = np.array(
        [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    centre, size = np.array([-8.0, -50.0, 32.0]), np.array([20.0, 30.0, 20.0])
    return Voxel.from_arrays(centre, size, about_z @ about_x)


def example_case(
    basis: BasisSet, fractions: Mapping[Tissue, float], relaxation: RelaxationTimes
) -> ExampleCase:
    """Return the example, measured in a voxel of these tissues; equal arguments, equal samples.

    Parameters
    ----------
    basis
        On the grid of :data:`ACQUISITION` and :data:`POINTS`, 1 unit per proton, with all
        metabolites and macromolecules named here.
    fractions
        Volume fractions of the voxel, sum 1.
    relaxation
        Of water and metabolites at 3 T.
    """
    content = Voxelful(
        fractions,
        relaxation,
        echo_time_s=ACQUISITION.echo_time_s or 0.0,
        repetition_time_s=ACQUISITION.repetition_time_s or 0.0,
    )
    rng = np.random.default_rng(_SEED)
    eddy = np.exp(1j * forward.eddy_phase(_EDDY, POINTS, ACQUISITION.dwell_s))
    clean = _GAIN * _metabolites(basis, content)
    left_over = _GAIN * forward.residual_water(_LEFT_OVER, POINTS, ACQUISITION.dwell_s)
    receiver = replace(_COILS, noise_sd=_noise_sd(clean, basis))
    transients = forward.repeated(
        (clean + left_over) * eddy, ACQUISITION.dwell_s, TRANSIENTS, _INSTABILITY, rng
    )
    transients = forward.spoiled(transients, ACQUISITION.dwell_s, (_BAD,))
    water = np.tile(_GAIN * _water(content) * eddy, (WATER_TRANSIENTS, 1))
    return ExampleCase(
        _dataset(forward.received(transients, receiver, rng), suppressed=True),
        _dataset(forward.received(water, receiver, rng), suppressed=False),
        _truth(content, basis),
    )


def _metabolites(basis: BasisSet, content: Voxelful) -> NDArray[np.complex128]:
    amounts = {**CONCENTRATIONS, **MACROMOLECULES}
    return forward.mixture(
        basis,
        {name: content.amplitude(name, amount) for name, amount in amounts.items()},
        {
            name: _METABOLITE_DECAY if name in CONCENTRATIONS else Decay(0.0, _SHIM_HZ)
            for name in amounts
        },
    )


def _water(content: Voxelful) -> NDArray[np.complex128]:
    full = np.full(POINTS, content.water_signal(), np.complex128)
    return forward.faded(full, ACQUISITION.dwell_s, _WATER_DECAY)


def _noise_sd(clean: NDArray[np.complex128], basis: BasisSet) -> float:
    """Return the noise per coil and sample at which NAA has the wanted SNR when all is averaged."""
    freq = np.fft.fftshift(np.fft.fftfreq(POINTS, basis.dwell_s))
    ppm = WATER_PPM + freq / ACQUISITION.hz_per_ppm
    height = float(spectrum(clean).real[np.abs(ppm - 2.01) < 0.05].max())
    per_unit = replace(_COILS, noise_sd=1.0).combined_noise_sd()
    return height / _SNR / per_unit * float(np.sqrt((TRANSIENTS - 1) / POINTS))


def _dataset(fid: NDArray[np.complex128], *, suppressed: bool) -> Dataset:
    """Return the samples in the precision that a file keeps."""
    stored = fid.astype(np.complex64).astype(np.complex128)
    acquisition = replace(ACQUISITION, water_suppressed=suppressed)
    return Dataset(stored, acquisition, WATER_PPM, ("coil", "transient"), voxel())


def _truth(content: Voxelful, basis: BasisSet) -> Truth:
    c = CONCENTRATIONS
    sums = {
        "tNAA": c["NAA"] + c["NAAG"],
        "tCr": c["Cr"] + c["PCr"],
        "tCho": c["GPC"] + c["PCh"],
        "Glx": c["Glu"] + c["Gln"],
    }
    return Truth(
        description="Simulated PRESS at 3 T; concentrations are those put in, not fitted ones.",
        concentrations=CONCENTRATIONS,
        sums={name: round(value, 6) for name, value in sums.items()},
        macromolecules=MACROMOLECULES,
        tissue_fractions={tissue: float(f) for tissue, f in content.fractions.items()},
        relaxation=content.relaxation,
        water_density_l_per_l=dict(WATER_DENSITY.items()),
        echo_time_s=content.echo_time_s,
        te1_s=ACQUISITION.te1_s or 0.0,
        repetition_time_s=content.repetition_time_s,
        basis=basis.source,
        linewidth_hz={"metabolite": _width(_METABOLITE_DECAY), "water": _width(_WATER_DECAY)},
        snr_naa=_SNR,
        bad_transients=(_BAD.index,),
        drift_hz=_INSTABILITY.drift_hz,
    )


def _width(decay: Decay) -> float:
    return round(voigt_fwhm(decay.lorentzian_hz, decay.gaussian_hz), 3)
