"""A made-up but realistic analysis: PRESS TE 30 at 3 T with fit, table and quality."""

from pathlib import Path

import msgspec
import numpy as np

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.analysis.result import Analysis
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.phase import phase_factor
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.dataset import Applied, Dataset
from mrsviewer.model.exam import Exam, Finding, Source
from mrsviewer.model.fit import FitResult, Lineshape
from mrsviewer.model.quality import Metric, Quality
from mrsviewer.model.quantities import Constant, Quantification, Quantity
from mrsviewer.model.voxel import Voxel
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import Phase

POINTS, DWELL_S, HZ_PER_PPM, CENTRE_PPM = 2048, 1 / 2000, 123.25, 4.65
FIT_PHASE_RAD, FIT_FIRST_S, FIT_PIVOT_PPM = 0.35, 0.1e-3, 4.65

LINES = {
    "NAA": ((2.01, 3.0), (2.60, 0.8), (2.48, 0.3)),
    "NAAG": ((2.04, 0.4),),
    "Cr": ((3.03, 1.5), (3.91, 1.0)),
    "PCr": ((3.03, 1.2), (3.93, 0.8)),
    "GPC": ((3.22, 1.2),),
    "PCh": ((3.21, 0.5),),
    "Ins": ((3.52, 1.1), (3.61, 0.9), (4.06, 0.4), (3.27, 0.3)),
    "Glu": ((2.35, 1.1), (2.12, 0.7), (3.75, 0.9)),
    "Gln": ((2.45, 0.3), (2.11, 0.3), (3.76, 0.3)),
    "Lac": ((1.31, 0.15),),
    "GABA": ((2.28, 0.08), (3.01, 0.08), (1.9, 0.08)),
    "MM09": ((0.92, 2.2),),
    "MM20": ((2.05, 2.0),),
}
KINDS = {"MM09": "macromolecule", "MM20": "macromolecule"}
WIDTH_HZ = {"MM09": 35.0, "MM20": 45.0}


def pure_fid(name):
    t = np.arange(POINTS) * DWELL_S
    width = WIDTH_HZ.get(name, 5.5)
    return sum(
        amplitude * np.exp(2j * np.pi * (ppm - CENTRE_PPM) * HZ_PER_PPM * t - np.pi * width * t)
        for ppm, amplitude in LINES[name]
    )


def hill_fid():
    """Return a baseline that begins at time zero, as a measured one does."""
    t = np.arange(POINTS) * DWELL_S
    return sum(
        height
        * np.exp(2j * np.pi * (ppm - CENTRE_PPM) * HZ_PER_PPM * t - (np.pi * hz * t) ** 2 / 4)
        for height, ppm, hz in ((8.0, 2.4, 150.0), (4.0, 1.0, 90.0))
    )


def processed(seed=3, noise=0.18, phase=None):
    """Return (dataset, component spectra on the whole axis, axis), phase of the fit included."""
    ppm = ppm_axis(POINTS, DWELL_S, HZ_PER_PPM, CENTRE_PPM)
    turn = phase_factor((ppm - FIT_PIVOT_PPM) * HZ_PER_PPM, FIT_PHASE_RAD, FIT_FIRST_S, 0.0)
    if phase is not None:
        turn = turn * by_hand(phase, ppm)
    spectra = np.array([spectrum(pure_fid(name)) * turn for name in LINES])
    hill = spectrum(hill_fid())
    rng = np.random.default_rng(seed)
    grain = rng.normal(size=(POINTS, 2)) @ (1, 1j) * noise
    if phase is not None:
        grain = grain * by_hand(phase, ppm)
    clean = spectra.sum(axis=0) + hill * turn
    total = np.fft.ifft(np.fft.ifftshift(clean + np.sqrt(POINTS) * grain))
    acquisition = Acquisition(
        "1H",
        HZ_PER_PPM * 1e6,
        DWELL_S,
        0.030,
        None,
        2.0,
        sequence="svs_se_30",
        localisation="press",
        averages=1,
        vendor="Siemens",
        scanner="Prisma",
    )
    lines = (
        Applied("combinecoils", 1, "{}", "32 channels"),
        Applied("referenceshift", 1, "{}", "tNAA 2.01 + tCr 3.03 (automatic)"),
    )
    data = Dataset(total, acquisition, CENTRE_PPM, voxel=_voxel(), provenance=lines)
    return data, spectra, ppm


def by_hand(phase, ppm):
    return np.exp(
        1j * np.radians(phase.zero_deg + phase.first_deg_per_ppm * (ppm - phase.pivot_ppm))
    )


def _voxel():
    return Voxel((10.0, -40.0, 20.0), (20.0, 20.0, 25.0), ((1, 0, 0), (0, 1, 0), (0, 0, 1)))


def fit_result(data, spectra, ppm, manual, noise=0.18):
    keep = np.flatnonzero((ppm >= 0.2) & (ppm <= 4.2))[::-1]
    x = ppm[keep]
    measured = spectrum(data.fid)[keep]
    turn = phase_factor((x - FIT_PIVOT_PPM) * HZ_PER_PPM, FIT_PHASE_RAD, FIT_FIRST_S, 0.0)
    baseline = spectrum(hill_fid())[keep] * turn * by_hand(manual, x)
    degrees = manual.zero_deg + manual.first_deg_per_ppm * (FIT_PIVOT_PPM - manual.pivot_ppm)
    first_s = FIT_FIRST_S + manual.first_deg_per_ppm / 360 / HZ_PER_PPM
    curves = spectra[:, keep]
    model = curves.sum(axis=0) + baseline
    names = tuple(LINES)
    amplitudes = np.array([sum(a for _, a in LINES[n]) for n in names])
    sd = noise * np.sqrt(POINTS)
    return FitResult(
        "lcm",
        "1",
        x,
        measured,
        model,
        baseline,
        curves,
        tuple(Component(n, KINDS.get(n, "metabolite")) for n in names),
        amplitudes,
        np.diag((0.05 * amplitudes) ** 2),
        tuple(Lineshape(0.0, 4.0, 2.0) for _ in names),
        FIT_PHASE_RAD + np.radians(degrees),
        first_s,
        FIT_PIVOT_PPM,
        0.003,
        sd,
        1.05 * sd,
        9.0,
        True,
        "",
        14,
    )


