from itertools import permutations, product

import numpy as np
import pytest

from mrsviewer.anatomy.frame import PLANES, direction_letter, slice_frame
from mrsviewer.anatomy.slices import MAX_PIXELS, extent, head_box, reslice, spacing_mm, step_mm
from mrsviewer.anatomy.windowing import default_window
from mrsviewer.model.volume import Volume

SHAPE = (20, 24, 16)
SPACING = np.array([2.0, 1.5, 3.0])


def head(order=(0, 1, 2), signs=(1, 1, 1)):
    """A volume whose value is a known function of RAS position, in any array order."""
    low = np.array([-21.0, -19.0, -26.0])
    axes = [low[a] + SPACING[a] * np.arange(SHAPE[a]) for a in range(3)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    data = x + 10 * y + 100 * z
    affine = np.diag([*SPACING, 1.0])
    affine[:3, 3] = low
    for axis, sign in enumerate(signs):
        if sign < 0:
            data = np.flip(data, axis)
            affine[:3, 3] += affine[:3, axis] * (SHAPE[axis] - 1)
            affine[:3, axis] *= -1
    data = np.transpose(data, order)
    affine = affine[:, [*order, 3]]
    return Volume(np.ascontiguousarray(data, np.float32), affine, "ramp")


LAYOUTS = list(product(permutations(range(3)), product((1, -1), repeat=3)))


@pytest.mark.parametrize(("order", "signs"), LAYOUTS)
def test_every_array_order_gives_the_same_picture(order, signs):
    volume, reference = head(order, signs), head()
    for plane in PLANES:
        frame = slice_frame(plane)
        ours = reslice(volume, frame, 1.0, extent(volume))
        expected = reslice(reference, frame, 1.0, extent(reference))
        assert ours.origin_mm == pytest.approx(expected.origin_mm)
        np.testing.assert_allclose(ours.image, expected.image, rtol=2e-4, atol=0.05)


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("radiological", [True, False])
def test_each_pixel_shows_the_value_of_its_place(plane, radiological):
    volume = head()
    frame = slice_frame(plane, radiological=radiological)
    piece = reslice(volume, frame, 1.0, extent(volume))
    rows, columns = piece.image.shape
    for row, column in ((rows // 2, columns // 2), (rows // 3, columns - columns // 4)):
        across = piece.origin_mm[0] + column * piece.pixel_mm
        up = piece.origin_mm[1] + (rows - 1 - row) * piece.pixel_mm
        x, y, z = frame.to_ras(across, up, 1.0)
        assert piece.image[row, column] == pytest.approx(x + 10 * y + 100 * z, abs=0.05)


def test_oblique_volume_is_sampled_where_it_is():
    from scipy.spatial.transform import Rotation

    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", [20, -15, 30], degrees=True).as_matrix() * 2.0
    affine[:3, 3] = -affine[:3, :3] @ np.array([15, 15, 15])
    index = np.stack(np.meshgrid(*[np.arange(31)] * 3, indexing="ij"), axis=-1)
    place = index @ affine[:3, :3].T + affine[:3, 3]
    volume = Volume((place @ [1.0, 10.0, 100.0]).astype(np.float32), affine, "oblique")
    frame = slice_frame("coronal")
    piece = reslice(volume, frame, 3.0, extent(volume))
    rows, columns = piece.image.shape
    row, column = rows // 2 - 3, columns // 2 + 4
    across = piece.origin_mm[0] + column * piece.pixel_mm
    up = piece.origin_mm[1] + (rows - 1 - row) * piece.pixel_mm
    assert piece.image[row, column] == pytest.approx(
        np.dot(frame.to_ras(across, up, 3.0), [1, 10, 100]), abs=0.05
    )
    assert np.isnan(piece.image[0, 0]), "the corner of the bounding box is outside"


def test_a_sample_fills_its_own_width_and_no_more():
    volume = head()
    frame, box = slice_frame("axial"), extent(volume)
    top = -26.0 + 3.0 * 15
    assert np.isfinite(reslice(volume, frame, top + 1.49, box).image).all()
    assert np.isnan(reslice(volume, frame, top + 1.51, box).image).all()


def test_nearest_keeps_labels():
    labels = Volume((np.indices((8, 8, 8)).sum(axis=0) % 3).astype(np.float32), np.eye(4), "labels")
    image = reslice(labels, slice_frame("axial"), 3.4, extent(labels), order=0).image
    assert set(np.unique(image[np.isfinite(image)])) <= {0.0, 1.0, 2.0}


def test_letters():
    assert slice_frame("axial").letters == ("R", "L", "A", "P")
    assert slice_frame("coronal").letters == ("R", "L", "S", "I")
    assert slice_frame("sagittal").letters == ("A", "P", "S", "I")
    assert slice_frame("axial", radiological=False).letters == ("L", "R", "A", "P")
    assert slice_frame("sagittal", radiological=False).letters == ("A", "P", "S", "I")
    assert direction_letter(np.array([-0.9, 0.3, 0.2])) == "L"


@pytest.mark.parametrize("plane", PLANES)
def test_frame_round_trip(plane):
    frame = slice_frame(plane)
    point = np.array([3.0, -4.0, 5.0])
    across, up = frame.to_plane(point)
    assert frame.to_ras(across, up, point[frame.normal]) == tuple(point)


def test_geometry_of_any_array_order():
    volume = head((2, 0, 1), (1, -1, 1))
    assert tuple(spacing_mm(volume)) == (3.0, 2.0, 1.5)
    assert [step_mm(volume, plane) for plane in PLANES] == [3.0, 1.5, 2.0]
    box = extent(volume)
    assert box.low == pytest.approx((-22, -19.75, -27.5))
    assert box.high == pytest.approx((18, 16.25, 20.5))


def test_field_of_view_is_the_head():
    data = np.zeros((60, 60, 60), np.float32)
    data[20:40, 25:35, 10:50] = 100
    box = head_box(Volume(data, np.eye(4), "head"))
    assert box.low == pytest.approx((12, 17, 2), abs=1.01)
    assert box.high == pytest.approx((47, 42, 57), abs=1.01)


def test_field_of_view_of_nothing_is_the_whole():
    empty = Volume(np.zeros((5, 5, 5), np.float32), np.eye(4), "empty")
    assert head_box(empty) == extent(empty)


def test_large_stack_stays_small_enough_for_scrolling():
    volume = Volume(np.ones((960, 1024, 3), np.float32), np.diag([0.2246, 0.2246, 5, 1]), "T2w")
    assert (
        max(reslice(volume, slice_frame("axial"), 5.0, extent(volume)).image.shape)
        <= MAX_PIXELS + 1
    )


def test_window_ignores_air_and_spikes():
    rng = np.random.default_rng(1)
    data = np.abs(rng.normal(0, 5, (40, 40, 40))).astype(np.float32)
    data[8:32, 8:32, 8:32] = rng.normal(600, 50, (24, 24, 24))
    data[20, 20, 20] = 60000
    level, width = default_window(Volume(data, np.eye(4), "t1"))
    assert 600 < level + width / 2 < 850
    assert -1 < level - width / 2 < 30


@pytest.mark.parametrize("value", [0.0, 7.0, np.nan])
def test_window_of_a_flat_image_has_a_width(value):
    level, width = default_window(Volume(np.full((4, 4, 4), value, np.float32), np.eye(4), "flat"))
    assert np.isfinite(level)
    assert width > 0
