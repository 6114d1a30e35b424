"""Edited and multi-pulse sequences, what they say of themselves, and how sets of them are guarded."""

from dataclasses import replace
from typing import get_args, get_type_hints

import msgspec
import numpy as np
import pytest

from mrsviewer.basis import store
from mrsviewer.basis.density_matrix import simulate
from mrsviewer.basis.matching import check_basis
from mrsviewer.basis.protocol import sequence_of
from mrsviewer.basis.pulse_shapes import SincGaussian, Slr
from mrsviewer.basis.sequences import (
    SEQUENCES,
    AnySequence,
    Laser,
    MegaPress,
    Press,
    SemiLaser,
    Special,
    SpinEcho,
    Steam,
)
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.simulate import Grid, simulated_basis
from mrsviewer.basis.slice_pulses import USUAL_PULSES, Band, Pulses
from mrsviewer.basis.spin_systems import SpinGroup, spin_system
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import BasisError

HZ_PER_PPM = 123.25
DWELL_S = 5e-4
GRID = Grid(123.25e6, DWELL_S, 256)
MEGA = MegaPress(0.0136, 0.0544)
EXAMPLES = (
    Press(0.011, 0.019), Press(0.011, 0.019, USUAL_PULSES), Steam(0.02, 0.01), SpinEcho(0.03),
    SemiLaser(0.03), SemiLaser(0.03, (0.004, 0.0075, 0.006, 0.0075, 0.005)), Laser(0.036),
    Special(0.0085), MEGA, MegaPress(0.0136, 0.0544, editing=Band(60.0)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "cache_folder", lambda: tmp_path)


def shown(name, sequence, decay_hz=3.0):
    fid = metabolite_fid(spin_system(name), sequence, 2048, DWELL_S, HZ_PER_PPM)
    fid = fid * np.exp(-np.pi * decay_hz * np.arange(2048) * DWELL_S)
    fid[0] /= 2
    return spectrum(fid, 8192) * DWELL_S


def area(name, sequence, ppm, half_width_ppm=0.15):
    """Return the protons in the real part of the spectrum near ``ppm``."""
    axis = ppm_axis(8192, DWELL_S, HZ_PER_PPM, 4.65)
    inside = np.abs(axis - ppm) < half_width_ppm
    return 2 * shown(name, sequence).real[inside].sum() / (8192 * DWELL_S)


@pytest.mark.parametrize("editing", [SincGaussian(14e-3), Band(60.0)])
def test_gaba_is_edited(editing):
    def of(spectrum):
        return msgspec.structs.replace(MEGA, spectrum=spectrum, editing=editing)

    difference, off = of("difference"), of("edit-off")
    assert 1.5 < area("GABA", difference, 3.01) < 2.1
    assert abs(area("GABA", off, 3.01)) < 0.3
    assert area("NAA", difference, 2.008) == pytest.approx(-3, abs=0.4)
    assert area("NAA", off, 2.008) == pytest.approx(3, abs=0.2)
    assert abs(area("Cr", difference, 3.027)) < 0.03
    assert area("Glu", difference, 3.75) > 0.2


def test_edited_gaba_is_two_lines_with_little_between():
    real = shown("GABA", MEGA, 1.0).real
    axis = ppm_axis(8192, DWELL_S, HZ_PER_PPM, 4.65)
    left, middle, right = (
        real[np.abs(axis - ppm) < width].max()
        for ppm, width in ((3.08, 0.03), (3.015, 0.02), (2.95, 0.03))
    )
    assert min(left, right) > 3 * middle
    assert left == pytest.approx(right, rel=0.2)


def test_glutathione_is_edited():
    sequence = MegaPress(0.0136, 0.1064, edit_on_ppm=4.56, editing=SincGaussian(20e-3))
    assert 2 < area("GSH", sequence, 2.95) < 4
    assert abs(area("Cr", sequence, 3.027)) < 0.03


def test_spectra_of_an_edited_scan_belong_together():
    on, off, difference, added = (
        metabolite_fid(
            spin_system("GABA"), msgspec.structs.replace(MEGA, spectrum=s), 64, DWELL_S, HZ_PER_PPM
        )
        for s in ("edit-on", "edit-off", "difference", "sum")
    )
    np.testing.assert_allclose(difference, on - off, atol=1e-4)
    np.testing.assert_allclose(added, on + off, atol=1e-4)


def test_far_editing_pulses_leave_press():
    off = MegaPress(0.0136, 0.0544, "edit-off", editing=Band(20.0))
    found, expected = (
        metabolite_fid(spin_system("Glu"), s, 64, DWELL_S, HZ_PER_PPM)
        for s in (off, Press(0.0136, 0.0544))
    )
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_special_of_ideal_pulses_is_the_spin_echo():
    found, expected = (
        metabolite_fid(spin_system("Gln"), s, 64, DWELL_S, HZ_PER_PPM)
        for s in (Special(0.0085), SpinEcho(0.0085))
    )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", [Laser, SemiLaser, Special])
def test_weakly_coupled_pair_sees_the_echo_time_only(kind):
    group = SpinGroup("", "", (1.0, 3.0), ((0, 1, 8.0),))
    lines = simulate(group, kind(0.037), 1e6)
    assert lines.amplitude.sum() == pytest.approx(2 * np.cos(np.pi * 8 * 0.037), abs=1e-3)


@pytest.mark.parametrize("kind", [Laser, SemiLaser])
def test_more_pulses_turn_strong_coupling_less(kind):
    group = SpinGroup("", "", (2.0, 2.1), ((0, 1, 15.0),))
    echo, train = (
        simulate(group, s, HZ_PER_PPM).amplitude.sum().real for s in (SpinEcho(0.04), kind(0.04))
    )
    assert train > echo + 0.2


def test_even_delays_are_the_default():
    given, default = (
        metabolite_fid(spin_system("Ins"), s, 64, DWELL_S, HZ_PER_PPM)
        for s in (SemiLaser(0.04, (0.005, 0.01, 0.01, 0.01, 0.005)), SemiLaser(0.04))
    )
    np.testing.assert_allclose(given, default, atol=1e-9)
    uneven = SemiLaser(0.04, (0.006, 0.012, 0.01, 0.008, 0.004))
    other = metabolite_fid(spin_system("Ins"), uneven, 64, DWELL_S, HZ_PER_PPM)
    assert np.abs(other - default).max() > 0.01


@pytest.mark.parametrize("delays", [(0.01,) * 5, (0.005, 0.01, 0.01, 0.01, 0.006)])
def test_delays_that_make_no_echo_are_refused(delays):
    with pytest.raises(BasisError, match="do not refocus"):
        SemiLaser(0.04, delays)


@pytest.mark.parametrize("sequence", EXAMPLES)
def test_sequences_can_be_stored(sequence):
    text = msgspec.json.encode(sequence)
    assert msgspec.json.decode(text, type=AnySequence) == sequence


def test_forms_can_be_made_of_all_sequences():
    assert set(SEQUENCES) == set(get_args(AnySequence))
    for kind in SEQUENCES:
        for name, hint in get_type_hints(kind, include_extras=True).items():
            if name in kind.__struct_fields__ and name != "pulses":
                described = msgspec.json.schema(hint)
                assert "description" in str(described), (kind, name)


def test_a_set_says_what_it_was_made_for():
    basis = simulated_basis(MEGA, GRID, names=("Cr",))
    assert (basis.localisation, basis.editing, basis.te1_s) == ("mega-press", "difference", 0.0136)
    assert "ideal slices: MEGA-PRESS difference" in basis.source
    assert "1.9 and 7.5 ppm" in basis.source
    shaped = simulated_basis(Press(0.011, 0.019, USUAL_PULSES), GRID, names=("Cr",))
    assert "shaped pulses" in shaped.source
    assert "SLR, 5.2 ms" in shaped.source
    assert "24 positions" in shaped.source


@pytest.mark.parametrize(("edit_on", "broad"), [(1.9, ("MM09", "MM30")), (4.56, ())])
def test_difference_has_edited_macromolecules_only(edit_on, broad):
    sequence = msgspec.structs.replace(MEGA, edit_on_ppm=edit_on)
    assert simulated_basis(sequence, GRID, names=("GABA",)).names == ("GABA", *broad)
    off = msgspec.structs.replace(sequence, spectrum="edit-off")
    assert "Lip09" in simulated_basis(off, GRID, names=("GABA",)).names


def test_pulses_are_part_of_the_key():
    kinds = (
        Press(0.011, 0.019),
        Press(0.011, 0.019, USUAL_PULSES),
        Press(0.011, 0.019, Pulses(Slr(5.0e-3))),
        Press(0.011, 0.019, Pulses(Slr(5.0e-3), positions=40)),
    )
    assert len({simulated_basis(s, GRID, names=("Cr",)).digest for s in kinds}) == len(kinds)


def test_another_centre_moves_the_axis_only():
    near, far = (
        simulated_basis(Press(0.011, 0.019), replace(GRID, centre_ppm=c), names=("NAA",))
        for c in (4.65, 3.0)
    )
    peaks = []
    for basis in (near, far):
        axis = ppm_axis(256, DWELL_S, HZ_PER_PPM, basis.centre_ppm)
        peaks.append(axis[np.argmax(np.abs(spectrum(basis.fids[0])))])
    assert peaks[0] == pytest.approx(2.008, abs=0.04)
    assert peaks[1] == pytest.approx(2.008, abs=0.04)


EDITED = Acquisition(
    "1H", 123.25e6, DWELL_S, echo_time_s=0.068, te1_s=0.0136, localisation="mega-press",
    editing="difference",
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "severities"),
    [
        ({}, []),
        ({"editing": "edit-off"}, ["danger"]),
        ({"editing": None}, ["warning"]),
        ({"localisation": "press", "editing": None}, ["danger", "warning"]),
    ],
)
def test_sets_of_edited_scans_are_guarded(data, severities):
    basis = simulated_basis(MEGA, Grid(123.25e6, DWELL_S, 64), names=("GABA",))
    found = check_basis(basis, replace(EDITED, **data))
    assert [f.severity for f in found] == severities


