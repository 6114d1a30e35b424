import numpy as np
import pytest

from mrsviewer.model.volume import Volume
from mrsviewer.model.voxel import Voxel
from mrsviewer.present.anatomy import (
    anatomy_scene,
    normal_axis,
    place_in_words,
    point_in_head,
    side_in_words,
)


def voxel_at(x, y=-20.0, z=10.0, size=(20.0, 20.0, 20.0)):
    return Voxel.from_arrays(np.array([x, y, z]), np.array(size), np.eye(3))


def head(bright_ras=None):
    """A head of 100 in an (A, L, I) array, with a bright blob at a RAS place."""
    affine = np.array([[0, -2, 0, 100], [2, 0, 0, -100], [0, 0, -2, 80], [0, 0, 0, 1.0]])
    index = np.stack(np.meshgrid(*[np.arange(n) for n in (100, 100, 80)], indexing="ij"), axis=-1)
    place = index @ affine[:3, :3].T + affine[:3, 3]
    data = 100.0 * (np.linalg.norm(place / [70, 90, 70], axis=-1) < 1)
    if bright_ras is not None:
        data[np.linalg.norm(place - bright_ras, axis=-1) < 8] = 1000
    return Volume(data.astype(np.float32), affine, "T1w")


def columns_of_the_blob(piece):
    return np.argwhere(np.nan_to_num(piece.image) > 600)


@pytest.mark.parametrize(("radiological", "half"), [(True, "right"), (False, "left")])
@pytest.mark.parametrize("plane", [0, 1])
def test_the_patients_left_is_where_the_letters_say(radiological, half, plane):
    scene = anatomy_scene(head((-40, 10, 5)), (), (-40.0, 10.0, 5.0), radiological=radiological)
    piece = scene.slices[plane]
    column = columns_of_the_blob(piece)[:, 1].mean()
    assert (column > piece.image.shape[1] / 2) == (half == "right")
    assert piece.letters[1 if half == "right" else 0] == "L"
    assert f"patient's left is on the {half}" in scene.caption


def test_anterior_and_superior():
    axial, coronal, sagittal = anatomy_scene(head((-40, 50, 30)), (), (-40.0, 50.0, 30.0)).slices
    assert columns_of_the_blob(axial)[:, 0].mean() < axial.image.shape[0] / 2, "anterior is up"
    assert columns_of_the_blob(coronal)[:, 0].mean() < coronal.image.shape[0] / 2, "superior is up"
    assert columns_of_the_blob(sagittal)[:, 1].mean() < sagittal.image.shape[1] / 2, (
        "anterior is left"
    )


def test_outline_and_crosshair_share_the_pixels_of_the_image():
    place = (-40.0, 20.0, 10.0)
    for piece in anatomy_scene(head(place), (voxel_at(*place),)).slices:
        (outline,) = piece.outlines
        rows = piece.image.shape[0]
        row, column = columns_of_the_blob(piece).mean(axis=0)
        blob = (
            piece.origin_mm[0] + column * piece.pixel_mm,
            piece.origin_mm[1] + (rows - 1 - row) * piece.pixel_mm,
        )
        assert outline.mean(axis=0) == pytest.approx(blob, abs=1.5)
        assert piece.crosshair_mm == pytest.approx(blob, abs=1.5)
        assert np.ptp(outline, axis=0) == pytest.approx([20, 20])


def test_missed_voxel_is_a_dashed_shadow():
    scene = anatomy_scene(head(), (voxel_at(-30.0),), (-30.0, -20.0, 60.0))
    axial, coronal, _ = scene.slices
    assert len(axial.outlines[0]) == 0
    assert len(axial.projections) == 1
    assert len(coronal.outlines[0]) == 4
    assert coronal.projections == ()


def test_without_an_image_the_outline_remains():
    scene = anatomy_scene(None, (voxel_at(-30.0),))
    assert "No anatomical image" in scene.caption
    for piece in scene.slices:
        assert np.isnan(piece.image).all()
        low = np.array(piece.origin_mm)
        high = low + piece.pixel_mm * (np.array(piece.image.shape[::-1]) - 1)
        assert np.all(piece.outlines[0] > low)
        assert np.all(piece.outlines[0] < high)
    assert anatomy_scene(None, ()).side == ""


def test_the_voxel_is_never_cut_off():
    scene = anatomy_scene(head(), (voxel_at(-95.0),))
    axial = scene.slices[0]
    right = axial.origin_mm[0] + axial.pixel_mm * (axial.image.shape[1] - 0.5)
    assert right >= 105 - axial.pixel_mm
    assert np.isnan(axial.image[:, -1]).all() or axial.image.shape[1] > 100


def test_window_is_chosen_or_taken():
    automatic = anatomy_scene(head(), ())
    assert automatic.level + automatic.width / 2 == pytest.approx(100)
    assert anatomy_scene(head(), (), None, 40.0, 60.0).level == 40.0


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (-41.6, "left, 42 mm from the scanner's midline"),
        (30.0, "right, 30 mm from the scanner's midline"),
        (1.568, "midline, 2 mm to the right"),
        (-8.0, "left, 8 mm from the scanner's midline"),
        (0.0, "midline"),
    ],
)
def test_side_in_words(x, words):
    assert side_in_words(voxel_at(x)) == words


@pytest.mark.parametrize("radiological", [True, False])
def test_letters_lead_back_to_the_head(radiological):
    place = (-12.0, 7.0, 3.0)
    for axis, piece in zip(
        (2, 1, 0), anatomy_scene(head(), (), place, radiological=radiological).slices, strict=True
    ):
        assert point_in_head(piece, *piece.crosshair_mm) == pytest.approx(place)
        assert normal_axis(piece) == axis


def test_place_in_words():
    assert place_in_words((-41.603, -21.569, -4.959)) == "L 41.6  P 21.6  I 5.0 mm"
    assert place_in_words((1.0, 2.0, 3.0), 0) == "R 1  A 2  S 3 mm"