def quantities():
    rows = [
        ("NAA", "metabolite", 9.42, 0.31),
        ("NAAG", "metabolite", 1.02, 0.28),
        ("Cr", "metabolite", 4.60, 0.42),
        ("PCr", "metabolite", 3.51, 0.41),
        ("GPC", "metabolite", 1.31, 0.10),
        ("PCh", "metabolite", 0.55, 0.10),
        ("Ins", "metabolite", 6.41, 0.37),
        ("sIns", "metabolite", 0.28, 0.05),
        ("Glu", "metabolite", 9.83, 0.58),
        ("Gln", "metabolite", 2.31, 0.50),
        ("GABA", "metabolite", 0.84, 0.47),
        ("GSH", "metabolite", 1.22, 0.17),
        ("Lac", "metabolite", 0.36, 0.27),
        ("Asp", "metabolite", 0.0, 0.61),
        ("tNAA", "sum", 10.44, 0.24),
        ("tCr", "sum", 8.11, 0.22),
        ("tCho", "sum", 1.86, 0.06),
        ("Glx", "sum", 12.14, 0.70),
        ("MM09", "macromolecule", 7.9, 0.5),
        ("MM20", "macromolecule", 14.1, 1.1),
        ("Lip13", "lipid", 0.2, 0.6),
    ]
    return tuple(
        Quantity(
            name,
            kind,
            value,
            value,
            "mmol/kg",
            sd,
            100 * sd / value if value else None,
            value / 8.11,
            sd / 8.11,
            value >= 2 * sd,
        )
        for name, kind, value, sd in rows
    )


def quantification():
    constants = (Constant("water T2 in grey matter", 0.080, "s", "Wansapura 1999"),)
    return Quantification(quantities(), "Water-scaled, tissue-corrected", "mmol/kg", constants, ())


def quality():
    return Quality(
        (
            Metric("snr", "SNR (tNAA)", 34.2, "", "good", "34, above 10", "height / noise SD"),
            Metric(
                "fwhm",
                "FWHM (tCr)",
                5.1,
                "Hz",
                "good",
                "0.041 ppm, limit 0.1 ppm (Wilson 2019)",
                "fitted",
            ),
            Metric(
                "residual_water",
                "Residual water",
                4.3,
                "%",
                "borderline",
                "4.3 % of tNAA height, limit 2 %",
                "d",
            ),
            Metric(
                "drift",
                "Frequency drift",
                None,
                "Hz",
                "unknown",
                "only one transient was stored",
                "d",
            ),
        ),
        "borderline",
    )


def make_analysis(recipe=None, *, fit=True, seed=3):
    recipe = recipe if recipe is not None else Recipe()
    manual = recipe.manual_phase
    data, spectra, ppm = processed(seed, phase=None if manual.is_zero else manual)
    exam = Exam(
        data,
        identity=Identity("Muster, Erika", "4711", "1964-08-12", "F", "2026-01-12"),
        sources=(Source(Path("sub-01_press.dat"), "metabolite", "made up", "by content", "d1"),),
        findings=(Finding("warning", "Echo time of the basis differs", "basis 35 ms, data 30 ms"),),
    )
    result = fit_result(data, spectra, ppm, manual) if fit else None
    if result is not None:
        lines = tuple(
            Applied(
                type(s).__name__.lower(),
                1,
                msgspec.json.encode(s).decode(),
                NOTES.get(type(s).__name__, ""),
            )
            for s in recipe.steps
        )
        data = Dataset(
            data.fid, data.acquisition, data.centre_ppm, voxel=data.voxel, provenance=lines
        )
    basis = BasisSet(
        np.zeros((1, 4), complex),
        (Component("NAA"),),
        DWELL_S,
        HZ_PER_PPM * 1e6,
        CENTRE_PPM,
        "simulated: PRESS TE 30 ms, 3 T",
        "b1",
    )
    return Analysis(
        exam,
        recipe,
        Signals(data),
        basis if fit else None,
        result,
        quantification() if fit else None,
        quality() if fit else Quality(),
    )


NOTES = {
    "CombineCoils": "32 channels, noise whitened",
    "RejectTransients": "3 of 128 transients rejected",
    "AlignTransients": "128 transients, largest shift 3.1 Hz",
    "AverageTransients": "125 transients",
    "CorrectEddyCurrents": "water reference",
    "RemoveWater": "HLSVD 4.2-5.2 ppm, 8 components",
    "ReferenceShift": "tNAA 2.01 + tCr 3.03 (automatic)",
    "AutoPhase": "moved by -12.5 degrees",
}


def phased_recipe(zero_deg=20.0, first_deg_per_ppm=4.0, pivot_ppm=2.01):
    phase = Phase(zero_deg=zero_deg, first_deg_per_ppm=first_deg_per_ppm, pivot_ppm=pivot_ppm)
    return Recipe().with_manual_phase(phase)
