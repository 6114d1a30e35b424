"""Spectra for training, the examination of networks, and the command that does both."""

import argparse
import sys
from dataclasses import replace

import numpy as np
import pytest

from mrsviewer import cli
from mrsviewer.analysis.learning import network, spectra
from mrsviewer.analysis.learning.broad_library import Mix
from mrsviewer.analysis.learning.examine import Extent, examine
from mrsviewer.analysis.learning.spectra import MOST, Ranges, SpectrumSource
from mrsviewer.analysis.learning.strange import KINDS, strange_trials
from mrsviewer.analysis.learning.train import Plan, grid_of, points_of, to_inputs, train
from mrsviewer.analysis.learning.trials import trials_of
from mrsviewer.commands.train import add_arguments, lines_of, protocol_of
from mrsviewer.fitting.learned_card import Protocol
from mrsviewer.fitting.learned_network import covariances, read_card, shipped_cards
from mrsviewer.fitting.learned_options import LearnedOptions
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError

PROTOCOL = Protocol("press", 0.03, (0.0126,), (123.25e6,))
BOTH = Protocol("press", 0.03, (0.0126,), (123.25e6,), ("ideal", "usual"))


def test_the_same_seed_gives_the_same_spectra():
    first, second = (SpectrumSource(PROTOCOL, 256, 5).draw(8) for _ in range(2))
    assert first.fids.tobytes() == second.fids.tobytes()
    other = SpectrumSource(PROTOCOL, 256, 6).draw(8)
    assert not np.allclose(other.fids, first.fids)
    assert SpectrumSource(PROTOCOL, 256, 6).recipe() == SpectrumSource(PROTOCOL, 256, 5).recipe()


def test_spectra_of_both_kinds_of_slice_pulses_are_drawn_equally_often():
    source = SpectrumSource(BOTH, 256, 5)
    ideal, usual = source.bases
    lactate = source.names.index("Lac")
    one, other = (np.asarray(b.fids[lactate]) for b in (ideal, usual))
    assert abs(np.vdot(one, other)) < 0.98 * np.linalg.norm(one) * np.linalg.norm(other)
    drawn = [source.draw(1).slice_pulses for _ in range(200)]
    assert drawn.count("usual") == pytest.approx(100, abs=30)
    assert set(drawn) == {"ideal", "usual"}


def test_a_spectrum_is_made_with_the_pulses_it_tells(monkeypatch):
    """Lactate alone, nothing added and no line width: which basis set is it from?"""

    def nothing(library, count, _):
        return Mix(*np.zeros((2, count, library.rows), np.complex64))

    monkeypatch.setattr(spectra, "draw_mix", nothing)
    plain = Ranges((1e5, 1e6), (0, 0), (0, 0), 0, 0, 0, 0, (1, 1))
    source = SpectrumSource(BOTH, 256, 5, plain)
    lactate = source.names.index("Lac")
    only = np.zeros((9, len(source.names)))
    only[:, lactate] = 10.0
    monkeypatch.setattr(source, "_amounts", lambda _: only)
    signals = {p: b.fids[lactate] for p, b in zip(BOTH.slice_pulses, source.bases, strict=True)}
    for _ in range(8):
        batch = source.draw(9)
        size = np.linalg.norm(batch.fids, axis=1)
        likeness = {
            name: np.median(np.abs(batch.fids @ signal.conj()) / size / np.linalg.norm(signal))
            for name, signal in signals.items()
        }
        assert likeness[batch.slice_pulses] > 0.999
        assert max(likeness, key=likeness.__getitem__) == batch.slice_pulses


@pytest.mark.parametrize(
    ("words", "pulses"),
    [
        ("", ("ideal",)),
        ("--pulses usual", ("usual",)),
        ("--pulses ideal usual", ("ideal", "usual")),
        ("--pulses usual usual ideal", ("usual", "ideal")),
    ],
)
def test_slice_pulses_are_ideal_unless_told_otherwise(words, pulses):
    options = argparse.ArgumentParser()
    add_arguments(options)
    told = options.parse_args(["--te", "30", *words.split(), "--out", "n.onnx"])
    assert protocol_of(told).slice_pulses == pulses


def test_amounts_are_wide_and_independent():
    batch = SpectrumSource(PROTOCOL, 64, 1).draw(4000)
    names = SpectrumSource(PROTOCOL, 64, 1).names
    most = np.array([MOST[name] for name in names])
    share = batch.amounts / most
    assert (share >= 0).all()
    assert (share <= 1).all()
    assert share.std(axis=0) == pytest.approx(np.full(len(names), 0.29), abs=0.08)
    between = np.corrcoef(share.T) - np.eye(len(names))
    assert np.abs(between).max() < 0.08


