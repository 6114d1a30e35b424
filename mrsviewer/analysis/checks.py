"""Checks of header and data against the recipe in force: findings, corrections, questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.entered import exam_as_entered
from mrsviewer.dsp.conventions import WATER_PPM, ppm_axis, spectrum
from mrsviewer.quality import missing, temperature
from mrsviewer.quality.header_linter import RECHECKED, lint_header
from mrsviewer.quality.lint import Correction, LintFinding
from mrsviewer.quality.preprocessing import detect_preprocessing

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import EnteredByHand, Recipe
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Exam, Finding
    from mrsviewer.processing.step import Signals
    from mrsviewer.quality.lint import Question

HALVED = "The first point of the signal is halved"
REPAIR = Correction("add_step", "repairfirstpoint", "first-point repair", "it was halved")
REFERENCE = "referenceshift"


@dataclass(frozen=True, slots=True)
class Checks:
    """What header and data give away, and what has to be asked for."""

    findings: tuple[LintFinding, ...] = ()
    questions: tuple[Question, ...] = ()


def lint_exam(exam: Exam, entered: EnteredByHand) -> tuple[LintFinding, ...]:
    """Return what header and samples give away with entered values in force."""
    case = exam_as_entered(exam, entered)
    return (*lint_header(case.metabolite), *detect_preprocessing(case.metabolite, case.water))


def in_force(found: tuple[LintFinding, ...], exam: Exam, recipe: Recipe) -> Checks:
    """Return findings and questions under a recipe: what it already mends offers no correction."""
    steps = {_tag(step) for step in recipe.steps}
    halved = [
        LintFinding("first-point", "info", f.title, f.detail, REPAIR, "preprocessing")
        for f in exam.findings
        if f.title == HALVED
    ]
    kept = (_settled(finding, steps) for finding in (*found, *halved))
    return Checks(tuple(kept), missing_values(exam, recipe))


def missing_values(exam: Exam, recipe: Recipe) -> tuple[Question, ...]:
    """Return the values that basis set and quantification need and nobody gave."""
    return missing.missing_values(
        recipe.entered.applied_to(exam.metabolite.acquisition),
        simulated_basis=recipe.fit.enabled and recipe.fit.basis_path is None,
        scaled_to_water=exam.water is not None and recipe.quantification.scaling == "water",
    )


def reader_findings(exam: Exam) -> tuple[Finding, ...]:
    """Return what the readers noticed, less what the checks judge anew."""
    again = RECHECKED | {HALVED}
    return tuple(finding for finding in exam.findings if finding.title not in again)


def measured_offset(exam: Exam, signals: Signals) -> tuple[LintFinding, ...]:
    """Return what the distance of water and metabolites says, where both were seen."""
    moved = signals.metabolite.centre_ppm - exam.metabolite.centre_ppm
    notes = [line.note for line in signals.metabolite.provenance if line.step == REFERENCE]
    seen = notes and "tNAA" in notes[-1] and "left as it is" not in notes[-1]
    if not seen or signals.water is None or exam.metabolite.acquisition.nucleus != "1H":
        return ()
    naa = temperature.NAA_PPM - moved
    return temperature.offset_findings(naa, _water_ppm(signals.water))


def _settled(finding: LintFinding, steps: set[str]) -> LintFinding:
    """Return a finding as it is with these steps: without its correction once that is made."""
    correction = finding.correction
    if correction is None or correction.field not in ("add_step", "leave_out_step"):
        return finding
    if (correction.value in steps) == (correction.field == "leave_out_step"):
        return finding
    done = "added" if correction.field == "add_step" else "left out"
    evidence = f"{finding.evidence} The {correction.unit} is {done}."
    return LintFinding(finding.rule, "info", finding.title, evidence, None, finding.topic)


def _water_ppm(water: Dataset) -> float:
    """Return where the water line lies on its axis; 4.65 at 0 Hz."""
    how = water.acquisition
    signal = water.fid.reshape(-1, water.points).mean(axis=0)
    near = spectrum(signal, 4 * water.points)
    ppm = ppm_axis(near.size, how.dwell_s, how.hz_per_ppm, water.centre_ppm)
    window = np.abs(ppm - WATER_PPM) < 1.0
    return float(ppm[window][np.argmax(np.abs(near[window]))])


def _tag(step: object) -> str:
    return type(step).__name__.lower()
