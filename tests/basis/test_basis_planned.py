"""Edited and shaped sets as a person asks for them."""

import pytest

from mrsviewer.basis import store
from mrsviewer.basis.plan import SimulationPlan, simulated
from mrsviewer.basis.slice_pulses import ADIABATIC_PULSES, USUAL_PULSES, usual_pulses
from mrsviewer.model.failure import BasisError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "cache_folder", lambda: tmp_path)


def test_an_edited_set_can_be_asked_for():
    plan = SimulationPlan(sequence="mega-press", te_ms=68.0, points=256, metabolites=("GABA",))
    basis = simulated(plan)
    assert (basis.localisation, basis.editing, basis.echo_time_s) == (
        "mega-press", "difference", pytest.approx(0.068),
    )  # fmt: skip
    assert basis.names == ("GABA", "MM09", "MM30")
    assert "TE1 is unknown; 12.6 ms assumed" in basis.source
    other = SimulationPlan(
        sequence="mega-press", te_ms=68.0, points=256, metabolites=("GABA",), spectrum="edit-off"
    )
    assert simulated(other).editing == "edit-off"


def test_editing_pulses_that_do_not_fit_are_refused():
    plan = SimulationPlan(sequence="mega-press", te_ms=30.0, points=256, metabolites=("GABA",))
    with pytest.raises(BasisError, match="do not fit"):
        simulated(plan)


@pytest.mark.parametrize("kind", ["press", "steam", "slaser", "laser", "special", "spin-echo"])
def test_shaped_pulses_can_be_asked_for(kind):
    plan = SimulationPlan(
        sequence=kind, te_ms=40.0, tm_ms=20.0, points=256, metabolites=("Lac",), shaped=True
    )
    basis = simulated(plan)
    assert "shaped pulses" in basis.source
    assert basis.localisation == kind


def test_usual_pulses():
    assert usual_pulses("press") is USUAL_PULSES
    assert usual_pulses("laser") is ADIABATIC_PULSES
    assert usual_pulses("special").inversion is not None
