import numpy as np
import pytest

from mrsviewer.simulation.phantom import CAPSULE_RAS_MM, head
from mrsviewer.simulation.shapes import blend, ellipsoid, folds, pair, rod, share

SHAPE = (60, 66, 56)
AFFINE = np.array([[3.6, 0, 0, -105.0], [0, 3.6, 0, -135], [0, 0, 3.6, -98], [0, 0, 0, 1]])


@pytest.fixture(scope="module")
def person():
    return head(SHAPE, AFFINE)


def at(volume, ras):
    index = np.round(np.linalg.solve(AFFINE, [*ras, 1])[:3]).astype(int)
    return volume.data[tuple(index)]


def test_tissue_adds_up_to_one_inside_and_none_outside(person):
    total = sum(volume.data for volume in person.maps.values())
    assert all(volume.data.min() >= 0 and volume.data.max() <= 1 for volume in person.maps.values())
    edge = (total > 1e-3) & (total < 1 - 1e-3)
    assert total.max() <= 1 + 1e-5
    assert edge.mean() < 0.1
    assert at(person.maps["gm"], (0, 0, 95)) == 0


def test_amounts_of_tissue_are_those_of_a_head(person):
    litres = {t: v.data.sum() * 3.6**3 * 1e-6 for t, v in person.maps.items()}
    assert 0.5 < litres["gm"] < 0.9
    assert 0.4 < litres["wm"] < 0.8
    assert 0.2 < litres["csf"] < 0.55


def test_image_shows_the_tissue(person):
    image = person.image.data
    mean = {t: image[volume.data > 0.95].mean() for t, volume in person.maps.items()}
    assert mean["csf"] + 20 < mean["gm"] < mean["wm"] - 15
    assert at(person.image, (9, -12, 18)) < mean["gm"] - 15


def test_marker_lies_on_the_right(person):
    x, y, z = CAPSULE_RAS_MM
    assert at(person.image, (x, y, z)) > 90
    assert at(person.image, (-x, y, z)) == 0


def test_same_arguments_same_head(person):
    again = head(SHAPE, AFFINE)
    np.testing.assert_array_equal(person.image.data, again.image.data)
    other = head(SHAPE, AFFINE, seed=8)
    assert not np.array_equal(person.maps["gm"].data, other.maps["gm"].data)


POINTS = np.array([[0, 0, 0], [5, 0, 0], [0, 12, 0], [0, 0, -3]], np.float32)


def test_distances():
    np.testing.assert_allclose(ellipsoid(POINTS, (0, 0, 0), (5, 5, 5)), [-5, 0, 7, -2], atol=1e-4)
    np.testing.assert_allclose(rod(POINTS, (0, 0, 0), (0, 10, 0), 2.0), [-2, 3, 0, 1], atol=1e-4)
    mirrored = POINTS * np.array([-1, 1, 1], np.float32)
    np.testing.assert_allclose(
        pair(POINTS, (5, 0, 0), (2, 2, 2)), pair(mirrored, (5, 0, 0), (2, 2, 2))
    )
    near, far = np.float32([-1, 3]), np.float32([8, 30])
    np.testing.assert_allclose(blend(near, far, 4.0), near)


def test_share_of_a_sample_is_half_on_the_surface():
    np.testing.assert_allclose(
        share(np.float32([-9, -0.5, 0, 0.5, 9]), 2.0), [1, 0.75, 0.5, 0.25, 0]
    )


def test_folds_are_as_far_apart_as_asked():
    points = np.random.default_rng(0).uniform(-60, 60, (20000, 3)).astype(np.float32)
    coarse, fine = folds(points, (20, 20, 20), 1), folds(points, (8, 8, 8), 1)
    assert np.median(coarse) == pytest.approx(2.5 * np.median(fine), rel=0.15)
