"""Find the head image, and tissue maps, that a voxel was planned on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.exam_inputs import MOST_FILES, Image, read_image
from mrsviewer.formats.exam_names import family, is_anatomy, is_t1, same_subject, tissue
from mrsviewer.formats.image_series import shows
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.model.volume import Tissue, Volume
    from mrsviewer.model.voxel import Voxel


def contains(volume: Volume, voxel: Voxel) -> bool:
    """Return whether all corners of a voxel lie within an image's field of view."""
    return shows(volume.data.shape, volume.affine, voxel)


def find_anatomy(spectrum: Path, voxel: Voxel) -> tuple[Image | None, str, list[Finding]]:
    """Return the one head image beside a spectrum that shows the voxel, the reason, and remarks.

    A single T1-weighted image goes before others; otherwise several are no answer. NIfTI says
    nothing of patient or session: where the folder holds other spectra as well, an image whose
    name does not tell of the same subject is doubted.
    """
    folder = spectrum.parent
    fitting, findings = [], []
    for path in sorted(filter(is_anatomy, folder.iterdir())):
        try:
            if registry.identify(path).kind != "volume":
                continue
            image = read_image(path)
        except FormatError as error:
            title = f"{path.name} beside the data cannot be read"
            findings.append(Finding("warning", title, error.failure.cause))
            continue
        if contains(image.volume, voxel):
            fitting.append(image)
        else:
            title = f"{path.name} does not show the voxel"
            findings.append(Finding("info", title, "It was not used as anatomy."))
    reason = "found beside the data; the voxel lies within it"
    t1 = [image for image in fitting if is_t1(image.path)]
    for choice in (fitting, t1):
        if len(choice) == 1:
            if not (same_subject(spectrum, choice[0].path) or _only_exam(spectrum)):
                title = "Check that the head image is of this session"
                detail = f"{choice[0].path.name} was taken because it lies beside the data."
                findings.append(Finding("warning", title, detail))
            return choice[0], reason, findings
    if fitting:
        names = ", ".join(image.path.name for image in fitting)
        title = "Several head images lie beside the data"
        findings.append(Finding("info", title, f"{names}. Choose one."))
    return None, "", findings


def _only_exam(spectrum: Path) -> bool:
    """Return whether all spectra beside ``spectrum`` are references of it by their names."""
    files = [path for path in spectrum.parent.iterdir() if path.is_file()]
    strangers = [path for path in files if family(path) != family(spectrum)]
    return len(files) <= MOST_FILES and not any(_is_scan(path) for path in strangers)


def _is_scan(path: Path) -> bool:
    """Return whether a file holds a spectrum."""
    try:
        return registry.identify(path).kind == "scan"
    except FormatError:
        return False


def find_tissue(folder: Path) -> list[Image]:
    """Return the maps of grey matter, white matter and CSF in a folder, if all are there once."""
    named = [path for path in sorted(folder.iterdir()) if tissue(path) is not None]
    if sorted(str(tissue(path)) for path in named) != ["csf", "gm", "wm"]:
        return []
    images = []
    for path in named:
        try:
            images.append(read_image(path))
        except FormatError:
            return []
    return images if all(is_fraction(image.volume) for image in images) else []


def tissue_maps(images: Sequence[Image]) -> dict[Tissue, Image]:
    """Return those images that are fraction maps by name and by value, one per tissue."""
    maps: dict[Tissue, Image] = {}
    for image in images:
        which = tissue(image.path)
        if which is not None and is_fraction(image.volume):
            maps.setdefault(which, image)
    return maps


def is_fraction(volume: Volume) -> bool:
    """Return whether all values lie between 0 and 1 and some reach above one half."""
    low, high = float(volume.data.min()), float(volume.data.max())
    return low >= -0.01 and 0.5 < high <= 1.01
