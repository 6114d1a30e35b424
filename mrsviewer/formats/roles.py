"""Roles given by hand: which file is the data, which the water reference, which the head image.

A person's word goes before names and places, but not before the signal: what is not water does
not become a water reference, and what is no fraction does not become a tissue map.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.exam import assemble, open_together
from mrsviewer.formats.exam_anatomy import is_fraction
from mrsviewer.formats.exam_choice import Chosen
from mrsviewer.formats.exam_images import Pictures, take_named
from mrsviewer.formats.exam_inputs import digest_of, read_image
from mrsviewer.formats.exam_names import tissue
from mrsviewer.formats.exam_roles import Choice, References, remarks
from mrsviewer.formats.exam_tissue import coverage_findings
from mrsviewer.formats.gather import Gatherer
from mrsviewer.formats.water import is_water
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Exam, Role, Scan, Source

BY_HAND = "given this role by hand"
_ONE_OF: tuple[Role, ...] = ("metabolite", "water", "eddy", "anatomy", "basis")
_NAMES: Mapping[Role, str] = {
    "metabolite": "the data",
    "water": "the water reference",
    "eddy": "the reference for eddy currents",
    "anatomy": "the head image",
    "tissue": "a tissue map",
    "basis": "the basis set",
    "unused": "not used",
}


def reassign(
    exam: Exam,
    path: Path,
    role: Role,
    *,
    was: Role | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam with another role for one of its files, or for a file that joins it.

    The files are read again. With other data everything else is chosen anew among the files of
    the exam; with any other role, whatever had it before is left unused.

    Parameters
    ----------
    exam
        As it is.
    path
        The file, as its source names it.
    role
        Its new role; "unused" takes it out.
    was
        Which of its roles is meant where one file has two (data and water in one file).
    context
        For progress and cancelling.

    Raises
    ------
    FormatError
        If the file cannot have the role: it is not water, not an image, no fraction map, or it
        is the data and no other file is.
    """
    if role == "metabolite":
        paths = dict.fromkeys([*(source.path for source in exam.sources), path])
        return open_together(tuple(paths), path, context, axes=exam.axes)
    meant = [
        source
        for source in exam.sources
        if source.path == path and source.role != "metabolite" and was in {None, source.role}
    ]
    if role == "unused" and not meant:
        remedy = "Give another scan the role of the data first."
        raise FormatError(path, "It is the data of this exam.", remedy)
    kept = [source for source in exam.sources if source not in meant]
    roles = [(source.path, _yielding(source, role, path)) for source in kept]
    reasons = {(source.path, source.role): source.reason for source in kept}
    changed = f"{path.name} is now {_NAMES[role]}."
    new = [*roles, (path, role)]
    return with_roles(new, reasons=reasons, changed=changed, axes=exam.axes, context=context)


def _yielding(source: Source, role: Role, path: Path) -> Role:
    """Return the role a source keeps when ``path`` takes ``role``."""
    same = source.role == role and source.path != path
    if same and (role in _ONE_OF or (role == "tissue" and tissue(source.path) == tissue(path))):
        return "unused"
    return source.role


def with_roles(
    roles: Sequence[tuple[Path, Role]],
    *,
    reasons: Mapping[tuple[Path, Role], str] | None = None,
    changed: str = "",
    axes: Axes | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam that files make up whose roles are all given; nothing else is looked for.

    Parameters
    ----------
    roles
        Path and role of each file; a file may be data and water at once. Exactly one is the data.
    reasons
        Why a file has its role, where that is known; otherwise it was given by hand.
    changed
        What a person changed, for a remark.
    axes
        What a person said of files that do not say it.
    context
        For progress and cancelling.

    Raises
    ------
    FormatError
        If a file cannot be read or cannot have its role.
    ValueError
        If there is not exactly one metabolite file, or more than one water, eddy or head image.
    """
    for role in _ONE_OF:
        count = sum(given == role for _, given in roles)
        if count > 1 or (role == "metabolite" and count == 0):
            msg = f"{count} files are {_NAMES[role]}"
            raise ValueError(msg)
    with ExitStack() as stack:
        builder = _Builder(Gatherer(stack, context or JobContext(), axes), reasons or {})
        return builder.exam(roles, changed)


class _Builder:
    """Reads files whose roles are given, and verifies each."""

    def __init__(self, gatherer: Gatherer, reasons: Mapping[tuple[Path, Role], str]) -> None:
        self._gatherer = gatherer
        self._reasons = reasons

    def exam(self, roles: Sequence[tuple[Path, Role]], changed: str) -> Exam:
        """Return the exam."""

        def of(role: Role) -> list[Path]:
            return [path for path, given in roles if given == role]

        (named,) = of("metabolite")
        data = self._gatherer.scans(named)[0]
        found = References(None, None, [])
        for path in of("water"):
            found.water = self._reference(data, path, "water", found)
        for path in of("eddy"):
            found.eddy = self._reference(data, path, "eddy", found)
        images = Pictures(tissue_reason=BY_HAND)
        for path in of("anatomy"):
            self._head(data, path, images)
        for path in of("tissue"):
            self._map(path, images)
        images.findings += coverage_findings(images.tissue, data.dataset.voxel)
        images.unused = [self._left(path) for path in of("unused")]
        inputs = self._gatherer.inputs
        inputs.basis = [self._gatherer.place(path) for path in of("basis")]
        if changed:
            inputs.findings.append(Finding("info", "Roles changed by hand", changed))
        chosen = Chosen(data, self._why(named, "metabolite"))
        return assemble(Choice(chosen, [], []), found, images, inputs)

    def _why(self, path: Path, role: Role) -> str:
        return self._reasons.get((path, role), BY_HAND)

    def _reference(self, data: Scan, path: Path, role: Role, found: References) -> Chosen:
        """Return the water scan of a file; FormatError if it holds none."""
        scans = self._gatherer.scans(path)
        others = [scan for scan in scans if scan.digest != data.digest]
        if not others:
            remedy = "Give another scan the role of the data first."
            raise FormatError(path, "It is the data of this exam.", remedy)
        verdicts = [(scan, is_water(scan.dataset, data.dataset)) for scan in others]
        for scan, verdict in verdicts:
            if verdict.is_water:
                found.findings += remarks(data, scan)
                why = self._reasons.get((path, role), f"{BY_HAND}; {verdict.reason}")
                return Chosen(scan, why)
        cause = f"It is not a water reference. {verdicts[0][1].reason}"
        raise FormatError(path, cause, "Choose the unsuppressed scan, or none.")

    def _head(self, data: Scan, path: Path, images: Pictures) -> None:
        image = read_image(self._gatherer.place(path))
        take_named(images, data, [image])
        images.reason = self._why(path, "anatomy")

    def _map(self, path: Path, images: Pictures) -> None:
        image = read_image(self._gatherer.place(path))
        which = tissue(path)
        if which is None:
            cause = "Its name does not say of which tissue it is."
            remedy = "Call it gm, wm or csf, as in c1, pve_1 or gm.nii.gz."
            raise FormatError(path, cause, remedy)
        if not is_fraction(image.volume):
            cause = "Its values are no fractions: they do not lie between 0 and 1."
            raise FormatError(path, cause, "Choose the maps of a segmentation.")
        images.tissue[which] = image

    def _left(self, path: Path) -> tuple[Path, str, str, str]:
        place = self._gatherer.place(path)
        title = registry.identify(place).title if place.is_file() else "folder"
        key = digest_of([place]) if place.is_file() else path.name
        return place, title, self._reasons.get((path, "unused"), "left out by hand"), key
