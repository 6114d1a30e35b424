"""``mrsviewer fit --bootstrap``, in process."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from lcmodel_folder import make_folder, write_control

from mrsviewer import cli, fitting
from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.recipe import Recipe
from mrsviewer.analysis.repetitions import repeat
from mrsviewer.commands.bootstrap import DRAWS
from mrsviewer.fitting.bootstrap import DRAWS as DRAWS_OF_FIT
from mrsviewer.formats import open_exam, write_scan
from mrsviewer.jobs.context import JobContext
from mrsviewer.report.tables_bootstrap import BOOTSTRAP_COLUMNS
from mrsviewer.simulation.example import example_paths

EXAMPLE = str(example_paths().metabolite)


def fit(path, folder, *more):
    return cli.run(["fit", str(path), "--no-report", "--out", str(folder), *more])


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("bootstrap")
    assert fit(EXAMPLE, made, "--bootstrap", "40") == 0
    return made


def test_the_rows_are_those_of_the_concentrations(folder):
    found, table = rows_of(folder / "bootstrap.csv"), rows_of(folder / "concentrations.csv")
    assert tuple(found[0]) == BOOTSTRAP_COLUMNS
    assert [row["metabolite"] for row in found] == [row["metabolite"] for row in table]
    for ours, theirs in zip(found, table, strict=True):
        assert ours["amplitude"] == theirs["amplitude"]
        assert ours["ratio_to_tcr"] == theirs["ratio_to_tcr"]
        assert ours["ratio_crlb_sd"] == theirs["ratio_sd"]
    assert {(r["draws"], r["refused"], r["seed"], r["drawn"]) for r in found} == {
        ("40", "0", "1", "noise and model")
    }


def test_the_scatter_is_about_the_fit_and_of_the_size_of_the_bounds(folder):
    found = {row["metabolite"]: row for row in rows_of(folder / "bootstrap.csv")}
    for name in ("tNAA", "tCho", "Ins", "Glu"):
        row = {key: float(word) for key, word in list(found[name].items())[1:-1]}
        assert row["p2_5"] < row["amplitude"] < row["p97_5"], name
        assert row["mean"] == pytest.approx(row["amplitude"], abs=row["sd"])
        assert 0.3 < row["sd"] / row["crlb_sd"] < 1.7, name
        assert row["ratio_p2_5"] < row["ratio_to_tcr"] < row["ratio_p97_5"]
        assert row["sd_percent"] == pytest.approx(100 * row["sd"] / row["amplitude"], rel=1e-5)
    creatine = found["tCr"]
    assert (creatine["ratio_to_tcr"], creatine["ratio_sd"]) == ("1", "0")


def test_all_else_that_is_written_is_the_same(folder, tmp_path):
    assert fit(EXAMPLE, tmp_path) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in folder.iterdir()} == names | {"bootstrap.csv"}
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_equal_words_give_equal_files_and_progress_is_told(folder, tmp_path, capsys):
    assert fit(EXAMPLE, tmp_path, "--bootstrap", "40") == 0
    said = capsys.readouterr()
    assert "refit 1 of 40" in said.err
    assert "Bootstrap of 40 refits (0 refused, seed 1)" in said.out
    name = "bootstrap.csv"
    assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_ratio_draw_without_creatine_leaves_gaps_not_numbers(monkeypatch):
    done = analyse(open_exam([example_paths().metabolite]), Recipe(), JobContext())
    components = len(done.fit.names)

    def drawn(fitted, _context, *, draws, **_seed):
        assert (fitted.problem.data, fitted.result) == (done.signals.metabolite, done.fit)
        amplitudes = np.tile(done.fit.amplitudes, (draws, 1))
        amplitudes[0] = 0.0
        return fitting.bootstrap.Bootstrap(done.fit.names, amplitudes, 3, noise_only=True)

    monkeypatch.setattr("mrsviewer.analysis.repetitions.bootstrap", drawn)
    found = repeat(done, JobContext(), draws=20, seed=5)
    assert (found.refused, found.seed, found.noise_only) == (3, 5, True)
    assert len(found.rows) > components
    one = next(row for row in found.rows if row.name == "tNAA")
    assert np.isfinite(one.amplitude.sd)
    assert not np.isfinite(one.ratio.mean)
    assert one.ratio.low == pytest.approx(one.ratio.value)


def test_without_a_number_there_are_as_many_draws_as_the_fit_makes():
    assert DRAWS == DRAWS_OF_FIT


@pytest.mark.parametrize("word", ["19", "5001", "many", "-5", "1e2"])
def test_a_wrong_number_is_refused(word, tmp_path, capsys):
    assert fit(EXAMPLE, tmp_path / "out", f"--bootstrap={word}") == 2
    assert "from 20 to 5000" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("engine", ["lcmodel", "tarquin"])
def test_programs_of_others_are_refused_before_the_fit(engine, tmp_path, capsys):
    assert fit(EXAMPLE, tmp_path / "out", "--engine", engine, "--bootstrap") == 2
    assert f"No bootstrap with engine {engine}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--engine", "learned", "--te", "144"], "no fit to repeat"),
        (["--engine", "hsvd"], "with the same components"),
    ],
)
def test_a_failed_fit_leaves_no_row_of_an_earlier_one(words, reason, tmp_path, capsys):
    (tmp_path / "bootstrap.csv").write_text("old")
    assert fit(EXAMPLE, tmp_path, *words, "--bootstrap", "20") == 2
    assert reason in capsys.readouterr().err
    assert rows_of(tmp_path / "bootstrap.csv") == []  # the heading alone


def test_scatter_of_noise_alone_is_called_too_small(tmp_path, capsys):
    assert fit(EXAMPLE, tmp_path, "--engine", "learned", "--bootstrap", "20") == 0
    assert "quote the Cramer-Rao bounds" in capsys.readouterr().err
    assert {row["drawn"] for row in rows_of(tmp_path / "bootstrap.csv")} == {"noise"}


def test_several_spectra_are_numbered_and_a_failed_one_says_why(tmp_path, capsys):
    data = open_exam([example_paths().metabolite]).metabolite
    mean = data.fid.reshape(-1, data.points).mean(axis=0)
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((2, data.points)) * np.std(mean[-200:].real)
    fids = np.stack([mean, noise[0] + 1j * noise[1], 2.0 * mean])
    path = tmp_path / "three.nii.gz"
    write_scan(replace(data, fid=fids, dims=("measurement",)), path)
    assert fit(path, tmp_path / "out", "--bootstrap", "20") == 0
    said = capsys.readouterr()
    assert "spectrum 3 of 3, refit 1 of 20" in said.err
    assert "Bootstrap of 2 of 3 spectra" in said.out
    found = rows_of(tmp_path / "out/bootstrap.csv")
    assert {row["spectrum"] for row in found} == {"1", "2", "3"}
    (failed,) = (row for row in found if row["spectrum"] == "2")
    assert failed["metabolite"] == ""
    assert "No bootstrap" in failed["message"]
    ratios = {r["spectrum"]: float(r["ratio_to_tcr"]) for r in found if r["metabolite"] == "tNAA"}
    assert ratios["1"] == pytest.approx(ratios["3"], rel=1e-3)


def test_a_control_file_is_repeated_with_its_settings(tmp_path):
    make_folder(tmp_path)
    control = write_control(tmp_path, filh2o="'data.H2O'", dows="T", nsimul="0")
    assert fit(control, tmp_path / "out", "--bootstrap", "20") == 0
    found = rows_of(tmp_path / "out/bootstrap.csv")
    table = rows_of(tmp_path / "out/concentrations.csv")
    assert [row["amplitude"] for row in found] == [row["amplitude"] for row in table]
