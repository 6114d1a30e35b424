import gzip
import json
import os
import stat
from dataclasses import replace

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like, of_dataset
from nifti_mrs.nifti_mrs import NIFTI_MRS

from mrsviewer.formats import nifti_mrs
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Applied, Dataset
from mrsviewer.model.failure import FormatError, MrsError
from mrsviewer.model.voxel import Voxel

ACQUISITION = Acquisition(
    "1H", FREQUENCY_HZ, DWELL_S, 0.03, 0.0115, 2.0, sequence="svs_se", localisation="press",
    averages=128, water_suppressed=True, vendor="Philips/Best", scanner="Achieva", software="R5",
)  # fmt: skip
IDENTITY = Identity("Doe^Jane", "17/4", "1970-01-02", "F", "20200304", "Clinic", "PRESS 30/35")
AXES = ((0.8, -0.6, 0.0), (0.6, 0.8, 0.0), (0.0, 0.0, 1.0))
VOXEL = Voxel((-41.603, 21.569, -4.959), (20.0, 40.0, 25.0), AXES)
STEAM = "nifti_mrs/steam7t/metab_deid.nii.gz"


def _dataset(shape=(), dims=(), voxel=VOXEL, scale=1.0):
    fid = np.broadcast_to(brain_like(), (*shape, 512)) * scale
    weights = np.arange(1, 1 + int(np.prod(shape))).reshape(*shape, 1)
    return Dataset(np.ascontiguousarray(fid * weights), ACQUISITION, 4.65, dims, voxel)


def _round_trip(dataset, path, identity=None):
    nifti_mrs.write(dataset, path, identity)
    return nifti_mrs.read(path)[0]


def _rewritten(path, entries=None, **header):
    """Change header fields or the JSON of a file written before, without any check."""
    image = nibabel.load(path)
    data = np.asarray(image.dataobj)
    new = type(image)(data, image.affine, image.header)
    for key, value in header.items():
        new.header[key] = value
    text = json.loads(image.header.extensions[0].text)
    text.update(entries or {})
    text = {key: value for key, value in text.items() if value is not None}
    new.header.extensions.clear()
    new.header.extensions.append(nibabel.nifti1.Nifti1Extension(44, json.dumps(text).encode()))
    path.write_bytes(new.to_bytes())
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ((), ()),
        ((4,), ("coil",)),
        ((4, 3), ("coil", "transient")),
        ((2, 3), ("edit", "measurement")),
        ((4, 3, 2), ("coil", "transient", "edit")),
        ((2, 3, 4), ("x", "y", "z")),
        ((3, 2, 5), ("x", "y", "transient")),
    ],
)
def test_round_trip(tmp_path, name, shape, dims):
    dataset = _dataset(shape, dims)
    scan = _round_trip(dataset, tmp_path / name, IDENTITY)
    np.testing.assert_array_equal(scan.dataset.fid, dataset.fid)
    assert scan.dataset.dims == dims
    kind = "mega-press" if "edit" in dims else "press"
    assert scan.dataset.acquisition == replace(ACQUISITION, localisation=kind)
    assert scan.identity == IDENTITY
    assert (scan.format, scan.dataset.centre_ppm) == ("NIfTI-MRS", 4.65)
    np.testing.assert_allclose(scan.dataset.voxel.affine(), VOXEL.affine(), atol=1e-6)


@pytest.mark.parametrize("dims", [(), ("coil", "transient")])
def test_written_files_satisfy_the_standard(tmp_path, dims):
    path = tmp_path / "a.nii.gz"
    dataset = _dataset((4, 3)[: len(dims)], dims)
    dataset = replace(dataset, provenance=(Applied("average", 2, '{"a": 1}', "3 of 4"),))
    nifti_mrs.write(dataset, path, IDENTITY)
    checked = NIFTI_MRS(str(path), validate_on_creation=True)
    assert checked.nucleus == ["1H"]
    assert checked.spectrometer_frequency == [pytest.approx(127.7)]
    assert checked.dwelltime == DWELL_S
    np.testing.assert_allclose(checked[0, 0, 0].reshape(512, -1)[:, 0], brain_like(), atol=1e-6)


