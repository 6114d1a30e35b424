from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.basis import store
from mrsviewer.basis.macromolecules import BROAD_SIGNALS, broad_fid
from mrsviewer.basis.matching import check_basis, matching_basis, normalise, with_macromolecules
from mrsviewer.basis.normalisation import NOT_NORMALISED
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.failure import BasisError

PRESS = Acquisition("1H", 123.25e6, 5e-4, echo_time_s=0.03, te1_s=0.0126, localisation="press")

DECAY = np.exp(-np.pi * 4.0 * 5e-4 * np.arange(2048))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "cache_folder", lambda: folder)
    return folder


def made(basis, **changes):
    """Return the set as a file might have brought it: scale unknown."""
    return replace(basis, proton_unit=None, **changes)


def test_matching_set_lies_on_the_grid_of_the_data():
    basis = matching_basis(PRESS, 1024)
    assert basis.names[:20] == DEFAULT_METABOLITES
    assert basis.fids.shape == (len(basis.names), 1024)
    assert (basis.dwell_s, basis.frequency_hz, basis.centre_ppm) == (5e-4, 123.25e6, 4.65)
    assert (basis.echo_time_s, basis.te1_s, basis.localisation) == (0.03, 0.0126, "press")
    assert basis.proton_unit == 1
    assert "assumed" not in basis.source
    assert check_basis(basis, replace(PRESS, slice_pulses="ideal")) == check_basis(basis, PRESS)
    assert [f.title for f in check_basis(basis, PRESS)] == ["Ideal slice pulses assumed"]


@pytest.mark.parametrize("kind", ["press", "steam", "spin-echo", "slaser"])
def test_a_singlet_of_three_protons_starts_at_three(kind):
    acquisition = replace(PRESS, localisation=kind, mixing_time_s=0.01)
    basis = matching_basis(acquisition, 64, names=("Ace",), macromolecules=False)
    assert abs(basis.fids[0, 0]) == pytest.approx(3)


def test_assumed_first_echo_is_said():
    unknown = replace(PRESS, te1_s=None, slice_pulses="ideal")
    basis = matching_basis(unknown, 64, names=("Cr",))
    assert "TE1 is unknown; 12.6 ms assumed" in basis.source
    assert [f.severity for f in check_basis(basis, unknown)] == ["warning"]
    told = matching_basis(unknown, 64, te1_s=0.011, names=("Cr",))
    assert told.te1_s == 0.011
    assert "assumed" not in told.source


def test_press_of_a_scanner_is_simulated_with_usual_pulses_and_that_is_said():
    scanner = replace(PRESS, vendor="Siemens")
    basis = matching_basis(scanner, 64, names=("Cr", "Lac"))
    assert "shaped pulses" in basis.source
    assert [(f.severity, f.title) for f in check_basis(basis, scanner)] == [
        ("info", "Usual slice pulses assumed")
    ]
    told = replace(PRESS, slice_pulses="usual")
    same = matching_basis(told, 64, names=("Cr", "Lac"))
    np.testing.assert_array_equal(basis.fids, same.fids)
    assert check_basis(same, told) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"vendor": None},
        {"vendor": "Bruker"},
        {"slice_pulses": "ideal"},
        {"localisation": "slaser", "te1_s": None},
        {"frequency_hz": 297.2e6},
    ],
)
def test_ideal_pulses_are_simulated_where_told_or_nothing_is_known(change):
    acquisition = replace(PRESS, **({"vendor": "Philips"} | change))
    basis = matching_basis(acquisition, 64, names=("Cr",))
    assert "ideal pulses" in basis.source
    assert "usual" not in basis.source


@pytest.mark.parametrize(
    ("change", "severity", "said"),
    [
        ({"echo_time_s": 0.014, "te1_s": 0.007}, "warning", "less than 8 ms"),
        ({"echo_time_s": 0.010, "te1_s": None}, "warning", "less than 8 ms"),
        ({"vendor": None}, "info", "names no scanner"),
        ({"vendor": None, "frequency_hz": 63.9e6}, "info", "names no scanner"),
    ],
)
def test_ideal_pulses_that_nobody_chose_are_said(change, severity, said):
    acquisition = replace(PRESS, **({"vendor": "Philips"} | change))
    findings = check_basis(matching_basis(acquisition, 64, names=("Cr",)), acquisition)
    (found,) = (f for f in findings if f.title == "Ideal slice pulses assumed")
    assert found.severity == severity
    assert said in found.detail
    chosen = replace(acquisition, slice_pulses="ideal")
    findings = check_basis(matching_basis(chosen, 64, names=("Cr",)), chosen)
    assert not [f for f in findings if "pulses" in f.title]


