"""Training: spectra made on the fly, Adam, averaged weights, calibration on fresh spectra."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.analysis.learning import network
from mrsviewer.analysis.learning.spectra import DWELL_S, SpectrumSource
from mrsviewer.fitting.learned_card import Training
from mrsviewer.fitting.learned_grid import Grid, align
from mrsviewer.fitting.learned_network import noise_hint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.analysis.learning.spectra import Batch
    from mrsviewer.fitting.learned_card import Protocol
    from mrsviewer.jobs.context import JobContext

DURATION_S = 0.4
HIGH_PPM, LOW_PPM, COUNT = 4.24, 0.18, 512
RATE = 2e-3
LARGEST_GRADIENT = 2.0
KEPT_AVERAGE = 0.998
LIKELY = 0.9
"""Share of the likelihood in the gradient of the means, reached after ``RAMP`` of the steps."""

RAMP = 0.3
SIZED = 4
"""Batches that sizes of amounts are taken from before the training."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train."""

    protocol: Protocol
    seed: int
    steps: int
    batch: int = 256


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """A batch as the network gets it, and the aligned amounts that it is to find."""

    spectra: NDArray[np.float32]
    hints: NDArray[np.float32]
    amounts: NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network and what was learned about it.

    Attributes
    ----------
    plan, grid
        What it was trained for.
    network
        The torch module, ready to evaluate.
    metabolites, mean, sd
        What the outputs are, and the aligned amounts of the training.
    training
        For the card.
    """

    plan: Plan
    grid: Grid
    network: Any
    metabolites: tuple[str, ...]
    mean: NDArray[np.floating]
    sd: NDArray[np.floating]
    training: Training


def grid_of(protocol: Protocol) -> Grid:
    """Return the grid for a protocol: 0.4 s of record, 0.18 to 4.24 ppm."""
    duration = DURATION_S * protocol.frequency_hz[0] * 1e-6
    return Grid(duration, HIGH_PPM, (HIGH_PPM - LOW_PPM) / (COUNT - 1), COUNT)


def points_of(grid: Grid, protocol: Protocol) -> int:
    """Return how many samples fill the grid's duration."""
    return round(grid.duration / (DWELL_S * protocol.frequency_hz[0] * 1e-6))


def to_inputs(batch: Batch, grid: Grid, rng: np.random.Generator, delay_s: float) -> Inputs:
    """Return a batch aligned, its phase made to grow with frequency, its noise known to 10 %."""
    aligned = align(batch.fids, batch.sampling, grid)
    count = len(batch.fids)
    ppm = grid.high_ppm - grid.step_ppm * np.arange(grid.count) - 3.0
    turns = batch.sampling.hz_per_ppm * delay_s * rng.standard_normal((count, 1)) * ppm
    spectra = (aligned.inputs[:, 0] + 1j * aligned.inputs[:, 1]) * np.exp(2j * np.pi * turns)
    noise = aligned.noise(batch.sample_sd, batch.sampling.step)
    noise = noise * np.exp(0.1 * rng.standard_normal(count))
    return Inputs(
        np.stack([spectra.real, spectra.imag], axis=1).astype(np.float32),
        noise_hint(noise),
        batch.amounts / aligned.gain[:, None],
    )


def train(plan: Plan, context: JobContext) -> Trained:
    """Return a trained network.

    Raises
    ------
    FitError
        If torch is not installed.
    BasisError
        If the protocol cannot be simulated.
    Cancelled
        If the job was cancelled.
    """
    torch = network.import_torch()
    torch.manual_seed(plan.seed)
    began = time.process_time()
    grid = grid_of(plan.protocol)
    points = points_of(grid, plan.protocol)
    source = SpectrumSource(plan.protocol, points, plan.seed, context=context.quiet())
    rng = np.random.default_rng([plan.seed, 2])
    mean, sd, digest = _sizes(source, grid, plan.batch)
    net = network.build(len(source.names), grid.count)
    averaged = _optimise(net, source, _Target(grid, rng, sd, plan), context)
    programs = ("mrsviewer", "numpy", "scipy", "torch")
    training = Training(
        seed=plan.seed,
        steps=plan.steps,
        batch=plan.batch,
        recipe=source.recipe(),
        data=digest,
        basis=tuple(basis.digest for basis in source.bases),
        versions={name: _version(name) for name in programs},
        seconds=round(time.process_time() - began, 1),
    )
    return Trained(plan, grid, averaged, source.names, mean, sd, training)


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    grid: Grid
    rng: np.random.Generator
    sd: NDArray[np.floating]
    plan: Plan


def _optimise(net: Any, source: SpectrumSource, target: _Target, context: JobContext) -> Any:
    """Return the network of averaged weights after all steps."""
    torch = network.import_torch()
    plan = target.plan
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=RATE, total_steps=plan.steps, pct_start=0.1
    )
    averaged = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(KEPT_AVERAGE), use_buffers=True
    )
    recent = 0.0
    for step in range(plan.steps):
        batch = source.draw(plan.batch)
        inputs = to_inputs(batch, target.grid, target.rng, source.ranges.delay_s)
        truth = torch.from_numpy((inputs.amounts / target.sd).astype(np.float32))
        outputs = net(torch.from_numpy(inputs.spectra), torch.from_numpy(inputs.hints))
        cost = network.loss(outputs, truth, min(LIKELY, LIKELY * step / (RAMP * plan.steps)))
        optimiser.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        averaged.update_parameters(net)
        recent += 0.02 * (cost.item() - recent)
        if step % 20 == 0 or step == plan.steps - 1:
            context.tick(step / plan.steps, f"step {step} of {plan.steps}, loss {recent:.2f}")
    return averaged.module.eval()


def _sizes(
    source: SpectrumSource, grid: Grid, batch: int
) -> tuple[NDArray[np.floating], NDArray[np.floating], str]:
    """Return means and standard deviations of amounts over the usual gain; digest of the data."""
    digest = hashlib.sha256()
    amounts, gains = [], []
    for _ in range(SIZED):
        drawn = source.draw(batch)
        digest.update(drawn.fids.tobytes())
        amounts.append(drawn.amounts)
        gains.append(align(drawn.fids, drawn.sampling, grid).gain)
    gain, every = float(np.median(np.concatenate(gains))), np.concatenate(amounts)
    return every.mean(axis=0) / gain, every.std(axis=0) / gain, digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
