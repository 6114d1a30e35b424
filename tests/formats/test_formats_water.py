"""The water test: by measurement, on made and on real scans."""

from dataclasses import replace

import numpy as np
import pytest
import vendor_files as make

from mrsviewer.formats import is_water, read_scan, read_scans
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

FACTS = Acquisition("1H", make.FREQUENCY_MHZ * 1e6, make.DWELL_S)

WATER = (
    "philips/osprey_press35/sub-01_PRESS_35_ref.sdat",
    "philips/osprey_mm/sub-01_PRESS_raw-ref.SDAT",
    "philips/osprey_mm/sub-01_PRESS-Inverted_TI-600_raw-ref.SDAT",
    "philips/spant/philips_spar_sdat_W.SDAT",
    "siemens/pastis/spinal_cord_sLASER_longTE_noWS.dcm",
    "nifti_mrs/steam7t/wref_raw_deid.nii.gz",
    "nifti_mrs/steam7t/ecc_deid.nii.gz",
    "nifti_mrs/osprey_SVS-ref_deid.nii.gz",
    "text/fitting_challenge/jmrui/dataset5_nWS.txt",
)
NOT_WATER = (
    "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
    "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT",
    "philips/osprey_mm/sub-01_PRESS-Inverted_TI-600_raw-act.SDAT",
    "philips/spant/philips_spar_sdat_WS.SDAT",
    "philips/tarquin_old_spar/svs_30_WS.SDAT",
    "philips/tarquin_old_spar/svs_30_ref.SDAT",
    "siemens/suspect/SVS_30.rda",
    "siemens/suspect/SVS_XA60.dcm",
    "siemens/pastis/spinal_cord_sLASER_longTE_WS.dcm",
    "nifti_mrs/steam7t/metab_raw_deid.nii.gz",
    "text/fitting_challenge/jmrui/dataset5_WS.txt",
)


def data(fid, **changes):
    dims = ("transient",) if fid.ndim > 1 else ()
    return Dataset(fid, replace(FACTS, **changes), 4.65, dims)


@pytest.mark.parametrize("name", WATER)
def test_real_water_is_water(name, shared_data):
    assert is_water(read_scan(shared_data / name).dataset).is_water


@pytest.mark.parametrize("name", NOT_WATER)
def test_real_metabolites_are_not_water(name, shared_data):
    verdict = is_water(read_scan(shared_data / name).dataset)
    assert not verdict.is_water
    assert verdict.reason


def test_second_frame_of_the_philips_file_is_water(shared_data):
    one, two = read_scans(shared_data / "philips/suspect_enhanced/IM-0001-0002.dcm")
    assert is_water(two.dataset, one.dataset).is_water
    assert not is_water(one.dataset, two.dataset).is_water


def test_made_water_and_made_metabolites():
    metabolite, water = data(make.fid()), data(make.water_fid())
    assert is_water(water, metabolite).is_water
    assert "times" in is_water(water, metabolite).reason
    assert not is_water(metabolite, water).is_water


def test_suppressed_scan_with_a_large_residue_is_not_water():
    # As measured in osprey_press35: nearly all energy is water, yet it was suppressed.
    residue = data(make.fid(water=100.0))
    verdict = is_water(residue)
    assert not verdict.is_water
    assert "suppressed" in verdict.reason


def test_a_mirrored_suppressed_scan_is_not_water():
    residue = data(np.conj(make.fid(water=100.0)))
    verdict = is_water(residue)
    assert not verdict.is_water
    assert "mirrored spectrum" in verdict.reason


def test_the_same_scan_again_is_no_reference():
    water = data(make.water_fid())
    verdict = is_water(data(make.water_fid() * np.exp(1j)), water)
    assert not verdict.is_water
    assert "only 1 times" in verdict.reason


@pytest.mark.parametrize("noise", [0.01, 10.0])
def test_noise_does_not_hide_water(noise):
    rows = np.array([make.water_fid(seed=k, noise=noise) for k in range(8)])
    assert is_water(data(rows), data(make.fid())).is_water


def test_noise_alone_is_not_water():
    rng = np.random.default_rng(5)
    noise = rng.standard_normal(1024) + 1j * rng.standard_normal(1024)
    assert not is_water(data(noise)).is_water


def test_water_far_from_its_place_is_not_believed():
    moved = make.water_fid() * np.exp(2j * np.pi * 200 * np.arange(make.POINTS) * make.DWELL_S)
    verdict = is_water(data(moved))
    assert not verdict.is_water
    assert "ppm, not at water" in verdict.reason


def alternating(scale=1.0):
    signs = np.where(np.arange(make.POINTS) % 2, -1.0, 1.0)
    return data(scale * signs * make.water_fid(noise=0.0))


def test_water_with_alternating_signs_is_told_and_not_undone():
    verdict = is_water(alternating(), data(make.fid()))
    assert not verdict.is_water
    assert "alternate in sign" in verdict.reason
    assert verdict.reason.endswith("Write it again with its signs as measured.")
    assert "alternate in sign" in is_water(alternating()).reason


def test_alternating_water_of_another_scale_is_told_as_such():
    reason = is_water(alternating(1e-5), data(make.fid())).reason
    assert "times as high as the highest peak" in reason
    assert "signs and scale as measured" in reason


def test_the_real_grid_whose_water_alternates(shared_data):
    folder = shared_data / "lcmodel/test_lcm/multi-voxel-10"
    met, ref = (read_scan(folder / f"multi-voxel.{end}").dataset for end in ("met", "ref"))
    assert "would be 0.027 times as high" in is_water(ref, met).reason


def test_other_nuclei_have_no_water():
    assert not is_water(data(make.water_fid(), nucleus="31P")).is_water


def test_silence_is_not_water():
    assert not is_water(data(np.zeros(64, complex))).is_water