def test_noise_is_as_large_as_said():
    source = SpectrumSource(PROTOCOL, 2048, 3)
    batch = source.draw(16)
    tail = batch.fids[:, -400:]
    measured = np.sqrt(np.mean(np.abs(tail) ** 2, axis=1) / 2)
    assert measured == pytest.approx(batch.sample_sd, rel=0.1)


def test_inputs_do_not_depend_on_phase_and_gain():
    grid = grid_of(PROTOCOL)
    batch = SpectrumSource(PROTOCOL, points_of(grid, PROTOCOL), 4).draw(6)
    turned = (batch.fids * 1000 * np.exp(2.1j)).astype(np.complex64)
    other = replace(batch, fids=turned, sample_sd=1000 * batch.sample_sd)
    one, two = (to_inputs(b, grid, np.random.default_rng(0), 0.0) for b in (batch, other))
    np.testing.assert_allclose(two.spectra, one.spectra, atol=2e-4 * np.abs(one.spectra).max())
    np.testing.assert_allclose(two.hints, one.hints, atol=1e-4)
    np.testing.assert_allclose(1000 * two.amounts, one.amounts, rtol=1e-4)


def test_covariances_are_inverse_to_the_factor():
    rng = np.random.default_rng(1)
    scale, lower = rng.normal(size=(2, 4)), rng.normal(size=(2, 6))
    found = covariances(scale, lower)
    factor = np.diag(np.exp(scale[1]))
    factor[np.tril_indices(4, -1)] = lower[1]
    np.testing.assert_allclose(found[1] @ (factor @ factor.T), np.eye(4), atol=1e-9)


def test_every_strange_kind_can_be_made():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        (trial,) = strange_trials(kind, PROTOCOL, 1, 7)
        assert np.isfinite(trial.problem.data.fid).all()
        assert trial.problem.data.acquisition.echo_time_s == 0.03


def test_without_torch_the_command_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(FitError, match="not installed") as caught:
        network.import_torch()
    assert "pip install" in caught.value.failure.remedy
    words = ["train", "--te", "30", "--steps", "2", "--out", str(tmp_path / "n.onnx")]
    assert cli.run(words) == cli.BAD_INPUT
    assert "pip install" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "n.onnx"], "echo time is missing"),
        (["--te", "30", "--out", "n.pt"], "must end in .onnx"),
        (["--te", "30", "--sequence", "gradient", "--out", "n.onnx"], "gradient"),
        (["--examine", "absent.json"], "absent.json"),
        (["--te", "30", "--pulses", "square", "--out", "n.onnx"], "square"),
        (["--te", "30", "--steps", "0", "--out", "n.onnx"], "too small"),
    ],
)
def test_wrong_words_are_refused(words, said, capsys):
    assert cli.run(["train", *words]) == cli.BAD_INPUT
    assert said in capsys.readouterr().err


def test_the_shipped_network_carries_its_examination():
    for path in shipped_cards():
        card = read_card(path)
        kinds = (card.protocol.te1_s, card.protocol.frequency_hz, card.protocol.slice_pulses)
        assert len(card.training.basis) == np.prod([len(kind) for kind in kinds])
        assert len(card.sd) == len(card.widen) == len(card.metabolites)
        assert card.evaluation.held_out >= 100
        answered = [k for k in card.evaluation.strange if k.to_be_answered]
        assert answered
        assert max(k.wrong_unannounced_percent for k in answered) <= 10
        text = "\n".join(lines_of(card))
        assert "tNAA" in text
        assert "slope" in text


def test_a_small_examination_has_all_its_parts():
    pytest.importorskip("onnxruntime")
    path = shipped_cards()[0]
    said = examine(read_card(path), LearnedOptions(network=str(path)), Extent(24, 1), JobContext())
    assert said.held_out == 24
    assert {kind.kind for kind in said.strange} == {kind.name for kind in KINDS}
    row = next(row for row in said.bands if row.name == "tNAA")
    assert row.learned.rms_percent < 60
    assert row.lcm.rms_percent < 60


def test_trials_hide_the_first_echo_and_tell_the_pulses():
    trial, *_ = every = list(trials_of(BOTH, 33, 1))
    assert trial.problem.data.acquisition.te1_s is None
    told = {t.problem.data.acquisition.slice_pulses: t.problem.basis.digest for t in every}
    assert set(told) == {"ideal", "usual"}
    assert told["ideal"] != told["usual"]
    assert trial.truth["NAA"] >= 0


def test_a_short_training_gives_a_network():
    pytest.importorskip("torch")
    trained = train(Plan(PROTOCOL, 1, 2, batch=8), JobContext())
    assert trained.training.steps == 2
    assert len(trained.training.data) == 64
