"""Siemens TWIX: real scans against their DICOM, made files of VB and VD, damage, fuzz."""

import mmap
import sys

import numpy as np
import pytest
import raw_files as raw
import vendor_files as make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrsviewer.formats import open_exam, read_scan, read_scans
from mrsviewer.formats import siemens_twix_layout as layout
from mrsviewer.formats.description import describe
from mrsviewer.formats.orientation import displacement_mm
from mrsviewer.formats.signs import SIGNS
from mrsviewer.model.failure import FormatError

PASTIS = "siemens/pastis/spinal_cord_sLASER_longTE_noWS"
STEAM = "siemens/twix/meas_MID311_STEAM_wref1.dat"
COILS = np.array([1.0, 0.6 * np.exp(1j), 0.3 * np.exp(-2j)])


def coils(fid, sensitivities=COILS):
    return sensitivities[:, None] * fid


def suppressed(seed=0):
    return make.fid(water=2.0, seed=seed, points=raw.POINTS)


def water(seed=1):
    return make.water_fid(seed=seed, points=raw.POINTS)


def shots(count=4, **kwargs):
    return [
        raw.shot(raw.oversampled(coils(suppressed(k))), average=k, **kwargs) for k in range(count)
    ]


# Real files.


def test_twix_and_dicom_of_one_scan_are_the_same_signal(shared_data):
    """The scanner keeps 4096 of 8224 samples: half the band, 2 samples before the echo cut off.

    With one complex weight per coil the mean of the two transients is the DICOM's signal to
    0.2 %; one sample of shift, or the shots flagged as noise or phase correction, give 2 % or more.
    Only the last samples differ: the scanner lets its filter ring into them.
    """
    twix = read_scan(shared_data / f"{PASTIS}.dat").dataset
    dicom = read_scan(shared_data / f"{PASTIS}.dcm").dataset
    assert twix.points == dicom.points == 4096
    assert twix.acquisition.dwell_s == pytest.approx(dicom.acquisition.dwell_s)
    assert twix.dims == ("transient", "coil")
    assert twix.fid.shape == (2, 8, 4096)

    def misfit(signals, inside=slice(0, -40)):
        weights, *_ = np.linalg.lstsq(signals.T[inside], dicom.fid[inside], rcond=None)
        rest = (weights @ signals - dicom.fid)[inside]
        return np.linalg.norm(rest) / np.linalg.norm(dicom.fid[inside])

    mean = twix.fid.mean(axis=0)
    assert misfit(mean) < 2e-3
    assert misfit(np.roll(mean, 1, axis=1), slice(2, -40)) > 0.015
    assert misfit(mean.conj()) > 0.1
    assert not SIGNS["siemens_twix"].conjugate


def test_twix_and_dicom_of_one_scan_give_the_same_voxel(shared_data):
    twix = read_scan(shared_data / f"{PASTIS}.dat")
    dicom = read_scan(shared_data / f"{PASTIS}.dcm")
    one, two = twix.dataset.voxel, dicom.dataset.voxel
    np.testing.assert_allclose(one.corners_ras_mm(), two.corners_ras_mm(), atol=1e-3)
    a, b = twix.dataset.acquisition, dicom.dataset.acquisition
    assert (a.frequency_hz, a.nucleus, a.localisation) == (b.frequency_hz, b.nucleus, "slaser")
    assert a.echo_time_s == pytest.approx(b.echo_time_s) == pytest.approx(0.04168)
    assert a.repetition_time_s == pytest.approx(b.repetition_time_s)
    assert twix.identity.study_date == dicom.identity.study_date == "2019-09-25"
    assert twix.identity.sex == dicom.identity.sex == "F"
    assert twix.identity.protocol == dicom.identity.protocol
    told = [f.detail for f in twix.findings if f.title == "Readouts set apart"]
    assert told == ["1 noise, 1 phase correction."]


def test_steam_water_reference(shared_data):
    """The header asks for 2048 samples without oversampling; 4096 were acquired."""
    scan = read_scan(shared_data / STEAM)
    shown = describe(scan)
    assert (shown["coils"], shown["transients"], shown["points"]) == (32, 2, 2048)
    assert shown["dwell_s"] == pytest.approx(2 * 8.33e-5)
    assert (shown["echo_time_s"], shown["repetition_time_s"]) == (0.011, 5.0)
    assert shown["voxel"]["centre_ras_mm"] == pytest.approx([-32.901, 10.663, 21.356], abs=1e-3)
    assert scan.dataset.acquisition.localisation == "steam"


