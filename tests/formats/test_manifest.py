"""Every file of the manifest: opened as what it is, or refused for what it is; facts as known.

A row added to the manifest, or an entry to the facts, is a test without any change here. What a
row is follows from its columns by the tables below.
"""

import json
import re
import time

import numpy as np
import pytest
from real_files import DATA, facts, file_of, manifest

from mrsviewer import cli
from mrsviewer.formats import read_basis, read_fits, read_scans, read_volume
from mrsviewer.formats.description import describe
from mrsviewer.formats.registry import identify
from mrsviewer.formats.unknown_axes import ENTERED_BY_HAND, UnknownAxesError
from mrsviewer.model.axes import Axes
from mrsviewer.model.failure import FormatError

SECONDS = 5
ROWS, FACTS = manifest(), facts()

REFUSED = (
    ("R data", "R data"),
    ("SPAR without its SDAT", "are missing"),
    ("MRSI .*no SDAT", "spectroscopic imaging"),
    ("TWIX imaging", "imaging scan"),
    ("header text", "no format known"),
    ("licence", "no format known"),
    ("JSON sidecar", "JSON"),
)
"""Formats (column ``format``) of negative cases, and the words of the reason."""

REFUSED_FILES = {"2dseq": "magnitude"}
"""Files of which the column tells only the experiment: this one's 2dseq is a magnitude spectrum."""

KINDS = (
    ("COORD|TABLE|CSV|TARQUIN (text result|fit text)", "fit"),
    ("BASIS|basis", "basis"),
    ("MR image|NIfTI-1", "volume"),
    ("", "scan"),
)
"""What a format is, the first that fits."""

READERS = {"scan": read_scans, "volume": read_volume, "basis": read_basis, "fit": read_fits}

TOLD = (
    ("31P", Axes(1e-4, 120.6e6, "31P")),
    ("real_mb.dpt", Axes(1e-3, 63.684e6)),
    ("", Axes(0.00025, 123.22e6)),
)
"""What a person says of files without axes, by a word of the column ``shows``."""

WITHOUT_AXES = "RAW|ASCII"
"""Formats that may lack their axes."""


def reason(row):
    """Return the words of the reason for which a negative case is refused, or None."""
    words = (words for pattern, words in REFUSED if re.search(pattern, row["format"]))
    return next(words, REFUSED_FILES.get(file_of(row).name))


def kind(row):
    return next(kind for pattern, kind in KINDS if re.search(pattern, row["format"]))


def told(row):
    return next(axes for word, axes in TOLD if word in row["shows"])


def names(rows):
    return [pytest.param(row, id=row["path"].removeprefix("data/")) for row in rows]


NEGATIVE = [row for row in ROWS if reason(row) is not None]
POSITIVE = [row for row in ROWS if reason(row) is None]
SCANS = [row for row in POSITIVE if kind(row) == "scan"]


@pytest.fixture(autouse=True)
def needs_the_files(shared_data):
    """Skip where the files are absent."""


def opened(row):
    """Return the scans of a row, with axes told where it lacks them, and whether it did."""
    path = file_of(row)
    try:
        return read_scans(path), False
    except UnknownAxesError:
        return read_scans(path, told(row)), True


def test_the_manifest_names_every_file_and_tables_fit_it():
    listed = {file_of(row).resolve() for row in ROWS}
    assert all(path.is_file() for path in listed)
    formats = " ".join(row["format"] for row in ROWS)
    for pattern, _ in REFUSED:
        assert re.search(pattern, formats), f"no row is of the refused format {pattern}"
    assert {entry["source"] for entry in FACTS.values()} <= {row["path"] for row in ROWS}


@pytest.mark.parametrize("row", names(NEGATIVE))
def test_a_negative_case_is_refused_with_the_right_reason(row):
    path, start = file_of(row), time.perf_counter()
    for read in READERS.values():
        why = reason(row) if read is read_scans else None
        with pytest.raises(FormatError, match=why) as caught:
            read(path)
        assert caught.value.failure.remedy
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("row", names(POSITIVE))
def test_a_file_is_what_its_row_says(row):
    assert identify(file_of(row)).kind == kind(row)
    for other in READERS.keys() - {kind(row)}:
        with pytest.raises(FormatError):
            READERS[other](file_of(row))


@pytest.mark.parametrize("row", names([row for row in POSITIVE if kind(row) != "scan"]))
def test_images_basis_sets_and_results_open(row):
    content = READERS[kind(row)](file_of(row))
    if kind(row) == "volume":
        assert content.data.ndim == 3
        assert np.linalg.det(content.affine) != 0
    elif kind(row) == "basis":
        assert len(content.names) >= 10
    else:
        said = re.search(r"(\d+) voxels", row["format"])
        assert len(content) == int(said[1]) if said else content


@pytest.mark.parametrize("row", names(SCANS))
def test_a_spectrum_opens(row):
    start = time.perf_counter()
    scans, was_told = opened(row)
    assert not was_told or re.search(WITHOUT_AXES, row["format"])
    assert time.perf_counter() - start < SECONDS
    for scan in scans:
        data = scan.dataset
        assert data.points >= 512
        assert np.all(np.isfinite(data.fid))
        assert np.abs(data.fid).max() > 0
        notes = [f for f in scan.findings if f.title == ENTERED_BY_HAND]
        assert len(notes) == was_told
    said = re.search(r"(\d+) voxels(?: x (\d+))?", row["format"])
    if said:
        assert scans[0].dataset.count("measurement") == int(said[1])
        assert said[2] is None or scans[0].dataset.points == int(said[2])


