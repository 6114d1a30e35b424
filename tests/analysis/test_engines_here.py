"""Which engines can run here, and which are compared unless others are chosen."""

from importlib.metadata import EntryPoint

import pytest

from mrsviewer.analysis.engines_here import (
    EngineHere,
    engine_here,
    engines_here,
    refuse_program,
    settings_of_each,
    usual_engines,
)
from mrsviewer.analysis.recipe import FitSettings
from mrsviewer.fitting import engine as registry
from mrsviewer.model.failure import FitError

KNOWN = (
    EngineHere("amares", uses_basis=False),
    EngineHere("lcm"),
    EngineHere("learned", reason="The package onnxruntime is not installed."),
    EngineHere("quest"),
)


def test_every_installed_engine_stands_once():
    names = [one.name for one in engines_here()]
    assert names == list(registry.engine_names())
    assert {one.name for one in engines_here() if one.runs_program} == {"lcmodel", "tarquin"}


@pytest.mark.parametrize(
    ("fit", "nucleus", "expected"),
    [
        (FitSettings(), "1H", ("lcm", "quest")),
        (FitSettings(engine="amares"), "1H", ("amares", "lcm", "quest")),
        (FitSettings(engine="amares"), "31P", ("amares",)),
        (FitSettings(engine="lcm"), "31P", ("amares", "lcm")),
        (FitSettings(basis_path="31p.basis"), "31P", ("lcm", "quest")),
        (FitSettings(engine="learned"), None, ("lcm", "quest")),
    ],
)
def test_those_that_suit_the_data_are_usual(fit, nucleus, expected):
    assert usual_engines(KNOWN, fit, nucleus) == expected


def test_options_stay_with_their_own_engine():
    fit = FitSettings(engine="lcm", options={"a": 1}, basis_path="x.basis", enabled=False)
    found = settings_of_each(fit, ("quest", "lcm"))
    assert found["lcm"].options == {"a": 1}
    assert found["quest"].options == {}
    assert {one.basis_path for one in found.values()} == {"x.basis"}
    assert all(one.enabled for one in found.values())
    assert [one.engine for one in found.values()] == ["quest", "lcm"]


def test_an_engine_that_is_not_there_says_so():
    assert "No engine of that name" in engine_here("nothing").reason


@pytest.mark.parametrize("target", ["no_such_module:Engine", "mrsviewer.fitting.lcm:NoSuch"])
def test_an_engine_that_cannot_be_imported_says_so(monkeypatch, target):
    broken = EntryPoint("broken", target, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [broken])
    found = engine_here("broken")
    assert found.reason.startswith("It cannot be loaded:")


def test_a_program_of_the_users_is_not_asked_again_and_again():
    refuse_program("lcm", "Do.")
    with pytest.raises(FitError, match=r"starts another program for every spectrum\. Do\."):
        refuse_program("lcmodel", "Do.")
