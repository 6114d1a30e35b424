import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from mrsviewer.anatomy.frame import PLANES, slice_frame
from mrsviewer.anatomy.outline import cut, silhouette
from mrsviewer.model.voxel import Voxel


def area(polygon):
    x, y = np.asarray(polygon).reshape(-1, 2).T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def straight(centre=(0, 0, 0), size=(20, 30, 40)):
    return Voxel.from_arrays(np.array(centre, float), np.array(size, float), np.eye(3))


number = st.floats(-60, 60)
boxes = st.builds(
    lambda centre, size, turn: Voxel.from_arrays(
        np.array(centre), np.array(size), Rotation.from_rotvec(turn).as_matrix()
    ),
    st.tuples(number, number, number),
    st.tuples(*[st.floats(5, 60)] * 3),
    st.tuples(*[st.floats(-3, 3)] * 3),
)
frames = st.sampled_from([slice_frame(p, radiological=r) for p in PLANES for r in (True, False)])


@pytest.mark.parametrize(
    ("plane", "expected"), [("axial", 600), ("coronal", 800), ("sagittal", 1200)]
)
def test_straight_box_gives_its_face(plane, expected):
    polygon = cut(straight(), slice_frame(plane), 0.0)
    assert len(polygon) == 4
    assert area(polygon) == pytest.approx(expected)


def test_box_turned_by_45_degrees_gives_a_square_of_its_cross_section():
    turn = Rotation.from_euler("x", 45, degrees=True).as_matrix()
    voxel = Voxel.from_arrays(np.zeros(3), np.array([20.0, 20.0, 20.0]), turn)
    assert area(cut(voxel, slice_frame("axial"), 0.0)) == pytest.approx(20 * 20 * np.sqrt(2))
    assert area(cut(voxel, slice_frame("sagittal"), 0.0)) == pytest.approx(400)


def test_cube_on_its_corner_gives_a_regular_hexagon():
    turn, _ = Rotation.align_vectors([[0, 0, 1]], [[1, 1, 1]])
    voxel = Voxel.from_arrays(np.zeros(3), np.full(3, 10.0), turn.as_matrix())
    polygon = cut(voxel, slice_frame("axial"), 0.0)
    assert len(polygon) == 6
    assert area(polygon) == pytest.approx(3 * np.sqrt(3) / 4 * 100)


def test_slice_in_a_face_returns_the_face_and_beyond_it_nothing():
    frame = slice_frame("axial")
    assert area(cut(straight(), frame, 20.0)) == pytest.approx(600)
    assert cut(straight(), frame, 20.001).shape == (0, 2)


@settings(max_examples=150, deadline=None)
@given(boxes, frames, st.floats(-1, 1))
def test_vertices_lie_on_the_plane_and_on_the_box(voxel, frame, share):
    position = voxel.centre_ras_mm[frame.normal] + share * max(voxel.size_mm)
    polygon = cut(voxel, frame, position)
    to_box = np.array(voxel.axes_ras).T
    for across, up in polygon:
        point = np.array(frame.to_ras(across, up, position))
        own = np.abs(to_box @ (point - voxel.centre_ras_mm)) - np.array(voxel.size_mm) / 2
        assert own.max() <= 1e-6, "outside the box"
        assert np.sum(np.abs(own) < 1e-6) >= 2, "a vertex lies on an edge of the box"


@settings(max_examples=20, deadline=None)
@given(boxes, frames)
def test_areas_of_all_slices_add_up_to_the_volume(voxel, frame):
    reach = np.ptp(voxel.corners_ras_mm()[:, frame.normal]) / 2
    positions, step = np.linspace(-reach, reach, 201, retstep=True)
    middle = (positions[:-1] + positions[1:]) / 2 + voxel.centre_ras_mm[frame.normal]
    areas = [area(cut(voxel, frame, p)) for p in middle]
    assert min(areas) >= 0, "counter-clockwise"
    assert sum(areas) * step * 1e-3 == pytest.approx(voxel.volume_ml(), rel=4e-3)


@settings(max_examples=100, deadline=None)
@given(boxes, frames, st.floats(-1, 1))
def test_silhouette_is_the_hull_of_the_corners_and_holds_every_cut(voxel, frame, share):
    shadow = silhouette(voxel, frame)
    corners = frame.to_plane(voxel.corners_ras_mm())
    edges = np.array(voxel.axes_ras) * np.array(voxel.size_mm)
    flat = np.stack([edges.T @ frame.right, edges.T @ frame.up], axis=-1)
    sides = [flat[i, 0] * flat[j, 1] - flat[i, 1] * flat[j, 0] for i, j in ((0, 1), (0, 2), (1, 2))]
    assert area(shadow) == pytest.approx(sum(map(abs, sides)), rel=1e-6)
    position = voxel.centre_ras_mm[frame.normal] + share * max(voxel.size_mm)
    for polygon in (corners, cut(voxel, frame, position)):
        for a, b in zip(shadow, np.roll(shadow, -1, axis=0), strict=True):
            side = b - a
            away = polygon - a
            assert np.all(side[0] * away[:, 1] - side[1] * away[:, 0] >= -1e-5)
