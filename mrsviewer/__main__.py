"""The program: a window by default, a command line where a subcommand is named."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mrsviewer import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ThemeName = Literal["dark", "light"]
THEMES: dict[str, ThemeName] = {"dark": "dark", "light": "light"}
BAD_INPUT = 2
USAGE = """usage: mrsviewer [--example] [--theme dark|light] [--picture FILE.png] [PATH ...]
       mrsviewer info PATH [--json]
       mrsviewer fit METAB [--water W] [--basis B] [--anatomy A] [--bootstrap [N]] --out DIR
       mrsviewer agree METAB [--engine NAME ...] --out DIR
       mrsviewer convert IN OUT [--deidentify]
       mrsviewer basis show|simulate|compare|convert|measured-mm ...
       mrsviewer example --out DIR
       mrsviewer benchmark [--engine NAME] [--cases FAMILY] [--timing] [--out DIR]
       mrsviewer train --te MS --out FILE.onnx
       mrsviewer COMMAND --help

Review, fit and report clinical MR spectroscopy of the brain. For research use, not a diagnosis.

Without a command the window opens, with the files or folders named.
  --example           open the bundled example
  --theme dark|light  colours of the window
  --picture FILE.png  save a picture of the window once the case is shown, and end
  --version           say which version this is
"""


class _UsageError(Exception):
    """The words given make no sense; the message says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status, 2 where the input is at fault."""
    words = list(sys.argv[1:] if argv is None else argv)
    _one_thread_per_product()
    if words and not words[0].startswith("-"):
        from mrsviewer import cli  # noqa: PLC0415 - the window needs none of it

        if words[0] in cli.SUBCOMMANDS:
            return cli.run(words)
    if "--help" in words or "-h" in words:
        sys.stdout.write(USAGE)
        return 0
    if "--version" in words:
        sys.stdout.write(f"mrsviewer {__version__}\n")
        return 0
    try:
        return _window(words)
    except _UsageError as error:
        sys.stderr.write(f"mrsviewer: {error} See: mrsviewer --help\n")
        return BAD_INPUT


def _one_thread_per_product() -> None:
    """Keep the linear algebra on one core, unless the environment says otherwise.

    The matrices of a fit are small: threads that wait for one another made it ten times slower
    on a busy machine. Has to be said before numpy is imported.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _window(words: list[str]) -> int:
    """Open the window as the words say."""
    paths: list[Path] = []
    example, picture, theme = False, None, None
    rest = iter(words)
    for word in rest:
        if word == "--example":
            example = True
        elif word == "--picture":
            picture = Path(_value(word, rest))
        elif word == "--theme":
            theme = _theme(_value(word, rest))
        elif word.startswith("-"):
            raise _UsageError(f"There is no option {word}.")
        else:
            paths.append(Path(word))
    for path in paths:
        if not path.exists():
            raise _UsageError(f"There is no file, folder or command {path}.")
    if not has_display():
        if picture is None:
            raise _UsageError("There is no display for a window; use a command or --picture.")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from mrsviewer.app import run_window  # noqa: PLC0415 - help and version need no Qt

    return run_window(paths, example=example, picture=picture, theme=theme)


def has_display() -> bool:
    """Return whether a window can be shown; on Linux that takes a display server."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))


def _theme(name: str) -> ThemeName:
    """Return the name of a theme."""
    try:
        return THEMES[name]
    except KeyError:
        raise _UsageError(f"There is no theme {name}; choose dark or light.") from None


def _value(option: str, rest: Iterator[str]) -> str:
    """Return the word after an option."""
    value = next(rest, None)
    if value is None:
        raise _UsageError(f"Option {option} needs a value.")
    return value


if __name__ == "__main__":
    sys.exit(main())
