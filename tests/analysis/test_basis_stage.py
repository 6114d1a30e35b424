"""The recipe's choice of basis set and macromolecules reaches the fit."""

import msgspec
import numpy as np
import pytest

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.basis_stage import basis_of
from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.formats import open_exam
from mrsviewer.jobs.context import JobContext


def test_what_a_recipe_does_not_say_is_as_usual():
    said = msgspec.json.decode(b'{"fit": {"basis_path": "a.basis"}}', type=Recipe)
    assert said.fit.macromolecules == "auto"
    assert said.fit.macromolecule_scan is None
    assert said.fit.complete
    assert msgspec.json.decode(msgspec.json.encode(said), type=Recipe) == said


def test_a_recipe_of_before_sets_were_completed_is_refused():
    old = b'{"version": 1, "fit": {"basis_path": "a.basis"}}'
    with pytest.raises(msgspec.ValidationError, match="version 1"):
        msgspec.json.decode(old, type=Recipe)


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


@pytest.fixture(scope="module")
def siemens(shared_data):
    exam = open_exam([shared_data / "siemens/suspect/SVS_30.IMA"])
    path = str(shared_data / "basis/gamma_press_te30_123mhz_104.basis")
    cache = StageCache(50)

    def fitted(**settings):
        recipe = Recipe(fit=FitSettings(basis_path=path, **settings))
        return analyse(exam, recipe, JobContext(), cache)

    return fitted


def test_missing_metabolites_are_simulated_beside_a_file_and_said(siemens):
    analysis = siemens()
    assert {"Asc", "GSH", "PE"} <= set(analysis.fit.names)
    told = [f for f in analysis.findings if f.title.startswith("Simulated beside the basis set")]
    assert [f.severity for f in told] == ["info"]
    ratios = [analysis.quantification.get(n).ratio_to_tcr for n in ("tNAA", "tCho", "Glu", "Ins")]
    peers = np.array([(1.235, 1.406), (0.217, 0.251), (1.003, 1.148), (0.932, 1.008)])
    assert np.all(ratios >= peers[:, 0])
    assert np.all(ratios <= peers[:, 1])


@pytest.mark.parametrize("settings", [
    {"complete": False}, {"macromolecules": "set"}, {"macromolecules": "lcmodel"},
])  # fmt: skip
def test_a_file_is_used_as_it_is_where_that_is_asked_for(siemens, settings):
    analysis = siemens(**settings)
    assert not {"Asc", "GSH", "PE"} & set(analysis.fit.names)
    said = [f.severity for f in analysis.findings if f.title == "Basis set lacks Asc, GSH, PE"]
    assert said == (["warning"] if "complete" in settings else [])


def test_programs_of_the_users_get_the_set_as_it_is(shared_data):
    path = str(shared_data / "basis/gamma_press_te30_123mhz_104.basis")
    data = open_exam([shared_data / "siemens/suspect/SVS_30.IMA"]).metabolite
    for engine, lacks in (("lcmodel", True), ("tarquin", True), ("quest", False)):
        settings = FitSettings(engine=engine, basis_path=path)
        basis, found = basis_of(settings, data, StageCache(), JobContext())
        assert ("GSH" not in basis.names) == lacks
        assert not lacks or not found
