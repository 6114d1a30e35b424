"""Siemens RDA and classic DICOM: headers, geometry held against the protocol, echo time."""

import numpy as np
import pytest
import vendor_files as make

from mrsviewer.formats import read_scan, siemens_ascconv, siemens_csa
from mrsviewer.model.failure import FormatError


def dangers(scan):
    return [finding for finding in scan.findings if finding.severity == "danger"]


def test_rda_is_read(tmp_path):
    signal = make.fid()
    scan = read_scan(make.write_rda(tmp_path, signal))
    np.testing.assert_allclose(scan.dataset.fid, signal)
    facts = scan.dataset.acquisition
    assert (facts.echo_time_s, facts.repetition_time_s, facts.averages) == (0.03, 2.0, 64)
    assert (facts.frequency_hz, facts.dwell_s) == (127.75e6, 0.0005)
    assert facts.mixing_time_s is facts.inversion_time_s is None
    assert (facts.localisation, facts.sequence, facts.scanner) == ("press", "svs_se", "Skyra")
    voxel = scan.dataset.voxel
    assert voxel.centre_ras_mm == (-10.5, 20.25, 30.0)
    assert voxel.size_mm == (25.0, 20.0, 15.0)
    np.testing.assert_array_equal(voxel.axes_ras, np.diag([-1, -1, 1]))
    assert scan.identity.patient_name == "Jörg"
    assert scan.identity.study_date == "2016-04-29"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_rda_encodings_and_line_ends(tmp_path, encoding, line_end):
    scan = read_scan(make.write_rda(tmp_path, encoding=encoding, line_end=line_end))
    assert scan.identity.patient_name == "Jörg"


def test_rda_decimal_commas_and_lines_without_value(tmp_path):
    changes = {"MRFrequency": "127,750000", "TE": "30,5", "PatientID": "", "Odd line": ""}
    scan = read_scan(make.write_rda(tmp_path, **changes))
    assert scan.dataset.acquisition.frequency_hz == 127.75e6
    assert scan.dataset.acquisition.echo_time_s == pytest.approx(0.0305)
    assert scan.identity.patient_id is None


@pytest.mark.parametrize("key", ["VectorSize", "MRFrequency", "DwellTime"])
@pytest.mark.parametrize("value", [None, "", "x", 0, 1e12])
def test_rda_needed_numbers(tmp_path, key, value):
    with pytest.raises(FormatError, match=key):
        read_scan(make.write_rda(tmp_path, **{key: value}))


@pytest.mark.parametrize("change", [-16, 16, -1, 1])
def test_rda_samples_must_be_as_many_as_promised(tmp_path, change):
    path = make.write_rda(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:change] if change < 0 else data + b"\0" * change)
    with pytest.raises(FormatError, match="the header promises 1024 samples"):
        read_scan(path)


def test_rda_grid_is_refused(tmp_path):
    with pytest.raises(FormatError, match="16 x 16 x 1 voxels"):
        read_scan(make.write_rda(tmp_path, **{"CSIMatrixSize[0]": 16, "CSIMatrixSize[1]": 16}))


@pytest.mark.parametrize("form", ["[{0},{1}]", "[{0}][{1}]", "[{0}, {1}]"])
def test_rda_of_xa_gives_slabs_instead_of_a_voi(tmp_path, form):
    changes = dict.fromkeys(
        ("VOIPositionSag", "VOIPositionCor", "VOIPositionTra", "VOIThickness", "VOIPhaseFOV")
    )
    for slab, (normal, size) in enumerate(zip(make.SLAB_NORMALS, (15, 20, 25), strict=True)):
        changes[f"SlabThickness[{slab}]"] = size
        for axis in range(3):
            cell = form.format(slab, axis)
            changes[f"SlabOrientation{cell}"] = normal[axis]
            changes[f"MidSlabPosition{cell}"] = (10.5, -20.25, 30.0)[axis]
    voxel = read_scan(make.write_rda(tmp_path, **changes)).dataset.voxel
    assert voxel.centre_ras_mm == pytest.approx((-10.5, 20.25, 30.0))
    assert voxel.size_mm == (25.0, 20.0, 15.0)


def test_rda_without_position_has_no_voxel(tmp_path):
    scan = read_scan(make.write_rda(tmp_path, VOIPositionSag=None))
    assert scan.dataset.voxel is None
    assert [f.title for f in scan.findings if f.severity == "warning"] == ["Voxel position unknown"]


@pytest.mark.parametrize("row", [(0, 0, 0), (1, 1, 0), (0, 1, 0), (float("nan"), 0, 0)])
def test_rda_vectors_that_make_no_box_make_no_voxel(tmp_path, row):
    changes = {f"RowVector[{k}]": value for k, value in enumerate(row)}
    assert read_scan(make.write_rda(tmp_path, **changes)).dataset.voxel is None


def test_dicom_is_read_and_agrees_with_rda(tmp_path):
    signal = make.fid()
    dicom = read_scan(make.write_siemens(tmp_path, signal))
    rda = read_scan(make.write_rda(tmp_path, signal))
    np.testing.assert_allclose(dicom.dataset.fid, rda.dataset.fid, rtol=1e-5, atol=1e-5)
    assert dicom.dataset.voxel == rda.dataset.voxel
    assert dicom.dataset.acquisition.echo_time_s == rda.dataset.acquisition.echo_time_s
    assert dicom.identity.patient_name == "Roe^Jane"
    assert dangers(dicom) == []


