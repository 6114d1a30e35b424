"""Which of several scans is the data, which the water reference; and the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.exam_choice import Chosen, best, fits
from mrsviewer.formats.exam_match import differences, other_patient
from mrsviewer.formats.exam_names import container, family, is_for_quantity, named_role
from mrsviewer.formats.water import WaterVerdict, is_water
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.model.axes import Axes


@dataclass(slots=True)
class References:
    """Water and eddy scans found so far, and remarks on those not taken.

    ``only_named_eddy``: a second water scan is for eddy currents only if it is called so.
    """

    water: Chosen | None
    eddy: Chosen | None
    findings: list[Finding]
    only_named_eddy: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The data, the other metabolite scans, and what is left over: references as a rule."""

    metabolite: Chosen
    passed: list[Scan]
    others: list[Scan]


def choose_metabolite(
    files: Sequence[tuple[Scan, ...]], wanted: Path | None = None, axes: Axes | None = None
) -> Choice:
    """Return the data among the scans of all files, and the other scans.

    Parameters
    ----------
    files
        The scans of each file.
    wanted
        The file that the user said holds the data.
    axes
        What the user said of files that do not say it.

    Raises
    ------
    FormatError
        If there is only water whose metabolite scan is not beside it.
    """
    scans = [scan for file in files for scan in file]
    if len(files) == 1 and len(scans) > 1:
        return Choice(Chosen(scans[0], "first scan of the file"), [], scans[1:])
    verdicts = [is_water(scan.dataset) for scan in scans]
    rest = [scan for scan, verdict in zip(scans, verdicts, strict=True) if not verdict.is_water]
    if len(rest) > 1:
        rest = [s for s in rest if named_role(s.path) not in {"water", "eddy"}] or rest
    given = [scan for scan in scans if scan.path == wanted]
    if given:
        chosen = Chosen(given[0], "given this role by hand")
    elif not rest:
        return Choice(_partner_of_water(scans[0], verdicts[0], axes), [], scans)
    elif len(rest) > 1:
        waters = [s for s, verdict in zip(scans, verdicts, strict=True) if verdict.is_water]
        chosen = best(rest, waters)
    else:
        reason = "the file named" if len(scans) == 1 else "the only scan that is not water"
        chosen = Chosen(rest[0], reason)
    passed = [scan for scan in rest if scan is not chosen.scan]
    others = [s for s in scans if s is not chosen.scan and all(s is not p for p in passed)]
    return Choice(chosen, passed, others)


def closest(metabolite: Scan, others: Sequence[Scan]) -> list[Scan]:
    """Return the references that may be of this scan, the likeliest first.

    Of a whole folder only those count that fit the data, or that claim to by their name.
    """
    own = family(metabolite.path), container(metabolite.path)

    def distance(scan: Scan) -> tuple[object, ...]:
        same_name = (family(scan.path), container(scan.path)) == own
        far = scan.path.parent != metabolite.path.parent
        echoes = [s.dataset.acquisition.echo_time_s for s in (scan, metabolite)]
        return not same_name, far, is_for_quantity(scan.path), echoes[0] != echoes[1], scan.path

    alike = [s for s in others if fits(metabolite, s) or not distance(s)[0]]
    return sorted(alike, key=distance)


def references(
    metabolite: Scan,
    others: Sequence[Scan],
    explicit: Sequence[Scan] = (),
    *,
    whole: bool = False,
) -> References:
    """Return the references among given scans, each verified by measurement.

    Parameters
    ----------
    metabolite
        The data.
    others
        Scans opened together with it: taken if they are water.
    explicit
        Scans of the file that the user named as water: refused if none is.
    whole
        Whether a whole folder was opened; a second water scan is then not taken to be one for
        eddy currents unless it is called so.

    Raises
    ------
    FormatError
        If ``explicit`` holds no water reference.
    """
    found = References(None, None, [], only_named_eddy=whole)
    if explicit:
        verdicts = [is_water(scan.dataset, metabolite.dataset) for scan in explicit]
        for scan, verdict in zip(explicit, verdicts, strict=True):
            if verdict.is_water and found.water is None:
                found.water = Chosen(scan, f"named as water; {verdict.reason}")
                found.findings += remarks(metabolite, scan)
        if found.water is None:
            cause = f"It is not a water reference. {verdicts[0].reason}"
            raise FormatError(explicit[0].path, cause, "Choose the unsuppressed scan, or none.")
    for scan in closest(metabolite, others) if whole else others:
        _take(found, metabolite, scan, "found in the folder" if whole else "opened together")
    return found


