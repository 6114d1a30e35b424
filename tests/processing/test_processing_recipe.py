"""What steps are as values: words, JSON, order, and that they hold for real data."""

import json

import msgspec
import pytest

from mrsviewer.processing.steps import (
    AnyStep,
    AverageTransients,
    CombineCoils,
    Phase,
    ReferenceShift,
    RejectTransients,
    RemoveWater,
    RepairFirstPoint,
    Truncate,
    default_steps,
)

GOLDEN = """
[{"step":"combinecoils","version":1,"whiten":true},
 {"step":"rejecttransients","version":1,"remove":[],"keep":[],"automatic":true,"threshold_sd":3.0},
 {"step":"aligntransients","version":1,"low_ppm":0.2,"high_ppm":4.2,"max_shift_hz":20.0,"rounds":3},
 {"step":"averagetransients","version":1},
 {"step":"correcteddycurrents","version":1,"source":"automatic"},
 {"step":"removewater","version":1,"low_ppm":4.3,"high_ppm":5.0,"components":25},
 {"step":"referenceshift","version":1,"shift_ppm":null,"search_ppm":0.3},
 {"step":"autophase","version":1,"first_order":false}]
"""

EVERY_KIND = (
    *default_steps(),
    Phase(zero_deg=12.5, first_deg_per_ppm=-3.0, pivot_ppm=3.03),
    Truncate(skip=2, points=1024),
    RepairFirstPoint(),
    RejectTransients(remove=(0, 4), keep=(2,), automatic=False),
    ReferenceShift(shift_ppm=-0.12),
)


def test_the_default_recipe_is_the_golden_one():
    assert json.loads(msgspec.json.encode(default_steps())) == json.loads(GOLDEN)
    assert msgspec.json.decode(GOLDEN, type=tuple[AnyStep, ...]) == default_steps()


def test_every_step_survives_a_round_trip_and_hashes():
    text = msgspec.json.encode(EVERY_KIND)
    again = msgspec.json.decode(text, type=tuple[AnyStep, ...])
    assert again == EVERY_KIND
    assert hash(again) == hash(EVERY_KIND)
    assert {type(step) for step in EVERY_KIND} == set(AnyStep.__args__)


def test_every_step_says_in_a_sentence_what_it_does():
    for step in EVERY_KIND:
        words = step.in_words()
        assert words[0].isupper()
        assert words.endswith(".")
        assert "\n" not in words
    assert RejectTransients(remove=(0, 4)).in_words().endswith("leave out by hand 1, 5.")


def test_every_field_has_words_and_limits_for_a_form():
    for kind in AnyStep.__args__:
        for field in msgspec.inspect.type_info(kind).fields:
            if field.name != "version":
                assert isinstance(field.type, msgspec.inspect.Metadata), (kind, field.name)
                assert field.type.extra_json_schema["description"]


@pytest.mark.parametrize(
    "text",
    [
        '[{"step":"removewater","low_ppm":3.9}]',
        '[{"step":"removewater","components":2}]',
        '[{"step":"aligntransients","rounds":0}]',
        '[{"step":"phase","degrees":3}]',
        '[{"step":"sharpen"}]',
        '[{"step":"rejecttransients","remove":[-1]}]',
    ],
)
def test_nonsense_is_refused(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=tuple[AnyStep, ...])


def test_a_phase_of_nothing_is_zero():
    assert Phase().is_zero
    assert not Phase(first_deg_per_ppm=1.0).is_zero


def test_order_is_that_of_the_consensus():
    kinds = [type(step) for step in default_steps()]
    assert kinds.index(CombineCoils) < kinds.index(AverageTransients) < kinds.index(RemoveWater)