def test_displaced_slices_cost_lactate_at_long_echo_time():
    long = replace(PRESS, echo_time_s=0.144, vendor="GE")
    lactate = [
        np.abs(spectrum(matching_basis(a, 2048, names=("Lac",)).fids[0] * DECAY)).max()
        for a in (long, replace(long, slice_pulses="ideal"))
    ]
    assert 0.2 < lactate[0] / lactate[1] < 0.5


@pytest.mark.parametrize(
    ("editing", "refused"),
    [(None, True), ("edit-on", True), ("difference", True), ("edit-off", False)],
)
def test_edited_data_are_not_fitted_as_press(editing, refused):
    basis = matching_basis(PRESS, 64, names=("Cr",))
    edited = replace(PRESS, localisation="mega-press", editing=editing)
    if refused:
        with pytest.raises(BasisError, match="without editing") as caught:
            check_basis(basis, edited)
        assert "Simulate a MEGA-PRESS set" in caught.value.failure.remedy
    else:
        assert "Basis set for another sequence" in [f.title for f in check_basis(basis, edited)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"echo_time_s": None}, "echo time"),
        ({"localisation": None}, "localisation"),
        ({"localisation": "mega-press"}, "editing pulses"),
        ({"localisation": "steam", "mixing_time_s": -1.0}, "mixing time"),
        ({"nucleus": "31P"}, "31P"),
        ({"te1_s": 0.04}, "TE1"),
        ({"echo_time_s": 30.0}, "not possible"),
    ],
)
def test_what_cannot_be_simulated_is_refused(change, said):
    with pytest.raises(BasisError, match=said):
        matching_basis(replace(PRESS, **change), 64)


def test_an_unknown_mixing_time_is_assumed_and_told_in_red():
    acquisition = replace(PRESS, localisation="steam", te1_s=None)
    assumed = matching_basis(acquisition, 128, names=("Cr", "Glu"))
    assert "mixing time is unknown; 10 ms assumed" in assumed.source
    told = [f for f in check_basis(assumed, acquisition) if "Mixing time" in f.title]
    assert [f.severity for f in told] == ["danger"]
    known = replace(acquisition, mixing_time_s=0.01)
    assert not [f for f in check_basis(assumed, known) if "Mixing time" in f.title]


def test_unknown_name_is_refused():
    with pytest.raises(BasisError, match="Unobtainium"):
        matching_basis(PRESS, 64, names=("Cr", "Unobtainium"))
    with pytest.raises(BasisError):
        spin_system("Unobtainium")


def test_second_time_comes_from_the_cache(cache, monkeypatch):
    first = matching_basis(PRESS, 256)
    assert len(list(cache.glob("*.npz"))) == 1
    monkeypatch.setattr("mrsviewer.basis.simulate.metabolite_fid", None)
    second = matching_basis(PRESS, 256)
    np.testing.assert_array_equal(first.fids, second.fids)
    assert first.digest == second.digest


