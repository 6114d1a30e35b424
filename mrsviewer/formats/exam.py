"""Put the files of an examination together: data, water reference, anatomy, with reasons."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.exam_choice import Chosen, check_one_patient, is_copy, passed_over
from mrsviewer.formats.exam_images import Pictures, pictures
from mrsviewer.formats.exam_inputs import Inputs, read_image
from mrsviewer.formats.exam_roles import (
    Choice,
    References,
    choose_metabolite,
    references,
    search_beside,
    why_not,
)
from mrsviewer.formats.gather import Gatherer
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.exam import Exam, Finding, Source
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Role, Scan


def open_exam(
    paths: Sequence[Path],
    *,
    water: Path | None = None,
    anatomy: Path | None = None,
    axes: Axes | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam that files, folders, archives or a DICOMDIR make up.

    Parameters
    ----------
    paths
        A metabolite scan as a rule; its water reference, further references, images and tissue
        maps may be among them, and what is missing is looked for beside the data. A folder, zip
        archive or DICOMDIR stands for all that is in it.
    water, anatomy
        Files with a role given by the user. A water file must be water.
    axes
        What the user says of files that do not say their dwell time or frequency.
    context
        For progress and cancelling.

    Raises
    ------
    FormatError
        If a file cannot be read, there is no metabolite scan, a folder's spectra are of several
        patients, or ``water`` is no water reference.
    """
    job = context or JobContext()
    if not paths:
        msg = "no paths"
        raise ValueError(msg)
    with ExitStack() as stack:
        gatherer = Gatherer(stack, job, axes)
        inputs = gatherer.gather(paths)
        if anatomy is not None:
            inputs.images.insert(0, read_image(gatherer.place(anatomy)))
        if not inputs.files:
            kind = "a basis set" if inputs.basis else "an image"
            cause = f"It is {kind}, not a spectrum."
            raise FormatError(paths[0], cause, "Open a spectrum with it.")
        explicit = gatherer.scans(water) if water is not None else ()
        return _exam_of(inputs, None, explicit, job)


def open_together(
    paths: Sequence[Path],
    data: Path,
    context: JobContext | None = None,
    *,
    axes: Axes | None = None,
) -> Exam:
    """Return the exam that some files make up, as if a folder held just them.

    Parameters
    ----------
    paths
        The files, ``data`` among them.
    data
        The file that the user said holds the data.
    context
        For progress and cancelling.
    axes
        As for :func:`open_exam`.

    Raises
    ------
    FormatError
        As :func:`open_exam`, or if ``data`` is no spectrum.
    """
    job = context or JobContext()
    with ExitStack() as stack:
        gatherer = Gatherer(stack, job, axes)
        place = gatherer.place(data)
        registry.read_scans(place, axes)
        return _exam_of(gatherer.gather_together(paths), place, (), job)


def _exam_of(
    inputs: Inputs, wanted: Path | None, explicit: Sequence[Scan], job: JobContext
) -> Exam:
    """Return the exam that the inputs make up."""
    if inputs.whole:
        scans = [scan for file in inputs.files for scan in file]
        check_one_patient(inputs.whole, scans)
    choice = _without(choose_metabolite(inputs.files, wanted, inputs.axes), explicit)
    job.tick(0.6, "Looking for the water reference")
    scan = choice.metabolite.scan
    found = references(scan, choice.others, explicit, whole=inputs.whole is not None)
    if not inputs.whole:
        search_beside(found, scan, inputs.axes)
    job.tick(0.8, "Looking for the head image")
    images = pictures(scan, inputs, job, alone=not choice.passed)
    return assemble(choice, found, images, inputs)


def _without(choice: Choice, explicit: Sequence[Scan]) -> Choice:
    """Return the choice without scans that were named as water."""
    known = {scan.digest for scan in explicit}
    passed, others = (
        [scan for scan in scans if scan.digest not in known]
        for scans in (choice.passed, choice.others)
    )
    return Choice(choice.metabolite, passed, others)


