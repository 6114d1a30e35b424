"""The program's entry: words on the command line, exit status, the picture of the window."""

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QImage

from mrsviewer import __version__
from mrsviewer.__main__ import main
from mrsviewer.simulation.example import example_paths


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nonsense"], "--nonsense"),
        (["no/such/file.sdat"], "no/such/file.sdat"),
        (["--theme", "pink"], "pink"),
        (["--picture"], "--picture"),
        (["info", "--nonsense"], "PATH"),
    ],
)
def test_words_that_make_no_sense_give_one_line_and_status_2(capsys, words, said):
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert said in told.err


def test_without_a_display_the_window_is_refused_in_one_line(capsys, monkeypatch):
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main([]) == 2
    assert "no display" in capsys.readouterr().err


def test_help_and_version(capsys):
    assert main(["--help"]) == 0
    assert "usage: mrsviewer" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_a_subcommand_is_passed_on(capsys):
    assert main(["info", str(example_paths().metabolite)]) == 0
    assert "1H" in capsys.readouterr().out


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_picture_of_the_window_on_the_example(tmp_path, theme):
    picture = tmp_path / "window.png"
    headless = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY"}}
    command = [sys.executable, "-m", "mrsviewer", "--example"]
    done = subprocess.run(
        [*command, "--theme", theme, "--picture", str(picture)],
        capture_output=True,
        text=True,
        check=False,
        env=headless,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1440, 900)
    corner = image.pixelColor(720, 20).lightness()
    assert corner < 60 if theme == "dark" else corner > 200


def test_a_picture_of_a_file_that_cannot_be_opened_is_status_2(tmp_path):
    bad = tmp_path / "bad.rda"
    bad.write_bytes(b"not at all")
    done = subprocess.run(
        [sys.executable, "-m", "mrsviewer", str(bad), "--picture", str(tmp_path / "p.png")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "bad.rda" in done.stderr
    assert (tmp_path / "p.png").is_file()
