"""Edited basis sets: what changed is what was asked for, and the set says so."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.basis.comparison import compare
from mrsviewer.basis.editing import (
    BroadLine,
    renamed,
    scaled,
    shifted,
    taken_from,
    with_kind,
    with_lines,
    with_signal,
    without,
)
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.basis_content import content_digest
from mrsviewer.model.failure import BasisError

MHZ, DWELL_S, POINTS = 123.2, 5e-4, 2048
PLACES = {"Cr": (3.027, 3), "NAA": (2.008, 3), "Lac": (1.31, 3), "Glu": (2.34, 2)}


def made(names=tuple(PLACES), *, unit=1.0, width_hz=2.0, points=POINTS, dwell_s=DWELL_S, **facts):
    time = np.arange(points) * dwell_s
    rows = []
    for name in names:
        ppm, protons = PLACES[name]
        hz = (ppm - facts.get("centre_ppm", 4.65)) * MHZ
        rows.append(unit * protons * np.exp((2j * np.pi * hz - np.pi * width_hz) * time))
    given = {"centre_ppm": 4.65, "source": "made.basis", "digest": "d", **facts}
    return BasisSet(np.array(rows), tuple(Component(n) for n in names), dwell_s, MHZ * 1e6, **given)


def peak_ppm(basis, name):
    fid = basis.fids[basis.names.index(name)]
    ppm = ppm_axis(2**15, basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    return ppm[np.abs(spectrum(fid, 2**15)).argmax()]


def test_every_change_is_told_in_the_source_and_gives_another_digest():
    start = made()
    steps = [start]
    for change in (
        lambda b: without(b, ["Lac"]),
        lambda b: renamed(b, "Glu", "Gln"),
        lambda b: scaled(b, "Cr", 1.1),
        lambda b: shifted(b, "NAA", 0.01),
        lambda b: with_kind(b, "Gln", "macromolecule"),
        lambda b: with_lines(b, "MM09", "macromolecule", [BroadLine(0.91, 0.14, 3)]),
    ):
        steps.append(change(steps[-1]))
    assert len({s.digest for s in steps}) == len(steps)
    assert steps[-1].digest == content_digest(steps[-1])
    assert steps[-1].source == (
        "made.basis; edited: Lac removed; Glu renamed to Gln; Cr times 1.1; NAA moved +0.01 ppm; "
        "Gln made a macromolecule; MM09 added (lines: 3 H at 0.91 ppm, FWHM 0.14 ppm)"
    )
    assert start.names == ("Cr", "NAA", "Lac", "Glu")


def test_figures_of_a_change_are_those_asked_for():
    start = made(unit=4.0)
    assert peak_ppm(shifted(start, "NAA", 0.02), "NAA") == pytest.approx(2.028, abs=1e-3)
    np.testing.assert_allclose(scaled(start, "Cr", 0.5).fids[0], 0.5 * start.fids[0])
    assert scaled(start, "Cr", 0.5).proton_unit == pytest.approx(4.0, rel=1e-3)
    lines = [BroadLine(1.28, 0.1, 2), BroadLine(0.2, 0.1, 1)]
    lipid = with_lines(start, "Lip13", "lipid", lines)
    assert abs(lipid.fids[-1][0]) == pytest.approx(12.0, rel=1e-3)
    assert peak_ppm(lipid, "Lip13") == pytest.approx(1.28, abs=2e-3)
    assert lipid.components[-1] == Component("Lip13", "lipid", 0.01, 0.1)


def test_names_are_put_in_the_terms_of_the_field():
    assert renamed(made(), "Glu", "PCho").names[-1] == "PCh"
    assert renamed(made(), "Glu", "glutamate").digest == "d"


def test_signals_of_another_grid_scale_and_axis_come_over():
    other = made(("Lac",), unit=50.0, dwell_s=4e-4, points=4096, centre_ppm=4.7)
    other = replace(other, proton_unit=50.0)
    got = taken_from(made(("Cr", "NAA")), other, ["Lac"])
    wanted = made(("Lac",)).fids[0]
    assert np.abs(got.fids[-1] - wanted)[8:].max() < 2e-3 * np.abs(wanted).max()
    assert "Lac added (from made.basis)" in got.source


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda b: without(b, b.names), "Nothing would be left"),
        (lambda b: without(b, ["GABA"]), "no component called GABA"),
        (lambda b: renamed(b, "Glu", "Cr"), "already has Cr"),
        (lambda b: renamed(b, "Glu", "  "), "needs a name"),
        (lambda b: scaled(b, "Cr", 0.0), "leaves no signal"),
        (lambda b: scaled(b, "Cr", np.nan), "leaves no signal"),
        (lambda b: shifted(b, "Cr", 2.0), "more than 1 ppm"),
        (lambda b: shifted(b, "Cr", np.nan), "more than 1 ppm"),
        (lambda b: with_signal(b, Component("X"), np.zeros(POINTS, complex), ""), "empty"),
        (lambda b: with_lines(b, "MM", "macromolecule", []), "No line"),
        (lambda b: taken_from(b, made(("Cr",)), ["Cr"]), "already has Cr"),
        (
            lambda b: taken_from(b, replace(made(("Lac",)), proton_unit=None), ["Lac"]),
            "one proton",
        ),
        (
            lambda _: taken_from(
                made(("Cr",)), replace(made(("NAA",)), frequency_hz=64e6, proton_unit=1.0), ["NAA"]
            ),
            "One is for 123.20 MHz",
        ),
        (
            lambda _: taken_from(
                made(("Cr",)), made(("NAA",), width_hz=0.1, points=512, proton_unit=1.0), ["NAA"]
            ),
            "before they have decayed",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(act, words):
    with pytest.raises(BasisError) as caught:
        act(made())
    assert words in caught.value.failure.cause
    assert caught.value.failure.remedy


def test_comparison_makes_up_for_width_and_shift_and_measures_them():
    one, two = made(), made(("NAA", "Cr", "Glu"), unit=7.0, width_hz=4.5)
    two = scaled(shifted(two, "NAA", 0.02), "Glu", 1.25)
    found = {like.name: like for like in compare(one, two)}
    assert found["Lac"].missing_in == "second"
    assert found["Lac"].correlation is None
    for name, shift, ratio in (("NAA", 0.02, 1.0), ("Cr", 0.0, 1.0), ("Glu", 0.0, 1.25)):
        like = found[name]
        assert like.correlation == pytest.approx(1, abs=1e-4)
        assert like.shift_ppm == pytest.approx(shift, abs=1e-4)
        assert like.ratio == pytest.approx(ratio, rel=0.01)
        assert like.wider_hz == pytest.approx(2.5, abs=0.05)
        assert like.phase_deg == pytest.approx(0, abs=0.5)


def test_comparison_sees_another_metabolite():
    one = with_signal(made(("Cr",)), Component("X"), made(("Glu",)).fids[0], "")
    double = made(("Glu",)).fids[0] + shifted(made(("Glu",)), "Glu", 0.15).fids[0]
    two = with_signal(made(("Cr",)), Component("X"), double, "")
    found = {like.name: like for like in compare(one, two)}
    assert found["X"].correlation < 0.8
    assert found["Cr"].correlation > 0.999