def test_sign_on_disk_is_the_conjugate(tmp_path):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    stored = np.asarray(nibabel.load(path).dataobj)[0, 0, 0]
    np.testing.assert_allclose(stored, brain_like().conj(), atol=1e-6)


def test_precision_is_what_the_samples_need(tmp_path):
    nifti_mrs.write(_dataset(), tmp_path / "double.nii")
    assert nibabel.load(tmp_path / "double.nii").get_data_dtype() == np.complex128
    single = brain_like().astype(np.complex64).astype(np.complex128)
    nifti_mrs.write(replace(_dataset(), fid=single), tmp_path / "single.nii")
    assert nibabel.load(tmp_path / "single.nii").get_data_dtype() == np.complex64


def test_provenance_is_kept(tmp_path):
    steps = (
        Applied("combine_coils", 3, '{"whiten": true}', "4 coils"),
        Applied("average", 1, "{}"),
    )
    scan = _round_trip(replace(_dataset(), provenance=steps), tmp_path / "a.nii")
    assert scan.dataset.provenance == steps


def test_what_is_unknown_stays_unknown(tmp_path):
    bare = replace(
        _dataset(voxel=None), acquisition=Acquisition("31P", 51.7e6, DWELL_S), centre_ppm=0.0
    )
    path = tmp_path / "a.nii.gz"
    scan = _round_trip(bare, path)
    assert scan.dataset.acquisition == bare.acquisition
    assert scan.dataset.voxel is None
    assert scan.identity == Identity()
    assert "Patient" not in nibabel.load(path).header.extensions[0].text
    NIFTI_MRS(str(path), validate_on_creation=True)


def test_axes_of_length_one_are_left_out(tmp_path):
    scan = _round_trip(_dataset((1, 3), ("coil", "transient")), tmp_path / "a.nii")
    assert scan.dataset.dims == ("transient",)
    NIFTI_MRS(str(tmp_path / "a.nii"), validate_on_creation=True)


def test_writing_is_atomic_with_the_usual_file_mode(tmp_path, monkeypatch):
    path = tmp_path / "a.nii"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(MrsError, match="No space left"):
        nifti_mrs.write(_dataset(), path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.nii"]
    monkeypatch.undo()
    nifti_mrs.write(_dataset(), path)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("name", ["a.txt", "a", "a.nii.zip"])
def test_other_suffixes_are_refused(tmp_path, name):
    with pytest.raises(MrsError, match=r"called \.nii"):
        nifti_mrs.write(_dataset(), tmp_path / name)


def test_missing_folder_is_told(tmp_path):
    with pytest.raises(MrsError, match=r"Cannot write a\.nii"):
        nifti_mrs.write(_dataset(), tmp_path / "no" / "a.nii")


def test_too_many_axes_are_told(tmp_path):
    dims = ("coil", "transient", "edit", "measurement")
    with pytest.raises(MrsError, match="at most three"):
        nifti_mrs.write(_dataset((2, 2, 2, 2), dims), tmp_path / "a.nii")


@pytest.mark.parametrize(("unit", "step"), [(8, 5e-4), (16, 0.5), (24, 500.0)])
def test_units_of_time(tmp_path, unit, step):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    pixdim = [1, 20, 40, 25, step, 1, 1, 1]
    scan = nifti_mrs.read(_rewritten(path, xyzt_units=2 | unit, pixdim=pixdim))[0]
    assert scan.dataset.acquisition.dwell_s == pytest.approx(5e-4)


@pytest.mark.parametrize(
    ("entries", "title"),
    [
        ({"SpectralWidth": 1000.0}, "Spectral width and dwell time differ"),
        ({"EchoTime": 35}, "EchoTime of the file not used"),
        ({"ResonantNucleus": None}, "Nucleus not known"),
        ({"SpectrometerFrequency": [127.7e6]}, "Spectrometer frequency given in Hz"),
    ],
)
def test_doubtful_headers_are_told(tmp_path, entries, title):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    scan = nifti_mrs.read(_rewritten(path, entries))[0]
    assert title in [finding.title for finding in scan.findings]
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(127.7e6)
    assert scan.dataset.acquisition.echo_time_s in {0.03, None}


def test_a_scalar_frequency_and_nucleus_are_tolerated(tmp_path):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    entries = {"SpectrometerFrequency": 127.7, "ResonantNucleus": "1H"}
    assert nifti_mrs.read(_rewritten(path, entries))[0].dataset.acquisition.nucleus == "1H"


def test_other_tags_become_measurements_and_are_told(tmp_path):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset((4, 3), ("transient", "measurement")), path)
    scan = nifti_mrs.read(_rewritten(path, {"dim_5": "DIM_PHASE_CYCLE"}))[0]
    assert scan.dataset.dims == ("measurement",)
    assert scan.dataset.fid.shape == (12, 512)
    np.testing.assert_allclose(scan.dataset.fid[:, 0].real, 6.2 * np.arange(1, 13))
    assert "Axis 5 is DIM_PHASE_CYCLE" in [finding.title for finding in scan.findings]