def test_even_delays_are_told():
    data = replace(EDITED, localisation="slaser", editing=None)
    grid = Grid(123.25e6, DWELL_S, 64)
    assumed, given = (
        simulated_basis(s, grid, names=("Glu",))
        for s in (SemiLaser(0.068), SemiLaser(0.068, (0.01, 0.02, 0.014, 0.014, 0.01)))
    )
    assert [f.severity for f in check_basis(assumed, data)] == ["info"]
    assert check_basis(given, data) == ()


def test_a_set_that_is_not_edited_is_refused_for_an_edited_scan():
    basis = simulated_basis(Press(0.0136, 0.0544), Grid(123.25e6, DWELL_S, 64), names=("GABA",))
    with pytest.raises(BasisError, match="without editing"):
        check_basis(basis, EDITED)
    off = replace(EDITED, editing="edit-off")
    assert [f.severity for f in check_basis(basis, off)] == ["danger", "danger"]
    silent = replace(basis, localisation=None, te1_s=None)
    assert [f.severity for f in check_basis(silent, EDITED)] == ["danger"]


@pytest.mark.parametrize("kind", ["laser", "special", "slaser", "spin-echo"])
def test_sequences_of_data_are_found(kind):
    sequence, note = sequence_of(replace(EDITED, localisation=kind, editing=None))
    assert (sequence.localisation, sequence.echo_time_s, note) == (kind, 0.068, "")


def test_an_edited_scan_is_refused_by_what_is_missing():
    with pytest.raises(BasisError, match="frequency and shape of the editing pulses") as told:
        sequence_of(EDITED)
    assert "which spectrum" not in str(told.value)
    with pytest.raises(BasisError, match="which spectrum of the edited scan"):
        sequence_of(replace(EDITED, editing=None))
