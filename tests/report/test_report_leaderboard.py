import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from PIL import Image

from mrsviewer.analysis.benchmark.cases import cases_of
from mrsviewer.analysis.benchmark.challenge import ChallengeFit
from mrsviewer.analysis.benchmark.peers import GROUPS
from mrsviewer.analysis.benchmark.run import Leaderboard
from mrsviewer.analysis.benchmark.scores import CaseScore, MetaboliteScore
from mrsviewer.analysis.benchmark.timing import Timing, TimingBoard
from mrsviewer.cli import run
from mrsviewer.present.leaderboard import (
    challenge_table,
    group_table,
    leaderboard_table,
    ranking_lines,
)
from mrsviewer.present.text import table_text
from mrsviewer.present.timing import timing_lines, timing_table
from mrsviewer.report.leaderboard import (
    leaderboard_csv,
    write_challenge,
    write_leaderboard,
    write_timing,
)


def one_score(engine="lcm", case="voigt", error=0.3, refused=0):
    glu = MetaboliteScore(
        name="Glu", true_mean=10.0, bias_percent=-1.5, rms_percent=8.0, relative_rms_percent=9.0, sd_percent=7.0,
        ratio_mae_mm=0.5, ratio_bias_mm=-0.1, coverage=0.9, slope=0.95, data=0.1, noise=0.2,
        model=0.0, mismatch=0.3,
    )  # fmt: skip
    return CaseScore(
        engine=engine, version="1", case=case, family="voigt", spectra=4, refused=refused,
        doubtful=1, reasons=(), ratio_mae_mm=error, coverage=0.9, psnr_db=44.2, ssim=0.991,
        median_ms=22.0, worst_ms=60.0, data=0.2, noise=0.5, model=0.0, mismatch=0.3, metabolites=(glu,),
    )  # fmt: skip


BOARD = Leaderboard(
    seed=1,
    half="report",
    spectra=4,
    absent=("learned: no onnxruntime",),
    scores=(
        one_score(),
        one_score("other", error=0.2),
        CaseScore(
            engine="hsvd", version="1", case="voigt", family="voigt", spectra=4, refused=4,
            doubtful=0, reasons=("No.",), ratio_mae_mm=None, coverage=None, psnr_db=None, ssim=None,
            median_ms=2.0, worst_ms=3.0, data=None, noise=None, model=None, mismatch=None, metabolites=(),
        ),
    ),
)  # fmt: skip


def test_table_has_every_engine_and_the_peers():
    text = table_text(leaderboard_table(BOARD, "voigt"))
    assert "8.0 (-1.5)" in text
    assert "44.2" in text
    assert "4/4" in text
    assert "LCModel" in text
    assert table_text(leaderboard_table(BOARD, "nominal")).count("\n") == 1


def test_ranking_names_who_is_missing():
    lines = ranking_lines(BOARD)
    assert [line.split(":")[0] for line in lines] == ["1. other", "2. lcm", "3. hsvd", "Left out"]


def test_csv_has_one_line_per_metabolite():
    rows = list(csv.DictReader(io.StringIO(leaderboard_csv(BOARD))))
    assert [row["engine"] for row in rows] == ["lcm", "other", "hsvd"]
    assert rows[0]["rms_percent"] == "8"
    assert rows[2]["name"] == rows[2]["psnr_db"] == ""


def test_files_hold_versions_seeds_and_a_picture(tmp_path):
    table, scores, picture, image = write_leaderboard(BOARD, tmp_path / "new")
    document = json.loads(scores.read_text())
    assert document["seed"] == 1
    assert {"program", "python", "numpy", "scipy", "machine"} <= set(document)
    assert document["scores"][0]["metabolites"][0]["coverage"] == 0.9
    assert table.read_text().startswith("engine,version")
    root = ET.fromstring(picture.read_text())
    dots = [e for e in root.iter() if e.tag.endswith("polygon") and e.get("fill") == "#B73814"]
    assert len(dots) == 1 + 4
    assert "lcm" in picture.read_text()
    with Image.open(image) as drawn:
        assert drawn.size == pytest.approx(
            [3 * float(v) for v in root.get("viewBox").split()[2:]], abs=1
        )
        assert (0xB7, 0x38, 0x14) in {colour for _, colour in drawn.getcolors(1 << 20)}


