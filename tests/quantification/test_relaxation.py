"""Relaxation tables."""

import numpy as np
import pytest

from mrsviewer.quantification.relaxation import TABLES, Times, attenuation, find_table


@pytest.mark.parametrize("table", TABLES, ids=lambda t: f"{t.table_id}-{t.field_t:g}T")
def test_times_are_physical(table):
    assert table.source
    groups = [table.water, table.metabolite, *table.named.values()]
    for times in (t for group in groups for t in group.values()):
        assert 0.02 < times.t2_s < times.t1_s < 5
    assert set(table.water) == {"gm", "wm", "csf"}
    assert table.water["gm"].t1_s > table.water["wm"].t1_s


@pytest.mark.parametrize(
    ("table_id", "field_t", "found"),
    [
        ("auto", 2.894, ("osprey", 3.0)),
        ("auto", 1.49, ("spant", 1.5)),
        ("auto", 6.98, ("osprey", 7.0)),
        ("fsl-mrs", 3.0, ("fsl-mrs", 3.0)),
        ("osprey", 1.5, None),
        ("auto", 4.7, None),
        ("auto", 9.4, None),
        ("auto", None, None),
    ],
)
def test_an_unknown_field_has_no_table(table_id, field_t, found):
    table = find_table(table_id, field_t)
    assert (None if table is None else (table.table_id, table.field_t)) == found


def test_attenuation_by_hand():
    assert attenuation(Times(1.0, 0.1), 0.1, 1.0) == pytest.approx(np.exp(-1) * (1 - np.exp(-1)))
