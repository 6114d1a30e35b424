"""LCModel control files in full: the files that they name, and the settings of the fit.

Names, meaning and defaults of the settings are LCModel's own (Provencher, LCModel & LCMgui User's
Manual; version 6.3). A value that a file does not give has LCModel's default.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mrsviewer.formats.fortran_namelist import Group, TextFault, groups, parse_number
from mrsviewer.formats.source_file import read_head, read_text
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE_KEYS = ("FILRAW", "FILH2O", "FILBAS")
LONG_TE_MS = 100.0
"""From this echo time on LCModel's window ends at 1 ppm where PPMEND is not given."""

_START = re.compile(rb"^[ \t]*[$&][ \t]*LCMODL\b", re.IGNORECASE | re.MULTILINE)
_KEY = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?[\d,: ]*\))?")
_REPEATED = re.compile(r"(\d{1,4})\*(.*)", re.DOTALL)
_LOGICAL = re.compile(r"\.?(?:T|F|TRUE|FALSE)\.?", re.IGNORECASE)
_SIMULATED_BY_DEFAULT = 13
_NOT_IN_THE_FIT = ("Lip13c", "Lip13d", "Lip13e")
_GAMMA, _GAMMA_MHZ = "gamma", (90.0, 210.0)
_CHANGES = "Correct the control file."


@dataclass(frozen=True, slots=True)
class Voxels:
    """Which voxels of a grid LCModel analyses: counts and, from 1, first and last of each axis."""

    grid: tuple[int, int, int]
    columns: tuple[int, int]
    rows: tuple[int, int]
    slice_number: int
    skipped: int

    @property
    def first(self) -> int:
        """Return the number of the first that is analysed, columns fastest, counted from 1."""
        across, down, _ = self.grid
        return ((self.slice_number - 1) * down + self.rows[0] - 1) * across + self.columns[0]

    @property
    def count(self) -> int:
        """Return how many are analysed."""
        (first, last), (top, bottom) = self.columns, self.rows
        return (last - first + 1) * (bottom - top + 1) - self.skipped


@dataclass(frozen=True, slots=True)
class LcmodelCase:
    """A control file: the files that it names and what it decides about the fit.

    Attributes
    ----------
    path
        The control file.
    raw, water, basis
        FILRAW, FILH2O and FILBAS where they are; None where not named or not found.
    lost
        (key, name) of files that are named and not found.
    given
        Every key in the file, without indices, with its values as text.
    values
        The same as they stand there, with indices.
    frequency_mhz
        HZPPPM.
    window_ppm
        PPMST, PPMEND.
    gaps_ppm
        PPMGAP: ranges inside the window that are not fitted, upper end first.
    omitted, kept, not_fitted
        CHOMIT, CHKEEP and CHNOT2 as far as NOMIT, NKEEP and NNOT2 say.
    simulated, ratio_priors
        NSIMUL, NRATIO: how many of LCModel's list of simulated signals and of soft ratios.
    no_baseline, eddy_currents, water_scaling
        NOBASE, DOECC, DOWS.
    zero_phase_deg, first_phase_deg_per_ppm
        (expectation, standard deviation): DEGZER and SDDEGZ, DEGPPM and SDDEGP.
    shift_sd_ppm
        DESDSH.
    knots_ppm
        DKNTMN: least distance of knots of the baseline.
    water_conc_mmol, water_attenuation, metabolite_attenuation
        WCONC, ATTH2O, ATTMET.
    voxels
        NDCOLS, NDROWS, NDSLIC, ICOLST, ICOLEN, IROWST, IROWEN, ISLICE, NVOXSK.
    """

    path: Path
    raw: Path | None
    water: Path | None
    basis: Path | None
    lost: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    frequency_mhz: float
    window_ppm: tuple[float, float]
    gaps_ppm: tuple[tuple[float, float], ...]
    omitted: tuple[str, ...]
    kept: tuple[str, ...]
    not_fitted: tuple[str, ...]
    simulated: int
    ratio_priors: int
    no_baseline: bool
    eddy_currents: bool
    water_scaling: bool
    zero_phase_deg: tuple[float, float]
    first_phase_deg_per_ppm: tuple[float, float]
    shift_sd_ppm: float
    knots_ppm: float
    water_conc_mmol: float
    water_attenuation: float
    metabolite_attenuation: float
    voxels: Voxels


