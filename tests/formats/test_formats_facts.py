"""Real scanner files: signs, agreement of formats, what readers make of oddities."""

import numpy as np
import pytest
from scipy.ndimage import median_filter

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.formats import read_scan, read_scans
from mrsviewer.formats.description import describe

# NAA in the brain; in the phantoms of VA21 and of the 1.5 T Philips acetate (1.9 ppm).
IN_VIVO = (
    "siemens/suspect/SVS_30.rda",
    "siemens/suspect/SVS_30.IMA",
    "siemens/suspect/SVS_XA60.dcm",
    "siemens/pastis/spinal_cord_sLASER_longTE_WS.dcm",
    "siemens/va21/SIEMENSTEST",
    "philips/suspect_enhanced/IM-0001-0002.dcm",
    "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
    "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT",
    "philips/spant/philips_spar_sdat_WS.SDAT",
    "philips/tarquin_old_spar/svs_30_WS.SDAT",
)


@pytest.mark.parametrize("name", IN_VIVO)
def test_metabolites_lie_upfield_of_water(name, shared_data):
    data = read_scan(shared_data / name).dataset
    facts = data.acquisition
    ppm = ppm_axis(data.points, facts.dwell_s, facts.hz_per_ppm, data.centre_ppm)
    magnitude = np.abs(spectrum(data.fid))
    rise = magnitude - median_filter(magnitude, round(0.4 / (ppm[1] - ppm[0])))
    right = rise[(ppm > 1.7) & (ppm < 3.5)].max()
    mirrored = rise[(ppm > 9.3 - 3.5) & (ppm < 9.3 - 1.7)].max()
    assert right > 2 * mirrored


def test_naa_lies_at_2_01_ppm_in_the_brain(shared_data):
    data = read_scan(shared_data / "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT").dataset
    facts = data.acquisition
    ppm = ppm_axis(data.points, facts.dwell_s, facts.hz_per_ppm, data.centre_ppm)
    magnitude = np.abs(spectrum(data.fid))
    window = (ppm > 1.5) & (ppm < 2.6)
    assert ppm[window][magnitude[window].argmax()] == pytest.approx(2.01, abs=0.04)


def test_rda_and_dicom_of_one_scan_agree(shared_data):
    folder = shared_data / "siemens/suspect"
    rda, ima = (read_scan(folder / name) for name in ("SVS_30.rda", "SVS_30.IMA"))
    np.testing.assert_allclose(rda.dataset.fid, ima.dataset.fid, rtol=1e-6)
    np.testing.assert_allclose(
        rda.dataset.voxel.corners_ras_mm(), ima.dataset.voxel.corners_ras_mm(), atol=1e-3
    )
    assert rda.dataset.acquisition.localisation == ima.dataset.acquisition.localisation == "press"
    assert rda.dataset.acquisition.averages == ima.dataset.acquisition.averages == 64
    assert rda.identity.patient_name == ima.identity.patient_name == "445"
    assert rda.identity.study_date == ima.identity.study_date == "2016-04-29"


def test_va21_is_read_although_its_header_knows_no_frames(shared_data):
    shown = describe(read_scan(shared_data / "siemens/va21/SIEMENSTEST"))
    assert (shown["points"], shown["echo_time_s"], shown["repetition_time_s"]) == (2048, 0.03, 7.5)
    assert shown["frequency_hz"] == pytest.approx(63.68397e6)
    assert shown["voxel"]["size_mm"] == [20.0, 20.0, 20.0]
    np.testing.assert_allclose(shown["voxel"]["centre_ras_mm"], 0, atol=0.01)
    assert shown["warnings"] == []


def test_philips_enhanced_gives_the_metabolites_first_and_the_water_second(shared_data):
    scans = read_scans(shared_data / "philips/suspect_enhanced/IM-0001-0002.dcm")
    assert len(scans) == 2
    small, large = (np.abs(scan.dataset.fid).max() for scan in scans)
    assert large > 100 * small
    # The private elements, whose box was planned; the standard ones say 25 x 25 x 15 mm.
    assert scans[0].dataset.voxel.size_mm == (25.0, 15.0, 15.0)
    assert "25 x 25 x 15 mm" in scans[0].findings[0].detail
    assert scans[0].findings[0].severity == "warning"
    assert scans[0].dataset.acquisition.echo_time_s == pytest.approx(0.0319, abs=1e-4)
    assert scans[0].digest != scans[1].digest


def test_old_spar_is_read(shared_data):
    scan = read_scan(shared_data / "philips/tarquin_old_spar/svs_30_WS.SPAR")
    assert scan.dataset.points == 2048
    assert scan.dataset.voxel.centre_ras_mm == pytest.approx((0, 16.304348, -9.197325))
    assert scan.identity.patient_name == "CCLG phantom"
    assert scan.identity.study_date == "2007-02-16"


@pytest.mark.parametrize("name", ["SVS_30.IMA", "SVS_XA60.dcm"])
def test_siemens_header_and_protocol_agree_on_the_voxel(name, shared_data):
    scan = read_scan(shared_data / "siemens/suspect" / name)
    (proof,) = scan.findings
    assert (proof.severity, proof.topic) == ("info", "geometry")
    assert "agree within 0.1 mm" in proof.detail


@pytest.mark.filterwarnings("ignore")
def test_a_second_reader_agrees(shared_data):
    spec2nii = pytest.importorskip("spec2nii.Philips.philips")
    folder = shared_data / "philips/osprey_mm"
    pair = [folder / f"sub-01_PRESS_raw-act.{suffix}" for suffix in ("SDAT", "SPAR")]
    (image,), _ = spec2nii.read_sdat_spar_pair(*pair, tags=[None, None, None])
    ours = read_scan(pair[0]).dataset
    # NIFTI_MRS conjugates on access, which makes its sign ours.
    np.testing.assert_allclose(np.squeeze(image[:]), ours.fid, rtol=1e-5)
    np.testing.assert_allclose(image.getAffine("voxel", "world"), ours.voxel.affine(), atol=1e-3)