def why_not(metabolite: Scan, scan: Scan) -> str:
    """Return why a scan is not the water reference in use."""
    verdict = is_water(scan.dataset, metabolite.dataset)
    if not verdict.is_water:
        return f"no water reference: {verdict.reason}"
    faults = [f for f in remarks(metabolite, scan) if f.severity == "danger"]
    words = " ".join(f"{fault.title}. {fault.detail}" for fault in faults)
    return words or "another water reference"


def search_beside(found: References, metabolite: Scan, axes: Axes | None = None) -> None:
    """Add references that lie beside the data under the usual names, each verified."""
    given = found.water is not None
    for path in _candidates(metabolite.path):
        eddy = named_role(path) == "eddy"
        if given and not eddy:
            continue
        if (found.eddy if eddy else found.water) is not None:
            note = f"{path.name} may be another reference"
            found.findings.append(Finding("info", note, "It was not used."))
            continue
        try:
            scans = registry.read_scans(path, axes)
        except FormatError as error:
            detail = f"{error.failure.cause} It was not used."
            note = f"{path.name} beside the data cannot be read"
            found.findings.append(Finding("warning", note, detail))
            continue
        _take(found, metabolite, scans[0], "found beside the data")


def _take(found: References, metabolite: Scan, scan: Scan, how: str) -> None:
    """Give a scan its role if it is water and fits the data; else say why not."""
    verdict: WaterVerdict = is_water(scan.dataset, metabolite.dataset)
    reason = verdict.reason
    noticed = remarks(metabolite, scan)
    faults = [remark for remark in noticed if remark.severity == "danger"]
    if verdict.is_water and faults:
        reason = " ".join(f"{fault.title}. {fault.detail}" for fault in faults)
    if not verdict.is_water or faults:
        title = f"{scan.path.name} is not this scan's water reference"
        found.findings.append(Finding("warning", title, f"{reason} It was not used."))
        return
    chosen = Chosen(scan, f"{how}; {reason}")
    named = named_role(scan.path) == "eddy"
    second = found.water is not None and not found.only_named_eddy
    if (named or second) and found.eddy is None:
        found.eddy = chosen
    elif found.water is None:
        found.water = chosen
    else:
        return
    found.findings += noticed


def remarks(metabolite: Scan, scan: Scan) -> list[Finding]:
    """Return in what a reference differs from the data."""
    noticed = list(differences(metabolite.dataset, scan.dataset))
    stranger = other_patient(metabolite, scan)
    return [*noticed, stranger] if stranger else noticed


def _candidates(path: Path) -> list[Path]:
    """Return files beside ``path`` whose names say reference of the same scan, best first."""
    own = family(path)
    found = []
    for other in sorted(path.parent.iterdir()):
        role = named_role(other)
        if other == path or role not in {"water", "eddy"} or not other.is_file():
            continue
        if container(other) != container(path) or other.suffix.lower() == ".spar":
            continue
        if container(path) == ".sdat" and other.stem == path.stem:
            continue
        loose = role == "eddy" and {*family(other)} <= {*own}
        if family(other) == own or loose:
            found.append(other)
    return sorted(found, key=is_for_quantity)


def _partner_of_water(water: Scan, verdict: WaterVerdict, axes: Axes | None) -> Chosen:
    """Return the data whose reference ``water`` is, found beside it, or FormatError."""
    path = water.path
    for other in sorted(path.parent.iterdir()):
        same = family(other) == family(path) and container(other) == container(path)
        pair = other.stem == path.stem and container(path) == ".sdat"
        if not same or pair or other == path or named_role(other) not in {"metabolite", None}:
            continue
        try:
            scan = registry.read_scans(other, axes)[0]
        except FormatError:
            continue
        if is_water(water.dataset, scan.dataset).is_water:
            return Chosen(scan, f"found beside {path.name}, which is its water reference")
    cause = f"It is a water reference: {verdict.reason} No metabolite scan lies beside it."
    raise FormatError(path, cause, "Open the water-suppressed scan.")