def test_imaging_scan_is_refused_as_such(shared_data):
    with pytest.raises(FormatError, match=r"imaging scan \(gre\)"):
        read_scans(shared_data / "broken/imaging_twix_gre.dat")


def test_layout_of_a_real_file_of_vd_and_later(shared_data):
    """The imaging scan has the same layout: 160 lines of two coils, to the last byte."""
    with (shared_data / "broken/imaging_twix_gre.dat").open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        (measurement,) = layout.measurements(data)
        found = list(layout.readouts(data, measurement))
        data.close()
    assert len(found) == 160
    assert {(each.samples, len(each.offsets)) for each in found} == {(320, 2)}
    assert [each.counter("line") for each in found] == list(range(160))
    assert layout.COUNTERS[0] == "line"


@pytest.mark.parametrize("percent", [0, 10, 50, 90, 99])
@pytest.mark.parametrize("name", [f"{PASTIS}.dat", STEAM])
def test_real_files_cut_short(shared_data, tmp_path, name, percent):
    data = (shared_data / name).read_bytes()
    path = tmp_path / "cut.dat"
    path.write_bytes(data[: len(data) * percent // 100])
    with pytest.raises(FormatError):
        read_scans(path)


# Made files.


def test_vb_file(tmp_path):
    others = [
        raw.shot(raw.oversampled(coils(suppressed(9))), raw.NOISE),
        raw.shot(raw.oversampled(coils(suppressed(9))), raw.PHASE_CORRECTION),
        raw.shot(np.ones((3, 32)), raw.FEEDBACK),
        raw.shot(np.ones((3, 64))),
    ]
    scan = read_scan(raw.write_vb(tmp_path, [*others, *shots()]))
    data = scan.dataset
    assert data.dims == ("transient", "coil")
    assert data.fid.shape == (4, 3, raw.POINTS)
    expected = np.array([coils(suppressed(k)) for k in range(4)])
    np.testing.assert_allclose(data.fid, expected, atol=2e-5)
    assert data.acquisition.dwell_s == pytest.approx(make.DWELL_S)
    assert (data.acquisition.sequence, data.acquisition.localisation) == ("svs_se", "press")
    assert (data.acquisition.echo_time_s, data.acquisition.averages) == (0.03, 1)
    assert data.voxel.centre_ras_mm == pytest.approx((-10.5, 0, 30))
    assert data.voxel.size_mm == (25.0, 20.0, 15.0)
    person = scan.identity
    assert (person.patient_name, person.patient_id, person.sex) == ("Jörg", "17", "M")
    assert (person.birth_date, person.study_date) == ("1980-12-21", "2019-09-25")
    assert person.protocol == "svs_se"
    told = {f.title: f for f in scan.findings}
    assert (
        told["Readouts set apart"].detail == "1 noise, 1 phase correction, 1 feedback, 1 navigator."
    )
    assert told["Voxel geometry proved"].severity == "info"


def test_vd_file_with_noise_measurement_and_foreign_blocks(tmp_path):
    noise = (raw.header({"sSpecPara.lVectorSize": None}), [raw.shot(np.ones((3, 256)), raw.NOISE)])
    spectrum = (raw.header(), [raw.sync(), *shots(2), raw.sync(100), *shots(1)])
    data = read_scan(raw.write_vd(tmp_path, noise, spectrum)).dataset
    assert data.fid.shape == (3, 3, raw.POINTS)
    np.testing.assert_allclose(data.fid[1], coils(suppressed(1)), atol=2e-5)


@pytest.mark.parametrize(
    ("sequence", "marks"),
    [
        ("svs_se", {"free": 6}),
        ("eja_svs_press", {"ice": 6, "free": 2}),
        ("svs_edit_859", {"cut": 6, "free": 4}),
    ],
)
def test_samples_before_the_echo_are_cut_off(tmp_path, sequence, marks):
    protocol = {"tSequenceFileName": f'"{sequence}"'}
    fids = [
        raw.shot(raw.oversampled(coils(suppressed(k)), 6, 26), average=k, **marks) for k in range(2)
    ]
    data = read_scan(raw.write_vd(tmp_path, (raw.header(protocol), fids))).dataset
    assert data.fid.shape == (2, 3, raw.POINTS)
    inside = slice(20, -20)
    expected = coils(suppressed(0))[:, inside]
    assert np.abs(data.fid[0][:, inside] - expected).max() < 0.02 * np.abs(expected).max()
    assert abs(np.vdot(data.fid[0][:, inside], expected)) > 0.999 * np.linalg.norm(expected) ** 2


def test_one_shot_of_one_coil_is_a_plain_signal(tmp_path):
    data = read_scan(
        raw.write_vb(tmp_path, [raw.shot(raw.oversampled(suppressed()[None]))])
    ).dataset
    assert data.dims == ()
    np.testing.assert_allclose(data.fid, suppressed(), atol=2e-5)


def test_without_oversampling_nothing_is_dropped(tmp_path):
    data = read_scan(raw.write_vb(tmp_path, [raw.shot(coils(suppressed()))])).dataset
    np.testing.assert_allclose(data.fid, coils(suppressed()), atol=2e-5)
    assert data.acquisition.dwell_s == pytest.approx(make.DWELL_S / 2)


@pytest.mark.parametrize(
    ("loops", "where"),
    [
        ([("phase", 0), ("phase", 1)], "phase loop"),
        ([("set", 7), ("set", 3)], "set loop"),
        ([], "transients"),
    ],
)
def test_water_reference_among_the_shots(tmp_path, loops, where):
    high, low = ([dict([each]) for each in loops]) or ({}, {})
    fids = [
        raw.shot(raw.oversampled(coils(water())), **high),
        *[raw.shot(raw.oversampled(coils(suppressed(k))), average=k, **low) for k in range(3)],
        raw.shot(raw.oversampled(coils(water(2))), **high),
    ]
    path = raw.write_vd(tmp_path, (raw.header(), fids))
    data, reference = read_scans(path)
    assert data.dataset.fid.shape == (3, 3, raw.POINTS)
    np.testing.assert_allclose(reference.dataset.fid[1], coils(water(2)), rtol=1e-5, atol=1e-2)
    assert any(where in finding.detail for finding in data.findings)
    assert data.digest != reference.digest
    exam = open_exam([path])
    assert exam.water is not None
    assert exam.water.fid.shape == (2, 3, raw.POINTS)


def test_water_in_phase_correction_scans(tmp_path):
    first = raw.shot(raw.oversampled(coils(water())), raw.PHASE_CORRECTION)
    data, reference = read_scans(raw.write_vb(tmp_path, [first, *shots()]))
    assert data.dataset.count("transient") == 4
    np.testing.assert_allclose(reference.dataset.fid, coils(water()), rtol=1e-5, atol=1e-2)


def test_a_strong_shot_that_is_no_water_stays(tmp_path):
    broken = raw.shot(raw.oversampled(coils(30 * suppressed(8))))
    (scan,) = read_scans(raw.write_vb(tmp_path, [*shots(), broken]))
    assert scan.dataset.count("transient") == 5


@pytest.mark.parametrize("loop", ["echo", "ide", "ida", "set"])
def test_edited_shots_get_an_axis(tmp_path, loop):
    protocol = {"tSequenceFileName": '"eja_svs_mpress"'}
    fids = [
        raw.shot(raw.oversampled(coils(suppressed(k))), average=k // 2, **{loop: k % 2})
        for k in range(6)
    ]
    data = read_scan(raw.write_vd(tmp_path, (raw.header(protocol), fids))).dataset
    assert data.dims == ("edit", "transient", "coil")
    np.testing.assert_allclose(data.fid[1, 2], coils(suppressed(5)), atol=2e-5)


def test_moved_table_and_contradicting_positions(tmp_path):
    moved = read_scan(raw.write_vb(tmp_path, shots(), protocol={"lScanRegionPosTra": -40}))
    assert moved.dataset.voxel.centre_ras_mm == pytest.approx((-10.5, 0, -10))
    assert [f.severity for f in moved.findings if f.topic == "geometry"] == ["warning", "info"]
    wrong = read_scan(raw.write_vb(tmp_path, shots(), config={"VoI_Position_Sag": -10.5}))
    assert wrong.dataset.voxel.centre_ras_mm == pytest.approx((-10.5, 0, 30))
    assert [f.severity for f in wrong.findings if f.topic == "geometry"] == ["danger"]
    (folder := tmp_path / "x").mkdir()
    lost = read_scan(raw.write_vb(folder, shots(), protocol={"sSpecPara.sVoI.dThickness": None}))
    assert lost.dataset.voxel is None


@pytest.mark.parametrize(
    ("normal", "read", "phase"),
    [
        ((0, 0, 1), (-1, 0, 0), (0, 1, 0)),
        ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
        ((1, 0, 0), (0, 0, 1), (0, 1, 0)),
    ],
)
def test_edges_of_unrotated_slices(normal, read, phase):
    """Transverse and sagittal as in the real files; coronal from the same rule."""
    from mrsviewer.formats.siemens_voi import voxel_from_normal

    axes = np.array(voxel_from_normal((0, 0, 0), normal, 0.0, (1, 2, 3)).axes_ras)
    flip = np.array([-1, -1, 1])
    np.testing.assert_allclose(axes[:, 0] * flip, read, atol=1e-12)
    np.testing.assert_allclose(axes[:, 1] * flip, phase, atol=1e-12)


@given(
    st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1),
    st.floats(-3.2, 3.2),
)
def test_rotation_keeps_the_slice_and_turns_by_its_angle(vector, angle):
    from mrsviewer.formats.siemens_voi import voxel_from_normal

    normal = np.array(vector) / np.linalg.norm(vector)
    plain, turned = (voxel_from_normal((0, 0, 0), normal, a, (10, 10, 10)) for a in (0.0, angle))
    one, two = np.array(plain.axes_ras), np.array(turned.axes_ras)
    np.testing.assert_allclose(one[:, 2], two[:, 2], atol=1e-9)
    assert one[:, 1] @ two[:, 1] == pytest.approx(np.cos(angle), abs=1e-9)
    assert displacement_mm(plain, voxel_from_normal((0, 0, 0), normal, np.pi, (10, 10, 10))) < 1e-6


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"sSpecPara.lVectorSize": None}, "imaging scan"),
        ({"sSpecPara.lFinalMatrixSizePhase": 16}, "spectroscopic imaging of 16 voxels"),
        ({"sSpecPara.lVectorSize": 4096}, "no signals"),
        ({"sTXSPEC.asNucleusInfo[0].lFrequency": None}, "lacks frequency"),
        ({"sRXSPEC.alDwellTime[0]": None}, "lacks frequency or dwell"),
    ],
)
def test_headers_that_are_refused(tmp_path, changes, cause):
    with pytest.raises(FormatError, match=cause):
        read_scans(raw.write_vb(tmp_path, shots(), protocol=changes))