def test_echo_time_is_never_the_sum_of_leftovers(tmp_path):
    protocol = {f"alTE[{k}]": "135000" for k in range(1, 32)}
    scan = read_scan(make.write_siemens(tmp_path, protocol=protocol))
    assert scan.dataset.acquisition.echo_time_s == 0.03


def test_echo_time_that_header_and_protocol_give_differently_is_doubted(tmp_path):
    scan = read_scan(make.write_siemens(tmp_path, protocol={"alTE[0]": "6000"}))
    assert scan.dataset.acquisition.echo_time_s == 0.03
    assert [f.title for f in scan.findings if f.severity == "warning"] == ["Check the echo time"]


def test_echo_time_of_the_protocol_stands_in(tmp_path):
    scan = read_scan(make.write_siemens(tmp_path, csa={"EchoTime": None}))
    assert scan.dataset.acquisition.echo_time_s == 0.03


def test_position_twice_too_large_is_found_and_corrected(tmp_path):
    doubled = {"VoiPosition": ("21.0", "-40.5", "60.0")}
    scan = read_scan(make.write_siemens(tmp_path, csa=doubled))
    (finding,) = dangers(scan)
    assert "contradicts itself" in finding.title
    assert finding.topic == "geometry"
    assert scan.dataset.voxel.centre_ras_mm == pytest.approx((-10.5, 20.25, 30.0))


def test_position_without_a_third_witness_is_kept_and_marked(tmp_path):
    moved = {"VoiPosition": ("10.5", "-20.25", "35.0"), "ImagePositionPatient": None}
    scan = read_scan(make.write_siemens(tmp_path, csa=moved))
    assert len(dangers(scan)) == 1
    assert scan.dataset.voxel.centre_ras_mm == pytest.approx((-10.5, 20.25, 35.0))


@pytest.mark.parametrize(
    "protocol",
    [{"sSpecPara.sVoI.dThickness": "30"}, {"sSpecPara.sVoI.sNormal.dSag": "0.5"}],
)
def test_size_or_tilt_against_the_protocol(tmp_path, protocol):
    if "sSpecPara.sVoI.sNormal.dSag" in protocol:
        protocol["sSpecPara.sVoI.sNormal.dTra"] = "0.866"
    assert len(dangers(read_scan(make.write_siemens(tmp_path, protocol=protocol)))) == 1


def test_va_header_without_frames_and_voi(tmp_path):
    gone = dict.fromkeys(
        ("NumberOfFrames", "DataPointColumns", "VoiPosition", "VoiThickness", "VoiPhaseFoV")
    )
    csa = {**gone, "SliceThickness": ("15",)}
    protocol = {"sSpecPara.lVectorSize": str(make.POINTS)}
    scan = read_scan(make.write_siemens(tmp_path, csa=csa, protocol=protocol))
    assert scan.dataset.points == make.POINTS
    assert scan.dataset.voxel.centre_ras_mm == pytest.approx((-10.5, 20.25, 30.0))
    assert dangers(scan) == []


@pytest.mark.parametrize(
    ("csa", "cause"),
    [
        ({"DataPointColumns": ("2048",)}, "promises 2048 samples"),
        ({"DataPointColumns": None}, "does not say how many"),
        ({"Rows": ("16",)}, "spectroscopic imaging"),
        ({"ImagingFrequency": None}, "lacks frequency"),
        ({"RealDwellTime": ("0",)}, "lacks frequency or dwell"),
    ],
)
def test_dicom_refusals(tmp_path, csa, cause):
    with pytest.raises(FormatError, match=cause):
        read_scan(make.write_siemens(tmp_path, csa=csa))


def test_anonymiser_that_took_the_private_header_is_named(tmp_path):
    path = make.write_siemens(tmp_path)
    elements = make.as_dicom(path)
    elements.remove_private_tags()
    elements.save_as(path)
    with pytest.raises(FormatError, match="anonymiser"):
        read_scan(path)


def test_csa_table_round_trip_and_damage():
    table = make.csa_bytes({"Name": ("1.5", "", "x"), "Empty": ()})
    parsed = siemens_csa.parse(table)
    assert parsed.values == {"Name": ("1.5", "", "x"), "Empty": ()}
    assert parsed.number("Name") is None
    for size in range(len(table)):
        with pytest.raises(ValueError, match="CSA"):
            siemens_csa.parse(table[:size])


def test_protocol_takes_the_last_block_and_missing_zeros():
    text = make.ascconv({"a": "1"}) + "\n" + make.ascconv({"a": "0x10", **make.PROTOCOL})
    protocol = siemens_ascconv.parse(text.encode())
    assert siemens_ascconv.number(protocol, "a") == 16
    del protocol["sSpecPara.sVoI.sPosition.dTra"]
    voi = siemens_ascconv.planned_voi(protocol)
    np.testing.assert_array_equal(voi.centre_lps_mm, [10.5, -20.25, 0])
    assert siemens_ascconv.planned_voi({}) is None
    assert siemens_ascconv.parse(b"nothing") == {}
