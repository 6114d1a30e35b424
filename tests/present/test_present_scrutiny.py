"""Opinions side by side, and how values scatter: what is to be drawn."""

import numpy as np
import pytest

from mrsviewer.analysis.agreement import Agreement, MetaboliteAgreement, Opinion
from mrsviewer.analysis.repetitions import Repeated, Repetitions, Scatter
from mrsviewer.model.failure import Failure
from mrsviewer.present.agreement import (
    NO_OPINIONS,
    agreement_table,
    opinions_scene,
    standings,
)
from mrsviewer.present.bootstrap import histogram_scene, scatter_table

ENGINES = ("a", "b", "c")


def of(name, *opinions, pairs=()):
    values = [one.value for one in opinions if one is not None]
    mean = float(np.mean(values)) if values else None
    return MetaboliteAgreement(name, opinions, mean, 0.1, pairs)


FOUND = Agreement(
    ENGINES,
    "/ tCr",
    (
        of("NAA", Opinion(1.0, 0.1), None, Opinion(2.0, 0.2), pairs=((0, 2),)),
        of("Ins", *[Opinion(float(i), 0.01) for i in range(3)], pairs=((0, 1), (0, 2), (1, 2))),
        of("Gln", None, None, None),
    ),
    np.eye(3),
    {},
)


def test_whiskers_are_95_percent_intervals_and_who_differs_is_marked():
    scene = opinions_scene(FOUND, "NAA")
    assert [(one.label, one.differs) for one in scene.whiskers] == [("a", True), ("c", True)]
    first, last = scene.whiskers
    assert (first.low, first.high) == pytest.approx((0.804, 1.196), abs=1e-3)
    assert scene.span == pytest.approx((first.low, last.high))
    assert scene.mean == 1.5
    assert (scene.axis, scene.title) == ("NAA / tCr", "NAA: N-acetylaspartate")
    assert scene.caption.startswith("◆ a - c differ by more than their 95 % bounds.")


def test_an_unknown_deviation_has_no_whisker():
    found = Agreement(("a",), "x", (of("NAA", Opinion(1.0, np.inf)),), np.eye(1), {})
    scene = opinions_scene(found, "NAA")
    assert scene.whiskers[0].low == scene.whiskers[0].high == 1.0
    assert scene.span == (1.0, 1.0)
    assert scene.axis == "NAA (x)"


def test_nothing_is_drawn_without_opinions():
    assert opinions_scene(FOUND, "Gln") == NO_OPINIONS
    assert opinions_scene(FOUND, "nothing") == NO_OPINIONS


def test_many_pairs_are_counted_where_room_is_short_and_listed_in_the_tooltip():
    def last(**how):
        return {row.name: row.cells[-1] for row in agreement_table(FOUND, **how).rows}

    assert last()["Ins"] == "◆ a - b; a - c; b - c"
    assert last(brief=True) == {"NAA": "◆ a - c", "Ins": "◆ 3 pairs", "Gln": ""}
    rows = {row.name: row for row in agreement_table(FOUND, brief=True).rows}
    assert "a - b; a - c; b - c" in rows["Ins"].tooltip
    assert "a: 95 % interval 0.80 to 1.20" in rows["NAA"].tooltip
    assert (rows["NAA"].weak, rows["Gln"].weak) == (True, False)


def test_every_engine_has_a_standing():
    failed = Agreement(("a", "b"), "", (), np.eye(2), {"c": (Failure("T", "C.", "R."),), "d": ()})
    found = standings(failed, {"b": "doubt"})
    assert {name: one.level for name, one in found.items()} == {
        "a": "good",
        "b": "warning",
        "c": "danger",
        "d": "danger",
    }
    assert found["c"].text == "T: C. R."
    assert found["b"].text == "doubt"


def scatter(value, sd, bound, draws=400):
    drawn = np.random.default_rng(1).normal(value, sd, draws)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Scatter(value, drawn.mean(), drawn.std(ddof=1), low, high, bound, drawn)


def refits(reference="tCr", **more):
    rows = (
        Repeated("NAA", scatter(12e-6, 1e-6, 1e-6), scatter(1.2, 0.1, 0.1)),
        Repeated("Ins", scatter(8e-6, 1e-6, 0.5e-6), scatter(0.8, 0.1, 0.05)),
        Repeated("Ala", Scatter(0.0, 0, 0, 0, 0, 1e-6, np.zeros(400)), scatter(0.0, 0.1, 0.0)),
        Repeated("tCr", scatter(1e-5, 1e-6, 1e-6), Scatter(1.0, 1, 0, 1, 1, 0.0, np.ones(400))),
    )
    kept = rows if reference else tuple(Repeated(r.name, r.amplitude, None) for r in rows)
    return Repetitions(kept, 400, 0, 1, reference, **{"noise_only": False, **more})


def test_the_table_marks_what_scatters_more_than_its_bound():
    table = scatter_table(refits(), ratios=True)
    rows = {row.name: row for row in table.rows}
    assert list(rows) == ["NAA", "Ins", "Ala"]
    assert rows["NAA"].cells[1:3] == ("1.200", "0.100")
    assert not rows["NAA"].weak
    assert rows["Ins"].weak
    assert rows["Ins"].cells[-1].startswith("▲ 1.8")
    assert rows["Ala"].cells[-1] == "—"
    assert "400 refits, seed 1" in table.caption


def test_without_a_reference_amplitudes_are_shown_with_their_power_of_ten():
    found = refits(None, noise_only=True)
    table = scatter_table(found, ratios=True)
    assert [row.name for row in table.rows][:1] == ["tCr"]
    assert "Amplitudes in 10⁻⁵" in table.caption
    assert "noise alone" in table.caption
    assert next(row for row in table.rows if row.name == "NAA").cells[1] == "1.20"
    assert histogram_scene(found, "NAA", ratios=True).axis == "NAA (amplitude in 10⁻⁵)"


@pytest.mark.parametrize("ratios", [True, False])
def test_the_histogram_holds_all_draws_and_is_as_wide_as_the_bound_says(ratios):
    scene = histogram_scene(refits(), "NAA", ratios=ratios)
    assert scene.counts.sum() == 400
    assert scene.edges.size == scene.counts.size + 1
    x, y = scene.curve
    assert np.trapezoid(y, x) == pytest.approx(400 * np.diff(scene.edges)[0], rel=0.01)
    assert x[y.argmax()] == pytest.approx(scene.value)
    assert scene.low < scene.value < scene.high
    assert scene.value == pytest.approx(1.2)


def test_what_does_not_scatter_has_no_histogram():
    scene = histogram_scene(refits(), "Ala", ratios=False)
    assert scene.counts.size == 0
    assert "same in all refits" in scene.caption
    assert histogram_scene(refits(), "tCr", ratios=True).counts.size == 0


def test_draws_without_creatine_are_left_out():
    one = scatter(1.0, 0.1, 0.1)
    one.drawn[:5] = np.inf
    endless = Scatter(1.0, np.inf, np.nan, 0.8, np.inf, 0.1, one.drawn)
    found = Repetitions((Repeated("NAA", one, endless),), 400, 0, 1, "tCr", noise_only=False)
    assert scatter_table(found, ratios=True).rows[0].cells == (
        "NAA", "1.000", "0.100", "—", "0.800 to —", "—",
    )  # fmt: skip
    assert histogram_scene(found, "NAA", ratios=True).counts.sum() == 395
