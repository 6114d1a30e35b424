"""``mrsviewer agree``, in process."""

import csv
import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from lcmodel_folder import make_folder, write_control

from mrsviewer import cli
from mrsviewer.analysis.agreement import Agreement, MetaboliteAgreement, Opinion
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.formats import open_exam, write_scan
from mrsviewer.present.agreement import agreement_table, concordance_table
from mrsviewer.report.tables_agreement import agreement_csv, agreement_json
from mrsviewer.simulation.example import example_paths

EXAMPLE = str(example_paths().metabolite)
TWO = ["--engine", "lcm", "--engine", "quest"]


def agree(folder, *words, path=EXAMPLE):
    return cli.run(["agree", str(path), "--out", str(folder), *words])


def facts(folder):
    return json.loads((folder / "agreement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("agree")
    assert agree(made, *TWO) == 0
    return made


def test_values_are_those_of_the_fits(folder, tmp_path):
    fitted = ["fit", EXAMPLE, "--no-report", "--engine", "quest", "--out", str(tmp_path)]
    assert cli.run(fitted) == 0
    with (tmp_path / "concentrations.csv").open(encoding="utf-8") as file:
        alone = {row["metabolite"]: row for row in csv.DictReader(file)}
    with (folder / "agreement.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    heading = "metabolite unit lcm lcm_sd quest quest_sd mean spread spread_percent disagreeing"
    assert list(rows[0]) == heading.split()
    assert {"tNAA", "Glx", "Ins"} <= {row["metabolite"] for row in rows}
    for row in rows:
        assert row["quest"] == alone[row["metabolite"]]["ratio_to_tcr"]
        assert row["quest_sd"] == alone[row["metabolite"]]["ratio_sd"]
        mean = (float(row["lcm"]) + float(row["quest"])) / 2
        assert float(row["mean"]) == pytest.approx(mean, rel=1e-5, abs=1e-9)


def test_the_json_says_it_all(folder):
    said = facts(folder)
    assert (said["engines"], said["unit"]) == (["lcm", "quest"], "/ tCr")
    assert said["failures"] == {}
    assert {label: fit["engine"] for label, fit in said["settings"].items()} == {
        "lcm": "lcm",
        "quest": "quest",
    }
    concordance = np.array(said["concordance"])
    assert concordance.shape == (2, 2)
    assert concordance[0, 1] == concordance[1, 0] > 0.9


def test_a_table_and_the_concordance_are_printed(tmp_path, capsys):
    assert agree(tmp_path, *TWO) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Metabolite")
    assert said.out.splitlines()[1].startswith("tNAA")
    assert "Concordance" in said.out
    assert "agreement.csv and" in said.out
    assert said.err.index("engine 1 of 2: lcm") < said.err.index("engine 2 of 2: quest")


def test_by_default_all_engines_with_a_basis_set_are_asked(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert agree(tmp_path / "out") == 0
    assert facts(tmp_path / "out")["engines"] == ["lcm", "learned", "quest"]
    said = capsys.readouterr().err
    assert "Left out hsvd: it fits peaks" in said
    assert "Left out lcmodel: LCModel is not installed" in said


def test_an_engine_that_fails_is_named_with_its_reason(tmp_path, capsys):
    words = [*TWO, "--engine", "learned", "--te", "144"]
    assert agree(tmp_path, *words) == 0
    assert "mrsviewer: learned: Outside what the network" in capsys.readouterr().err
    said = facts(tmp_path)
    assert said["engines"] == ["lcm", "quest"]
    assert "144 ms" in said["failures"]["learned"][0]["cause"]


def test_fewer_than_two_answers_are_no_agreement(tmp_path, capsys):
    words = ["--engine", "lcm", "--engine", "learned", "--te", "144"]
    assert agree(tmp_path / "out", *words) == 2
    assert "1 of 2 engines could fit" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "lcm"], "takes two"),
        (["--engine", "lcm", "--engine", "lcm"], "takes two"),
        ([*TWO, "--engine", "magic"], "Unknown fit engine magic"),
        ([*TWO, "--sequence", "pres"], "mrsviewer agree --help"),
    ],
)
def test_wrong_words_are_refused_at_once(words, said, tmp_path, capsys):
    assert agree(tmp_path / "out", *words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_of_several_spectra_one_is_to_be_chosen(tmp_path, capsys):
    data = open_exam([example_paths().metabolite]).metabolite
    mean = data.fid.reshape(-1, data.points).mean(axis=0)
    path = tmp_path / "two.nii.gz"
    two = np.stack([mean, 2.0 * mean])
    write_scan(replace(data, fid=two, dims=("measurement",)), path)
    assert agree(tmp_path / "out", *TWO, path=path) == 2
    assert "Choose one with --spectrum" in capsys.readouterr().err
    assert agree(tmp_path / "out", *TWO, "--spectrum", "2", path=path) == 0


def test_options_of_a_recipe_go_to_its_own_engine(tmp_path):
    recipe = tmp_path / "recipe.json"
    chosen = FitSettings(options={"ratio_priors": "none"}, macromolecules="parametrised")
    recipe.write_bytes(msgspec.json.encode(Recipe(fit=chosen)))
    words = [*TWO, "--engine", 'lcm={"ratio_priors": "macromolecules"}']
    assert agree(tmp_path, *words, "--recipe", str(recipe)) == 0
    said = facts(tmp_path)["settings"]
    assert {fit["macromolecules"] for fit in said.values()} == {"parametrised"}
    assert [fit["options"] for fit in said.values()] == [
        {"ratio_priors": "none"},
        {},
        {"ratio_priors": "macromolecules"},
    ]


def test_a_control_file_brings_its_settings_to_every_engine(tmp_path):
    make_folder(tmp_path)
    control = write_control(tmp_path, filh2o="'data.H2O'", dows="T", nsimul="0")
    assert agree(tmp_path / "out", *TWO, path=control) == 0
    said = facts(tmp_path / "out")["settings"]
    assert {fit["basis_path"] for fit in said.values()} == {str(tmp_path / "set.basis")}
    assert said["lcm"]["options"]["method"] == "lcmodel"
    assert "method" not in said["quest"]["options"]


def made(unit="/ tCr", size=1.0):
    opinions = (Opinion(size, 0.1 * size), Opinion(2 * size, 0.1 * size), None)
    rows = (
        MetaboliteAgreement("Ins", opinions, 1.5 * size, 0.7 * size, ((0, 1),)),
        MetaboliteAgreement("tNAA", (None, None, None), None, None, ()),
    )
    concordance = np.array([[1, np.nan, 0.5], [np.nan, 1, 0.5], [0.5, 0.5, 1]])
    return Agreement(("a", "b", "c"), unit, rows, concordance, {})


def test_tables_flag_who_differs_and_leave_out_what_is_not_known():
    table = agreement_table(made())
    assert [row.cells for row in table.rows] == [
        ("tNAA", "—", "—", "—", "—", "—", ""),
        ("Ins", "1.00 ± 0.10", "2.00 ± 0.10", "—", "1.50", "47 %", "◆ a - b"),
    ]
    assert concordance_table(made()).rows[0].cells == ("a", "1.000", "—", "0.500")
    assert "Ins,/ tCr,1,0.1,2,0.1,,,1.5,0.7,46.66667,a - b" in agreement_csv(made())
    said = json.loads(agreement_json(made(), {}))
    assert said["concordance"][0] == [1.0, None, 0.5]
    assert said["metabolites"][0]["disagreeing"] == [["a", "b"]]
    assert said["metabolites"][0]["opinions"]["c"] is None


def test_small_amplitudes_are_read_with_their_power_of_ten():
    table = agreement_table(made("basis", 1e-5))
    assert "10⁻⁵ unit basis" in table.caption
    assert table.rows[1].cells[1] == "1.00 ± 0.10"
