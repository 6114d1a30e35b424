"""Damaged, foreign and misnamed files: a FormatError each, never a crash, never fewer points."""

import shutil
import time

import numpy as np
import pytest
import vendor_files as make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrsviewer.formats import read_basis, read_scans, read_volume
from mrsviewer.formats.registry import FORMATS
from mrsviewer.model.failure import FormatError

WRITERS = {
    "SDAT": make.write_sdat,
    "SPAR": lambda folder: make.write_sdat(folder).with_suffix(".SPAR"),
    "RDA": make.write_rda,
    "IMA": make.write_siemens,
    "enhanced": make.write_enhanced,
}
REAL = (
    "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
    "philips/osprey_press35/sub-01_PRESS_35_act.spar",
    "siemens/suspect/SVS_30.rda",
    "siemens/suspect/SVS_30.IMA",
    "siemens/suspect/SVS_XA60.dcm",
    "siemens/va21/SIEMENSTEST",
    "siemens/pastis/spinal_cord_sLASER_longTE_WS.dcm",
    "philips/suspect_enhanced/IM-0001-0002.dcm",
    "nifti_mrs/steam7t/metab_raw_deid.nii.gz",
    "lcmodel/test_lcm/data.raw",
    "text/fitting_challenge/jmrui/dataset1_WS.txt",
)
FOREIGN = {
    "nothing.rda": b"",
    "zeros.SDAT": b"\0" * 16384,
    "noise.rda": np.random.default_rng(0).bytes(20000),
    "noise.dcm": np.random.default_rng(1).bytes(20000),
    "noise.IMA": b"\0" * 128 + b"DICM" + np.random.default_rng(2).bytes(20000),
    "noise.nii.gz": np.random.default_rng(3).bytes(20000),
    "noise.7": np.random.default_rng(4).bytes(200000),
    "words.txt": b"The quick brown fox.\n" * 100,
    "picture.dcm": b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    "page.raw": b"<!DOCTYPE html><html>",
    "half.gz": b"\x1f\x8b\x08\0\0\0\0\0",
    "xz.rda": b"\xfd7zXZ\0\0",
    "one": b"x",
    "header only.rda": b">>> Begin of header <<<\r\n>>> End of header <<<\r\n",
}


def refused(path, read=read_scans):
    start = time.perf_counter()
    with pytest.raises(FormatError) as caught:
        read(path)
    failure = caught.value.failure
    assert path.name in failure.title
    assert failure.cause
    assert failure.remedy
    assert "\n" not in failure.one_line()
    return time.perf_counter() - start


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_and_random_files(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FOREIGN[name])
    for read in (read_scans, read_volume, read_basis):
        refused(path, read)


def test_missing_files_and_folders(tmp_path):
    refused(tmp_path / "nowhere.sdat")
    folder = tmp_path / "folder"
    folder.mkdir()
    for read in (read_scans, read_volume, read_basis):
        refused(folder, read)


@pytest.mark.parametrize("percent", [0, 10, 50, 90])
@pytest.mark.parametrize("kind", WRITERS)
def test_made_files_cut_short(tmp_path, kind, percent):
    path = WRITERS[kind](tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * percent // 100])
    refused(path)


@pytest.mark.parametrize("percent", [0, 10, 50, 90])
@pytest.mark.parametrize("name", REAL)
def test_real_files_cut_short(tmp_path, shared_data, name, percent):
    source = shared_data / name
    for part in source.parent.glob(source.stem + ".*"):
        if part.suffix.lower() in {".sdat", ".spar"}:
            shutil.copyfile(part, tmp_path / part.name)
    path = tmp_path / source.name
    data = source.read_bytes()
    path.write_bytes(data[: len(data) * percent // 100])
    refused(path)


@pytest.mark.parametrize("name", REAL)
def test_random_bytes_under_every_name(tmp_path, shared_data, name):
    source = shared_data / name
    for part in source.parent.glob(source.stem + ".*"):
        if part.suffix.lower() in {".sdat", ".spar"}:
            shutil.copyfile(part, tmp_path / part.name)
    path = tmp_path / source.name
    path.write_bytes(np.random.default_rng(7).bytes(source.stat().st_size))
    refused(path)


@pytest.mark.parametrize("kind", ["RDA", "IMA", "enhanced"])
@pytest.mark.parametrize("suffix", [".txt", ".nii.gz", ".sdat", ".basis", ""])
def test_a_wrong_suffix_does_not_matter(tmp_path, kind, suffix):
    path = WRITERS[kind](tmp_path)
    other = path.rename(tmp_path / f"renamed{suffix}")
    assert read_scans(other)[0].dataset.points == make.POINTS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken/imaging_twix_gre.dat", "TWIX"),
        ("philips/spant_mpress/spant_mpress_drift.rda", "R data"),
        ("mrsi/oryx/K_01_T1_brain.nii.gz", "image"),
        ("siemens/suspect/mri/T1.0010.IMA", "image"),
        ("basis/press3T_30ms_fitting_challenge.BASIS", "basis set"),
        ("lcmodel/suspect/svs_97.COORD", "results"),
        ("facts.json", "JSON"),
    ],
)
def test_what_it_looks_like_is_said(shared_data, name, words):
    with pytest.raises(FormatError, match=words):
        read_scans(shared_data / name)


def test_every_row_of_the_registry_can_be_asked(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"x")
    assert len({row.name for row in FORMATS}) == len(FORMATS)
    assert not any(row.sniff(path, b"x") for row in FORMATS)


def test_reader_faults_of_every_kind_become_format_errors(tmp_path, monkeypatch):
    path = make.write_rda(tmp_path)
    for fault in (KeyError("a"), ValueError("b"), OverflowError(), EOFError(), MemoryError()):

        def broken(_path, fault=fault):
            raise fault

        monkeypatch.setattr("mrsviewer.formats.siemens_rda.read", broken)
        with pytest.raises(FormatError, match="cannot be understood") as caught:
            read_scans(path)
        assert type(fault).__name__ in caught.value.failure.details


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    return {kind: write(folder) for kind, write in WRITERS.items()}


@pytest.mark.parametrize("kind", WRITERS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6))
def test_mutated_files_are_read_whole_or_refused(originals, tmp_path, kind, edits):
    source = originals[kind]
    data = bytearray(source.read_bytes())
    for where, patch in edits:
        at = int(where * (len(data) - len(patch)))
        data[at : at + len(patch)] = patch
    if kind in {"SDAT", "SPAR"}:
        other = ".SPAR" if kind == "SDAT" else ".SDAT"
        shutil.copyfile(source.with_suffix(other), tmp_path / f"scan_act{other}")
    path = tmp_path / source.name
    path.write_bytes(data)
    try:
        scans = read_scans(path)
    except FormatError:
        return
    for scan in scans:
        assert scan.dataset.points >= 2
        assert np.all(np.isfinite(scan.dataset.fid))
        assert scan.dataset.acquisition.frequency_hz > 0
        assert scan.dataset.acquisition.dwell_s > 0
