"""The benchmark's scores as tables of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.analysis.benchmark.challenge import times_ms
from mrsviewer.analysis.benchmark.peers import CHALLENGE_MAE_MM, GROUPS, VOIGT_RMS_PERCENT
from mrsviewer.present.scenes import TableRow, TableScene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.analysis.benchmark.challenge import ChallengeFit
    from mrsviewer.analysis.benchmark.run import Leaderboard
    from mrsviewer.analysis.benchmark.scores import CaseScore

SHOWN = ("tNAA", "tCr", "tCho", "Ins", "Glu", "GSH", "GABA")
RATIOS = ("tNAA", "tCho", "Ins", "Glu", "GSH", "GABA")
NOTHING = "-"


def leaderboard_table(board: Leaderboard, family: str) -> TableScene:
    """Return one line per case and engine of a family.

    ``of`` is how many single metabolites the engine reports, over which ``MAE mM`` is the mean.
    Metabolite columns hold root mean square error and bias of the scaled amounts in percent of
    the mean; ``data``, ``noise``, ``model`` and ``misfit`` the shares in percent of the squared
    error that come from what the data support at best, from what noise adds to that, from the
    engine's own assumptions, and from what its model does not describe.
    """
    headings = (
        "case", "engine", "of", "MAE mM", *SHOWN, "cover %", "PSNR dB", "SSIM",
        "data", "noise", "model", "misfit", "ms", "worst", "refused", "doubt",
    )  # fmt: skip
    rows = [_row(score) for score in board.scores if score.family == family]
    if family == "voigt":
        rows += [_peer(name, len(headings)) for name in VOIGT_RMS_PERCENT]
    return TableScene(headings, tuple(rows))


def group_table(board: Leaderboard) -> TableScene:
    """Return the errors over groups of challenge sets in mM, of the engines and of their peers."""
    engines = dict.fromkeys(score.engine for score in board.scores)
    lines = [(name, [board.group_error(name, group) for group in GROUPS]) for name in engines]
    lines += [(name, [errors[g] for g in GROUPS]) for name, errors in CHALLENGE_MAE_MM.items()]
    rows = [_line(name, *(_text(error, ".3f") for error in errors)) for name, errors in lines]
    return TableScene(("MAE mM, spectra like", *GROUPS), tuple(rows))


def challenge_table(fits: Sequence[ChallengeFit]) -> TableScene:
    """Return one line per file and engine, and the times of each engine at the end."""
    headings = ("file", "engine", "ms", "residual/noise", *(f"{n}/tCr" for n in RATIOS), "said")
    rows = [
        _line(
            fit.file,
            fit.engine,
            _text(fit.milliseconds, ".0f"),
            _text(fit.residual_to_noise, ".2f"),
            *(_text(fit.ratios.get(name), ".3f") for name in RATIOS),
            fit.refusal or fit.message,
        )
        for fit in fits
    ]
    empty = [""] * (len(RATIOS) + 2)
    for engine in dict.fromkeys(fit.engine for fit in fits):
        times = times_ms(fits, engine)
        if times is not None:
            rows.append(_line("median", engine, _text(times[0], ".0f"), *empty))
            rows.append(_line("worst", engine, _text(times[1], ".0f"), *empty))
    return TableScene(headings, tuple(rows))


def ranking_lines(board: Leaderboard) -> tuple[str, ...]:
    """Return the engines in their order, and why others are missing, one line each."""
    places = tuple(
        f"{place}. {engine}: {_text(error, '.3f')} mM mean absolute error of the ratios to tCr, "
        f"{max(s.reported for s in board.scores if s.engine == engine)} metabolites"
        for place, (engine, error) in enumerate(board.ranking(), 1)
    )
    return (*places, *(f"Left out: {reason}" for reason in board.absent))


def _row(score: CaseScore) -> TableRow:
    parts = (score.data, score.noise, score.model, score.mismatch)
    return _line(
        score.case,
        score.engine,
        f"{score.reported}",
        _text(score.ratio_mae_mm, ".3f"),
        *(_error(score, name) for name in SHOWN),
        _text(None if score.coverage is None else 100 * score.coverage, ".0f"),
        _text(score.psnr_db, ".1f"),
        _text(score.ssim, ".4f"),
        *(_text(None if part is None else 100 * part, ".0f") for part in parts),
        _text(score.median_ms, ".0f"),
        _text(score.worst_ms, ".0f"),
        f"{score.refused}/{score.spectra}",
        f"{score.doubtful}",
    )


def _peer(name: str, columns: int) -> TableRow:
    figures = VOIGT_RMS_PERCENT[name]
    cells = ["(peers)", name, NOTHING, NOTHING, *(_text(figures.get(n), ".0f") for n in SHOWN)]
    return _line(*cells, *[NOTHING] * (columns - len(cells)))


def _error(score: CaseScore, name: str) -> str:
    one = score.of(name)
    return NOTHING if one is None else f"{one.rms_percent:.1f} ({one.bias_percent:+.1f})"


def _line(*cells: str) -> TableRow:
    return TableRow(f"{cells[0]}/{cells[1]}", cells, weak=False, group="benchmark", tooltip="")


def _text(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)
