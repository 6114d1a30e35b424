"""Writers: what is written reads back the same, and other programs' rules are kept."""

import csv
import json

import numpy as np
import pytest
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like, of_dataset
from nifti_mrs.nifti_mrs import NIFTI_MRS

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.formats import (
    deidentify,
    read_basis,
    read_scan,
    write_basis,
    write_nifti_mrs,
    write_scan,
)
from mrsviewer.formats.lcmodel_control import find_control
from mrsviewer.formats.orientation import displacement_mm
from mrsviewer.formats.scan_writer import kind_of
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.dataset import Applied, Dataset
from mrsviewer.model.failure import MrsError
from mrsviewer.model.voxel import Voxel

ACQUISITION = Acquisition("1H", FREQUENCY_HZ, DWELL_S, echo_time_s=0.03, localisation="press")
TILTED = Voxel((1.25, -35.5, 30.75), (20.0, 25.0, 30.0), ((0.8, -0.6, 0), (0.6, 0.8, 0), (0, 0, 1)))


def made(shape=(), dims=(), **changes):
    rng = np.random.default_rng(7)
    fid = np.broadcast_to(brain_like(), (*shape, 512)).copy()
    fid += 0.01 * (rng.standard_normal(fid.shape) + 1j * rng.standard_normal(fid.shape))
    facts = {"voxel": TILTED, **changes}
    return Dataset(fid, ACQUISITION, 4.65, dims, **facts)


@pytest.mark.parametrize("name", ["scan.nii.gz", "scan.nii", "scan.RAW", "scan.H2O", "scan.txt"])
def test_samples_and_axes_survive_to_float_precision(tmp_path, name):
    dataset = made()
    written = write_scan(dataset, tmp_path / name)
    assert written[0] == tmp_path / name
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in written}
    back = read_scan(tmp_path / name).dataset
    np.testing.assert_allclose(back.fid, dataset.fid, rtol=2**-24, atol=2**-24)
    assert back.acquisition.dwell_s == pytest.approx(DWELL_S, rel=1e-9)
    assert back.acquisition.frequency_hz == pytest.approx(FREQUENCY_HZ, abs=1)
    assert back.acquisition.localisation == "press"
    assert of_dataset(back) == pytest.approx(2.01, abs=0.01)


def test_geometry_survives_where_the_format_has_one(tmp_path):
    for k, dataset in enumerate([made(), made((3, 4), ("coil", "transient"))]):
        path = tmp_path / f"{k}.nii.gz"
        write_scan(dataset, path)
        assert displacement_mm(read_scan(path).dataset.voxel, TILTED) < 0.01


def test_raw_echo_time_and_control_file(tmp_path):
    write_scan(made(), tmp_path / "case.RAW")
    text = (tmp_path / "case.control").read_text()
    assert "FILRAW = 'case.RAW'" in text
    assert "FILH2O" not in text
    write_scan(made(), tmp_path / "case.H2O")
    text = (tmp_path / "case.control").read_text()
    assert "FILRAW = 'case.RAW'" in text
    assert "FILH2O = 'case.H2O'" in text
    assert find_control(tmp_path / "case.H2O").is_water
    assert not find_control(tmp_path / "case.RAW").is_water
    assert read_scan(tmp_path / "case.RAW").dataset.acquisition.echo_time_s == 0.03
    write_scan(made(), tmp_path / "case.RAW")
    assert "FILH2O" in (tmp_path / "case.control").read_text()


def test_raw_is_laid_out_as_its_format_says(tmp_path):
    write_scan(made(), tmp_path / "case.RAW")
    lines = (tmp_path / "case.RAW").read_text().split(" $END\n")[-1].splitlines()
    assert len(lines) == 512
    assert {len(line) for line in lines} == {32}


