"""LCModel control files on the command line."""

import csv
import json

import msgspec
import pytest
from lcmodel_folder import make_folder, write_control

from mrsviewer import cli
from mrsviewer.analysis.recipe import FitSettings, Recipe


@pytest.fixture
def control(tmp_path):
    make_folder(tmp_path)
    return write_control(tmp_path, filh2o="'data.H2O'", dows="T", nsimul="0")


def fit(control, folder, *more):
    return cli.run(["fit", str(control), "--no-report", "--out", str(folder), *more])


def recipe_in(folder):
    return json.loads((folder / "recipe.json").read_text(encoding="utf-8"))


def test_fit_follows_the_control_file(control, tmp_path, capsys):
    assert fit(control, tmp_path / "out") == 0
    assert "info: Settings from control.file. Fit from 4 to 0.2 ppm" in capsys.readouterr().err
    recipe = recipe_in(tmp_path / "out")
    assert recipe["fit"]["options"]["method"] == "lcmodel"
    assert recipe["fit"]["basis_path"] == str(tmp_path / "set.basis")
    with (tmp_path / "out/concentrations.csv").open(encoding="utf-8") as file:
        rows = {row["metabolite"]: row for row in csv.DictReader(file)}
    assert rows["tNAA"]["unit"] == "mmol/L"
    amounts = {name: float(rows[name]["concentration"]) for name in ("tNAA", "tCr")}
    assert amounts["tNAA"] / amounts["tCr"] == pytest.approx(11.5 / 9.0, rel=0.06)


def test_options_override_it(control, tmp_path):
    more = ("--macromolecules", "auto", "--basis", str(tmp_path / "set.basis"))
    assert fit(control, tmp_path / "out", *more) == 0
    recipe = recipe_in(tmp_path / "out")
    assert recipe["fit"]["macromolecules"] == "auto"
    assert recipe["fit"]["options"]["ratio_priors"] == "lcmodel"
    assert fit(control, tmp_path / "two", "--engine", "quest") == 0
    assert recipe_in(tmp_path / "two")["fit"]["engine"] == "quest"


def test_a_recipe_goes_before_it(control, tmp_path, capsys):
    chosen = FitSettings(basis_path=str(tmp_path / "set.basis"), macromolecules="set")
    recipe = tmp_path / "mine.json"
    recipe.write_bytes(msgspec.json.encode(Recipe(fit=chosen)))
    assert fit(control, tmp_path / "out", "--recipe", str(recipe)) == 0
    assert "Settings from" not in capsys.readouterr().err
    assert recipe_in(tmp_path / "out")["fit"]["options"] == {}


def test_a_basis_set_that_is_missing_ends_the_fit(tmp_path, capsys):
    make_folder(tmp_path)
    control = write_control(tmp_path, filbas="'/site/gone.basis'")
    assert fit(control, tmp_path / "out") == cli.BAD_INPUT
    assert "gone.basis" in capsys.readouterr().err.splitlines()[-1]
    assert fit(control, tmp_path / "out", "--basis", str(tmp_path / "set.basis")) == 0


def test_each_voxel_is_fitted_with_the_settings(tmp_path, capsys):
    make_folder(tmp_path, rows=2)
    control = write_control(tmp_path, nsimul="0", lines=" ndcols=2 icolen=2")
    assert fit(control, tmp_path / "out") == 0
    said = capsys.readouterr()
    assert "Settings from control.file" in said.err
    assert [line.split()[0] for line in said.out.splitlines()[:3]] == ["spectrum", "1", "2"]


def test_info_says_what_the_control_file_decides(control, capsys):
    assert cli.run(["info", str(control)]) == 0
    said = capsys.readouterr().out
    assert "Settings from control.file. Fit from 4 to 0.2 ppm" in said
    assert f"Basis set            {control.parent / 'set.basis'}" in said
    assert cli.run(["info", str(control), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["points"] == 1024
    assert facts["settings"]["recipe"]["fit"]["macromolecules"] == "set"
    assert facts["settings"]["findings"][0]["title"] == "Settings from control.file"
