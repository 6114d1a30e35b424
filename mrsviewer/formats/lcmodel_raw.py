"""LCModel RAW and H2O files: time-domain data after the namelists SEQPAR and NMID.

LCModel stores the complex conjugate of this program's convention (higher frequency = lower ppm),
unless ``BRUKER=T`` says that the file does not; it multiplies the data by TRAMP / VOLUME
(Provencher, LCModel & LCMgui User's Manual, section 5.3).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM, nominal_centre_ppm
from mrsviewer.formats.fortran_namelist import Group, TextFault, hertz, next_group
from mrsviewer.formats.fortran_numbers import Layout, last_line_is_cut, read_numbers
from mrsviewer.formats.lcmodel_case import is_control
from mrsviewer.formats.lcmodel_control import Control, echo_time_s, find_control, localisation
from mrsviewer.formats.samples import check_samples
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import SIGNS, turned
from mrsviewer.formats.source_file import read_text
from mrsviewer.formats.unknown_axes import UnknownAxesError
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Applied, Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.axes import Axes

FORMAT = "LCModel RAW"
_AGAIN = "Export the file again, or choose another."
_NMID = re.compile(rb"^[ \t]*[$&][ \t]*NMID\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Header:
    sequence: Group | None
    signal: Group
    data_at: int
    data_line: int


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel RAW or H2O file."""
    del path
    return b"\x00" not in head and _NMID.search(head) is not None


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a RAW or H2O file.

    Raises
    ------
    FormatError
        If it is another kind of file or damaged; :class:`UnknownAxesError` if neither it nor
        LCModel's files beside it say the dwell time and the frequency.
    """
    return (read_raw(path),)


def read_told(path: Path, axes: Axes, control_file: Path | None = None) -> tuple[Scan, ...]:
    """Return the one scan of a file whose axes a person gives; raises as :func:`read`."""
    dwell_s, frequency_hz = axes.dwell_s, axes.frequency_hz
    scan = read_raw(path, dwell_s=dwell_s, frequency_hz=frequency_hz, control_file=control_file)
    acquisition = replace(scan.dataset.acquisition, nucleus=axes.nucleus)
    centre = nominal_centre_ppm(axes.nucleus)
    return (
        replace(scan, dataset=replace(scan.dataset, acquisition=acquisition, centre_ppm=centre)),
    )


def read_raw(
    path: Path,
    *,
    dwell_s: float | None = None,
    frequency_hz: float | None = None,
    control_file: Path | None = None,
) -> Scan:
    """Return the scan of a RAW or H2O file, with what it does not hold given by the caller.

    Several voxels in one file become the axis "measurement", shape (voxels, points).

    Parameters
    ----------
    path
        The file.
    dwell_s, frequency_hz
        Time between samples and spectrometer frequency; they go before what the file says.
    control_file
        The LCModel control file to take them from; None: look for one beside the file.

    Raises
    ------
    FormatError
        As :func:`read`.
    """
    text, digest = read_text(path, "an LCModel RAW file")
    try:
        header = _header(path, text)
        control = find_control(path, control_file)
        samples = _samples(path, text, header)
        acquisition = _acquisition(path, header, control, (dwell_s, frequency_hz))
        fid, findings = _shaped(path, samples, header, control)
        scale = _scale(path, header.signal)
    except TextFault as fault:
        raise FormatError(path, str(fault), _AGAIN) from fault
    rule = "lcmodel_raw, BRUKER=T" if header.signal.flag("BRUKER") else "lcmodel_raw"
    sign = "conjugated" if SIGNS[rule].conjugate else "as stored"
    applied = Applied(
        "read LCModel RAW",
        1,
        json.dumps({"factor": scale, "sign": sign}),
        f"multiplied by TRAMP / VOLUME = {scale:g}",
    )
    fid = np.ascontiguousarray(turned(fid, rule) * scale)
    check_samples(path, fid)
    dims: tuple[Dimension, ...] = ("measurement",) if fid.ndim == 2 else ()
    dataset = Dataset(fid, acquisition, WATER_PPM, dims, provenance=(applied,))
    if control is not None:
        detail = f"Dwell time, frequency or echo time were taken from {control.path.name}."
        if control_file is None and is_control(control.path):
            detail += " Open that file instead to take its basis set and settings, too."
        findings = (*findings, Finding("info", "LCModel control file used", detail))
    findings = (*findings, *check_signal(fid, acquisition, WATER_PPM))
    return Scan(dataset, FORMAT, path, digest, findings=findings)


def _header(path: Path, text: str) -> _Header:
    sequence = None
    group = next_group(text)
    while group is not None and group.name != "NMID":
        sequence = group if group.name == "SEQPAR" else sequence
        group = next_group(text, group.end)
    if group is None:
        cause = "It is text, but has no $NMID namelist as LCModel RAW files do."
        raise FormatError(path, cause, "Choose an LCModel RAW or H2O file.")
    if group.flag("SEQACQ"):
        cause = "Its data were sampled sequentially (SEQACQ=T), which this program cannot undo."
        raise FormatError(path, cause, "Export the scan in another format.")
    return _Header(sequence, group, group.end, text.count("\n", 0, group.end) + 1)


def _samples(path: Path, text: str, header: _Header) -> NDArray[np.complex128]:
    layout = Layout.parse(header.signal.text("FMTDAT"))
    block = text[header.data_at :]
    values = read_numbers(block, header.data_line, layout)
    if values.size % 2 or last_line_is_cut(block, layout):
        last = header.data_line + block.rstrip().count("\n")
        cause = f"It ends in the middle of a sample, on line {last}: the file was cut off."
        raise FormatError(path, cause, "Copy the file again from where it was made.")
    if values.size < 4:
        raise FormatError(path, "It has a header but no data.", _AGAIN)
    return values.view(np.complex128)


def _shaped(
    path: Path, samples: NDArray[np.complex128], header: _Header, control: Control | None
) -> tuple[NDArray[np.complex128], tuple[Finding, ...]]:
    """Return the samples as (points,) or (voxels, points), checked against what is said."""
    said = header.sequence.integer("NUMBEROFPOINTS", "NUNFIL") if header.sequence else None
    if control is not None and said is None:
        said = control.points
    if said is None or said == samples.size:
        odd = said is None and samples.size % 8 != 0
        title = f"Unusual number of points: {samples.size}"
        detail = "The file does not say how many there should be; it may have been cut off."
        return samples, (Finding("warning", title, detail),) if odd else ()
    if said < 2 or samples.size % said:
        cause = f"It holds {samples.size} points where its header or control file says {said}."
        raise FormatError(path, cause, "Copy the file again from where it was made.")
    voxels = samples.size // said
    grid = control.grid if control is not None else None
    if grid is not None and grid[0] * grid[1] * grid[2] != voxels:
        size = " x ".join(str(count) for count in grid)
        cause = f"It holds {voxels} voxels where the control file says {size}."
        raise FormatError(path, cause, "Copy the file again from where it was made.")
    detail = "" if grid is None else f"Grid of {grid[0]} columns, {grid[1]} rows, {grid[2]} slices."
    return samples.reshape(voxels, said), (Finding("info", f"{voxels} voxels in one file", detail),)


def _acquisition(
    path: Path,
    header: _Header,
    control: Control | None,
    given: tuple[float | None, float | None],
) -> Acquisition:
    sequence = header.sequence
    dwell_s, frequency_hz = given
    name = sequence.text("SEQ") if sequence else None
    echo = echo_time_s(sequence) if sequence else None
    if sequence is not None:
        dwell_s = dwell_s or sequence.number("DELTAT", "DWELLTIME")
        megahertz = sequence.number("HZPPPM", "HZPPM")
        frequency_hz = frequency_hz or (megahertz and hertz(megahertz))
    if control is not None:
        dwell_s = dwell_s or control.dwell_s
        frequency_hz = frequency_hz or control.frequency_hz
        echo = echo or control.echo_time_s
    axes = {"dwell_s": dwell_s, "frequency_hz": frequency_hz}
    missing = tuple(key for key, value in axes.items() if not value)
    if missing or dwell_s is None or frequency_hz is None:
        raise _unknown(path, missing)
    if not (1e-7 < dwell_s < 0.1 and 1e6 < frequency_hz < 2e9):
        cause = f"{dwell_s:g} s between samples at {frequency_hz * 1e-6:g} MHz cannot be right."
        raise FormatError(path, cause, "Correct DELTAT (s) and HZPPPM (MHz).")
    result = Acquisition("1H", frequency_hz, dwell_s, echo, sequence=name)
    is_water = path.suffix.lower() == ".h2o" or (control is not None and control.is_water)
    return replace(
        result,
        localisation=localisation(name),
        water_suppressed=False if is_water else None,
    )


def _scale(path: Path, group: Group) -> float:
    tramp, volume = (group.number(key) for key in ("TRAMP", "VOLUME"))
    tramp, volume = (1.0 if value is None else value for value in (tramp, volume))
    if not (tramp > 0 and volume > 0):
        cause = f"Its TRAMP ({tramp:g}) and VOLUME ({volume:g}) must both be positive."
        raise FormatError(path, cause, "Correct the $NMID namelist.")
    return tramp / volume


def _unknown(path: Path, missing: tuple[str, ...]) -> UnknownAxesError:
    words = {"dwell_s": "dwell time (DELTAT)", "frequency_hz": "frequency (HZPPPM)"}
    lacking = " and ".join(words[name] for name in missing)
    cause = f"An LCModel RAW file does not hold everything, and this one lacks the {lacking}."
    remedy = (
        "Put the LCModel control file with FILRAW, DELTAT and HZPPPM beside it, add the lines "
        "DELTAT= (s) and HZPPPM= (MHz) to its $SEQPAR, or open the same scan in a format that "
        "holds them (NIfTI-MRS, jMRUI text)."
    )
    return UnknownAxesError(path, missing, cause, remedy)
