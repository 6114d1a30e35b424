"""Edited scans are refused with what to do, never fitted as plain PRESS."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer import formats
from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.recipe import EnteredByHand, FitSettings, Recipe
from mrsviewer.jobs.context import JobContext
from mrsviewer.present.findings import entered_in_words
from mrsviewer.simulation.example import example_paths


def written(tmp_path, conditions=1, **facts):
    """Return an exam read again from NIfTI-MRS, of the example's first signal."""
    exam = formats.open_exam([example_paths().metabolite])
    data = exam.metabolite
    fid = data.fid.reshape(-1, data.points).mean(axis=0)
    dims = ("edit",) if conditions > 1 else ()
    fid = np.stack([fid] * conditions) if dims else fid
    edited = replace(data, fid=fid, dims=dims, acquisition=replace(data.acquisition, **facts))
    path = tmp_path / "edited.nii.gz"
    formats.write_nifti_mrs(edited, path)
    return formats.open_exam([path])


@pytest.mark.parametrize("engine", ["lcm", "amares", "hsvd", "quest"])
def test_several_conditions_are_not_fitted(tmp_path, engine):
    exam = written(tmp_path, conditions=2)
    analysis = analyse(exam, Recipe(fit=FitSettings(engine=engine)), JobContext())
    assert analysis.fit is None
    (failure,) = analysis.failures
    assert failure.title == "The edited scan holds several spectra"
    assert "file of its own" in failure.remedy


def test_one_condition_asks_for_a_basis_set(tmp_path):
    exam = written(tmp_path, localisation="mega-press", editing="difference")
    analysis = analyse(exam, Recipe(), JobContext())
    assert analysis.fit is None
    assert "edited scan" in analysis.failures[0].title
    assert "MEGA-PRESS set" in analysis.failures[0].remedy


def test_it_can_be_said_by_hand_which_spectrum_it_is():
    entered = EnteredByHand(localisation="mega-press", editing="edit-off")
    exam = formats.open_exam([example_paths().metabolite])
    facts = entered.applied_to(exam.metabolite.acquisition)
    assert (facts.localisation, facts.editing) == ("mega-press", "edit-off")
    said = entered_in_words(exam, Recipe(entered=entered))
    assert said == (
        "sequence MEGA-PRESS (the file: PRESS), edited spectrum edit-off (the file: nothing)"
    )
