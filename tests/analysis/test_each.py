"""Files that hold several spectra."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.analysis.each import analyse_each, one_spectrum, spectra_in
from mrsviewer.analysis.recipe import Recipe
from mrsviewer.cli import run
from mrsviewer.formats import open_exam, write_scan
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FormatError
from mrsviewer.report.tables import write_table_of_each
from mrsviewer.simulation.example import example_paths


@pytest.fixture(scope="module")
def exam():
    """Three times the bundled example's mean transient; the last is noise alone."""
    single = open_exam([example_paths().metabolite])
    data = single.metabolite
    mean = data.fid.reshape(-1, data.points).mean(axis=0)
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((2, data.points)) * np.std(mean[-200:].real)
    fids = np.stack([mean, 2.0 * mean, noise[0] + 1j * noise[1]])
    return replace(single, metabolite=replace(data, fid=fids, dims=("measurement",)))


def test_each_spectrum_is_an_exam_of_its_own(exam):
    assert spectra_in(exam.metabolite) == 3
    second = one_spectrum(exam, 2)
    assert second.metabolite.dims == ()
    assert np.array_equal(second.metabolite.fid, exam.metabolite.fid[1])
    assert second.digest != one_spectrum(exam, 1).digest


def test_one_reference_of_a_grid_does_not_show_the_shim_of_its_voxels(exam):
    water = replace(exam.metabolite, fid=exam.metabolite.fid[0], dims=())
    measured = replace(exam, water=water)
    grid = replace(measured, metabolite=replace(exam.metabolite, dims=("x",)))
    each = replace(grid, water=grid.metabolite)
    assert one_spectrum(grid, 2).water_elsewhere
    assert not one_spectrum(each, 2).water_elsewhere
    assert not one_spectrum(measured, 2).water_elsewhere
    assert not one_spectrum(replace(grid, water=None), 2).water_elsewhere


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_number_that_is_not_there_is_refused(exam, number):
    with pytest.raises(FormatError, match="3 spectra"):
        one_spectrum(exam, number)


def test_all_are_fitted_and_a_failed_one_says_why(exam, tmp_path):
    analyses = tuple(analyse_each(exam, Recipe(), JobContext()))
    assert [a.fit is not None for a in analyses] == [True, True, False]
    first, second = (a.fit for a in analyses[:2])
    ratio = second.amplitudes.sum() / first.amplitudes.sum()
    assert ratio == pytest.approx(2.0, rel=1e-3)
    rows = list(csv.DictReader(write_table_of_each(analyses, tmp_path).read_text().splitlines()))
    assert {row["spectrum"] for row in rows} == {"1", "2", "3"}
    (failed,) = (row for row in rows if row["spectrum"] == "3")
    assert failed["metabolite"] == ""
    assert failed["message"]


def test_the_command_fits_all_or_the_one_asked_for(exam, tmp_path, capsys):
    path = tmp_path / "three.nii.gz"
    write_scan(exam.metabolite, path)
    assert run(["fit", str(path), "--out", str(tmp_path / "all")]) == 0
    said = capsys.readouterr().out
    assert len([line for line in said.splitlines() if line.strip()[:1].isdigit()]) == 3
    words = ["fit", str(path), "--spectrum", "2", "--no-report", "--out", str(tmp_path / "one")]
    assert run(words) == 0
    assert (tmp_path / "one" / "quality.json").exists()
    words[3] = "9"
    assert run(words) == 2
    assert "3 spectra" in capsys.readouterr().err