def test_groups_of_challenge_sets_are_weighted_by_their_sets():
    errors = {"noisy (12-20)": 0.6, "high SNR (21)": 0.2, **dict.fromkeys(GROUPS["sets 1-11"], 0.3)}
    scores = tuple(one_score(case=case, error=error) for case, error in errors.items())
    board = Leaderboard(seed=1, half="tune", spectra=4, scores=scores)
    assert board.group_error("lcm", "sets 1-11") == pytest.approx(0.3)
    assert board.group_error("lcm", "sets 1-21") == pytest.approx((11 * 0.3 + 9 * 0.6 + 0.2) / 21)
    text = table_text(group_table(board))
    assert text.splitlines()[1].split() == ["lcm", "0.300", "0.600", "0.424"]
    assert "aim" in text
    assert BOARD.group_error("lcm", "sets 1-11") is None


def test_times_as_table_and_file(tmp_path):
    one = Timing(
        engine="lcm", version="2", fits=48, refused=1, median_ms=20.04, worst_ms=71.3,
        worst_case="lipid 20x (28)", batch=256, batch_ms=12.51, batch_refused=0,
    )  # fmt: skip
    lone = msgspec.structs.replace(one, engine="quest", batch_ms=None, batch_refused=None)
    board = TimingBoard(timings=(one, lone), absent=("tarquin: not installed",))
    lines = table_text(timing_table(board)).splitlines()
    assert "12.5" in lines[1]
    assert lines[2].split()[-3:] == ["-", "-", "-"]
    assert timing_lines(board)[-1] == "Left out: tarquin: not installed"
    table, document = write_timing(board, tmp_path)
    assert table.read_text().splitlines()[1].startswith("lcm,2,48,1,20.04,71.3,lipid")
    assert json.loads(document.read_text())["machine"]


def test_challenge_table_ends_with_the_times(tmp_path):
    fits = (
        ChallengeFit(file="a", engine="lcm", milliseconds=20.0, ratios={"tNAA": 1.5}),
        ChallengeFit(file="b", engine="lcm", milliseconds=30.0, refusal="No signal."),
        ChallengeFit(file="c", engine="-", refusal="Not a spectrum."),
    )
    text = table_text(challenge_table(fits))
    assert "1.500" in text
    assert "No signal." in text
    assert [line.split()[:3] for line in text.splitlines()[-2:]] == [
        ["median", "lcm", "25"],
        ["worst", "lcm", "30"],
    ]
    assert json.loads(write_challenge(fits, tmp_path)[0].read_text())[2]["refusal"]


def test_the_command_prints_and_writes(tmp_path, capsys):
    families = ("--cases", "voigt", "--cases", "nominal")
    words = ["benchmark", "--engine", "lcm", *families, "--spectra", "1", "--quick"]
    assert run([*words, "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "voigt healthy, MM measured" in printed
    assert "nominal 25 dB" in printed
    assert "1. lcm" in printed
    assert {p.name for p in Path(tmp_path).iterdir()} == {
        "leaderboard.csv",
        "leaderboard.json",
        "leaderboard.png",
        "leaderboard.svg",
    }


def test_intervals_are_printed_and_written(tmp_path, capsys):
    words = [
        "benchmark",
        "--engine",
        "lcm",
        "--cases",
        "voigt",
        "--spectra",
        "1",
        "--intervals",
        "0",
    ]
    assert run([*words, "--out", str(tmp_path)]) == 0
    assert "bounds" in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "intervals.csv").read_text().splitlines()))
    assert {row["method"] for row in rows} == {"bounds"}
    assert {row["case"] for row in rows} == {case.name for case in cases_of(("voigt",))}


@pytest.mark.parametrize("words", [["--spectra", "0"], ["--engine", "nobody"]])
def test_wrong_words_are_said(words, capsys):
    assert run(["benchmark", *words]) == 2
    assert "mrsviewer:" in capsys.readouterr().err
