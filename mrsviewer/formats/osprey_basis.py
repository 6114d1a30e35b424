"""Osprey's basis sets: MATLAB files of version 5 or 7.3 with one struct ``BASIS``.

``fids`` has shape (points, components), ``name`` the components, ``dwelltime`` is in s, ``Bo`` in
T, ``te`` in ms. Where ``centerFreq`` is given, that is the shift at 0 Hz; sets of older versions
have 4.65 or 4.68 ppm there, so that the singlets decide.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.formats.basis_signals import SINGLETS_PPM, singlet_ppm
from mrsviewer.formats.basis_signals import without_halved_first_point as restored
from mrsviewer.formats.matlab_file import MatlabFault, read_variables
from mrsviewer.formats.samples import check_samples
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.acquisition import GYROMAGNETIC_RATIO_HZ_PER_T
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError
from mrsviewer.model.names import canonical_name, component_kind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_VERSION_5 = b"MATLAB 5.0 MAT-file"
_VERSION_7 = b"MATLAB 7.3 MAT-file"
_CENTRES_PPM = (3.0, 4.65, 4.68, 4.7)
_TOLERANCE_PPM = 0.03
_REMEDY = "Choose another basis set, or leave it out: a matching one is simulated."


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """The fields of ``BASIS`` that are used; ``fids`` of shape (components, points)."""

    fids: NDArray[np.complex128]
    names: tuple[str, ...]
    dwell_s: float
    field_t: float
    centre_ppm: float | None
    echo_time_s: float | None
    sequence: str | None


def sniff(path: Path, head: bytes) -> bool:
    """Return whether a file is a MATLAB file with Osprey's struct in it."""
    if head.startswith(_VERSION_7):
        return _hdf5_has_basis(path)
    if not head.startswith(_VERSION_5):
        return False
    try:
        return "BASIS" in read_variables(read_bytes(path))
    except MatlabFault:
        return False


def read(path: Path) -> BasisSet:
    """Return the basis set; raises as :func:`read_with_findings`."""
    return read_with_findings(path)[0]


