"""What NIfTI-MRS headers say of editing."""

from dataclasses import replace

import numpy as np
import pytest
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like

from mrsviewer.formats import nifti_mrs
from mrsviewer.formats.nifti_mrs_editing import editing_of
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

PULSES = {
    "ON": {"PulseOffset": 1.9, "PulseDuration": 0.014},
    "OFF": {"PulseOffset": 7.46, "PulseDuration": 0.014},
}
PRESS = Acquisition("1H", FREQUENCY_HZ, DWELL_S, 0.068, localisation="press", sequence="svs_se")


def axis(*names, form=list):
    return {"dim_5": "DIM_EDIT", "dim_5_header": {"EditCondition": form(names)}}


@pytest.mark.parametrize(
    ("entries", "edited", "spectrum"),
    [
        ({}, False, None),
        ({"dim_5": "DIM_DYN"}, False, None),
        ({"dim_6": "DIM_EDIT"}, True, None),
        (axis("ON", "OFF") | {"EditPulse": PULSES}, True, None),
        (axis("A", "B", "C", "D"), True, None),
        ({"EditPulse": PULSES}, True, None),
        (axis("ON"), True, "edit-on"),
        (axis("Edit_OFF", form=lambda names: {"Value": list(names)}), True, "edit-off"),
        (axis("difference", form=lambda names: names[0]), True, "difference"),
        (axis("C"), True, None),
        (axis(None), True, None),
        ({"dim_5": "DIM_EDIT", "dim_5_header": 3}, True, None),
        ({"EditedSpectrum": {"Value": "edit-off", "Description": ""}}, True, "edit-off"),
    ],
)
def test_what_a_header_says_of_editing(entries, edited, spectrum):
    found = editing_of(entries)
    assert (found.edited, found.spectrum) == (edited, spectrum)


def test_a_file_of_several_conditions_is_an_edited_scan(tmp_path):
    fid = np.stack([brain_like(), 0.5 * brain_like()])
    path = tmp_path / "edited.nii.gz"
    nifti_mrs.write(Dataset(fid, PRESS, 4.65, ("edit",)), path)
    data = nifti_mrs.read(path)[0].dataset
    assert data.dims == ("edit",)
    assert (data.acquisition.localisation, data.acquisition.editing) == ("mega-press", None)


def test_which_spectrum_it_is_survives_the_disk(tmp_path):
    facts = replace(PRESS, localisation="mega-press", editing="difference")
    nifti_mrs.write(Dataset(brain_like(), facts, 4.65), tmp_path / "diff.nii")
    assert nifti_mrs.read(tmp_path / "diff.nii")[0].dataset.acquisition == facts
