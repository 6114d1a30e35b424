"""The command line, run in process on the bundled example and on bad input."""

import csv
import json

import numpy as np
import pytest

from mrsviewer import cli
from mrsviewer.formats import write_nifti_mrs
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.simulation.example import example_paths


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    assert cli.run(["fit", str(example_paths().metabolite), "--out", str(folder)]) == 0
    return folder


def _rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_fit_writes_every_file(fitted):
    names = {path.name for path in fitted.iterdir()}
    assert names >= {
        "concentrations.csv",
        "spectrum.csv",
        "quality.json",
        "recipe.json",
        "report.pdf",
        "report.html",
    }


def test_concentrations_have_the_promised_columns(fitted):
    header = (fitted / "concentrations.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("metabolite,concentration,unit,crlb,crlb_percent,ratio_to_tcr")


def test_spectrum_has_the_promised_columns_and_adds_up(fitted):
    rows = _rows(fitted / "spectrum.csv")
    assert list(rows[0])[:5] == ["ppm", "data", "fit", "baseline", "residual"]
    for row in rows[::50]:
        assert float(row["data"]) - float(row["fit"]) == pytest.approx(
            float(row["residual"]), abs=1e-6 * max(abs(float(r["data"])) for r in rows)
        )


def test_the_example_gives_back_its_true_concentrations(fitted):
    truth = json.loads(example_paths().truth.read_text(encoding="utf-8"))["concentrations"]
    found = {row["metabolite"]: row for row in _rows(fitted / "concentrations.csv")}
    sums = {
        "tNAA": truth["NAA"] + truth["NAAG"],
        "tCr": truth["Cr"] + truth["PCr"],
        "tCho": truth["GPC"] + truth["PCh"],
    }
    for name, expected in sums.items():
        assert float(found[name]["concentration"]) == pytest.approx(expected, rel=0.08), name


def test_a_recipe_written_by_fit_gives_the_same_numbers(fitted, tmp_path):
    arguments = ["fit", str(example_paths().metabolite), "--no-report", "--out", str(tmp_path)]
    assert cli.run([*arguments, "--recipe", str(fitted / "recipe.json")]) == 0
    for name in ("concentrations.csv", "spectrum.csv"):
        assert (tmp_path / name).read_bytes() == (fitted / name).read_bytes()
    assert not (tmp_path / "report.pdf").exists()


def test_a_recipe_of_another_version_is_refused(tmp_path, capsys):
    (recipe := tmp_path / "recipe.json").write_text('{"version": 99}')
    arguments = ["fit", str(example_paths().metabolite), "--recipe", str(recipe)]
    assert cli.run([*arguments, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "version 99, this program knows version 2" in said
    assert "fit without a recipe" in said
    assert not (tmp_path / "out").exists()


def test_what_is_entered_against_the_file_is_told(tmp_path, capsys):
    arguments = ["fit", str(example_paths().metabolite), "--te", "31", "--no-report"]
    assert cli.run([*arguments, "--engine", "hsvd", "--out", str(tmp_path)]) == 0
    assert "Entered by hand. TE 31 ms (the file: 30 ms)." in capsys.readouterr().err


def test_a_benchmark_that_cannot_be_done_is_refused_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.run(["benchmark", "--engine", "lcmodel"]) == 2
    assert "Engine lcmodel cannot run here" in capsys.readouterr().err
    assert cli.run(["benchmark", "--engine", 'lcm={"no_such_option": 1}']) == 2
    assert "Options of engine lcm" in capsys.readouterr().err
    (blocked := tmp_path / "file").write_bytes(b"")
    named = ["benchmark", "--engine", 'lcm={"line_shape": "free"}', "--out", str(blocked / "out")]
    assert cli.run(named) == 2
    assert "Cannot write out" in capsys.readouterr().err


def test_info_as_json_has_every_field(capsys):
    assert cli.run(["info", str(example_paths().metabolite), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {
        "format",
        "vendor",
        "nucleus",
        "frequency_hz",
        "dwell_s",
        "points",
        "coils",
        "transients",
        "echo_time_s",
        "repetition_time_s",
        "voxel",
        "warnings",
    } <= set(facts)
    assert {"centre_ras_mm", "size_mm", "axes_ras"} <= set(facts["voxel"])
    assert (facts["coils"], facts["transients"]) == (4, 16)
    assert facts["echo_time_s"] == pytest.approx(0.030)


def test_info_of_a_folder_lists_every_file_with_its_role(capsys):
    folder = str(example_paths().metabolite.parent)
    assert cli.run(["info", folder, "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    roles = {file["role"] for file in files}
    assert roles == {"metabolite", "water", "anatomy", "tissue"}
    assert all(file["reason"] for file in files)
    assert cli.run(["info", folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.split()[0].lower() in roles for line in lines) == len(files)


@pytest.mark.parametrize("name", ["out.RAW", "out.txt", "out.csv"])
def test_convert_refuses_or_writes_by_the_ending(name, tmp_path, capsys):
    target = tmp_path / name
    status = cli.run(["convert", str(example_paths().metabolite), str(target)])
    assert (status, target.exists()) == ((2, False) if name == "out.RAW" else (0, True))
    assert "Traceback" not in capsys.readouterr().err


def test_convert_to_an_unknown_ending_is_refused(tmp_path, capsys):
    source = str(example_paths().metabolite)
    assert cli.run(["convert", source, str(tmp_path / "out.wav")]) == 2
    assert ".nii.gz" in capsys.readouterr().err


def test_info_in_words(capsys):
    assert cli.run(["info", str(example_paths().metabolite)]) == 0
    said = capsys.readouterr().out
    for words in ("Frequency            1", "Dwell time           ", "Voxel centre", "Side  "):
        assert words in said
    assert "Patient" not in said
    assert cli.run(["info", str(example_paths().metabolite), "--identity"]) == 0
    assert "Patient name" in capsys.readouterr().out


def test_convert_never_writes_over_what_it_reads(tmp_path, capsys):
    copy = tmp_path / "scan.nii.gz"
    copy.write_bytes(example_paths().metabolite.read_bytes())
    assert cli.run(["convert", str(copy), str(copy)]) == 2
    assert "would be lost" in capsys.readouterr().err
    assert copy.read_bytes() == example_paths().metabolite.read_bytes()


def test_convert_round_trip(tmp_path, capsys):
    target = tmp_path / "out.nii.gz"
    assert cli.run(["convert", str(example_paths().metabolite), str(target)]) == 0
    capsys.readouterr()
    facts = []
    for path in (example_paths().metabolite, target):
        assert cli.run(["info", str(path), "--json"]) == 0
        facts.append(json.loads(capsys.readouterr().out))
    assert facts[0]["voxel"] == facts[1]["voxel"]
    assert facts[0]["points"] == facts[1]["points"]


@pytest.mark.parametrize("content", [b"", b"\x00" * 500, b"not a spectrum\n" * 9, None])
def test_bad_input_is_one_line_and_status_2(content, tmp_path, capsys):
    path = tmp_path / "bad file.sdat"
    if content is not None:
        path.write_bytes(content)
    assert cli.run(["fit", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "bad file.sdat" in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words", [[], ["fit"], ["fit", "x", "--out", "y", "--te", "long"], ["nonsense"]]
)
def test_wrong_words_are_one_line_and_status_2(words, capsys):
    assert cli.run(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_slice_pulses_are_told_and_recorded(tmp_path, capsys):
    arguments = ["fit", str(example_paths().metabolite), "--no-report", "--pulses", "usual"]
    assert cli.run([*arguments, "--out", str(tmp_path / "out")]) == 0
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text())
    assert recipe["entered"]["slice_pulses"] == "usual"
    capsys.readouterr()
    assert cli.run([*arguments[:-1], "sharp", "--out", str(tmp_path)]) == 2
    assert "Slice pulses: 'sharp' is none of ideal, usual" in capsys.readouterr().err


def test_an_unknown_sequence_is_refused(tmp_path, capsys):
    arguments = ["fit", str(example_paths().metabolite), "--out", str(tmp_path)]
    assert cli.run([*arguments, "--sequence", "pres"]) == 2
    assert "pres" in capsys.readouterr().err


def test_an_unknown_engine_is_refused(tmp_path, capsys):
    arguments = ["fit", str(example_paths().metabolite), "--out", str(tmp_path)]
    assert cli.run([*arguments, "--engine", "magic"]) == 2
    assert "magic" in capsys.readouterr().err


@pytest.fixture
def columns(tmp_path):
    """Return two columns of numbers, which say nothing of themselves: a line at 2.01 ppm."""
    t = np.arange(1024) * 0.00025
    fid = np.exp(2j * np.pi * (2.01 - 4.65) * 123.2 * t - 20 * t)
    path = tmp_path / "signal.txt"
    np.savetxt(path, np.column_stack([fid.real, fid.imag]))
    return path


AXES = ["--dwell", "0.00025", "--frequency", "123.2"]


def test_a_file_without_axes_is_refused_with_the_options_that_give_them(columns, capsys):
    assert cli.run(["info", str(columns)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--dwell S and --frequency MHZ" in said
    assert cli.run(["info", str(columns), *AXES[:2]]) == 2
    assert "--frequency MHZ" in capsys.readouterr().err


def test_told_axes_are_used_and_recorded_as_entered_by_hand(columns, tmp_path, capsys):
    assert cli.run(["info", str(columns), *AXES, "--nucleus", "1H", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["dwell_s"], facts["frequency_hz"]) == (0.00025, pytest.approx(123.2e6))
    notes = [f["detail"] for f in facts["findings"] if f["title"] == "Axes entered by hand"]
    assert len(notes) == 1
    target = tmp_path / "out.nii.gz"
    assert cli.run(["convert", str(columns), str(target), *AXES]) == 0
    assert "entered by hand" in capsys.readouterr().err
    assert cli.run(["info", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dwell_s"] == pytest.approx(0.00025)


def test_fit_records_told_axes_and_its_recipe_opens_the_file_again(columns, tmp_path, capsys):
    first, again = tmp_path / "first", tmp_path / "again"
    options = ["--te", "30", "--sequence", "spin-echo", "--no-report", "--out"]
    assert cli.run(["fit", str(columns), *AXES, *options, str(first)]) == 0
    assert "entered by hand" in capsys.readouterr().err
    entered = json.loads((first / "recipe.json").read_text())["entered"]
    assert entered["dwell_s"] == 0.00025
    recipe = ["--recipe", str(first / "recipe.json"), "--no-report", "--out", str(again)]
    assert cli.run(["fit", str(columns), *recipe]) == 0
    name = "concentrations.csv"
    assert (first / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize("words", [["--dwell", "4"], ["--dwell", "nan"], ["--frequency", "0"]])
def test_absurd_axes_are_refused(columns, words, capsys):
    assert cli.run(["info", str(columns), *AXES, *words]) == 2
    assert "cannot be right" in capsys.readouterr().err


def test_what_the_file_says_itself_goes_before_what_is_told(capsys):
    assert cli.run(["info", str(example_paths().metabolite), "--json"]) == 0
    plain = capsys.readouterr().out
    assert cli.run(["info", str(example_paths().metabolite), "--json", *AXES]) == 0
    assert json.loads(capsys.readouterr().out)["dwell_s"] == json.loads(plain)["dwell_s"]


@pytest.mark.parametrize("engine", [None, "lcm"])
def test_phosphorus_is_fitted_by_its_peaks_unless_told_otherwise(tmp_path, capsys, engine):
    t = np.arange(1024) * 2e-4
    rng = np.random.default_rng(3)
    fid = np.exp(-30 * t) + 0.5 * np.exp(2j * np.pi * 250 * t - 60 * t)
    fid = fid + 0.01 * (rng.standard_normal(1024) + 1j * rng.standard_normal(1024))
    data = Dataset(fid, Acquisition("31P", 49.9e6, 2e-4), centre_ppm=0.0)
    write_nifti_mrs(data, tmp_path / "p.nii.gz")
    words = [] if engine is None else ["--engine", engine]
    given = ["fit", str(tmp_path / "p.nii.gz"), "--no-report", "--out", str(tmp_path / "out")]
    status = cli.run([*given, *words])
    said = capsys.readouterr()
    assert (status, "/PCr" in said.out) == ((0, True) if engine is None else (2, False))
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text())
    assert recipe["fit"]["engine"] == (engine or "amares")
    assert engine is None or "amares" in said.err