def test_processing_of_other_programs_is_kept(tmp_path):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    step = {"Time": "t", "Program": "FSL-MRS", "Version": "2", "Method": "ECC", "Details": "x"}
    scan = nifti_mrs.read(_rewritten(path, {"ProcessingApplied": [step]}))[0]
    assert scan.dataset.provenance == (Applied("ECC", 0, "{}", "FSL-MRS 2: x"),)


@pytest.mark.parametrize("mirrored", [True, False])
def test_drafts_without_version_are_turned_by_their_peaks(tmp_path, mirrored):
    path = tmp_path / "a.nii"
    fid = brain_like().conj() if mirrored else brain_like()
    nifti_mrs.write(replace(_dataset(), fid=fid), path)
    scan = nifti_mrs.read(_rewritten(path, intent_name=b""))[0]
    assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.01)
    assert "File from before the NIfTI-MRS standard" in [f.title for f in scan.findings]


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_cut_files_are_refused_at_once(tmp_path, name, share):
    path = tmp_path / name
    nifti_mrs.write(_dataset((4,), ("coil",)), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(FormatError):
        nifti_mrs.read(path)


def test_images_and_missing_headers_are_refused(tmp_path):
    path = tmp_path / "image.nii.gz"
    nibabel.Nifti1Image(np.zeros((4, 4, 4), np.float32), np.eye(4)).to_filename(path)
    assert not nifti_mrs.sniff(path, path.read_bytes()[:4096])
    with pytest.raises(FormatError, match="an image, not spectroscopy"):
        nifti_mrs.read(path)
    bare = nibabel.Nifti1Image(np.ones((1, 1, 1, 16), np.complex64), np.eye(4))
    bare.header["pixdim"][4] = DWELL_S
    bare.to_filename(path)
    with pytest.raises(FormatError, match="no NIfTI-MRS header extension"):
        nifti_mrs.read(path)


@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ({"SpectrometerFrequency": None}, "does not say the spectrometer frequency"),
        ({"SpectrometerFrequency": ["x"]}, "does not say the spectrometer frequency"),
        ({"SpectrometerFrequency": [0.1]}, "cannot be right"),
    ],
)
def test_headers_without_frequency_are_refused(tmp_path, entries, match):
    path = tmp_path / "a.nii"
    nifti_mrs.write(_dataset(), path)
    with pytest.raises(FormatError, match=match):
        nifti_mrs.read(_rewritten(path, entries))


@given(st.binary(min_size=1, max_size=60), st.integers(0, 1500))
@settings(max_examples=80, deadline=None)
def test_any_damage_gives_a_scan_or_a_format_error(tmp_path_factory, junk, at):
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "a.nii"
    nifti_mrs.write(_dataset(), path)
    data = bytearray(path.read_bytes())
    data[at : at + len(junk)] = junk
    path.write_bytes(bytes(data))
    try:
        scan = nifti_mrs.read(path)[0]
    except FormatError:
        return
    assert np.isfinite(scan.dataset.fid).all()