def test_raw_of_several_voxels(tmp_path):
    dataset = made((3,), ("measurement",))
    write_scan(dataset, tmp_path / "case.RAW")
    back = read_scan(tmp_path / "case.RAW").dataset
    assert back.dims == ("measurement",)
    np.testing.assert_allclose(back.fid, dataset.fid, rtol=2**-24, atol=2**-24)


def test_a_control_file_by_a_person_is_not_overwritten(tmp_path):
    control = tmp_path / "case.control"
    control.write_text(" $LCMODL\n PPMST = 3.8\n $END\n")
    with pytest.raises(MrsError, match="not by this program"):
        write_scan(made(), tmp_path / "case.RAW")
    assert "3.8" in control.read_text()
    assert not (tmp_path / "case.RAW").exists()


@pytest.mark.parametrize("dim", ["coil", "transient", "edit"])
def test_raw_refuses_what_it_cannot_tell_apart(tmp_path, dim):
    with pytest.raises(MrsError, match="cannot tell apart"):
        write_scan(made((2,), (dim,)), tmp_path / "case.RAW")
    assert list(tmp_path.iterdir()) == []


def test_raw_is_for_protons(tmp_path):
    phosphorus = Dataset(brain_like(), Acquisition("31P", 49.9e6, 5e-4), 0.0)
    with pytest.raises(MrsError, match="1H only"):
        write_scan(phosphorus, tmp_path / "p.RAW")
    write_scan(phosphorus, tmp_path / "p.txt")
    assert read_scan(tmp_path / "p.txt").dataset.acquisition.nucleus == "31P"


def test_jmrui_of_many_signals(tmp_path):
    dataset = made((2, 3), ("coil", "transient"))
    write_scan(dataset, tmp_path / "all.txt", identity=Identity(patient_name="Roe\nJane"))
    scan = read_scan(tmp_path / "all.txt")
    np.testing.assert_allclose(scan.dataset.fid, dataset.fid.reshape(6, -1), rtol=1e-7, atol=1e-7)
    assert scan.identity.patient_name == "Roe Jane"


