"""De-identification: nothing of the patient is left in any byte, and what went is told."""

import gzip

import numpy as np
import pytest
import vendor_files as make

from mrsviewer import cli
from mrsviewer.formats import deidentify, read_scan, write_scan
from mrsviewer.formats.deidentification import check_name
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Applied, Dataset
from mrsviewer.model.failure import MrsError

WHO = Identity(
    "Quixote^Dulcinea", "ZX-90817", "1961-07-23", "F", "2024-03-09", "Toboso Hospital", "Dulci head"
)
TRACES = ("quixote", "dulcinea", "zx-90817", "19610723", "1961-07-23", "1961.07.23", "toboso")


def contents(path):
    data = path.read_bytes()
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else b""
    return (data + plain).lower()


def traces(path):
    found = contents(path)
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return [word for word in TRACES if any(word.encode(e) in found for e in encodings)]


@pytest.fixture
def talkative():
    """Return a dataset whose texts tell of the patient wherever text is kept."""
    facts = Acquisition(
        "1H",
        127.7e6,
        5e-4,
        0.03,
        sequence="Quixote PRESS",
        localisation="press",
        vendor="Philips",
        scanner="TOBOSO_MR1",
        software="R5.1",
    )
    steps = (
        Applied("combinecoils", 1, '{"file":"/data/Quixote/scan.dat","n":4}', "of Dulcinea1961"),
        Applied("Averaging by someone", 0, "{}", "run on D:\\Quixote\\zx-90817 by hand"),
        Applied("averagetransients", 1, '{"keep":[1,2]}', "128 transients, 3 mmol/l, 1 / 2"),
    )
    return Dataset(make.fid(), facts, 4.65, provenance=steps)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.RAW", "a.txt", "a.csv"])
def test_no_byte_of_the_patient_is_left(tmp_path, talkative, name):
    # Without it, the names are there: the search works.
    write_scan(talkative, tmp_path / "open.nii.gz", identity=WHO)
    assert set(traces(tmp_path / "open.nii.gz")) >= {"quixote", "dulcinea", "zx-90817", "toboso"}
    cleaned = deidentify(talkative, WHO)
    for path in write_scan(cleaned.dataset, tmp_path / name):
        assert traces(path) == []


def test_what_went_is_told_without_telling_it(talkative):
    removed = deidentify(talkative, WHO).removed
    assert removed == (
        "patient name",
        "patient ID",
        "birth date",
        "sex",
        "study date",
        "institution",
        "protocol name",
        "sequence name",
        "scanner model",
        "notes on processing",
    )


def test_what_a_fit_needs_stays(talkative):
    cleaned = deidentify(talkative, WHO).dataset
    np.testing.assert_array_equal(cleaned.fid, talkative.fid)
    facts = cleaned.acquisition
    assert (facts.echo_time_s, facts.localisation, facts.vendor) == (0.03, "press", "Philips")
    assert cleaned.provenance[0].parameters == '{"file":"removed","n":4}'
    assert cleaned.provenance[1].note == ""
    assert cleaned.provenance[2] == talkative.provenance[2]


def test_an_anonymous_scan_is_left_as_it_is():
    facts = Acquisition("1H", 127.7e6, 5e-4, sequence="svs_se", vendor="Siemens")
    dataset = Dataset(make.fid(), facts, 4.65, provenance=(Applied("phase", 1, '{"a":1}', "ok"),))
    cleaned = deidentify(dataset, Identity())
    assert cleaned.removed == ()
    assert cleaned.dataset.acquisition == facts
    assert cleaned.dataset.provenance == dataset.provenance


@pytest.mark.parametrize(
    "text",
    ["dulcinea", "DULCINEA QUIXOTE", "DulcineaQuixote", "Quixote1961", "x_zx-90817", "19610723"],
)
def test_the_name_is_found_however_it_is_written(text):
    facts = Acquisition("1H", 127.7e6, 5e-4, scanner=text)
    dataset = Dataset(make.fid(), facts, 4.65)
    assert deidentify(dataset, WHO).dataset.acquisition.scanner is None


def test_a_file_name_that_tells_is_refused(tmp_path):
    check_name(tmp_path / "case7.nii.gz", WHO)
    with pytest.raises(MrsError, match="name of the file"):
        check_name(tmp_path / "quixote_01.nii.gz", WHO)


def test_command_says_what_went(tmp_path, capsys):
    source = make.write_rda(tmp_path, PatientName="Quixote^Dulcinea", PatientID="ZX-90817")
    target = tmp_path / "out.nii.gz"
    assert cli.run(["convert", "--deidentify", str(source), str(target)]) == 0
    said = capsys.readouterr().out
    assert "Removed: patient name, patient ID" in said
    assert "Quixote" not in said
    assert traces(target) == []
    assert read_scan(target).identity == Identity()
    plain = tmp_path / "plain.nii.gz"
    assert cli.run(["convert", str(source), str(plain)]) == 0
    assert "quixote" in traces(plain)


def test_command_refuses_a_telling_name(tmp_path, capsys):
    source = make.write_rda(tmp_path, PatientName="Quixote^Dulcinea")
    target = tmp_path / "Dulcinea.nii.gz"
    assert cli.run(["convert", "--deidentify", str(source), str(target)]) == 2
    assert not target.exists()
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "name",
    [
        "philips/suspect_enhanced/IM-0001-0002.dcm",
        "siemens/suspect/SVS_30.IMA",
        "siemens/suspect/SVS_30.rda",
        "philips/osprey_mm/sub-01_PRESS_raw-act.SPAR",
    ],
)
def test_real_headers_leave_nothing(shared_data, tmp_path, name):
    scan = read_scan(shared_data / name)
    cleaned = deidentify(scan.dataset, scan.identity)
    write_scan(cleaned.dataset, tmp_path / "a.nii.gz")
    who = scan.identity
    values = (who.patient_name, who.patient_id, who.birth_date, who.institution, who.study_date)
    found = contents(tmp_path / "a.nii.gz")
    for value in values:
        assert value is None or len(value) < 4 or value.lower().encode() not in found
    assert read_scan(tmp_path / "a.nii.gz").identity == Identity()
