"""Put the files of an examination together: data, water reference, anatomy, with reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.exam_anatomy import contains, find_anatomy, find_tissue, tissue_maps
from mrsviewer.formats.exam_inputs import Image, Inputs, gather, read_image
from mrsviewer.formats.exam_roles import (
    Chosen,
    References,
    choose_metabolite,
    references,
    search_beside,
)
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.exam import Exam, Finding, Source
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.model.exam import Role, Scan
    from mrsviewer.model.volume import Tissue


def open_exam(
    paths: Sequence[Path],
    *,
    water: Path | None = None,
    anatomy: Path | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam that some files, or one folder, make up.

    Parameters
    ----------
    paths
        One metabolite scan as a rule; its water reference, further references, images and
        tissue maps may be among them. What is missing is looked for beside the data.
    water, anatomy
        Files with a role given by the user. A water file must be water.
    context
        For progress and cancelling.

    Raises
    ------
    FormatError
        If a file cannot be read, there is not exactly one metabolite scan, or ``water`` is none.
    """
    job = context or JobContext()
    if not paths:
        msg = "no paths"
        raise ValueError(msg)
    inputs = gather(paths, job)
    if not inputs.files:
        kind = "a basis set" if inputs.basis else "an image"
        raise FormatError(paths[0], f"It is {kind}, not a spectrum.", "Open a spectrum with it.")
    explicit = registry.read_scans(water) if water is not None else ()
    metabolite, others = choose_metabolite(inputs.files)
    job.tick(0.6, "Looking for the water reference")
    if explicit:
        known = {scan.digest for scan in explicit}
        others = [scan for scan in others if scan.digest not in known]
    found = references(metabolite.scan, others, explicit)
    search_beside(found, metabolite.scan)
    job.tick(0.8, "Looking for the head image")
    images = list(inputs.images)
    if anatomy is not None:
        images.insert(0, read_image(anatomy))
    return _assemble(metabolite, found, images, inputs)


def _assemble(metabolite: Chosen, found: References, images: list[Image], inputs: Inputs) -> Exam:
    """Return the exam with sources and findings."""
    scan = metabolite.scan
    sources = [_source(metabolite, "metabolite")]
    findings = [*scan.findings, *inputs.findings, *found.findings]
    if found.water is not None:
        sources.append(_source(found.water, "water"))
        findings += _of_reference(found.water.scan)
    if found.eddy is not None:
        sources.append(_source(found.eddy, "eddy"))
    picture, tissue, more = _images(scan, images)
    for image, role, reason in picture:
        sources.append(Source(image.path, role, "image", reason, image.digest))
    for path in inputs.basis:
        key = path.name if path.is_dir() else digest(read_bytes(path))
        sources.append(Source(path, "basis", "basis set", "opened together", key))
    anatomy = next((image.volume for image, role, _ in picture if role == "anatomy"), None)
    return Exam(
        metabolite=scan.dataset,
        water=found.water.scan.dataset if found.water else None,
        eddy=found.eddy.scan.dataset if found.eddy else None,
        anatomy=anatomy,
        tissue={which: image.volume for which, image in tissue.items()},
        identity=scan.identity,
        sources=tuple(sources),
        findings=tuple(dict.fromkeys([*findings, *more])),
    )


def _images(
    scan: Scan, given: list[Image]
) -> tuple[list[tuple[Image, Role, str]], dict[Tissue, Image], list[Finding]]:
    """Return images with roles and reasons, the tissue maps by tissue, and remarks."""
    voxel, folder = scan.dataset.voxel, scan.path.parent
    maps = tissue_maps(given)
    heads = [image for image in given if image not in maps.values()]
    if voxel is not None and len(heads) > 1:
        heads.sort(key=lambda image: not contains(image.volume, voxel))
    chosen, reason, findings = (heads[0], "named as anatomy", []) if heads else (None, "", [])
    if chosen is not None and voxel is not None and not contains(chosen.volume, voxel):
        detail = f"{chosen.path.name} may be of another session or patient."
        title = "The voxel lies outside the head image"
        findings = [Finding("danger", title, detail, "geometry")]
    if chosen is None and voxel is not None:
        chosen, reason, findings = find_anatomy(scan.path, voxel)
    if chosen is not None and not maps:
        maps = tissue_maps(find_tissue(chosen.path.parent if chosen.path.is_file() else folder))
    roles: list[tuple[Image, Role, str]] = []
    if chosen is not None:
        roles.append((chosen, "anatomy", reason))
    for which, image in maps.items():
        how = "opened together" if image in given else "found beside the head image"
        roles.append((image, "tissue", f"{how}; fraction of {which.upper()}"))
    return roles, maps, findings


def _source(chosen: Chosen, role: Role) -> Source:
    scan = chosen.scan
    return Source(scan.path, role, scan.format, chosen.reason, scan.digest)


def _of_reference(water: Scan) -> list[Finding]:
    """Return what a reference's reader noticed, marked as the reference's."""
    serious = [finding for finding in water.findings if finding.severity != "info"]
    return [replace(f, title=f"Water reference: {f.title}") for f in serious]
