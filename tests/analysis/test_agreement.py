from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.analysis.agreement import agreement, agreement_of, compare_engines, concordance
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.basis import Component
from mrsviewer.model.exam import Exam

NAMES = ("NAA", "Cr", "PCr", "Glu", "Ins", "MM09")
VALUES = (10.0, 4.0, 4.0, 9.0, 6.0, 5.0)


def fit_of(values=VALUES, names=NAMES, sd=0.1, unit="basis"):
    components = tuple(
        Component(n, "macromolecule" if n.startswith("MM") else "metabolite") for n in names
    )
    return SimpleNamespace(
        names=names,
        components=components,
        amplitudes=np.array(values),
        covariance=sd**2 * np.eye(len(values)),
        amplitude_unit=unit,
    )


def row(result, name):
    return next(one for one in result.metabolites if one.name == name)


def test_engines_that_say_the_same_agree():
    result = agreement({"a": fit_of(), "b": fit_of()})
    assert result.unit == "/ tCr"
    assert row(result, "Glu").spread == 0.0
    assert row(result, "Glu").opinions[0].value == pytest.approx(9 / 8)
    assert all(one.disagreeing == () for one in result.metabolites)
    np.testing.assert_allclose(result.concordance, 1.0)
    assert "MM09" not in {one.name for one in result.metabolites}


def test_scale_does_not_matter_where_there_is_creatine():
    doubled = fit_of(tuple(2 * v for v in VALUES), sd=0.2)
    result = agreement({"a": fit_of(), "b": doubled})
    assert row(result, "tNAA").spread == pytest.approx(0.0, abs=1e-12)


def test_a_difference_beyond_both_bounds_is_flagged():
    off = fit_of((10.0, 4.0, 4.0, 11.0, 6.0, 5.0))
    result = agreement({"a": fit_of(), "b": fit_of(), "c": off})
    assert row(result, "Glu").disagreeing == ((0, 2), (1, 2))
    assert row(result, "Ins").disagreeing == ()
    assert row(result, "Glu").spread_percent == pytest.approx(
        100 * np.std([9, 9, 11], ddof=1) / 29 * 3
    )
    assert result.concordance[0, 2] < result.concordance[0, 1] == 1.0


def test_wide_bounds_disagree_with_nothing():
    result = agreement({"a": fit_of(sd=3.0), "b": fit_of((10.0, 4.0, 4.0, 11.0, 6.0, 5.0), sd=3.0)})
    assert all(one.disagreeing == () for one in result.metabolites)


def test_without_creatine_amplitudes_are_compared():
    names, values = ("NAA", "Glu", "Ins"), (10.0, 9.0, 6.0)
    result = agreement({"a": fit_of(values, names), "b": fit_of()})
    assert result.unit == "basis"
    assert row(result, "Cr").opinions[0] is None
    assert row(result, "Cr").spread is None
    assert row(result, "Glu").mean == 9.0
    assert result.concordance[0, 1] == pytest.approx(1.0)


def test_other_units_are_compared_only_as_ratios():
    names, values = ("NAA", "Glu", "Ins"), (10.0, 9.0, 6.0)
    result = agreement({"a": fit_of(values, names), "b": fit_of(values, names, unit="mM")})
    assert row(result, "Glu").opinions[1] is None
    assert np.isnan(result.concordance[0, 1])
    assert row(agreement({"a": fit_of(), "b": fit_of(unit="mM")}), "Glu").spread == 0.0


def test_an_engine_without_creatine_in_another_unit_does_not_stop_the_others():
    lines = fit_of((3.0, 2.0), ("2.01 ppm", "3.21 ppm"), unit="signal")
    result = agreement({"a": fit_of(), "lines": lines, "b": fit_of()})
    assert result.unit == "/ tCr"
    assert [one is None for one in row(result, "Glu").opinions] == [False, True, False]


def test_creatine_fitted_as_one_component_counts():
    peaks = fit_of((10.0, 8.0), ("tNAA", "tCr"), unit="signal")
    result = agreement({"a": fit_of(), "peaks": peaks})
    assert row(result, "tNAA").opinions[1].value == pytest.approx(10 / 8)


def test_nothing_to_compare():
    result = agreement({})
    assert result.metabolites == ()
    assert result.concordance.shape == (0, 0)


def test_concordance_of_known_series():
    assert concordance([1, 2, 3], [1, 2, 3]) == pytest.approx(1.0)
    assert concordance([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    # Lin 1989: a shift of one standard deviation of these gives 2 v / (2 v + v).
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert concordance(x, x + x.std()) == pytest.approx(2 / 3)
    assert np.isnan(concordance([1, 2], [1, 2]))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=20))
def test_concordance_is_symmetric_and_bounded(pairs):
    x, y = zip(*pairs, strict=True)
    assert concordance(x, y) == pytest.approx(concordance(y, x))
    assert -1.0000001 <= concordance(x, y) <= 1.0000001


def test_the_same_exam_through_two_settings(dataset):
    exam = Exam(metabolite=dataset)
    settings = {
        "one": FitSettings(),
        "none": FitSettings(engine="nobody"),
    }
    analyses = compare_engines(exam, Recipe(steps=()), settings, JobContext())
    assert list(analyses) == ["one", "none"]
    result = agreement_of(analyses)
    assert set(result.failures) == {"one", "none"}
    assert result.engines == ()


def test_phosphorus_is_compared_by_ratios_to_phosphocreatine():
    one = fit_of((4.0, 2.0, 3.0), ("PCr", "Pi", "gATP"))
    result = agreement({"a": one, "b": one}, nucleus="31P")
    assert result.unit == "/ PCr"
    assert {each.name for each in result.metabolites} == {"Pi", "gATP"}
    assert row(result, "Pi").mean == pytest.approx(0.5)
