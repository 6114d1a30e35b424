"""Whether a basis set fits the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.basis.protocol import ASSUMED_PULSES, IDEAL_PULSES, NO_SCANNER, SHORTEST_TE1_S
from mrsviewer.basis.sequences import EVEN_ECHOES
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet

FIELD_LIMIT = 0.02
"""Largest relative difference in frequency that a set can bridge; couplings are in Hz."""

ECHO_LIMIT_S = 0.002
"""Difference in echo time above which amplitudes of coupled spins are plainly wrong."""

WINDOW_PPM = (0.2, 4.2)
"""What a set must be able to represent."""

_EXACT_FREQUENCY = 1e-3
_EXACT_S = 5e-5
_GIVE = "Give a basis set that was made for these data, or none to have one simulated."


def check_basis(basis: BasisSet, acquisition: Acquisition) -> tuple[Finding, ...]:
    """Return what the user must know before using ``basis`` with data acquired so.

    Raises
    ------
    BasisError
        If nucleus or field cannot fit at all.
    """
    if acquisition.nucleus != "1H":
        raise BasisError(
            "Basis set does not fit the data",
            f"The data are {acquisition.nucleus}; basis sets are for 1H.",
            "Choose an engine with peaks of its own (amares), or open proton data.",
        )
    relative = abs(basis.frequency_hz / acquisition.frequency_hz - 1)
    if relative > FIELD_LIMIT:
        raise BasisError(
            "Basis set does not fit the data",
            f"It was made for {basis.frequency_hz * 1e-6:.2f} MHz, the data are at "
            f"{acquisition.frequency_hz * 1e-6:.2f} MHz.",
            _GIVE,
        )
    _refuse_unedited(basis, acquisition)
    return (
        *_frequency(basis, acquisition, relative),
        *_echo_time(basis, acquisition),
        *_localisation(basis, acquisition),
        *_editing(basis, acquisition),
        *_first_echo(basis, acquisition),
        *_mixing_time(basis, acquisition),
        *_even_delays(basis, acquisition),
        *_pulses(basis),
        *_width(basis),
    )


def _refuse_unedited(basis: BasisSet, acquisition: Acquisition) -> None:
    """Raise BasisError if edited data would be fitted with the signals of an unedited scan.

    Edit-off spectra may be: their editing pulses meet nothing.
    """
    if acquisition.localisation != "mega-press" or acquisition.editing == "edit-off":
        return
    if basis.localisation is None or basis.localisation == "mega-press":
        return
    said = f"the spectrum '{acquisition.editing}'" if acquisition.editing else "an edited scan"
    raise BasisError(
        "Basis set does not fit the data",
        f"The data are {said} (MEGA-PRESS), the set is for {basis.localisation.upper()} without "
        "editing: its signals are others.",
        "Simulate a MEGA-PRESS set with the protocol's values or give one; if these are the "
        "edit-off spectra alone, say so among the acquisition's values.",
    )


def _frequency(basis: BasisSet, acquisition: Acquisition, relative: float) -> Iterator[Finding]:
    if relative > _EXACT_FREQUENCY:
        yield Finding(
            "info",
            "Basis set for a slightly different field",
            f"Basis {basis.frequency_hz * 1e-6:.3f} MHz, data "
            f"{acquisition.frequency_hz * 1e-6:.3f} MHz; used at the ppm scale of the data.",
        )


def _echo_time(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    ours, theirs = basis.echo_time_s, acquisition.echo_time_s
    if ours is None or theirs is None:
        which = "basis set" if ours is None else "data"
        yield Finding(
            "warning",
            "Echo time of basis and data cannot be compared",
            f"The {which} does not state it. A wrong echo time falsifies coupled metabolites.",
        )
        return
    difference = abs(ours - theirs)
    if difference > _EXACT_S:
        far = difference > ECHO_LIMIT_S
        yield Finding(
            "danger" if far else "info",
            "Basis set for another echo time" if far else "Echo time differs slightly",
            f"Basis {ours * 1e3:.4g} ms, data {theirs * 1e3:.4g} ms."
            + (" Concentrations of coupled metabolites are void." if far else ""),
        )


def _localisation(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    ours, theirs = basis.localisation, acquisition.localisation
    if ours is not None and theirs is not None and ours != theirs:
        yield Finding(
            "danger",
            "Basis set for another sequence",
            f"Basis {ours}, data {theirs}. Concentrations of coupled metabolites are void.",
        )


def _editing(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    ours, theirs = basis.editing, acquisition.editing
    if ours == theirs and acquisition.localisation != "mega-press":
        return
    if ours is None or theirs is None:
        which = "data do" if theirs is None else "basis set does"
        yield Finding(
            "warning" if basis.localisation == "mega-press" else "danger",
            "Which spectrum of an edited scan cannot be compared",
            f"The {which} not say whether edit-on, edit-off or their difference. A set for another "
            "of them has other signals altogether: make sure that they are the same.",
        )
    elif ours != theirs:
        yield Finding(
            "danger",
            "Basis set for another spectrum of the edited scan",
            f"Basis {ours}, data {theirs}. All concentrations are void.",
        )


def _first_echo(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    if basis.localisation != "press" or basis.te1_s is None:
        return
    if acquisition.te1_s is None:
        yield Finding(
            "warning",
            "First echo time of PRESS is unknown",
            f"The basis set has TE1 {basis.te1_s * 1e3:.4g} ms. Glu, Gln and GABA depend on it; "
            "enter TE1 if the protocol gives it.",
        )
    elif abs(acquisition.te1_s - basis.te1_s) > ECHO_LIMIT_S:
        yield Finding(
            "warning",
            "Basis set for another first echo time",
            f"TE1: basis {basis.te1_s * 1e3:.4g} ms, data {acquisition.te1_s * 1e3:.4g} ms. "
            "Glu, Gln and GABA depend on it.",
        )


def _mixing_time(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    both = basis.localisation == acquisition.localisation == "steam"
    if both and acquisition.mixing_time_s is None:
        yield Finding(
            "danger",
            "Mixing time of STEAM is unknown",
            "Signals of coupled metabolites (Glu, Gln, Ins, Lac) depend on it; enter the mixing "
            "time (TM) of the protocol. Only singlets (tNAA, tCr, tCho) can be trusted.",
        )


def _even_delays(basis: BasisSet, acquisition: Acquisition) -> Iterator[Finding]:
    if basis.localisation == acquisition.localisation == "slaser" and EVEN_ECHOES in basis.source:
        yield Finding(
            "info",
            "Delays of semi-LASER taken as even",
            "No file tells the delays between its pulses. Strongly coupled metabolites (Glu, Gln, "
            "Ins) differ by 1 to 4 % with uneven ones; simulate with those of the protocol.",
        )


def _pulses(basis: BasisSet) -> Iterator[Finding]:
    if ASSUMED_PULSES in basis.source:
        yield Finding(
            "info",
            "Usual slice pulses assumed",
            "No file tells the pulses of PRESS; those simulated refocus 1.2 kHz, as clinical "
            "scanners do. With ideal ones Glu would read 10 to 20 % higher at 3 T and Lac at long "
            "echo times too low; enter the slice pulses, or give the site's own basis set.",
        )

    if NO_SCANNER in basis.source:
        yield Finding(
            "info",
            "Ideal slice pulses assumed",
            "The file names no scanner. If these data are from a clinical one, choose usual slice "
            "pulses: with ideal ones Glu reads 10 to 20 % too high at 3 T, and Lac at long echo "
            "times too low.",
        )
    if IDEAL_PULSES in basis.source:
        yield Finding(
            "warning",
            "Ideal slice pulses assumed",
            "The pulses that clinical scanners have as a rule do not fit into echoes of less than "
            f"{SHORTEST_TE1_S * 1e3:.0f} ms, so ideal ones were simulated. With pulses of a real "
            "slice Glu and other coupled metabolites come out lower; check TE and TE1, or give "
            "the site's own basis set.",
        )


def _width(basis: BasisSet) -> Iterator[Finding]:
    half_ppm = 0.5 / basis.dwell_s / (basis.frequency_hz * 1e-6)
    low, high = basis.centre_ppm - half_ppm, basis.centre_ppm + half_ppm
    if low > WINDOW_PPM[0] or high < WINDOW_PPM[1]:
        yield Finding(
            "danger",
            "Basis set is too narrow",
            f"It covers {low:.1f} to {high:.1f} ppm; {WINDOW_PPM[0]} to {WINDOW_PPM[1]} ppm "
            "are needed, and lines outside are folded.",
        )