def assemble(choice: Choice, found: References, images: Pictures, inputs: Inputs) -> Exam:
    """Return the exam with sources and findings."""
    scan = choice.metabolite.scan
    sources = [_source(choice.metabolite, "metabolite")]
    findings = [*scan.findings, *inputs.findings, *found.findings]
    if found.water is not None:
        sources.append(_source(found.water, "water"))
        findings += _of_reference(found.water.scan)
    if found.eddy is not None:
        sources.append(_source(found.eddy, "eddy"))
    others: list[Scan] = []
    for each in choice.passed:
        if not any(is_copy(known, each) for known in (scan, *others)):
            others.append(each)
    if others:
        findings.insert(0, passed_over(others))
    sources += [*_of_images(images), *_of_basis(inputs), *_unused(choice, found, images)]
    return Exam(
        metabolite=scan.dataset,
        water=found.water.scan.dataset if found.water else None,
        eddy=found.eddy.scan.dataset if found.eddy else None,
        anatomy=images.anatomy.volume if images.anatomy else None,
        tissue={which: image.volume for which, image in images.tissue.items()},
        identity=scan.identity,
        sources=tuple(replace(each, path=inputs.shown(each.path)) for each in sources),
        findings=tuple(dict.fromkeys([*findings, *images.findings])),
        axes=inputs.axes,
    )


def _of_images(images: Pictures) -> list[Source]:
    """Return the sources of head image and tissue maps."""
    sources = []
    if images.anatomy is not None:
        image = images.anatomy
        sources.append(Source(image.path, "anatomy", "image", images.reason, image.digest))
    for which, image in images.tissue.items():
        reason = f"{images.tissue_reason}; fraction of {which.upper()}"
        sources.append(Source(image.path, "tissue", "image", reason, image.digest))
    return sources


def _of_basis(inputs: Inputs) -> list[Source]:
    """Return the sources of basis sets opened together with the data; one alone is fitted with."""
    sources = []
    for path in inputs.basis:
        role: Role = "basis"
        reason = "opened together"
        if len(inputs.basis) > 1:
            role, reason = "unused", "one of several basis sets: choose one to fit with"
        elif inputs.shown(path) != path:
            role, reason = "unused", "in an archive: unpack the basis set to fit with it"
        key = path.name if path.is_dir() else digest(read_bytes(path))
        sources.append(Source(inputs.shown(path), role, "basis set", reason, key))
    return sources


def _unused(choice: Choice, found: References, images: Pictures) -> list[Source]:
    """Return what was found and has no role, so that the user can give it one."""
    data = choice.metabolite.scan
    used = {chosen.scan.digest for chosen in (found.water, found.eddy) if chosen is not None}
    left = [
        *((scan, _why_passed(data, scan)) for scan in choice.passed),
        *((scan, why_not(data, scan)) for scan in choice.others if scan.digest not in used),
    ]
    sources = {
        scan.path: Source(scan.path, "unused", scan.format, reason, scan.digest)
        for scan, reason in reversed(left)
        if scan.path != data.path
    }
    return [
        *reversed(sources.values()),
        *(Source(path, "unused", kind, reason, key) for path, kind, reason, key in images.unused),
    ]


def _why_passed(data: Scan, scan: Scan) -> str:
    same = is_copy(data, scan)
    return f"the same signal as {data.path.name}" if same else "another metabolite scan"


def _source(chosen: Chosen, role: Role) -> Source:
    scan = chosen.scan
    return Source(scan.path, role, scan.format, chosen.reason, scan.digest)


def _of_reference(water: Scan) -> list[Finding]:
    """Return what a reference's reader noticed, marked as the reference's."""
    serious = [finding for finding in water.findings if finding.severity != "info"]
    return [replace(f, title=f"Water reference: {f.title}") for f in serious]