def test_csv_has_signal_and_spectrum(tmp_path):
    dataset = made((2,), ("transient",))
    write_scan(dataset, tmp_path / "scan.csv")
    with (tmp_path / "scan.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 512
    second = [row for row in rows if row["transient"] == "2"]
    fid = np.array([float(r["fid_real"]) + 1j * float(r["fid_imag"]) for r in second])
    np.testing.assert_allclose(fid, dataset.fid[1], rtol=1e-8, atol=1e-8)
    lines = np.array([float(r["spectrum_real"]) + 1j * float(r["spectrum_imag"]) for r in second])
    np.testing.assert_allclose(lines, spectrum(dataset.fid[1])[::-1], rtol=1e-8, atol=1e-7)
    ppm = np.array([float(r["ppm"]) for r in second])
    np.testing.assert_allclose(ppm, ppm_axis(512, DWELL_S, FREQUENCY_HZ * 1e-6, 4.65)[::-1])
    assert float(second[3]["time_s"]) == pytest.approx(3 * DWELL_S)


@pytest.mark.parametrize("name", ["scan", "scan.dat", ".csv", "scan.rda"])
def test_unknown_endings_are_refused(tmp_path, name):
    with pytest.raises(MrsError, match="ending"):
        write_scan(made(), tmp_path / name)


def test_the_kind_may_be_named(tmp_path):
    write_scan(made(), tmp_path / "scan.dat", "jmrui")
    assert read_scan(tmp_path / "scan.dat").format == "jMRUI text"
    assert kind_of(tmp_path / "A.NII.GZ") == "nifti-mrs"
    with pytest.raises(ValueError, match="no format"):
        write_scan(made(), tmp_path / "scan.dat", "wav")


@pytest.mark.parametrize("name", ["a.RAW", "a.txt", "a.csv", "a.nii.gz"])
def test_a_missing_folder_is_told(tmp_path, name):
    with pytest.raises(MrsError, match="Cannot write"):
        write_scan(made(), tmp_path / "missing" / name)


@pytest.mark.parametrize("centre", [4.65, 4.68])
def test_basis_survives(tmp_path, centre):
    t = np.arange(1024) * 2.5e-4
    hz = [(ppm - centre) * 123.2 for ppm in (2.008, 3.027, 3.35)]
    fids = np.stack([3 * np.exp(2j * np.pi * f * t - 12 * t) for f in hz])
    parts = tuple(Component(name) for name in ("NAA", "Cr", "sIns"))
    basis = BasisSet(
        fids, parts, 2.5e-4, 123.2e6, centre, "made here", "x", None, 0.03, 0.015, "press"
    )
    write_basis(basis, tmp_path / "made.basis")
    back = read_basis(tmp_path / "made.basis")
    assert back.names == basis.names
    assert (back.echo_time_s, back.te1_s, back.localisation) == (0.03, 0.015, "press")
    moved = fids * np.exp(2j * np.pi * (centre - 4.65) * 123.2 * t)
    np.testing.assert_allclose(back.fids, moved, atol=3e-6)
    assert "FWHMBA = 0.0" in (tmp_path / "made.basis").read_text()


def test_basis_with_a_name_too_long_for_lcmodel(tmp_path):
    basis = BasisSet(
        np.ones((1, 64), complex), (Component("Phenylalanine"),), 5e-4, 1e8, 4.65, "", ""
    )
    with pytest.raises(MrsError, match="6 letters"):
        write_basis(basis, tmp_path / "made.basis")


def test_provenance_is_written_in_the_words_of_the_standard(tmp_path):
    steps = (
        Applied("combinecoils", 2, '{"method":"svd"}', "4 coils"),
        Applied("averagetransients", 1, "{}", "16 transients"),
    )
    path = tmp_path / "scan.nii.gz"
    write_scan(made(provenance=steps), path)
    header = json.loads(NIFTI_MRS(str(path), validate_on_creation=True).header.extensions[0].text)
    listed = header["ProcessingApplied"]
    assert [step["Method"] for step in listed] == ["RF coil combination", "Signal averaging"]
    assert {step["Program"] for step in listed} == {"mrsviewer"}
    assert read_scan(path).dataset.provenance == steps


def test_real_scan_through_every_format(shared_data, tmp_path):
    scan = read_scan(shared_data / "philips/osprey_press35/sub-01_PRESS_35_act.sdat")
    scale = np.abs(scan.dataset.fid).max()
    for name in ("a.nii.gz", "a.RAW", "a.txt"):
        write_scan(scan.dataset, tmp_path / name)
        back = read_scan(tmp_path / name).dataset
        np.testing.assert_allclose(back.fid / scale, scan.dataset.fid / scale, rtol=0, atol=1e-8)
        assert back.acquisition.frequency_hz == pytest.approx(scan.dataset.acquisition.frequency_hz)


def test_real_basis_survives(shared_data, tmp_path):
    basis = read_basis(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS")
    write_basis(basis, tmp_path / "again.basis")
    back = read_basis(tmp_path / "again.basis")
    assert back.names == basis.names
    assert back.centre_ppm == pytest.approx(basis.centre_ppm, abs=0.002)
    n = min(basis.fids.shape[1], back.fids.shape[1])
    t = np.arange(n) * basis.dwell_s
    away = (basis.centre_ppm - back.centre_ppm) * basis.frequency_hz * 1e-6
    moved = basis.fids[:, :n] * np.exp(2j * np.pi * away * t)
    np.testing.assert_allclose(back.fids[:, :n], moved, atol=1e-6 * np.abs(moved).max())


def test_deidentified_files_read_back_with_the_same_samples(tmp_path):
    dataset = made()
    cleaned = deidentify(dataset, Identity("Roe^Jane"))
    write_nifti_mrs(cleaned.dataset, tmp_path / "a.nii.gz")
    np.testing.assert_array_equal(read_scan(tmp_path / "a.nii.gz").dataset.fid, dataset.fid)
