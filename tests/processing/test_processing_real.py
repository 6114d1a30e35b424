"""The default recipe on files of scanners."""

import numpy as np
import pytest

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.noise import noise_sd
from mrsviewer.formats import open_exam
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps


def processed(paths, context):
    exam = open_exam(paths)
    return run(Signals(exam.metabolite, exam.water, exam.eddy), default_steps(), context).metabolite


def real_spectrum(data):
    acquisition = data.acquisition
    ppm = ppm_axis(data.points, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)
    return ppm, spectrum(data.fid).real


CASES = {
    "3 T Philips": "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
    "3 T Philips, cingulum": "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT",
    "3 T Siemens RDA": "siemens/suspect/SVS_30.rda",
    "phantom at 20 degrees": "philips/tarquin_old_spar/svs_30_WS.SDAT",
    "7 T, coils and transients": "nifti_mrs/steam7t/metab_raw_deid.nii.gz",
}


@pytest.mark.parametrize("name", CASES)
def test_naa_stands_upright_at_its_place_and_water_is_gone(shared_data, context, name):
    data = processed([shared_data / CASES[name]], context)
    assert data.dims == ()
    ppm, real = real_spectrum(data)
    brain = (ppm > 1.8) & (ppm < 4.1)
    assert ppm[brain][np.argmax(real[brain])] == pytest.approx(2.01, abs=0.015)
    height = real[brain].max() - np.median(real[(ppm > 5.5) & (ppm < 6.5)])
    band = np.abs(ppm - data.centre_ppm) < 0.3
    assert np.ptp(real[band]) < 0.35 * height
    trough = np.abs(ppm - 2.01) < 0.15
    assert real[trough].min() > real[brain].min() - 0.3 * height


def test_seven_tesla_reaches_the_known_signal_to_noise_ratio(shared_data, context):
    """Peers reach 58 to 64 with these 16 transients; a single one has 16."""
    data = processed([shared_data / CASES["7 T, coils and transients"]], context)
    acquisition = data.acquisition
    ppm, real = real_spectrum(data)
    base = real[(ppm > 1.7) & (ppm < 1.8)].mean()
    height = real[(ppm > 1.9) & (ppm < 2.1)].max() - base
    noise = noise_sd(data.fid, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)
    assert 55 < height / noise < 75
    drift = next(line.note for line in data.provenance if line.step == "aligntransients")
    assert drift.startswith("16 transients aligned: -1.0 to +1.")
