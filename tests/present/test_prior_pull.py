"""The influence of soft expectations stands beside every value, in window, CSV and report."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from synthetic_case import make_analysis

from mrsviewer.present.prior_pull import STRONG_SIGN, prior_pulls
from mrsviewer.present.table import concentration_table
from mrsviewer.report.tables import CONCENTRATION_COLUMNS, concentrations_csv
from mrsviewer.report.write import write_report


def pulled(shares):
    """Return an analysis in which expectations moved components by these shares."""
    analysis = make_analysis()
    fit = analysis.fit
    value = {q.name: q.amplitude for q in analysis.quantification.quantities}
    pull = np.array([shares.get(n, 0.0) * value.get(n, 0.0) for n in fit.names])
    return replace(analysis, fit=replace(fit, prior_pull=pull))


@pytest.fixture(scope="module")
def analysis():
    return pulled({"GABA": 0.31, "NAAG": -0.04, "Lac": -0.5})


def cells(analysis):
    return {row.name: row for row in concentration_table(analysis).rows}


def test_every_value_says_how_far_it_was_moved(analysis):
    table = concentration_table(analysis)
    assert table.headings[:4] == concentration_table(make_analysis()).headings
    assert table.headings[4] == "prior"
    shown = {row.name: row.cells[4] for row in table.rows}
    assert shown["GABA"] == f"+31 % {STRONG_SIGN}"
    assert shown["NAAG"] == "−4 %"
    assert shown["Glu"] == "0"
    assert len(shown) == len(table.rows)
    assert "raised it by 31 % of the value" in cells(analysis)["GABA"].tooltip
    assert "lowered it by 4 %" in cells(analysis)["NAAG"].tooltip
    assert "prior: how far soft expectations" in table.caption


def test_a_value_that_expectations_took_away_has_no_endless_percentage():
    row = cells(pulled({"Lac": -25.0}))["Lac"]
    assert row.cells[4] == f"to 0 {STRONG_SIGN}"
    assert "lowered it to less than a tenth" in row.tooltip


def test_sums_carry_the_pull_of_their_members(analysis):
    pulls = prior_pulls(analysis.fit)
    assert pulls["tNAA"] == pytest.approx(pulls["NAAG"])
    assert pulls["NAAG"] < 0
    assert cells(analysis)["tNAA"].cells[4] in {"0", "−1 %"}


def test_engines_without_expectations_have_no_such_column():
    table = concentration_table(make_analysis())
    assert len(table.headings) == 4
    assert all(len(row.cells) == 4 for row in table.rows)
    assert "prior" not in table.caption


def test_the_pull_is_in_the_csv_after_the_promised_columns(analysis):
    rows = list(csv.DictReader(io.StringIO(concentrations_csv(analysis))))
    assert CONCENTRATION_COLUMNS[-2:] == ("prior_pull", "prior_pull_percent")
    gaba = next(row for row in rows if row["metabolite"] == "GABA")
    assert float(gaba["prior_pull_percent"]) == pytest.approx(31)
    value = float(gaba["concentration"] or gaba["amplitude"])
    assert float(gaba["prior_pull"]) == pytest.approx(0.31 * value, rel=1e-5)
    plain = list(csv.DictReader(io.StringIO(concentrations_csv(make_analysis()))))
    assert {row["prior_pull"] for row in plain} == {""}


def test_the_report_has_the_column(analysis, tmp_path):
    written = write_report(analysis, tmp_path)
    html = next(p for p in written if p.suffix == ".html").read_text(encoding="utf-8")
    assert f"+31 % {STRONG_SIGN}" in html
    assert ">prior</th>" in html
