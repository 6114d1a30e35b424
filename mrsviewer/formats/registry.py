"""The formats: one row each, chosen by content, imported when needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, cast

from mrsviewer.formats.foreign import explain
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_head
from mrsviewer.formats.unknown_axes import UnknownAxesError, told
from mrsviewer.model.failure import FormatError, MrsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrsviewer.model.axes import Axes
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Scan
    from mrsviewer.model.foreign_fit import ForeignFit
    from mrsviewer.model.volume import Volume

Kind = Literal["scan", "volume", "basis", "fit"]
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table.

    Attributes
    ----------
    name, title
        Short name, and the one shown.
    kind
        Whether it holds a spectrum, an image, a basis set or the results of a fit.
    module
        Where ``sniff(path, head) -> bool`` and ``read(path)`` are.
    """

    name: str
    title: str
    kind: Kind
    module: str

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether a file, whose first bytes are given, is of this format."""
        return bool(import_module(self.module).sniff(path, head))

    def read(self, path: Path, axes: Axes | None = None) -> Any:
        """Return the content of a file; FormatError for every fault of it.

        ``axes`` are used where the file does not say them, and only there; what was used is
        told in a finding of each scan.
        """
        module = import_module(self.module)
        read: Callable[[Path], Any] = module.read
        try:
            return read(path)
        except UnknownAxesError as error:
            if axes is None or not axes.gives(error.missing) or not hasattr(module, "read_told"):
                raise
            return _read_told(module, path, axes.only(error.missing))
        except MrsError:
            raise
        # The net under all readers: a file that breaks a parser is a broken file.
        except (ValueError, LookupError, ArithmeticError, EOFError, OSError, MemoryError) as error:
            details = f"{self.module}: {type(error).__name__}: {error}"
            cause = f"It looks like {self.title} but cannot be understood."
            raise FormatError(path, cause, SEND_AGAIN, details) from error


def _read_told(module: Any, path: Path, axes: Axes) -> tuple[Scan, ...]:
    """Return the scans of a file read with axes that a person gave, with a note of that."""
    axes.check(path)
    scans: tuple[Scan, ...] = module.read_told(path, axes)
    note = told(axes)
    return tuple(replace(scan, findings=(note, *scan.findings)) for scan in scans)


def _row(name: str, title: str, kind: Kind, module: str | None = None) -> Format:
    return Format(name, title, kind, f"mrsviewer.formats.{module or name}")


FORMATS: tuple[Format, ...] = (
    _row("nifti_mrs", "NIfTI-MRS", "scan"),
    _row("nifti_volume", "NIfTI image", "volume"),
    _row("siemens_rda", "Siemens RDA", "scan"),
    _row("siemens_dicom", "Siemens DICOM spectroscopy", "scan"),
    _row("siemens_twix", "Siemens TWIX raw data", "scan"),
    _row("ge_pfile", "GE P-file", "scan"),
    _row("dicom_spectroscopy", "DICOM MR Spectroscopy", "scan"),
    _row("dicom_series", "DICOM image", "volume", "dicom_anatomy"),
    _row("bruker", "Bruker ParaVision", "scan"),
    _row("varian", "Varian fid", "scan"),
    _row("mrsviewer_basis", "mrsviewer basis set", "basis"),
    _row("lcmodel_basis", "LCModel basis set", "basis"),
    _row("osprey_basis", "Osprey basis set", "basis"),
    _row("jmrui_basis", "Basis set in jMRUI text, or a folder of signals", "basis"),
    _row("lcmodel_raw", "LCModel RAW", "scan"),
    _row("lcmodel_input", "LCModel control file", "scan"),
    _row("jmrui", "jMRUI text", "scan"),
    _row("jmrui_binary", "jMRUI binary", "scan"),
    _row("tarquin_dpt", "TARQUIN dpt", "scan"),
    _row("lcmodel_coord", "LCModel COORD", "fit"),
    _row("lcmodel_table", "LCModel TABLE", "fit"),
    _row("lcmodel_csv", "LCModel CSV", "fit"),
    _row("tarquin_results", "TARQUIN result text", "fit"),
    _row("tarquin_csv", "TARQUIN result CSV", "fit"),
    _row("tarquin_fit", "TARQUIN fitted spectra", "fit"),
    _row("ascii_columns", "Columns of numbers", "scan"),
    _row("philips_data", "Philips DATA/LIST", "scan"),
    _row("philips_sdat", "Philips SDAT/SPAR", "scan"),
)
"""In the order they are asked. SDAT is last: it has no mark of its own, only a partner."""

_FOLDERS = ("bruker", "varian", "dicom_series", "jmrui_basis")
"""Formats of which a whole folder may be one input."""

_MEANING: dict[Kind, str] = {
    "scan": "a spectrum",
    "volume": "an image",
    "basis": "a basis set",
    "fit": "the results of a fit",
}
_REMEDY: dict[Kind, str] = {
    "scan": "Open it as the spectrum.",
    "volume": "Open it as anatomy, together with a spectrum.",
    "basis": "Choose it as the basis set, together with a spectrum.",
    "fit": "Open the spectrum that was fitted.",
}

_CHOOSE: dict[Kind, str] = {
    "volume": "Choose a NIfTI image, or a DICOM image of a series or the folder of one.",
    "basis": (
        "Choose a basis set: LCModel .basis, Osprey .mat, .mrsbasis, jMRUI text with a signal for "
        "each metabolite, or a folder with a RAW or jMRUI file for each."
    ),
    "fit": "Choose what LCModel wrote as COORD, TABLE or CSV, or TARQUIN as text or CSV.",
}
"""What to give instead of a file of another kind; for a scan that depends on what it is."""

_NAMED_SO = (".basis", ".mrsbasis")
"""Files named so are a basis set that is damaged, not the wrong file."""


def identify(path: Path) -> Format:
    """Return the format of a file by its content.

    Raises
    ------
    FormatError
        If the file is missing, empty, a folder or of no known format; it says what it looks
        like and what to do.
    """
    if path.is_dir():
        for row in FORMATS:
            if row.name in _FOLDERS and row.sniff(path, b""):
                return row
    head = read_head(path, HEAD_BYTES)
    for row in FORMATS:
        if row.sniff(path, head):
            return row
    cause, remedy = explain(path, head)
    raise FormatError(path, cause, remedy)


def read_as(path: Path, kind: Kind, axes: Axes | None = None) -> Any:
    """Return the content of a file that must be of a kind.

    Raises
    ------
    FormatError
        As :func:`identify`, or if it is of another kind, or damaged.
    """
    row = _identify_as(path, kind)
    if row.kind != kind:
        cause = f"It is {_MEANING[row.kind]} ({row.title}), not {_MEANING[kind]}."
        raise FormatError(path, cause, _CHOOSE.get(kind, _REMEDY[row.kind]))
    return row.read(path, axes)


def _identify_as(path: Path, kind: Kind) -> Format:
    """Return the format of a file; where there is none, the remedy says what was wanted."""
    try:
        return identify(path)
    except FormatError as error:
        named_so = kind == "basis" and path.suffix.lower() in _NAMED_SO
        if kind not in _CHOOSE or named_so or not (path.is_dir() or read_head(path)):
            raise
        told = error.failure
        cause = told.cause.replace("not a spectrum", f"not {_MEANING[kind]}")
        if path.is_dir():
            cause = f"It is a folder that is not {_MEANING[kind]}."
        raise FormatError(path, cause, _CHOOSE[kind], told.details) from error


def read_scans(path: Path, axes: Axes | None = None) -> tuple[Scan, ...]:
    """Return all scans of a file, at least one, the metabolites first.

    Parameters
    ----------
    path
        The file.
    axes
        Dwell time and frequency that a person gave, for files that do not hold them.

    Raises
    ------
    FormatError
        As :func:`read_as`; UnknownAxesError where the file holds no axes and none are given.
    """
    scans = cast("tuple[Scan, ...]", read_as(path, "scan", axes))
    if not scans:
        raise FormatError(path, "It holds no signal.", SEND_AGAIN)
    return scans


def read_volume(path: Path) -> Volume:
    """Return the image in a NIfTI file, DICOM image or DICOM folder."""
    return cast("Volume", read_as(path, "volume"))


def read_basis(path: Path) -> BasisSet:
    """Return the basis set in a file."""
    return cast("BasisSet", read_as(path, "basis"))


def read_fits(path: Path) -> tuple[ForeignFit, ...]:
    """Return the results of another program's fit in a file, one for each voxel."""
    return cast("tuple[ForeignFit, ...]", read_as(path, "fit"))
