"""A set is completed with what every brain holds, made as the set's own signals were."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.basis.comparison import compare
from mrsviewer.basis.completion import USUAL, completed, left_out, missing_from, with_missing
from mrsviewer.basis.editing import without
from mrsviewer.basis.sequences import Laser, Press, SemiLaser, Steam
from mrsviewer.basis.simulate import Grid, simulated_basis
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.formats import read_basis
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import BasisError

GRID = Grid(123.2e6, 5e-4, 1024)
DATA = Acquisition("1H", 123.2e6, 5e-4, echo_time_s=0.03, localisation="press", vendor="siemens")


@pytest.fixture(scope="module")
def whole():
    return simulated_basis(Press(0.0108, 0.0192), GRID, macromolecules=False)


@pytest.fixture(scope="module")
def lacking(whole):
    return without(whole, ("Asc", "GSH", "PE"))


def test_only_short_echoes_of_brain_lack_anything(whole, lacking):
    assert missing_from(whole, None) == ()
    assert missing_from(lacking, None) == ("Asc", "GSH", "PE")
    assert missing_from(replace(lacking, echo_time_s=0.144), 0.03) == ()
    assert missing_from(replace(lacking, echo_time_s=None), None) == ()
    assert missing_from(replace(lacking, echo_time_s=None), 0.03) == ("Asc", "GSH", "PE")
    assert missing_from(without(lacking, ("Ins",)), None) == ()


@pytest.mark.parametrize("said", [{}, {"te1_s": None}, {"localisation": None, "echo_time_s": None}])
def test_what_was_taken_out_comes_back(whole, lacking, said):
    made, found = completed(replace(lacking, **said), DATA)
    assert [f.severity for f in found] == ["info"]
    assert "Asc, GSH, PE" in found[0].title
    assert set(made.names) == set(whole.names)
    alike = {like.name: like for like in compare(whole, made)}
    for name in ("Asc", "GSH", "PE"):
        assert alike[name].correlation > 0.995
        assert alike[name].ratio == pytest.approx(1, abs=0.05)


def test_line_width_reference_and_scale_are_those_of_the_set(whole, lacking):
    time = time_axis(lacking.fids.shape[1], lacking.dwell_s)
    turn = np.exp((2j * np.pi * 2.5 - np.pi * 3.0) * time)
    made, _ = completed(replace(lacking, fids=40 * lacking.fids * turn, proton_unit=40.0), DATA)
    alike = {like.name: like for like in compare(whole, made)}
    for name in ("GSH", "PE"):
        assert alike[name].wider_hz == pytest.approx(3.0, abs=0.2)
        assert alike[name].shift_ppm * 123.2 == pytest.approx(2.5, abs=0.1)
        assert alike[name].ratio == pytest.approx(1.0, abs=0.03)


def test_a_set_unlike_what_can_be_simulated_stays_as_it_is(lacking):
    odd = replace(lacking, fids=np.roll(lacking.fids, 3, axis=0))
    made, found = completed(odd, DATA)
    assert made is odd
    assert [f.severity for f in found] == ["warning"]
    assert "alike by" in found[0].detail
    with pytest.raises(BasisError, match="another"):
        with_missing(odd, DATA)


@pytest.mark.parametrize("sequence", [SemiLaser(0.03), Laser(0.03), Steam(0.03, 0.01)])
def test_signals_of_another_sequence_are_not_taken_for_press(sequence):
    other = without(simulated_basis(sequence, GRID, macromolecules=False), ("GSH", "PE"))
    silent = replace(other, localisation=None, te1_s=None, echo_time_s=None)
    with pytest.raises(BasisError, match="signals of another"):
        with_missing(silent, DATA)


def test_a_set_whose_signals_have_each_a_scale_of_their_own_is_not_completed(lacking):
    norms = np.linalg.norm(lacking.fids, axis=1)[:, None]
    odd = replace(lacking, fids=40 * lacking.fids / norms, proton_unit=None)
    made, found = completed(odd, DATA)
    assert made is odd
    assert "another size" in found[0].detail


def test_what_is_added_has_the_phase_and_size_of_the_set(whole, lacking):
    turned = replace(lacking, fids=1.08 * lacking.fids * np.exp(0.5j), proton_unit=1.0)
    made, _ = completed(turned, DATA)
    alike = {like.name: like for like in compare(whole, made)}
    for name in ("GSH", "PE"):
        assert alike[name].phase_deg == pytest.approx(np.degrees(0.5), abs=1.5)
        assert alike[name].ratio == pytest.approx(1.08, rel=0.03)


def test_one_sentence_tells_of_all_that_was_added(lacking):
    made, _ = completed(lacking, DATA)
    told = made.source.removeprefix(lacking.source).removeprefix("; ")
    assert told == (
        "Asc, GSH, PE not of the set: simulated PRESS TE 30 ms (TE1 10.8 ms), ideal slice pulses"
    )


def test_a_set_that_says_nothing_beside_data_that_say_nothing(lacking):
    silent = replace(lacking, localisation=None)
    made, found = completed(silent, Acquisition("1H", 123.2e6, 5e-4))
    assert made is silent
    assert "localisation" in found[0].detail


def test_left_out_on_purpose_is_said(whole, lacking):
    assert left_out(whole, 0.03) == ()
    (found,) = left_out(lacking, 0.03)
    assert (found.severity, "GSH" in found.title) == ("warning", True)
    with pytest.raises(BasisError, match="It has all of"):
        with_missing(whole, DATA)
    with pytest.raises(BasisError, match="it has no Ins"):
        with_missing(without(lacking, ("Ins",)))
    with pytest.raises(BasisError, match="echo time above 50 ms"):
        with_missing(replace(lacking, echo_time_s=0.144))
    with pytest.raises(BasisError, match="for which echo time"):
        with_missing(replace(lacking, echo_time_s=None))


def test_published_sets(shared_data):
    gamma = read_basis(shared_data / "basis/gamma_press_te30_123mhz_104.basis")
    made, (found,) = completed(gamma, DATA)
    assert set(USUAL) <= set(made.names)
    assert "(0.99" in found.detail
    for name in ("3T_PRESS_Philips_35ms_noMM", "press3T_30ms_fitting_challenge"):
        known = read_basis(shared_data / f"basis/{name}.BASIS")
        assert missing_from(known, 0.03) == ()
