import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from mrsviewer.anatomy.mask import voxel_mask
from mrsviewer.anatomy.tissue import AnatomyError, tissue_fractions
from mrsviewer.model.volume import Volume
from mrsviewer.model.voxel import Voxel


def grid(spacing=(1.0, 1.0, 1.0), reach=40.0, turn=(0, 0, 0)):
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_rotvec(turn).as_matrix() * np.array(spacing)
    shape = [round(2 * reach / s) for s in spacing]
    affine[:3, 3] = -affine[:3, :3] @ (np.array(shape) / 2)
    return Volume(np.zeros(shape, np.float32), affine, "grid")


def box(turn=(0, 0, 0), centre=(0, 0, 0), size=(15.0, 20.0, 25.0)):
    return Voxel.from_arrays(
        np.array(centre, float), np.array(size), Rotation.from_rotvec(turn).as_matrix()
    )


turns = st.tuples(*[st.floats(-3, 3)] * 3)


@settings(max_examples=12, deadline=None)
@given(turns, turns, st.sampled_from([(1, 1, 1), (0.9, 2.0, 3.1), (1.0, 1.0, 5.0)]))
def test_volume_of_the_mask_is_that_of_the_voxel(turn, image_turn, spacing):
    mask = voxel_mask(box(turn, (3.3, -2.1, 1.7)), grid(spacing, turn=image_turn))
    assert mask.volume_ml() == pytest.approx(7.5, rel=0.01)
    assert mask.coverage == pytest.approx(1, abs=0.01)
    assert mask.fraction.min() >= 0
    assert mask.fraction.max() <= 1


def test_partial_volume_at_a_face():
    mask = voxel_mask(box(size=(10.5, 10.0, 10.0)), grid())
    values = mask.fraction[:, mask.fraction.shape[1] // 2, mask.fraction.shape[2] // 2]
    assert sorted(set(values.round(3).tolist())) == [0.0, 0.75, 1.0]
    assert mask.fraction.sum() == pytest.approx(1050, rel=1e-4)


def test_voxel_partly_or_wholly_outside():
    assert voxel_mask(box(centre=(40, 0, 0)), grid()).coverage == pytest.approx(0.5, abs=0.05)
    nothing = voxel_mask(box(centre=(400, 0, 0)), grid())
    assert nothing.coverage == 0
    assert nothing.volume_ml() == 0


def test_tissue_fractions_are_means_over_the_box():
    gm = grid()
    data = np.zeros(gm.data.shape, np.float32)
    data[: data.shape[0] // 2] = 1.0
    half = Volume(data, gm.affine, "gm")
    quarter = Volume(np.full(gm.data.shape, 0.25, np.float32), gm.affine, "csf")
    fractions = tissue_fractions(box(), {"gm": half, "csf": quarter})
    assert fractions["gm"] == pytest.approx(0.5 - 0.5 / 15, abs=0.01)
    assert fractions["csf"] == pytest.approx(0.25)


def test_map_of_another_place_is_refused():
    with pytest.raises(AnatomyError, match="does not cover"):
        tissue_fractions(box(centre=(38, 0, 0)), {"gm": grid()})


def test_image_that_is_no_map_is_refused():
    t1 = grid()
    with pytest.raises(AnatomyError, match="not a tissue map"):
        tissue_fractions(
            box(), {"gm": Volume(np.full(t1.data.shape, 900.0, np.float32), t1.affine, "T1w")}
        )


def real_volume(path):
    import nibabel

    image = nibabel.load(path)
    return Volume(np.asarray(image.dataobj, np.float32), image.affine, path.name)


def real_voxel(shared_data, key):
    entry = json.loads((shared_data / "facts.json").read_text())[key]
    names = ("centre_RAS_mm", "size_mm", "axes_RAS")
    return Voxel.from_arrays(*(np.array(entry[name]) for name in names))


@pytest.mark.parametrize(
    ("key", "image", "threshold"),
    [
        ("sdat_ospMM_01_act", "philips/osprey_mm/sub-01_T1w_brain.nii.gz", 0),
        ("rda_suspect", "siemens/suspect/T2w_bin4.nii.gz", 60),
    ],
)
def test_real_voxel_lies_in_the_brain(shared_data, key, image, threshold):
    volume, voxel = real_volume(shared_data / image), real_voxel(shared_data, key)
    inverse = np.linalg.inv(volume.affine)
    corners = np.rint(voxel.corners_ras_mm() @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    assert sum(volume.data[tuple(c)] > threshold for c in corners) == 8
    mask = voxel_mask(voxel, volume)
    inside = mask.fraction * (volume.data[mask.block] > threshold)
    assert inside.sum() / mask.fraction.sum() > 0.99
    assert mask.volume_ml() == pytest.approx(voxel.volume_ml(), rel=0.01)


def test_tissue_of_a_real_region(shared_data):
    folder = shared_data / "mrsi/oryx"
    names = {"csf": "K_01_T1_pve_0", "gm": "K_01_T1_pve_1", "wm": "K_01_T1_pve_2"}
    maps = {tissue: real_volume(folder / f"{name}.nii.gz") for tissue, name in names.items()}
    region = Voxel.from_arrays(
        np.array([-0.559, -6.415, 43.050]), np.array([110.0, 110.0, 36.0]), np.eye(3)
    )
    fractions = tissue_fractions(region, maps)
    assert fractions == pytest.approx({"csf": 0.134, "gm": 0.307, "wm": 0.491}, abs=0.01)
