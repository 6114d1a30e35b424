"""Siemens RDA: text header and double-precision FID in one file (VB, VD, VE, XA)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.orientation import voxel_from_lps, voxel_from_slabs
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Voxel

FORMAT = "Siemens RDA"
BEGIN = b">>> Begin of header <<<"
END = b">>> End of header <<<"
BYTES_PER_SAMPLE = 16


class Header:
    """The lines of an RDA header; a line without value counts as a missing one."""

    def __init__(self, path: Path, values: Mapping[str, str]) -> None:
        self.path = path
        self.values = values

    def text(self, *keys: str) -> str | None:
        """Return the first value among ``keys`` that is not blank, or None."""
        return next((self.values[key] for key in keys if self.values.get(key)), None)

    def number(self, key: str) -> float | None:
        """Return a value as a number, with decimal point or comma; None where there is none."""
        try:
            value = float(self.values.get(key, "").replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def required(self, key: str, low: float, high: float) -> float:
        """Return a number that must be there and lie between two bounds, or FormatError."""
        value = self.number(key)
        if value is None or not low <= value <= high:
            fault = "has no number" if value is None else "has an absurd"
            raise FormatError(self.path, f"The header {fault} '{key}'.", SEND_AGAIN)
        return value

    def numbers(self, *keys: str) -> NDArray[np.float64] | None:
        """Return the numbers of all ``keys``, or None if one is missing."""
        found = [self.number(key) for key in keys]
        values = [value for value in found if value is not None]
        return np.array(values) if len(values) == len(keys) else None

    def vector(self, key: str) -> NDArray[np.float64] | None:
        """Return ``key[0]``, ``key[1]``, ``key[2]``, or None if one is missing."""
        return self.numbers(*(f"{key}[{k}]" for k in range(3)))


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file begins as an RDA does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(BEGIN)


def read(path: Path) -> tuple[Scan, ...]:
    """Return the single-voxel scan of an RDA file.

    Raises
    ------
    FormatError
        If the header has no end or lacks what is needed, the samples are fewer or more than it
        promises, or it is an imaging (CSI) grid.
    """
    data = read_bytes(path)
    text, mark, rest = data.partition(END)
    line_end = re.match(rb"[ \t]*(\r\n|\n|\r)", rest)
    if not mark or line_end is None:
        raise FormatError(path, "The file is cut off within its header.", SEND_AGAIN)
    header = _parse(path, text)
    points = _points(header)
    samples = rest[line_end.end() :]
    check_size(path, points * BYTES_PER_SAMPLE, len(samples), f"{points} samples")
    fid = turned(complex_pairs(np.frombuffer(samples, "<f8")), "siemens_rda")
    check_samples(path, fid)
    acquisition = _acquisition(header)
    voxel, findings = _voxel(header)
    dataset = Dataset(fid, acquisition, nominal_centre_ppm(acquisition.nucleus), (), voxel)
    findings += check_signal(fid, acquisition, dataset.centre_ppm)
    return (Scan(dataset, FORMAT, path, digest(data), _identity(header), findings),)


def _parse(path: Path, text: bytes) -> Header:
    """Return the header lines; UTF-8 or Latin-1."""
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = text.decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return Header(path, {key.strip(): value.strip() for key, _, value in pairs})


def _points(header: Header) -> int:
    """Return the number of samples; FormatError for a grid of voxels."""
    grid = [int(header.number(f"CSIMatrixSize[{k}]") or 1) for k in range(3)]
    if math.prod(grid) > 1:
        raise FormatError(
            header.path,
            f"It is spectroscopic imaging of {' x '.join(map(str, grid))} voxels.",
            "Open a single-voxel scan; imaging grids are not read from RDA yet.",
        )
    return int(header.required("VectorSize", 2, 1 << 22))


def _acquisition(header: Header) -> Acquisition:
    """Return what the header says of the acquisition."""
    sequence = header.text("SequenceName", "SequenceDescription")
    averages = header.number("NumberOfAverages")
    kind = localisation_of(sequence, header.text("ProtocolName"), header.text("SeriesDescription"))
    return Acquisition(
        nucleus=header.text("Nucleus", "ResonantNucleus") or "1H",
        frequency_hz=header.required("MRFrequency", 1, 3000) * 1e6,
        dwell_s=header.required("DwellTime", 0.1, 1e5) * 1e-6,
        echo_time_s=_seconds(header.number("TE")),
        repetition_time_s=_seconds(header.number("TR")),
        mixing_time_s=_seconds(header.number("TM")),
        inversion_time_s=_seconds(header.number("TI")),
        sequence=sequence.lstrip("*") if sequence else None,
        localisation=kind,
        averages=int(averages) if averages and averages >= 1 else None,
        vendor="Siemens",
        scanner=header.text("ModelName"),
        software=header.text("SoftwareVersion[0]", "SoftwareVersion"),
    )


def _seconds(milliseconds: float | None) -> float | None:
    """Return a time in s; 0 stands for none."""
    return milliseconds * 1e-3 if milliseconds and milliseconds > 0 else None


def _voxel(header: Header) -> tuple[Voxel | None, tuple[Finding, ...]]:
    """Return the voxel, and a finding where its place is unknown or doubtful."""
    try:
        voxel = _voi_box(header) or _slab_box(header)
    except ValueError:
        voxel = None
    if voxel is None:
        detail = "The header gives no complete box (VOI or slabs)."
        return None, (Finding("warning", "Voxel position unknown", detail),)
    return voxel, ()


def _voi_box(header: Header) -> Voxel | None:
    """Return the voxel of VB to VE headers: VOI position, row and column vectors."""
    centre = header.numbers("VOIPositionSag", "VOIPositionCor", "VOIPositionTra")
    row, column = header.vector("RowVector"), header.vector("ColumnVector")
    size = header.numbers("VOIReadoutFOV", "VOIPhaseFOV", "VOIThickness")
    if size is None:
        size = header.numbers("PixelSpacingCol", "PixelSpacingRow", "SliceThickness")
    if centre is None or row is None or column is None or size is None:
        return None
    return voxel_from_lps(centre.tolist(), row.tolist(), column.tolist(), size.tolist())


def _slab_box(header: Header) -> Voxel | None:
    """Return the voxel of XA headers, which give three slabs instead of a VOI.

    The keys are those of DICOM's Volume Localization Sequence with two indices, slab and
    axis, written ``SlabOrientation[0,1]`` or ``SlabOrientation[0][1]``.
    """
    table = {re.sub(r"\]\[|, ", ",", key): key for key in header.values}
    cells = [f"[{slab},{axis}]" for slab in range(3) for axis in range(3)]
    normals = header.numbers(*(table.get(f"SlabOrientation{c}", "") for c in cells))
    middles = header.numbers(*(table.get(f"MidSlabPosition{c}", "") for c in cells))
    thickness = header.vector("SlabThickness")
    if normals is None or middles is None or thickness is None:
        return None
    return voxel_from_slabs(normals.reshape(3, 3), middles.reshape(3, 3), thickness)


def _identity(header: Header) -> Identity:
    """Return whose data these are."""
    return Identity(
        patient_name=header.text("PatientName"),
        patient_id=header.text("PatientID"),
        birth_date=_date(header.text("PatientBirthDate")),
        sex=header.text("PatientSex"),
        study_date=_date(header.text("StudyDate")),
        institution=header.text("InstitutionName"),
        protocol=header.text("ProtocolName", "SeriesDescription"),
    )


def _date(text: str | None) -> str | None:
    """Return "2016-04-29" of "20160429", other text as it is."""
    if text and re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