@pytest.mark.parametrize("row", names(SCANS))
def test_info_prints_it_in_words_and_as_json(row, capsys):
    axes = told(row)
    options = ["--dwell", str(axes.dwell_s), "--frequency", str(axes.frequency_hz * 1e-6)]
    command = ["info", str(file_of(row)), *options, "--nucleus", axes.nucleus]
    assert cli.run(command) == 0
    words = capsys.readouterr().out
    assert "Frequency" in words
    assert cli.run([*command, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    known = describe(opened(row)[0][0])
    assert {name: shown[name] for name in known} == json.loads(json.dumps(known))
    assert "identity" not in shown


SEVENTH_TESLA_TE_S = 0.04168
TRUE = {
    # The facts say themselves that these are wrong, and why (spec2nii_wrong, note).
    "dcm_pastis_longTE_noWS": {"EchoTime_s": SEVENTH_TESLA_TE_S},
    "dcm_pastis_longTE_WS": {"EchoTime_s": SEVENTH_TESLA_TE_S},
    "raw_s2n": {"f0_MHz": 297.219948, "EchoTime_s": 0.05},
    # The control file beside it says 127.786142 MHz; 127.8 was given to spec2nii by hand.
    "raw_lcmodel_test": {"f0_MHz": 127.786142},
    # As the control file beside it says: ten voxels of 512 points, deltat 0.0008 s.
    "raw_multivoxel10": {
        "shape": [1, 1, 1, 512],
        "f0_MHz": 123.23,
        "dwell_s": 0.0008,
        "EchoTime_s": 0.0156,
    },
    "raw_94T": {"f0_MHz": 399.7182, "EchoTime_s": 0.024},
    "jmrui_mrui31P": {"f0_MHz": 400.2654061},
}
"""Where an entry gives what spec2nii makes of a file or was given by hand: what the file says."""

INSTEAD = {"data/philips/spant_mpress/spant_mpress_drift.rda": ".nii.gz"}
"""R data are refused; the same scan as NIfTI-MRS has to show the entry's facts."""

SAME_BOX = frozenset({"bru_comp_9"})
"""Cubes whose three axes may be named in another order: the box is the same."""

OVERSAMPLING = 2


def as_shown(entry, known):
    """Return (points, dwell_s) that the program has to show for an entry.

    TWIX data are stored with twice the samples and, as the scanner does for its DICOM, shown
    without: points beyond the largest power of two are the cut-off points before and after the
    echo, then every other sample goes, and the dwell time doubles.
    """
    points, dwell_s = known["shape"][3], known["dwell_s"]
    if not entry.startswith("twix_"):
        return points, dwell_s
    kept = 2 ** int(np.log2(points))
    return kept // OVERSAMPLING, dwell_s * OVERSAMPLING


@pytest.mark.parametrize("entry", FACTS)
def test_info_agrees_with_the_known_facts(entry):
    known = FACTS[entry] | TRUE.get(entry, {})
    path = DATA.parent / known["source"]
    if known["source"] in INSTEAD:
        path = path.with_suffix(INSTEAD[known["source"]])
    scan = read_scans(path)[1 if entry.endswith("_ref") and entry.startswith("ge_") else 0]
    shown = describe(scan)
    counts = dict(zip(filter(None, known["dim_tags"]), known["shape"][4:], strict=False))
    points, dwell_s = as_shown(entry, known)
    assert shown["points"] == points
    assert shown["coils"] == counts.get("DIM_COIL", 1)
    assert shown["transients"] == counts.get("DIM_DYN", 1)
    assert shown["nucleus"] == known["nucleus"]
    assert shown["frequency_hz"] == pytest.approx(known["f0_MHz"] * 1e6, abs=1)
    assert shown["dwell_s"] == pytest.approx(dwell_s, rel=1e-6)
    for ours, theirs in (("echo_time_s", "EchoTime_s"), ("repetition_time_s", "RepetitionTime_s")):
        assert shown[ours] == (None if known[theirs] is None else pytest.approx(known[theirs]))
    if known["centre_RAS_mm"] is None:
        assert shown["voxel"] is None
        return
    box = shown["voxel"]
    np.testing.assert_allclose(box["centre_ras_mm"], known["centre_RAS_mm"], atol=0.1)
    np.testing.assert_allclose(box["size_mm"], known["size_mm"], atol=0.01)
    corners = scan.dataset.voxel.corners_ras_mm()
    if entry in SAME_BOX:
        far = np.linalg.norm(corners[:, None] - np.array(known["corners_RAS_mm"]), axis=2)
        assert far.min(axis=0).max() < 0.1
    else:
        np.testing.assert_allclose(corners, known["corners_RAS_mm"], atol=0.1)
        np.testing.assert_allclose(box["axes_ras"], known["axes_RAS"], atol=1e-3)