def is_control(path: Path) -> bool:
    """Return whether a file is an LCModel control file, by its content."""
    if not path.is_file():
        return False
    try:
        return sniff(path, read_head(path)) and "FILRAW" in _given(control_group(path))
    except FormatError:
        return False


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel control file."""
    del path
    return b"\x00" not in head and _START.search(head) is not None


def control_group(path: Path) -> Group:
    """Return the namelist LCMODL of a control file.

    Raises
    ------
    FormatError
        If it cannot be read, is damaged or has none.
    """
    text, _ = read_text(path, "an LCModel control file")
    try:
        found = next((group for group in groups(text) if group.name == "LCMODL"), None)
    except TextFault as fault:
        raise FormatError(path, str(fault), _CHANGES) from fault
    if found is None:
        cause = "It is text, but has no $LCMODL namelist as LCModel control files do."
        raise FormatError(path, cause, "Choose an LCModel control file.")
    return found


def named_file(path: Path, group: Group, key: str) -> Path | None:
    """Return the file that a key of a control file names, or None where there is none.

    It is looked for at its path, relative to the folder of the control file where it is not
    absolute; then with ever fewer of its folders in that folder, as cases move as a whole.
    """
    said = group.text(key)
    if not said:
        return None
    plain = PurePosixPath(said.replace("\\", "/"))
    parts = plain.parts[1:] if plain.is_absolute() else plain.parts
    tails = (PurePosixPath(*parts[k:]) for k in range(len(parts)))
    for place in (plain, *tails):
        found = path.parent / place
        if found.is_file() and found.resolve() != path.resolve():
            return found
    return None


def read_case(path: Path) -> LcmodelCase:
    """Return what a control file says.

    Raises
    ------
    FormatError
        If it is no control file, or a value cannot be understood.
    """
    group = control_group(path)
    found = {key: named_file(path, group, key) for key in FILE_KEYS}
    said = {key: group.text(key) for key in FILE_KEYS}
    if found["FILH2O"] == found["FILRAW"] and said["FILH2O"] != said["FILRAW"]:
        found["FILH2O"] = None  # another file of the same name, from another folder
    lost = tuple((key, name) for key, name in said.items() if name and found[key] is None)
    try:
        return _Reading(group).case(path, found, lost)
    except TextFault as fault:
        raise FormatError(path, str(fault), _CHANGES) from fault


class _Reading:
    """The values of a group with LCModel's defaults."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def case(
        self, path: Path, found: dict[str, Path | None], lost: tuple[tuple[str, str], ...]
    ) -> LcmodelCase:
        """Return everything; raises TextFault."""
        number, flag = self._number, self._flag
        return LcmodelCase(
            path,
            found["FILRAW"],
            found["FILH2O"],
            found["FILBAS"],
            lost,
            _given(self._group),
            self._group.values,
            number("HZPPPM", 84.47),
            self._window(),
            self._gaps(),
            self._names("CHOMIT", self._count("NOMIT", 0)),
            self._names("CHKEEP", self._count("NKEEP", 0)),
            self._names("CHNOT2", self._count("NNOT2", 3), _NOT_IN_THE_FIT),
            self._count("NSIMUL", _SIMULATED_BY_DEFAULT),
            self._count("NRATIO", 12 if number("ECHOT", -1.0) > 49.0 else 13),
            flag("NOBASE"),
            flag("DOECC"),
            flag("DOWS"),
            (number("DEGZER", 0.0), number("SDDEGZ", 999.0)),
            (number("DEGPPM", 0.0), number("SDDEGP", 20.0)),
            number("DESDSH", 0.004),
            self._knots_ppm(),
            number("WCONC", 35880.0),
            number("ATTH2O", 0.7),
            number("ATTMET", 1.0),
            self._voxels(),
        )

    def _number(self, key: str, default: float) -> float:
        value = self._single(key).number(key)
        if value is not None and not math.isfinite(value):
            msg = f"{key} = {value:g} is not a number."
            raise TextFault(msg)
        return default if value is None else value

    def _count(self, key: str, default: int) -> int:
        value = self._single(key).integer(key)
        return default if value is None else max(value, 0)

    def _flag(self, key: str) -> bool:
        said = self._single(key).text(key)
        if said is not None and _LOGICAL.fullmatch(said) is None:
            msg = f"{key} = {said[:40]!r} is neither T nor F."
            raise TextFault(msg)
        return self._group.flag(key)

    def _single(self, key: str) -> Group:
        """Return the group, in which the key has at most one value; raises TextFault."""
        values = self._group.values.get(key, ())
        if len(values) > 1:
            msg = f"{key} = {' '.join(values)[:40]!r} is more than one value."
            raise TextFault(msg)
        return self._group

    def _window(self) -> tuple[float, float]:
        end = 1.0 if self._number("ECHOT", -1.0) >= LONG_TE_MS else 0.2
        top, bottom = self._number("PPMST", 4.0), self._number("PPMEND", end)
        if not top > bottom:
            msg = f"Its window begins at PPMST {top:g} and ends at PPMEND {bottom:g} ppm."
            raise TextFault(msg)
        return top, bottom

    def _knots_ppm(self) -> float:
        """Return the least distance of knots, the first of two that may be given.

        LCModel has another default for basis sets that its maker calls gamma.
        """
        said = elements(self._group, "DKNTMN").get(1)
        if said is not None:
            return _as_number("DKNTMN", said)
        low, high = _GAMMA_MHZ
        gamma = _GAMMA in (self._group.text("FILBAS") or "") and not self._group.text("SPTYPE")
        return 0.35 if gamma and low <= self._number("HZPPPM", 84.47) <= high else 0.15

    def _gaps(self) -> tuple[tuple[float, float], ...]:
        said = {k: _as_number("PPMGAP", v) for k, v in elements(self._group, "PPMGAP", 2).items()}
        uppers = (k for k in said if k % 2 == 1 and k + 1 in said)
        return tuple((said[k], said[k + 1]) for k in sorted(uppers))

    def _names(self, key: str, count: int, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the first ``count`` names of a list, those not given as LCModel has them."""
        names = dict(enumerate(default, 1)) | elements(self._group, key)
        return tuple(name for i, name in sorted(names.items()) if i <= count and name.strip())

    def _voxels(self) -> Voxels:
        count, ends = self._count, []
        for key in ("COL", "ROW"):
            both = (count(f"I{key}ST", 1), count(f"I{key}EN", 1))
            ends.append((min(both), max(both)))
        grid = (count("NDCOLS", 1), count("NDROWS", 1), count("NDSLIC", 1))
        return Voxels(grid, ends[0], ends[1], count("ISLICE", 1), count("NVOXSK", 0))


def elements(group: Group, name: str, rows: int = 1) -> dict[int, str]:
    """Return the elements of an array by their place, counted from 1, the first index fastest.

    ``NAME(3) = 'a', 'b'`` fills elements 3 and 4, ``NAME = ...`` begins with the first, ``2*0.1``
    stands for two values.

    Parameters
    ----------
    group
        The namelist.
    name
        Of the array.
    rows
        Length of the first of two dimensions.
    """
    found: dict[int, str] = {}
    for key, values in group.values.items():
        match = _KEY.fullmatch(key.replace(" ", ""))
        if match is None or match[1] != name:
            continue
        first = int(match[2] or 1) + rows * (int(match[3] or 1) - 1)
        found |= dict(enumerate(_each(values), first))
    return found


def _each(values: Iterable[str]) -> Iterable[str]:
    """Yield values, repeated ones as often as they say; ``2*`` before a quoted one, too."""
    times = 1
    for value in values:
        match = _REPEATED.fullmatch(value)
        if match is not None and not match[2]:
            times = int(match[1])
            continue
        count, text = (int(match[1]), match[2]) if match is not None else (times, value)
        yield from [text.strip()] * count
        times = 1


def _as_number(key: str, text: str) -> float:
    try:
        value = parse_number(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        msg = f"{key} = {text[:40]!r} is not a number."
        raise TextFault(msg)
    return value


def _given(group: Group) -> dict[str, str]:
    """Return every key without its indices, with its first value; blank names are not given."""
    found: dict[str, str] = {}
    for key, values in group.values.items():
        said = ", ".join(value.strip() for value in values if value.strip())
        if said:
            name = key.split("(", 1)[0].strip()
            found[name] = f"{found[name]}, {said}" if name in found else said
    return found
