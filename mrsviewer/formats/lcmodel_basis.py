"""LCModel BASIS files: the spectra of one unit of each metabolite.

What a file holds (Provencher, LCModel & LCMgui User's Manual, section 8, and the files of five
makers): NDATAB complex points per signal, the discrete Fourier transform with a factor 1/sqrt(n)
of the zero-filled FID, from 0 Hz on, not rearranged, in LCModel's sign (higher frequency = lower
ppm). Each is to be multiplied by TRAMP / (VOLUME CONC) and moved ISHIFT points to higher ppm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.formats.basis_signals import (
    centre_by_singlets,
    marker_finding,
    without_halved_first_point,
    without_zero_filling,
)
from mrsviewer.formats.fortran_namelist import Group, TextFault, hertz, next_group
from mrsviewer.formats.fortran_numbers import Layout, read_numbers
from mrsviewer.formats.lcmodel_control import echo_time_s, localisation
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.failure import FormatError
from mrsviewer.model.names import canonical_name, component_kind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.exam import Finding

_START = re.compile(r"^[ \t]*[$&]", re.MULTILINE)
_BASIS1 = re.compile(rb"^[ \t]*[$&][ \t]*BASIS1\b", re.IGNORECASE | re.MULTILINE)
_TE1 = re.compile(r"\bTE1\s*=\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
WIDEST_PPM = 0.5
"""Largest width of lines that a file is believed to have."""

_REMEDY = "Choose another BASIS file, or leave the basis out: a matching one is simulated."


@dataclass(frozen=True, slots=True)
class _Header:
    dwell_s: float
    frequency_hz: float
    points: int | None
    layout: Layout | None
    echo_time_s: float | None
    te1_s: float | None
    sequence: str | None
    line_ppm: float | None
    end: int


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel BASIS file."""
    del path
    return b"\x00" not in head and _BASIS1.search(head) is not None


def read(path: Path) -> BasisSet:
    """Return the basis set of a BASIS file, in the sign and the names of this program.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    return read_with_findings(path)[0]


def read_with_findings(path: Path) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the basis set and what the user should know of it; raises as :func:`read`.

    ``proton_unit`` is None: a BASIS file does not say it.
    """
    text, digest = read_text(path, "an LCModel BASIS file")
    try:
        header = _header(path, text)
        components, spectra = _signals(path, text, header)
    except TextFault as fault:
        raise FormatError(path, str(fault), _REMEDY) from fault
    points = spectra.shape[1]
    fids = turned(fft.ifft(spectra, axis=1), "lcmodel_basis") * np.sqrt(points)
    fids, first = without_halved_first_point(without_zero_filling(fids))
    basis = BasisSet(
        fids=np.ascontiguousarray(fids),
        components=components,
        dwell_s=header.dwell_s,
        frequency_hz=header.frequency_hz,
        centre_ppm=0.0,
        source=path.name,
        digest=digest,
        echo_time_s=header.echo_time_s,
        te1_s=header.te1_s,
        localisation=localisation(header.sequence),
        line_ppm=header.line_ppm,
    )
    basis, axis = centre_by_singlets(basis)
    findings = (first, axis, marker_finding(basis))
    return basis, tuple(finding for finding in findings if finding is not None)


def _header(path: Path, text: str) -> _Header:
    group = next_group(text)
    sequence = None
    while group is not None and group.name != "BASIS1":
        sequence = group if group.name == "SEQPAR" else sequence
        group = next_group(text, group.end)
    if group is None:
        cause = "It is text, but has no $BASIS1 namelist as LCModel BASIS files do."
        raise FormatError(path, cause, "Choose an LCModel BASIS file.")
    dwell_s = group.number("BADELT")
    hz_per_ppm = sequence.number("HZPPPM", "HZPPM") if sequence else None
    if dwell_s is None or hz_per_ppm is None:
        lacking = "BADELT (time between samples)" if dwell_s is None else "HZPPPM (frequency)"
        raise FormatError(path, f"Its header lacks {lacking}.", _REMEDY)
    if not (1e-7 < dwell_s < 0.1 and 1 < hz_per_ppm < 2000):
        cause = f"BADELT = {dwell_s:g} s and HZPPPM = {hz_per_ppm:g} MHz cannot be right."
        raise FormatError(path, cause, _REMEDY)
    te1 = _TE1.search(group.text("IDBASI") or "")
    return _Header(
        dwell_s,
        hertz(hz_per_ppm),
        group.integer("NDATAB"),
        Layout.parse(group.text("FMTBAS")),
        echo_time_s(sequence) if sequence else None,
        float(te1[1]) * 1e-3 if te1 else None,
        sequence.text("SEQ") if sequence else None,
        _line_ppm(sequence) if sequence else None,
        group.end,
    )


def _line_ppm(sequence: Group) -> float | None:
    width = sequence.number("FWHMBA")
    return width if width is not None and 0 < width < WIDEST_PPM else None


def _signals(
    path: Path, text: str, header: _Header
) -> tuple[tuple[Component, ...], NDArray[np.complex128]]:
    """Return the components and their spectra, shape (components, points), LCModel's sign."""
    components: list[Component] = []
    rows: list[NDArray[np.complex128]] = []
    at, points = header.end, header.points
    while (group := next_group(text, at)) is not None:
        at = group.end
        if group.name != "BASIS":
            continue
        following = _START.search(text, at)
        stop = following.start() if following else len(text)
        values = read_numbers(text[at:stop], text.count("\n", 0, at) + 1, header.layout)
        component = _component(path, group)
        points = points or values.size // 2
        _check_count(path, component.name, values.size, points)
        rows.append(_scaled(path, group, values.view(np.complex128)))
        components.append(component)
        at = stop
    if not rows:
        raise FormatError(path, "It has a header but no basis signal.", _REMEDY)
    names = [component.name for component in components]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise FormatError(path, f"It holds {', '.join(twice)} more than once.", _REMEDY)
    return tuple(components), np.stack(rows)


def _component(path: Path, group: Group) -> Component:
    raw = group.text("METABO", "ID")
    if raw is None:
        cause = f"The basis signal whose header is on line {group.line} has no name (METABO)."
        raise FormatError(path, cause, _REMEDY)
    name = canonical_name(raw)
    return Component(name, component_kind(name))


def _check_count(path: Path, name: str, values: int, points: int) -> None:
    if points >= 16 and values == 2 * points:
        return
    cause = f"The signal of {name} has {values / 2:g} complex points; the header says {points}."
    raise FormatError(path, cause, "The file was cut off or altered: copy it again.")


def _scaled(path: Path, group: Group, spectrum: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return a spectrum for unit concentration, moved as ISHIFT says."""
    factors = [group.number(key) for key in ("TRAMP", "VOLUME", "CONC")]
    tramp, volume, conc = (1.0 if factor is None else factor for factor in factors)
    if not min(tramp, volume, conc) > 0:
        cause = f"CONC, TRAMP and VOLUME of the signal on line {group.line} must be positive."
        raise FormatError(path, cause, _REMEDY)
    # Index rises as ppm falls, so a move to higher ppm is one to lower index.
    return np.roll(spectrum, -(group.integer("ISHIFT") or 0)) * (tramp / (volume * conc))
