"""Running another program: where it is, for how long, and until when it is wanted."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrsviewer.jobs.context import JobContext

LOOK_S = 0.05
"""Time between two looks whether the program has ended or is to stop."""

SAID = 2000
"""Characters of a program's output that an error repeats."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the user's.

    Attributes
    ----------
    title
        As people call it: "LCModel".
    command
        Its name in the search path.
    site
        Where to get it.
    """

    title: str
    command: str
    site: str

    def find(self, given: str | None = None) -> Path:
        """Return the program's file: the one given, or else that in the search path.

        Raises
        ------
        FitError
            If there is none that can be run.
        """
        found = shutil.which(given or self.command)
        if found is None:
            where = f"{given} cannot be run" if given else f"{self.command} is not in PATH"
            raise FitError(
                f"{self.title} is not installed",
                f"{where}.",
                f"Install it ({self.site}), or give the path of the program in the fit options.",
            )
        return Path(found)

    def why_unavailable(self) -> str | None:
        """Return why the program cannot be run without a path being given, or None."""
        if shutil.which(self.command) is not None:
            return None
        return f"{self.title} is not installed: {self.command} is not in PATH."

    def run(
        self,
        command: Sequence[str],
        folder: Path,
        context: JobContext,
        limit_s: float,
        stdin: Path | None = None,
    ) -> str:
        """Run the program to its end and return what it printed.

        Parameters
        ----------
        command
            Program and arguments; no shell is involved.
        folder
            Where it runs.
        context
            Asked 20 times a second whether to go on.
        limit_s
            How long it may take.
        stdin
            File that it reads as its input, if it does.

        Raises
        ------
        FitError
            If it cannot be started, or takes too long.
        Cancelled
            If the job was cancelled; the program is ended.
        """
        said = folder / "said.txt"
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(said.open("wb"))
            source = stack.enter_context((stdin or Path(os.devnull)).open("rb"))
            try:
                process = subprocess.Popen(  # noqa: S603 - the program that the user chose
                    list(command),
                    cwd=folder,
                    stdin=source,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise self.failed(f"It cannot be started: {error.strerror}.") from error
            try:
                while process.poll() is None:
                    passed = time.monotonic() - began
                    context.tick(min(0.95, passed / limit_s), f"{self.title} runs")
                    if passed > limit_s:
                        raise self.failed(f"It did not end within {limit_s:g} s.")
                    time.sleep(LOOK_S)
            finally:
                _end(process)
        return said.read_bytes().decode("latin-1")

    def failed(self, cause: str, said: str = "") -> FitError:
        """Return the error that the program gave no result."""
        remedy = "Check the options of the engine; what the program said is in the log."
        return FitError(f"{self.title} gave no result", cause, remedy, said[-SAID:])


class ForeignEngine:
    """What engines have in common that run a program of the user's."""

    program: ClassVar[Program]
    uses_basis = True
    runs_program = True

    @property
    def unavailable(self) -> str | None:
        """Return why the program cannot be run unless its path is given, or None."""
        return self.program.why_unavailable()

    @contextlib.contextmanager
    def folder(self, context: JobContext) -> Iterator[Path]:
        """Make a folder for the program's files that goes when they have been read."""
        context.tick(0.0, f"writing files for {self.program.title}")
        prefix = f"mrsviewer-{self.program.command}-"
        with tempfile.TemporaryDirectory(prefix=prefix) as name:
            yield Path(name)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with all that it started, if it still runs."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()
