"""What is wrong with a value is said in the words of the form, not of a library."""

import msgspec
import pytest

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.basis.plan import SimulationPlan
from mrsviewer.present.form_words import complaint

CASES = (
    (SimulationPlan, {"sequence": "foo"}, "Sequence: 'foo' is none of laser, mega-press, press"),
    (SimulationPlan, {"te_ms": -3.0}, "Echo time TE (ms): a number above 0 is needed"),
    (SimulationPlan, {"te_ms": "abc"}, "Echo time TE (ms): a number is needed"),
    (SimulationPlan, {"te1_ms": "abc"}, "First echo TE1 (ms): a number is needed"),
    (SimulationPlan, {"points": 3}, "Points: a number of at least 256 is needed"),
    (SimulationPlan, {"points": "many"}, "Points: a whole number is needed"),
    (
        Recipe,
        {"fit": {"macromolecules": "foo"}},
        "Macromolecules: 'foo' is none of auto, both, lcmodel, measured",
    ),
    (Recipe, {"entered": {"echo_time_s": -1}}, "Echo time (ms): a number above 0 is needed"),
)


@pytest.mark.parametrize(("kind", "given", "said"), CASES)
def test_what_is_wrong_in_words(kind, given, said):
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(given, kind, strict=False)
    assert complaint(caught.value, kind).startswith(said)


def test_what_it_cannot_say_stays():
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"nonsense": 1}, SimulationPlan)
    assert "nonsense" in complaint(caught.value, SimulationPlan)
