"""Fits of real spectra and of public reference sets."""

import numpy as np
import pytest

from mrsviewer.basis.matching import normalise, with_macromolecules
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.formats import open_exam, read_basis, read_scan
from mrsviewer.jobs.context import JobContext
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
