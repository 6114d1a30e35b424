"""The water-scaling test of the fitting challenge: 10 mmol/L of creatine by its README."""

from dataclasses import replace

import pytest

from mrsviewer.basis.matching import normalise
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.formats import read_basis, read_scan
from mrsviewer.jobs.context import JobContext
from mrsviewer.quantification.options import QuantificationOptions, TissueFractions, TissueTimes
from mrsviewer.quantification.quantify import quantify

README = QuantificationOptions(
    tissue=TissueFractions(gm=0.6, wm=0.4),
    metabolite_t2_s=0.16,
    water_t2_s=TissueTimes(gm=0.11, wm=0.08, csf=2.55),
)
"""T2 as the set's README gives them; TE 30 ms; TR long enough for T1 not to matter."""


@pytest.mark.parametrize("options", [LcmOptions(), LcmOptions(include=("Cr",))])
def test_plain_equation_gives_10_8_where_10_was_promised(shared_data, options):
    """FSL-MRS gives 10.78, TARQUIN 10.7 and so do we: the 8 % lie in the set, not in the fit.

    The first sample of its metabolite FID is halved, that of water and basis is not. In the
    spectrum this is a constant, which the straight line in every baseline takes up.
    """
    folder = shared_data / "text/cr_water_scaling/Cr_water_scaling_JMRUI"
    data = read_scan(folder / "Cr_10mM_test_water_scaling_WS.txt").dataset
    water = read_scan(folder / "Cr_10mM_test_water_scaling_nWS.txt").dataset
    basis = normalise(read_basis(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS"))
    fit = LinearCombinationEngine().fit(FitProblem(data, basis), options, JobContext())
    timing = replace(data.acquisition, echo_time_s=0.03, repetition_time_s=1000.0)
    result = quantify(fit, basis, water, timing, README)
    assert result.get("tCr").concentration == pytest.approx(10.8, abs=0.06)
    others = [q for q in result.quantities if q.name not in ("Cr", "PCr", "tCr") and q.detected]
    assert all(q.ratio_to_tcr < 0.005 for q in others)