def test_readouts_that_encode_places_are_refused(tmp_path):
    lines = [raw.shot(raw.oversampled(coils(suppressed(k))), line=k) for k in range(4)]
    with pytest.raises(FormatError, match="4 lines"):
        read_scans(raw.write_vb(tmp_path, lines))
    with pytest.raises(FormatError, match="only adjustments or noise"):
        read_scans(raw.write_vb(tmp_path, [raw.shot(np.ones((1, 2048)), raw.NOISE)]))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38, 0.0])
def test_samples_that_are_no_signal_are_refused(tmp_path, value):
    signal = raw.oversampled(coils(suppressed()))
    signal[:, 5] = value
    if value == 0:
        signal[:] = 0
    with pytest.raises(FormatError, match=r"not numbers a scanner gives|All samples are zero"):
        read_scans(
            raw.write_vb(tmp_path, [*shots(), raw.shot(signal)] if value else [raw.shot(signal)])
        )


def test_affected_sequences_of_xa_are_warned_of(tmp_path):
    protocol = {"tSequenceFileName": '"smm_svs_isthmus_gls"'}
    dicom = {"SoftwareVersions": "syngo MR XA60"}
    scan = read_scan(raw.write_vb(tmp_path, shots(), protocol=protocol, dicom=dicom))
    assert "Check the phases of the transients" in [f.title for f in scan.findings]


def test_a_windowed_program_has_no_standard_streams(tmp_path, monkeypatch):
    path = raw.write_vb(tmp_path, shots())
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)
    assert read_scan(path).dataset.points == raw.POINTS


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twix")
    new = raw.write_vd(folder, (raw.header(), [raw.sync(), *shots(2)]), name="vd.dat")
    return [raw.write_vb(folder, shots(2), name="vb.dat"), new]


@pytest.mark.parametrize("which", [0, 1])
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
    in_head=st.booleans(),
)
def test_mutated_files_are_read_whole_or_refused(originals, tmp_path, which, edits, keep, in_head):
    data = bytearray(originals[which].read_bytes())
    for where, patch in edits:
        reach = 12000 if in_head else len(data)
        at = int(where * (min(reach, len(data)) - len(patch)))
        data[at : at + len(patch)] = patch
    path = tmp_path / "mutated.dat"
    path.write_bytes(data[: int(keep * len(data))])
    try:
        scans = read_scans(path)
    except FormatError:
        return
    assert scans[0].dataset.points >= 2
    assert all(np.all(np.isfinite(scan.dataset.fid)) for scan in scans)
