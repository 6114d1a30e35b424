"""Fits of real spectra and of public reference sets."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from mrsviewer.basis.macromolecule_choice import with_choice
from mrsviewer.basis.matching import matching_basis, normalise, with_macromolecules
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.formats import open_exam, read_basis, read_scan
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps

SUMS = {
    "tNAA": ("NAA", "NAAG"),
    "tCr": ("Cr", "PCr"),
    "tCho": ("GPC", "PCh"),
    "Glu": ("Glu",),
    "Ins": ("Ins",),
}


def fit(data, basis, **options):
    problem = FitProblem(data, basis)
    return LinearCombinationEngine().fit(problem, LcmOptions(**options), JobContext())


def ratios(result):
    found = {
        name: sum(a for a, n in zip(result.amplitudes, result.names, strict=True) if n in members)
        for name, members in SUMS.items()
    }
    return {name: value / found["tCr"] for name, value in found.items()}


def processed(path):
    exam = open_exam([path])
    signals = Signals(exam.metabolite, exam.water, exam.eddy)
    return run(signals, default_steps(), JobContext()).metabolite


@pytest.mark.parametrize(
    ("scan", "basis"),
    [
        (
            "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
            "basis/3T_PRESS_Philips_35ms_noMM.BASIS",
        ),
        ("siemens/suspect/SVS_30.IMA", "basis/gamma_press_te30_123mhz_104.basis"),
        ("siemens/suspect/SVS_30.rda", "basis/gamma_press_te30_123mhz_104.basis"),
    ],
)
def test_healthy_brain_has_healthy_ratios(shared_data, scan, basis):
    """Limits: the spread of LCModel's and FSL-MRS's good fits of these scans, and 5 %."""
    result = fit(
        processed(shared_data / scan), with_macromolecules(read_basis(shared_data / basis))
    )
    found = ratios(result)
    assert 1.18 < found["tNAA"] < 1.48
    assert 0.12 < found["tCho"] < 0.27
    assert 0.97 < found["Glu"] < 1.23
    assert 0.80 < found["Ins"] < 1.06
    assert result.residual_sd < 1.8 * result.noise_sd
    assert result.converged


@pytest.mark.parametrize("number", [1, 5, 10, 16, 20])
def test_challenge_spectra_are_fitted_to_the_noise(shared_data, number):
    folder = shared_data / "text/fitting_challenge/jmrui"
    data = read_scan(folder / f"dataset{number}_WS.txt").dataset
    basis = read_basis(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS")
    result = fit(data, basis)
    assert result.residual_sd < 1.1 * result.noise_sd
    assert 1.3 < ratios(result)["tNAA"] < 1.8
    assert result.effective_baseline_df < 6


def test_creatine_alone_is_creatine_alone(shared_data):
    folder = shared_data / "text/cr_water_scaling/Cr_water_scaling_JMRUI"
    data = read_scan(folder / "Cr_10mM_test_water_scaling_WS.txt").dataset
    basis = normalise(read_basis(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS"))
    result = fit(data, basis)
    creatine = np.isin(result.names, ("Cr", "PCr"))
    total = result.amplitudes[creatine].sum()
    assert result.amplitudes[~creatine].max() < 0.005 * total
    # The samples are 8.25 to 8.27 times those of the basis, whose unit is 0.997 per proton.
    assert total == pytest.approx(8.28, rel=0.01)


def reference(path):
    """Return one mapping per row of an LCModel CSV: column to number."""
    lines = path.read_text().strip().splitlines()
    names = [name.strip() for name in lines[0].split(",")]
    rows = [[float(value) for value in line.split(",")] for line in lines[1:]]
    return [dict(zip(names, row, strict=True)) for row in rows]


AS_LCMODEL = LcmOptions(
    window_ppm=(4.0, 0.2),
    method="lcmodel",
    ratio_priors="lcmodel",
    width_sd_percent=20.0,
)
"""What LCModel assumes by default."""

ALIASES = {"mI": "Ins", "Scyllo": "sIns"}


def deviations(result, row, creatine):
    """Return how many of LCModel's standard deviations each ratio to creatine is off its own.

    Metabolites that LCModel found to be zero have no standard deviation and are not among them.
    """
    found = dict(zip(result.names, result.amplitudes, strict=True))
    total = sum(found[ALIASES.get(name, name)] for name in creatine.split("+"))
    off = {}
    for column, wanted in row.items():
        name, _, reference_name = column.partition("/")
        members = [ALIASES.get(member, member) for member in name.split("+")]
        if reference_name != creatine or wanted == 0 or not set(members) <= set(found):
            continue
        sd = 0.01 * wanted * np.hypot(row[f"{name} %SD"], row[f"{creatine} %SD"])
        ratio = sum(found[member] for member in members) / total
        off[name] = (ratio - wanted) / sd
    return off


def is_metabolite(basis, name):
    parts = {ALIASES.get(part, part) for part in name.split("+")}
    kinds = {c.name: c.kind for c in basis.components}
    return parts <= set(kinds) and all(kinds[part] == "metabolite" for part in parts)


def test_lcmodels_own_test_comes_out_like_lcmodel(shared_data):
    """Fitted its way, all ratios lie within 0.8 of LCModel's standard deviations.

    With this program's own, Glu and Gln do not; see the page on the fit.
    """
    folder = shared_data / "lcmodel/test_lcm"
    data = read_scan(folder / "data.raw").dataset
    basis = with_choice(normalise(read_basis(folder / "3t.basis")), "lcmodel")
    result = LinearCombinationEngine().fit(FitProblem(data, basis), AS_LCMODEL, JobContext())
    (row,) = reference(folder / "test-reference-out.csv")
    off = {n: z for n, z in deviations(result, row, "Cr+PCr").items() if is_metabolite(basis, n)}
    assert {"NAA+NAAG", "Glu", "Gln", "Glu+Gln", "Ins", "GSH", "GPC+PCh"} <= set(off)
    assert len(off) >= 19
    assert max(map(abs, off.values())) < 0.8
    broad = deviations(result, row, "Cr+PCr")
    for name in ("MM20+Lip20", "MM09+Lip09", "MM12", "MM14", "MM17"):
        assert abs(broad[name]) < 0.5, name


def test_lcmodels_own_test_with_our_assumptions(shared_data):
    folder = shared_data / "lcmodel/test_lcm"
    data = read_scan(folder / "data.raw").dataset
    basis = with_macromolecules(read_basis(folder / "3t.basis"))
    result = fit(data, basis)
    (row,) = reference(folder / "test-reference-out.csv")
    off = deviations(result, row, "Cr+PCr")
    for name in ("NAA+NAAG", "NAAG", "Ins", "GSH", "GPC+PCh", "GABA", "Cr", "Asp"):
        assert abs(off[name]) < 2.2, name
    assert result.residual_sd < 1.1 * result.noise_sd


def test_every_voxel_of_a_grid_comes_out_like_lcmodels(shared_data):
    """Band-filtered data: the window, phase and signals of their control file."""
    folder = shared_data / "lcmodel/test_lcm/multi-voxel-10"
    data = read_scan(folder / "multi-voxel.met").dataset
    basis = with_choice(normalise(read_basis(folder / "sim_se_csi_te16.basis")), "lcmodel")
    fitted = {c.name for c in basis.components if c.kind == "metabolite"} - {"Lac", "Ala"}
    basis = basis.take(tuple(fitted))
    options = msgspec.structs.replace(AS_LCMODEL, window_ppm=(4.0, 1.9), first_phase="fixed")
    rows = reference(folder / "test-reference-multi-voxel.csv")
    assert len(rows) == 10
    every = []
    for row in rows:
        voxel = replace(data, fid=data.fid[int(row["Col"]) - 1], dims=())
        result = LinearCombinationEngine().fit(FitProblem(voxel, basis), options, JobContext())
        off = deviations(result, row, "Cr")
        assert {"NAA+NAAG", "GPC+PCh", "Glu+Gln", "mI", "Glu", "GSH", "-CrCH2"} <= set(off)
        assert {name: z for name, z in off.items() if abs(z) >= 2.0} == {}
        every += list(off.values())
    assert np.sqrt(np.mean(np.square(every))) < 0.5


@pytest.mark.parametrize("name", ["real_mb.dpt", "unknown.dpt"])
def test_tumours_with_lipid_are_fitted_to_the_noise(shared_data, name):
    data = read_scan(shared_data / "tarquin" / name).dataset
    told = replace(data.acquisition, localisation="press", echo_time_s=0.03, te1_s=0.0126)
    data = replace(data, acquisition=told)
    result = fit(data, matching_basis(told, data.points))
    found = ratios(result)
    assert result.residual_sd < 1.6 * result.noise_sd
    assert found["tCho"] > 1.0
    assert found["tNAA"] < 2.0


def test_an_odd_line_of_the_challenge_is_fitted_to_the_noise(shared_data):
    folder = shared_data / "text/fitting_challenge/jmrui"
    data = read_scan(folder / "dataset22_WS.txt").dataset
    basis = read_basis(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS")
    result = fit(data, basis)
    assert result.residual_sd < 1.1 * result.noise_sd
    assert 1.3 < ratios(result)["tNAA"] < 1.8


@pytest.mark.parametrize("name", ["siemens/suspect/SVS_XA60.dcm", "ge/P1751_1.5T_030_2000.7"])
def test_phantoms_of_other_substances_are_refused(shared_data, name):
    """Ethanol, and a broken line near 1.8 ppm: no amount of a metabolite may be read from them."""
    data = processed(shared_data / name)
    basis = matching_basis(data.acquisition, data.points)
    for options in ({}, {"method": "lcmodel"}):
        with pytest.raises(FitError, match=r"does not describe|ran away"):
            fit(data, basis, **options)
