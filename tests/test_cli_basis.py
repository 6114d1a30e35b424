"""``mrsviewer basis``: what it prints and writes, and one clear line for bad input."""

import pytest

from mrsviewer.cli import run
from mrsviewer.formats import read_basis

PLAN = (
    "--sequence",
    "press",
    "--te",
    "30",
    "--te1",
    "11",
    "--frequency",
    "123.2",
    "--points",
    "512",
)
FEW = ("--metabolites", "Cr", "NAA", "GPC", "Lac", "Glu", "Ins")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("sets") / "press30.mrsbasis"
    assert run(["basis", "simulate", *PLAN, *FEW, "--out", str(path)]) == 0
    return path


def test_simulated_set_has_what_was_asked_for(made):
    basis = read_basis(made)
    assert basis.names[:6] == ("Cr", "GPC", "Glu", "Ins", "Lac", "NAA") or set(
        basis.names[:6]
    ) == set(FEW[1:])
    assert (basis.echo_time_s, basis.te1_s) == pytest.approx((0.03, 0.011))
    assert "MM09" in basis.names


def test_show_says_header_and_components(made, capsys):
    assert run(["basis", "show", str(made)]) == 0
    said = capsys.readouterr().out
    assert "PRESS TE 30 ms (TE1 11 ms)" in said
    assert "123.200 MHz" in said
    assert any(line.split()[:3] == ["NAA", "metabolite", "6"] for line in said.splitlines()) or (
        "NAA" in said
    )


def test_a_set_is_never_written_over_itself(made, tmp_path, capsys):
    copy = tmp_path / "set.mrsbasis"
    copy.write_bytes(made.read_bytes())
    assert run(["basis", "convert", str(copy), str(tmp_path / "." / "set.mrsbasis")]) == 2
    assert "set.mrsbasis would be lost" in capsys.readouterr().err
    (other := tmp_path / "other.basis").write_bytes(b"kept")
    other.chmod(0o444)
    assert run(["basis", "convert", str(copy), str(other)]) == 2
    assert "read-only" in capsys.readouterr().err
    assert (copy.read_bytes(), other.read_bytes()) == (made.read_bytes(), b"kept")


def test_convert_and_compare(made, tmp_path, capsys):
    for name in ("set.basis", "folder"):
        assert run(["basis", "convert", str(made), str(tmp_path / name)]) == 0
        assert run(["basis", "compare", str(made), str(tmp_path / name)]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        found = {row[0]: row[1:] for row in rows if row and row[0] in FEW}
        assert set(found) == set(FEW[1:])
        assert all(float(row[0]) > 0.9999 for row in found.values())
        assert all(abs(float(row[1]) - 1) < 0.01 for row in found.values())


def test_a_set_is_completed_and_a_complete_one_is_not(made, tmp_path, capsys):
    whole = tmp_path / "whole.mrsbasis"
    assert run(["basis", "complete", str(made), str(whole)]) == 0
    assert {"GSH", "PE", "Tau"} <= set(read_basis(whole).names)
    said = capsys.readouterr()
    assert "info: Simulated beside the basis set: Asc" in said.err
    assert "(TE1 11 ms)" in said.err
    assert run(["basis", "complete", str(whole), str(tmp_path / "again.basis")]) == 2
    assert "Basis set not completed" in capsys.readouterr().err
    assert not (tmp_path / "again.basis").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "no.basis"], "no such file"),
        (["simulate", *PLAN[:4], "--frequency", "123.2", "--points", "3", "--out", "x.basis"], "points"),
        (["simulate", *PLAN, "--metabolites", "Unobtainium", "--out", "x.basis"], "Unobtainium"),
        (["simulate", *PLAN[2:], "--sequence", "pressed", "--out", "x.basis"], "pressed"),
        (["simulate", "--sequence", "press", "--te", "30", "--te1", "30", "--frequency", "123",
          "--out", "x.basis"], "TE1"),
        (["compare", "a.basis"], "required"),
        ([], "required"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_status_2(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["basis", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said.casefold() in captured.err.casefold()
    assert list(tmp_path.iterdir()) == []


def test_unknown_ending_is_refused_before_anything_is_written(made, tmp_path, capsys):
    assert run(["basis", "convert", str(made), str(tmp_path / "set.pdf")]) == 2
    assert "End it in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_measured_macromolecules_of_a_real_scan(shared_data, tmp_path, capsys):
    folder = shared_data / "philips/osprey_mm"
    plan = ["--sequence", "press", "--te", "30", "--frequency", "127.755", "--no-mm"]
    plain, full = tmp_path / "plain.mrsbasis", tmp_path / "full.basis"
    assert run(["basis", "simulate", *plan, *FEW, "--out", str(plain)]) == 0
    scan = folder / "sub-01_PRESS-Inverted_TI-600_raw-act.SDAT"
    words = ["basis", "measured-mm", str(scan), "--basis", str(plain), "--out", str(full)]
    assert run(words) == 0
    assert "Macromolecules measured with SNR" in capsys.readouterr().err
    assert "Mac" in read_basis(full).names
    words[2] = str(folder / "sub-01_PRESS_raw-act.SDAT")
    assert run(words) == 2
    assert "Not a scan of macromolecules" in capsys.readouterr().err


def test_a_recipe_finds_the_edited_set_that_lies_beside_it(made, tmp_path, capsys):
    from mrsviewer.simulation.example import example_paths

    lost = tmp_path / "mine.mrsbasis"
    lost.write_bytes(made.read_bytes())
    scan, out = str(example_paths().metabolite), tmp_path / "one"
    words = ["fit", scan, "--basis", str(lost), "--macromolecules", "set", "--no-report"]
    assert run([*words, "--out", str(out)]) == 0
    assert (out / "basis_set.mrsbasis").read_bytes() == made.read_bytes()
    lost.unlink()
    again = ["fit", scan, "--recipe", str(out / "recipe.json"), "--no-report"]
    assert run([*again, "--out", str(tmp_path / "two")]) == 0
    table = "concentrations.csv"
    assert (tmp_path / "two" / table).read_text() == (out / table).read_text()
    assert run([*words[:2], "--macromolecules", "some", "--out", str(out)]) == 2
    assert "Macromolecules" in capsys.readouterr().err