def read_with_findings(path: Path) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the basis set in the sign and names of this program, and remarks.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off, damaged, or of an edited sequence.
    """
    data = read_bytes(path)
    content = _from_hdf5(path) if data.startswith(_VERSION_7) else _from_version_5(path, data)
    if not (1e-7 < content.dwell_s < 0.1 and 0.1 < content.field_t < 30):
        cause = f"A dwell time of {content.dwell_s:g} s at {content.field_t:g} T cannot be right."
        raise FormatError(path, cause, _REMEDY)
    names = [canonical_name(name) for name in content.names]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise FormatError(path, f"It holds {', '.join(twice)} more than once.", _REMEDY)
    check_samples(path, content.fids)
    kept = [row for row, name in enumerate(names) if name != "Water"]
    fids, first = restored(turned(content.fids[kept], "osprey_basis"))
    basis = BasisSet(
        fids=np.ascontiguousarray(fids),
        components=tuple(Component(names[row], component_kind(names[row])) for row in kept),
        dwell_s=content.dwell_s,
        frequency_hz=round(content.field_t * GYROMAGNETIC_RATIO_HZ_PER_T["1H"], 0),
        centre_ppm=content.centre_ppm or _CENTRES_PPM[1],
        source=path.name,
        digest=digest(data),
        echo_time_s=content.echo_time_s,
        localisation=localisation_of(content.sequence),
    )
    basis, axis = _centred(path, basis, content.centre_ppm)
    return basis, tuple(finding for finding in (first, axis) if finding is not None)


def _centred(path: Path, basis: BasisSet, said: float | None) -> tuple[BasisSet, Finding | None]:
    """Return the set with the shift at 0 Hz by which its singlets stand where they belong."""
    tried = ([] if said is None else [said]) + [ppm for ppm in _CENTRES_PPM if ppm != said]
    known = [name for name in SINGLETS_PPM if name in basis.names]
    if len(known) < 2:
        return basis, None
    for centre in tried:
        there = replace(basis, centre_ppm=centre)
        shifts = [(name, singlet_ppm(there, name)) for name in known]
        near = [s is not None and abs(s - SINGLETS_PPM[n]) < _TOLERANCE_PPM for n, s in shifts]
        if all(near):
            detail = f"NAA and creatine stand where they belong with {centre:g} ppm at 0 Hz."
            return there, Finding("info", "Axis of the basis set by its singlets", detail)
    cause = "NAA and creatine are not where they belong on any usual axis."
    raise FormatError(path, cause, _REMEDY)


def _from_version_5(path: Path, data: bytes) -> _Content:
    try:
        fields = read_variables(data).get("BASIS")
    except MatlabFault as fault:
        cause = "It is a damaged MATLAB file."
        raise FormatError(path, cause, _REMEDY, str(fault)) from fault
    if not isinstance(fields, dict):
        cause = "It is a MATLAB file, but not with Osprey's BASIS struct."
        raise FormatError(path, cause, _REMEDY)
    fids, names = fields.get("fids"), fields.get("name")
    names = [names] if isinstance(names, str) else names
    if not isinstance(fids, np.ndarray) or fids.ndim != 2 or not np.iscomplexobj(fids):
        cause = "Its signals are not one for each component: it may be of an edited sequence."
        raise FormatError(path, cause, _REMEDY)
    said = tuple(str(name) for name in names) if isinstance(names, list) else ()
    return _content(path, fids.T.astype(np.complex128), said, fields)


def _hdf5_has_basis(path: Path) -> bool:
    h5py = _h5py()
    try:
        with h5py.File(path, "r") as file:
            return "BASIS" in file
    except (AttributeError, OSError, RuntimeError):
        return False


def _from_hdf5(path: Path) -> _Content:
    """Return the content of a version 7.3 file: HDF5 with transposed arrays."""
    h5py = _h5py()
    if h5py is None:
        cause = "It is a MATLAB file of version 7.3, which needs the package h5py."
        raise FormatError(path, cause, "Save it in MATLAB with save(..., '-v7'), or install h5py.")
    try:
        with h5py.File(path, "r") as file:
            group = file["BASIS"]
            stored = group["fids"][()]
            cells = [file[reference][()] for reference in np.ravel(group["name"][()])]
            fields = {key: _plain(item) for key, item in group.items() if hasattr(item, "shape")}
        with np.errstate(invalid="ignore"):  # damaged files hold what is no number
            fids = np.asarray(stored["real"] + 1j * stored["imag"], np.complex128)
        names = tuple("".join(map(chr, np.ravel(cell))) for cell in cells)
    except (OSError, LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        cause = "It is no MATLAB file with Osprey's BASIS struct, or is damaged."
        raise FormatError(path, cause, _REMEDY, f"{type(error).__name__}: {error}") from error
    if fids.ndim != 2:
        cause = "Its signals are not one for each component: it may be of an edited sequence."
        raise FormatError(path, cause, _REMEDY)
    return _content(path, fids, names, fields)


def _h5py() -> Any:
    try:
        import h5py  # type: ignore[import-untyped] # noqa: PLC0415 - heavy, may be missing
    except ImportError:
        return None
    return h5py


def _plain(item: Any) -> Any:
    """Return a scalar of an HDF5 dataset, or the text of an array of characters."""
    values = np.ravel(item[()])
    if values.dtype.kind == "u" and item.attrs.get("MATLAB_class") == b"char":
        return "".join(map(chr, values))
    return values[0] if values.size == 1 else None


def _content(
    path: Path, fids: NDArray[np.complex128], names: tuple[str, ...], fields: dict[str, Any]
) -> _Content:
    """Return the fields that are used; one name for each signal."""
    if len(names) != len(fids) or fids.shape[1] < 16:
        cause = f"It has {len(fids)} signals of {fids.shape[-1]} points and {len(names)} names."
        raise FormatError(path, cause, _REMEDY)
    echo = _number(fields.get("te"))
    return _Content(
        fids,
        names,
        _number(fields.get("dwelltime")) or 0.0,
        _number(fields.get("Bo")) or 0.0,
        _number(fields.get("centerFreq")),
        echo * 1e-3 if echo else None,
        str(fields.get("seq") or ""),
    )


def _number(value: object) -> float | None:
    """Return a scalar, or an array of one, as a number; None for what is none."""
    flat = np.ravel(value) if isinstance(value, np.ndarray | np.generic) else value
    try:
        number = float(str(flat[0] if isinstance(flat, np.ndarray) and flat.size == 1 else flat))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
