"""Which images belong to a spectrum: the head image, tissue maps, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.formats import dicom_file
from mrsviewer.formats.exam_anatomy import contains, find_anatomy, find_tissue, tissue_maps
from mrsviewer.formats.exam_inputs import MOST_FILES, Image, Inputs
from mrsviewer.formats.exam_match import another_person
from mrsviewer.formats.exam_names import same_subject
from mrsviewer.formats.exam_tissue import coverage_findings
from mrsviewer.formats.image_series import ImageSeries, dicom_images, person_of
from mrsviewer.formats.source_file import read_head
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Scan
    from mrsviewer.model.volume import Tissue


@dataclass(slots=True, eq=False)
class Pictures:
    """The images of an exam.

    Attributes
    ----------
    anatomy, reason
        Head image and why it is.
    tissue, tissue_reason
        Fraction maps by tissue, and how they were found.
    unused
        Path, format, reason and digest of what was found and left out.
    findings
        Remarks.
    """

    anatomy: Image | None = None
    reason: str = ""
    tissue: dict[Tissue, Image] = field(default_factory=dict)
    tissue_reason: str = "found beside the head image"
    unused: list[tuple[Path, str, str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def pictures(scan: Scan, inputs: Inputs, context: JobContext, *, alone: bool) -> Pictures:
    """Return head image and tissue maps: those that were named, else those that are found.

    Parameters
    ----------
    scan
        The metabolite scan.
    inputs
        What was named, and the images of a folder that was opened.
    context
        For progress and cancelling.
    alone
        Whether the scan is the only metabolite scan; then a NIfTI image, which says nothing of
        its patient, is not doubted.
    """
    found = Pictures(tissue=tissue_maps(inputs.images))
    if found.tissue:
        found.tissue_reason = "opened together"
    heads = [image for image in inputs.images if image not in found.tissue.values()]
    if heads:
        take_named(found, scan, heads)
    elif scan.dataset.voxel is not None and inputs.whole:
        _take_ranked(found, scan, inputs.series, doubtful=not alone)
    elif scan.dataset.voxel is not None:
        _take_beside(found, scan, context)
    if not found.tissue:
        _find_tissue(found, scan, inputs)
    _note_unused(found, inputs)
    found.findings += coverage_findings(found.tissue, scan.dataset.voxel)
    return found


def take_named(found: Pictures, scan: Scan, heads: list[Image]) -> None:
    """Take a head image that the user named, and say so in red if it misses the voxel."""
    voxel = scan.dataset.voxel
    if voxel is not None:
        heads = sorted(heads, key=lambda image: not contains(image.volume, voxel))
    found.anatomy, found.reason = heads[0], "named as anatomy"
    if voxel is not None and not contains(heads[0].volume, voxel):
        detail = f"{heads[0].path.name} may be of another session or patient."
        title = "The voxel lies outside the head image"
        found.findings.append(Finding("danger", title, detail, "geometry"))
    person = person_of(heads[0].path)
    if person is not None and another_person(scan, person):
        detail = f"The headers of {scan.path.name} and {heads[0].path.name} name two."
        title = "The head image is of another patient"
        found.findings.append(Finding("danger", title, detail, "geometry"))
    for image in heads[1:]:
        why = f"{heads[0].path.name} was taken"
        found.unused.append((image.path, "image", why, image.digest))


def _take_beside(found: Pictures, scan: Scan, context: JobContext) -> None:
    """Take the head image beside a scan that was named alone."""
    voxel = scan.dataset.voxel
    if voxel is None:
        return
    found.anatomy, found.reason, findings = find_anatomy(scan.path, voxel)
    found.findings += findings
    if found.anatomy is None and dicom_file.storage_class(read_head(scan.path)) is not None:
        files = sorted(path for path in scan.path.parent.iterdir() if path.is_file())
        if len(files) <= MOST_FILES:
            images = [p for p in files if dicom_file.storage_class(_head(p)) in dicom_file.IMAGES]
            _take_ranked(found, scan, dicom_images(images, context), doubtful=False)


def _head(path: Path) -> bytes:
    try:
        return read_head(path)
    except FormatError:
        return b""


def _take_ranked(
    found: Pictures, scan: Scan, series: Sequence[ImageSeries], *, doubtful: bool
) -> None:
    """Take the head image for which most speaks among all that show the voxel."""
    voxel = scan.dataset.voxel
    heads = [each for each in series if each.is_head and each.tissue is None]
    strangers = [each for each in heads if _is_stranger(each, scan)]
    if strangers:
        names = ", ".join(each.title for each in strangers[:5])
        title = "Images of another patient lie among the files"
        detail = f"{names}. They were not used."
        found.findings.append(Finding("danger", title, detail, "geometry"))
    fitting = [each for each in heads if each not in strangers and each.fault is None]
    fitting = [each for each in fitting if voxel is not None and each.shows(voxel)]
    for chosen, why in _ranked(fitting, _frame(scan.path)):
        try:
            found.anatomy = chosen.read()
        except FormatError as error:
            title = f"{chosen.title} cannot be read"
            found.findings.append(Finding("warning", title, error.failure.cause))
            continue
        found.reason = f"found in the folder; the voxel lies within it{why}"
        told = chosen.is_dicom or same_subject(scan.path, chosen.path)
        if doubtful and not told:
            title = "Check that the head image is of this session"
            detail = f"{chosen.title} was taken because it lies in the folder."
            found.findings.append(Finding("warning", title, detail, "geometry"))
        return


def _is_stranger(series: ImageSeries, scan: Scan) -> bool:
    return series.person is not None and another_person(scan, series.person)


def _ranked(fitting: Sequence[ImageSeries], frame: str | None) -> list[tuple[ImageSeries, str]]:
    """Return the images, best first, each with what it has over the next one."""
    criteria: tuple[tuple[str, Callable[[ImageSeries], object]], ...] = (
        ("it has the spectrum's frame of reference", lambda s: frame is None or s.frame != frame),
        ("it is T1-weighted", lambda s: not s.is_t1),
        ("its pixels are the smallest", lambda s: round(s.pixel_ml, 6)),
        ("it is the first by name", lambda s: str(s.path)),
    )

    def merits(series: ImageSeries) -> tuple[object, ...]:
        return tuple(measure(series) for _, measure in criteria)

    order = sorted(fitting, key=merits)
    result = []
    for k, series in enumerate(order):
        why = ""
        if k + 1 < len(order):
            pairs = zip(merits(series), merits(order[k + 1]), criteria, strict=True)
            reason = next(words for a, b, (words, _) in pairs if a != b)
            why = f"; chosen among {len(order)}: {reason}"
        result.append((series, why))
    return result


def _frame(path: Path) -> str | None:
    """Return the frame of reference of a DICOM spectrum."""
    if dicom_file.storage_class(_head(path)) is None:
        return None
    return dicom_file.text(dicom_file.open_dicom(path, pixels=False), "FrameOfReferenceUID")


def _find_tissue(found: Pictures, scan: Scan, inputs: Inputs) -> None:
    """Take the fraction maps that lie together, those beside the head image first."""
    folders: list[Path] = []
    if found.anatomy is not None:
        path = found.anatomy.path
        folders.append(path.parent if path.is_file() else scan.path.parent)
    folders += sorted({each.path.parent for each in inputs.series if each.tissue is not None})
    for folder in dict.fromkeys(folders):
        maps = tissue_maps(find_tissue(folder))
        if maps:
            found.tissue = maps
            if found.anatomy is None:
                found.tissue_reason = "found in the folder"
            return


def _note_unused(found: Pictures, inputs: Inputs) -> None:
    """List the images of the folder that have no role."""
    used = {image.path for image in (found.anatomy, *found.tissue.values()) if image is not None}
    for series in inputs.series:
        if series.path not in used:
            reason = series.fault or f"{series.title}: not taken as head image or tissue map"
            found.unused.append((series.path, "image", reason, series.digest()))
