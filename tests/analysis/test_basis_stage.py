"""The recipe's choice of basis set and macromolecules reaches the fit."""

import msgspec
import numpy as np
import pytest

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.formats import open_exam
from mrsviewer.jobs.context import JobContext


def test_recipes_of_before_still_mean_the_same():
    old = msgspec.json.decode(b'{"fit": {"basis_path": "a.basis"}}', type=Recipe)
    assert old.fit.macromolecules == "auto"
    assert old.fit.macromolecule_scan is None
    assert msgspec.json.decode(msgspec.json.encode(old), type=Recipe) == old


@pytest.fixture(scope="module")
def fits(shared_data):
    folder = shared_data / "philips/osprey_mm"
    exam = open_exam([folder / "sub-01_PRESS_raw-act.SDAT"])
    scan = str(folder / "sub-01_PRESS-Inverted_TI-600_raw-act.SDAT")
    cache, found = StageCache(50), {}
    for choice, path in (("auto", None), ("measured", scan), ("both", scan)):
        settings = FitSettings(macromolecules=choice, macromolecule_scan=path)
        found[choice] = analyse(exam, Recipe(fit=settings), JobContext(), cache)
    return found


def test_each_choice_fits_a_real_scan(fits):
    for analysis in fits.values():
        assert not analysis.failures
        assert analysis.fit.residual_sd < 1.8 * analysis.fit.noise_sd
    assert "Mac" not in fits["auto"].fit.names
    assert fits["measured"].fit.amplitudes[fits["measured"].fit.names.index("Mac")] > 0
    assert {"Mac", "MM17"} <= set(fits["both"].fit.names)
    assert fits["both"].fit.residual_sd < fits["measured"].fit.residual_sd
    titles = [f.title for f in fits["measured"].findings]
    assert any(title.startswith("Macromolecules measured with SNR") for title in titles)


def test_ratios_do_not_depend_much_on_the_choice(fits):
    values = [
        [a.quantification.get(name).ratio_to_tcr for name in ("tNAA", "tCho", "Ins")]
        for a in fits.values()
    ]
    assert np.ptp(values, axis=0).max() < 0.12


def test_a_scan_that_is_not_nulled_is_a_failure_and_no_number(shared_data):
    path = shared_data / "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT"
    settings = FitSettings(macromolecule_scan=str(path))
    analysis = analyse(open_exam([path]), Recipe(fit=settings), JobContext())
    assert [f.title for f in analysis.failures] == ["Not a scan of macromolecules"]
    assert analysis.fit is None
