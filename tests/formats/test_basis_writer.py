"""Written basis sets read back the same, within what each format can hold."""

from dataclasses import fields

import numpy as np
import pytest

from mrsviewer.formats import read_basis, write_basis
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.basis_content import content_digest
from mrsviewer.model.failure import MrsError

PLACES = {"Cr": 3.027, "NAA": 2.008, "GPC": 3.212, "Lac": 1.31}


@pytest.fixture
def basis():
    time = np.arange(1024) * 4e-4
    hz = (np.array(list(PLACES.values())) - 4.7) * 123.2
    fids = np.exp((2j * np.pi * hz[:, None] - np.pi * 3) * time) * [[3], [3], [9], [3]]
    return BasisSet(
        fids,
        (*(Component(name) for name in list(PLACES)[:3]), Component("Lac", "lipid", 0.01, 0.1)),
        4e-4,
        123.2e6,
        4.7,
        "made, edited: β moved",
        "d",
        1.0,
        0.03,
        0.011,
        "press",
        line_ppm=0.024,
    )


def test_own_format_keeps_every_bit(basis, tmp_path):
    (path,) = write_basis(basis, tmp_path / "set.mrsbasis")
    back = read_basis(path)
    assert back.digest == content_digest(basis)
    np.testing.assert_array_equal(back.fids, basis.fids)
    for field in fields(BasisSet):
        if field.name not in {"fids", "digest"}:
            assert getattr(back, field.name) == getattr(basis, field.name)
    assert [p.name for p in tmp_path.iterdir()] == ["set.mrsbasis"]


@pytest.mark.parametrize("place", [0.2, 0.5, 0.999])
def test_one_changed_byte_of_the_own_format_is_seen(basis, tmp_path, place):
    (path,) = write_basis(basis, tmp_path / "set.mrsbasis")
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 4
    path.write_bytes(data)
    with pytest.raises(MrsError, match=r"damaged|altered"):
        read_basis(path)


@pytest.mark.parametrize("name", ["set.basis", "set"])
def test_formats_of_others_keep_signals_to_their_digits(basis, tmp_path, name):
    written = write_basis(basis, tmp_path / name)
    assert all(path.is_file() for path in written)
    back = read_basis(tmp_path / name)
    turn = np.exp(2j * np.pi * (4.7 - back.centre_ppm) * 123.2 * np.arange(1024) * 4e-4)
    for component, fid in zip(basis.components, basis.fids * turn, strict=True):
        got = back.fids[back.names.index(component.name)]
        np.testing.assert_allclose(got, fid, atol=1e-6 * abs(fid[0]))
    assert back.dwell_s == pytest.approx(4e-4, rel=1e-9)
    assert back.frequency_hz == pytest.approx(123.2e6, abs=1)
    assert back.localisation == "press"
    if name == "set.basis":
        assert (back.echo_time_s, back.te1_s) == pytest.approx((0.03, 0.011))


def test_a_folder_with_something_in_it_is_left_alone(basis, tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep")
    with pytest.raises(MrsError, match="be made"):
        write_basis(basis, folder)
    assert [p.name for p in tmp_path.iterdir()] == ["set"]
    assert (folder / "mine.txt").read_text() == "keep"


def test_names_that_stand_for_no_format_are_refused(basis, tmp_path):
    with pytest.raises(MrsError, match="End it in"):
        write_basis(basis, tmp_path / "set.pdf")
