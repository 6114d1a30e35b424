"""Where the bundled example is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.resources import resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrsviewer.model.volume import Tissue

NAME = "press30_3t"


@dataclass(frozen=True, slots=True)
class ExamplePaths:
    """The files of the example case."""

    metabolite: Path
    water: Path
    anatomy: Path
    tissue: Mapping[Tissue, Path]
    truth: Path


def example_paths() -> ExamplePaths:
    """Return the files of the bundled example: simulated PRESS TE 30 ms at 3 T."""
    folder = resource("examples", NAME)
    return ExamplePaths(
        metabolite=folder / "metab.nii.gz",
        water=folder / "water.nii.gz",
        anatomy=folder / "t1w.nii.gz",
        tissue={
            "gm": folder / "pve_gm.nii.gz",
            "wm": folder / "pve_wm.nii.gz",
            "csf": folder / "pve_csf.nii.gz",
        },
        truth=folder / "truth.json",
    )
