"""Where a DICOM spectrum is from: the file's statements, held against one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.formats import dicom_file, siemens_ascconv
from mrsviewer.formats.dicom_acquisition import group
from mrsviewer.formats.dicom_signal import maker_of
from mrsviewer.formats.orientation import displacement_mm, voxel_from_lps, voxel_from_slabs
from mrsviewer.formats.philips_spar import angled_box
from mrsviewer.formats.siemens_geometry import TITLE, TOLERANCE_MM, agreement, checked
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from mrsviewer.model.voxel import Voxel

_PHILIPS_VOLUME = 0x20051085
_PHILIPS_KEYS = (
    (0x20051059, 0x20051057, 0x20051058),
    (0x2005105C, 0x2005105A, 0x2005105B),
    (0x20051056, 0x20051054, 0x20051055),
)
"""Size, centre and angle along left-right, anterior-posterior and head-foot."""


def voxel(elements: Any) -> tuple[Voxel | None, tuple[Finding, ...]]:
    """Return the box, and a red finding where the file contradicts itself.

    Philips writes the box that the user planned into private elements; the standard ones hold the
    field of view of the one "pixel", which may be larger.
    """
    standard = _plane_box(elements) or _slab_box(elements)
    planned = _philips_box(elements)
    if planned is None:
        return checked(standard, _protocol(elements), named="functional groups")
    if standard is None:
        return planned, ()
    away = displacement_mm(standard, planned)
    if away <= TOLERANCE_MM:
        return planned, (agreement("Functional groups", "private elements", away),)
    apart = float(np.linalg.norm(np.subtract(standard.centre_ras_mm, planned.centre_ras_mm)))
    same_place = apart <= TOLERANCE_MM and _same_tilt(standard, planned)
    detail = (
        f"Standard elements {_sides(standard)} mm, private ones {_sides(planned)} mm, their "
        f"centres {apart:.1f} mm apart. Shown is the private box, which is the planned one."
    )
    return planned, (Finding("warning" if same_place else "danger", TITLE, detail, "geometry"),)


def _same_tilt(one: Voxel, other: Voxel) -> bool:
    """Return whether every edge of one box is parallel to one of the other's, to a degree."""
    along = np.abs(np.array(one.axes_ras).T @ np.array(other.axes_ras))
    return bool(np.all(along.max(axis=0) > np.cos(np.deg2rad(1.0))))


def _plane_box(elements: Any) -> Voxel | None:
    """Return the box of the one "pixel"; its elements stand in groups or on the top level."""
    directions = _numbers(elements, "PlaneOrientationSequence", "ImageOrientationPatient", 6)
    centre = _numbers(elements, "PlanePositionSequence", "ImagePositionPatient", 3)
    spacing = _numbers(elements, "PixelMeasuresSequence", "PixelSpacing", 2)
    thickness = _thickness(elements)
    if not directions or not centre or not spacing or not thickness:
        return None
    row, column = np.array(directions[:3]), np.array(directions[3:])
    if "UIH" in maker_of(elements):
        # UIH gives the outer corner of the pixel.
        centre = (np.array(centre) + row * spacing[1] / 2 + column * spacing[0] / 2).tolist()
    size = [spacing[1], spacing[0], thickness]
    try:
        return voxel_from_lps(centre, directions[:3], directions[3:], size)
    except ValueError:
        return None


def _numbers(elements: Any, macro: str, keyword: str, count: int) -> list[float] | None:
    """Return numbers of a functional group, or of the top level."""
    found = dicom_file.numbers(group(elements, macro), keyword, count)
    return found or dicom_file.numbers(elements, keyword, count)


def _thickness(elements: Any) -> float | None:
    """Return the slice thickness, or that of the first slab."""
    found = dicom_file.number(group(elements, "PixelMeasuresSequence"), "SliceThickness")
    found = found or dicom_file.number(elements, "SliceThickness")
    slabs = dicom_file.items(elements, "VolumeLocalizationSequence")
    return found or (dicom_file.number(slabs[0], "SlabThickness") if slabs else None)


def _slab_box(elements: Any) -> Voxel | None:
    """Return the box that three slabs cut out, or None without three complete ones."""
    slabs = dicom_file.items(elements, "VolumeLocalizationSequence")
    normals = [dicom_file.numbers(slab, "SlabOrientation", 3) for slab in slabs]
    middles = [dicom_file.numbers(slab, "MidSlabPosition", 3) for slab in slabs]
    thickness = [dicom_file.number(slab, "SlabThickness") for slab in slabs]
    if len(slabs) != 3 or None in normals or None in middles or None in thickness:
        return None
    arrays = (np.array(values, float) for values in (normals, middles, thickness))
    try:
        return voxel_from_slabs(*arrays)
    except ValueError:
        return None


def _philips_box(elements: Any) -> Voxel | None:
    """Return the box of Philips' private elements, which mean what SPAR's lines mean."""
    volumes = dicom_file.element(elements, _PHILIPS_VOLUME)
    if "PHILIPS" not in maker_of(elements) or volumes is None or isinstance(volumes, (bytes, str)):
        return None
    for volume in list(volumes)[:1]:
        found = [[dicom_file.element(volume, tag) for tag in tags] for tags in _PHILIPS_KEYS]
        try:
            size, centre, degrees = np.array(found, float)
        except (TypeError, ValueError):
            return None
        return angled_box(size, centre, degrees)
    return None


def _protocol(elements: Any) -> dict[str, str]:
    """Return the measurement protocol that Siemens XA puts into a private element."""
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for item in dicom_file.items(elements, keyword)[:1]:
            for outer in dicom_file.private_items(item, 0x0021, "SIEMENS MR SDS 01", 0xFE):
                data = dicom_file.private_bytes(outer, 0x0021, "SIEMENS MR SDS 01", 0x19)
                if data:
                    return siemens_ascconv.parse(data)
    return {}


def _sides(box: Voxel) -> str:
    """Return edge lengths for a sentence."""
    return " x ".join(f"{side:g}" for side in box.size_mm)