@pytest.mark.parametrize("damage", [b"", b"not a zip file", None])
def test_damaged_cache_is_rebuilt(cache, damage):
    first = matching_basis(PRESS, 256, names=("Cr", "Lac"), macromolecules=False)
    (path,) = cache.glob("*.npz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content) if damage is None else damage)
    again = matching_basis(PRESS, 256, names=("Cr", "Lac"), macromolecules=False)
    np.testing.assert_array_equal(first.fids, again.fids)


def test_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setattr(store, "cache_folder", lambda: blocked / "basis")
    assert matching_basis(PRESS, 64, names=("Cr",)).names[0] == "Cr"


def test_cache_forgets_the_oldest(cache, monkeypatch):
    monkeypatch.setattr(store, "KEEP", 2)
    for points in (32, 33, 34, 35):
        matching_basis(PRESS, points, names=("Cr",))
    assert len(list(cache.glob("*.npz"))) == 2
    assert not list(cache.glob("*.part"))


def test_simulation_can_be_cancelled():
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        matching_basis(PRESS, 64, context=context)


def test_macromolecules_are_added_once_and_where_they_belong():
    basis = matching_basis(PRESS, 2048)
    kinds = [c.kind for c in basis.components]
    assert (kinds.count("macromolecule"), kinds.count("lipid")) == (11, 4)
    assert with_macromolecules(basis).names == basis.names
    axis = ppm_axis(2048, basis.dwell_s, 123.25, 4.65)
    for signal in BROAD_SIGNALS:
        row = basis.names.index(signal.name)
        shown = spectrum(basis.fids[row]).real
        places = [line.shift_ppm for line in signal.lines]
        assert min(places) - 0.01 < axis[np.argmax(shown)] < max(places) + 0.01
        assert basis.fids[row, 0] == pytest.approx(sum(line.protons for line in signal.lines))


def test_width_of_a_broad_line():
    basis = matching_basis(PRESS, 4096)
    signal = next(s for s in BROAD_SIGNALS if s.name == "MM09")
    shown = spectrum(broad_fid(signal, basis), 65536).real
    axis = ppm_axis(65536, basis.dwell_s, 123.25, 4.65)
    shown -= shown.min()
    above = axis[shown > shown.max() / 2]
    assert above.max() - above.min() == pytest.approx(0.14, rel=0.03)


@pytest.mark.parametrize("name", ["Mac", "MM", "mm", "MM_meas", "MMexp"])
def test_measured_macromolecules_are_kept_alone(name):
    basis = matching_basis(PRESS, 256, names=("Cr",), macromolecules=False)
    measured = replace(
        basis,
        fids=np.repeat(basis.fids, 2, axis=0),
        components=(*basis.components, Component(name)),
    )
    added = with_macromolecules(measured).components[2:]
    assert {c.kind for c in added} == {"lipid"}


def test_creatine_correction_is_a_choice():
    basis = matching_basis(PRESS, 256, names=("Cr", "-CrCH2"))
    row = basis.fids[basis.names.index("-CrCH2")]
    np.testing.assert_allclose(row[0], -2)
    assert "-CrCH2" not in matching_basis(PRESS, 256, names=("Cr",)).names


@pytest.mark.parametrize("names", [("Cr", "Glu"), ("Glu", "PCr"), ("Lac", "NAA")])
def test_scale_of_a_file_is_found(names):
    basis = matching_basis(PRESS, 2048, names=names, macromolecules=False)
    time = np.arange(2048) * 5e-4
    marker = 3 * np.exp(2j * np.pi * (0 - 4.65) * 123.25 * time)
    shape = np.exp(-np.pi * 1.5 * time - (2.0 * time) ** 2)
    fids = 7e-4 * (basis.fids + marker) * shape * np.exp(2j * np.pi * 2.5 * time + 0.4j)
    found = normalise(made(basis, fids=fids))
    assert found.proton_unit == pytest.approx(7e-4, rel=0.02)


def test_scale_that_cannot_be_found_is_said_once():
    basis = made(matching_basis(PRESS, 512, names=("Glu", "Lac"), macromolecules=False))
    found = normalise(normalise(basis))
    assert found.proton_unit is None
    assert found.source.count(NOT_NORMALISED) == 1
    assert with_macromolecules(found).fids.shape[0] == 17


def test_wrong_axis_gives_no_scale():
    basis = made(matching_basis(PRESS, 2048, names=("Cr",), macromolecules=False), centre_ppm=0.0)
    assert normalise(basis).proton_unit is None


BASIS = BasisSet(
    np.ones((1, 8), complex), (Component("Cr"),), 5e-4, 123.25e6, 4.65, "file", "x",
    echo_time_s=0.03, te1_s=0.0126, localisation="press",
)  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "data", "severities"),
    [
        ({}, {}, []),
        ({"echo_time_s": 0.035}, {}, ["danger"]),
        ({"echo_time_s": 0.031}, {}, ["info"]),
        ({"echo_time_s": None}, {}, ["warning"]),
        ({}, {"echo_time_s": None}, ["warning"]),
        ({"localisation": "steam"}, {}, ["danger"]),
        ({"localisation": None}, {}, []),
        ({"te1_s": 0.015}, {}, ["warning"]),
        ({}, {"te1_s": None}, ["warning"]),
        ({"frequency_hz": 124e6}, {}, ["info"]),
        ({"dwell_s": 1.2e-3}, {}, ["danger"]),
    ],
)
def test_findings(basis, data, severities):
    found = check_basis(replace(BASIS, **basis), replace(PRESS, **data))
    assert [f.severity for f in found] == severities
    assert all(f.title and f.detail for f in found)


@pytest.mark.parametrize(
    "change", [{"frequency_hz": 63.9e6}, {"frequency_hz": 127.7e6}, {"nucleus": "31P"}]
)
def test_wrong_field_or_nucleus_is_refused(change):
    with pytest.raises(BasisError):
        check_basis(BASIS, replace(PRESS, **change))