def _agrees(scan, fact):
    dataset = scan.dataset
    a = dataset.acquisition
    assert a.frequency_hz == pytest.approx(fact["f0_MHz"] * 1e6)
    assert a.dwell_s == pytest.approx(fact["dwell_s"], rel=1e-6)
    assert a.echo_time_s == fact["EchoTime_s"]
    assert a.repetition_time_s == fact["RepetitionTime_s"]
    assert dataset.fid.shape == (*fact["shape"][4:], fact["shape"][3])
    np.testing.assert_allclose(dataset.voxel.centre_ras_mm, fact["centre_RAS_mm"], atol=0.01)
    np.testing.assert_allclose(dataset.voxel.size_mm, fact["size_mm"], atol=0.01)
    np.testing.assert_allclose(dataset.voxel.corners_ras_mm(), fact["corners_RAS_mm"], atol=0.01)


def test_real_files_agree_with_the_facts(shared_data):
    facts = json.loads((shared_data / "facts.json").read_text())
    chosen = {name: fact for name, fact in facts.items() if name.startswith("nii_ntm_")}
    assert len(chosen) == 5
    for fact in chosen.values():
        path = shared_data / fact["source"].removeprefix("data/")
        with path.open("rb") as stream:
            assert nifti_mrs.sniff(path, stream.read(4096))
        _agrees(nifti_mrs.read(path)[0], fact)


def test_real_spectrum_has_naa_at_its_place(shared_data):
    scan = nifti_mrs.read(shared_data / STEAM)[0]
    assert of_dataset(scan.dataset, 1.5, 3.5) == pytest.approx(2.01, abs=0.01)
    assert (scan.dataset.acquisition.localisation, scan.identity.sex) == ("steam", "M")
    raw = nifti_mrs.read(shared_data / "nifti_mrs/steam7t/metab_raw_deid.nii.gz")[0]
    assert raw.dataset.dims == ("coil", "transient")
    assert of_dataset(raw.dataset, 1.5, 2.5) == pytest.approx(2.0, abs=0.03)


def test_real_edited_dynamics(shared_data):
    fact = json.loads((shared_data / "facts.json").read_text())["mpress_spant"]
    scan = nifti_mrs.read(shared_data / "philips/spant_mpress/spant_mpress_drift.nii.gz")[0]
    assert scan.dataset.dims == ("transient",)
    _agrees(scan, fact)


def test_real_draft_is_read_with_warnings(shared_data):
    scan = nifti_mrs.read(shared_data / "text/spec2nii_same_scan/metab.nii")[0]
    assert scan.dataset.acquisition.frequency_hz == 297219948.0
    assert scan.dataset.acquisition.dwell_s == 8.33e-5
    assert of_dataset(scan.dataset, 1.5, 3.5) == pytest.approx(2.01, abs=0.02)
    assert "File from before the NIfTI-MRS standard" in [f.title for f in scan.findings]


def test_real_files_survive_a_round_trip(shared_data, tmp_path):
    scan = nifti_mrs.read(shared_data / "nifti_mrs/steam7t/metab_raw_deid.nii.gz")[0]
    again = _round_trip(scan.dataset, tmp_path / "a.nii.gz", scan.identity)
    np.testing.assert_array_equal(again.dataset.fid, scan.dataset.fid)
    assert again.dataset.acquisition == scan.dataset.acquisition
    assert again.identity == scan.identity
    drift = np.abs(again.dataset.voxel.affine() - scan.dataset.voxel.affine()).max()
    assert drift < 0.01


def test_compressed_bytes_do_not_carry_the_time(tmp_path):
    nifti_mrs.write(_dataset(), tmp_path / "a.nii.gz")
    data = (tmp_path / "a.nii.gz").read_bytes()
    assert data[4:8] == b"\x00" * 4
    assert gzip.decompress(data)[:4] == (540).to_bytes(4, "little")
