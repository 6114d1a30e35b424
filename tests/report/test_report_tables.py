import csv
import errno
import json
import os
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from synthetic_case import make_analysis, phased_recipe, quantification

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.model.failure import MrsError
from mrsviewer.model.quantities import Quantification
from mrsviewer.report import atomic
from mrsviewer.report.atomic import WriteError, write_bytes, write_text
from mrsviewer.report.tables import concentrations_csv, quality_json, spectrum_csv, write_tables
from mrsviewer.report.write import write_report


def rows_of(text):
    return list(csv.DictReader(text.splitlines()))


def test_four_files_with_the_promised_headings(tmp_path):
    paths = write_tables(make_analysis(), tmp_path / "out")
    names = ["concentrations.csv", "spectrum.csv", "quality.json", "recipe.json"]
    assert [path.name for path in paths] == names
    first = [path.read_text("utf-8").splitlines()[0] for path in paths[:2]]
    assert first[0].startswith("metabolite,concentration,unit,crlb,crlb_percent,ratio_to_tcr")
    assert first[1].startswith("ppm,data,fit,baseline,residual,NAA,NAAG,Cr,PCr,GPC,PCh,Ins")


def test_concentrations_in_full_precision():
    rows = {row["metabolite"]: row for row in rows_of(concentrations_csv(make_analysis()))}
    assert set(rows) == {q.name for q in quantification().quantities}
    naa = rows["NAA"]
    assert float(naa["concentration"]) == 9.42
    assert naa["unit"] == "mmol/kg"
    assert float(naa["crlb_percent"]) == pytest.approx(100 * 0.31 / 9.42, rel=1e-6)
    assert float(naa["ratio_to_tcr"]) == pytest.approx(9.42 / 8.11, rel=1e-6)
    assert rows["Asp"]["crlb_percent"] == "", "no percentage of nothing"
    assert rows["Asp"]["detected"] == "no"


def test_unknown_concentrations_are_empty_not_amplitudes():
    some = tuple(replace(q, concentration=None) for q in quantification().quantities)
    analysis = replace(make_analysis(), quantification=Quantification(some, "ratio", "", ()))
    row = rows_of(concentrations_csv(analysis))[0]
    assert (row["concentration"], row["unit"], row["amplitude"]) == ("", "", "9.42")


def test_ratios_to_anything_but_creatine_are_not_called_so():
    analysis = make_analysis()
    phosphorus = replace(analysis.quantification, reference="PCr")
    text = concentrations_csv(replace(analysis, quantification=phosphorus))
    assert all(line.split(",")[5:7] == ["", ""] for line in text.splitlines()[1:])


@pytest.mark.parametrize("recipe", [Recipe(), phased_recipe()])
def test_spectrum_is_in_absorption_and_adds_up(recipe):
    analysis = make_analysis(recipe)
    rows = rows_of(spectrum_csv(analysis))
    table = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    assert np.all(np.diff(table["ppm"]) < 0)
    np.testing.assert_allclose(table["data"] - table["fit"], table["residual"], atol=1e-3)
    parts = sum(table[name] for name in analysis.fit.names)
    np.testing.assert_allclose(table["baseline"] + parts, table["fit"], atol=1e-2)


def test_absorption_of_the_automatic_phase():
    rows = rows_of(spectrum_csv(make_analysis()))
    ppm = np.array([float(row["ppm"]) for row in rows])
    naa = np.array([float(row["NAA"]) for row in rows])
    assert ppm[np.argmax(naa)] == pytest.approx(2.01, abs=0.01)
    assert naa.min() > -0.02 * naa.max(), "no dispersion"


def test_analysis_without_fit_gives_no_numbers():
    analysis = make_analysis(fit=False)
    assert concentrations_csv(analysis).count("\n") == 1
    rows = rows_of(spectrum_csv(analysis))
    assert list(rows[0]) == ["ppm", "data", "fit", "baseline", "residual"]
    assert len(rows) > 500
    assert all(row["fit"] == row["residual"] == "" for row in rows)
    assert rows_of(spectrum_csv(replace(analysis, signals=None))) == []


def test_quality_and_recipe_as_json(tmp_path):
    analysis = make_analysis(phased_recipe())
    quality = json.loads(quality_json(analysis))
    assert quality["grade"] == "borderline"
    assert quality["metrics"][0]["key"] == "snr"
    assert quality["metrics"][3]["value"] is None
    assert quality["findings"][0]["severity"] == "warning"
    write_tables(analysis, tmp_path)
    again = msgspec.json.decode((tmp_path / "recipe.json").read_bytes(), type=Recipe)
    assert again == analysis.recipe


@pytest.mark.parametrize("write", [write_tables, write_report])
def test_folder_that_is_a_file(tmp_path, write):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(WriteError, match="not a file") as caught:
        write(make_analysis(), tmp_path / "taken")
    assert isinstance(caught.value, MrsError)
    assert str(tmp_path / "taken") in caught.value.failure.cause


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WriteError, match="in which you may write"):
            write_tables(make_analysis(), tmp_path)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EROFS, "read-only"), (errno.ENOSPC, "Free some space"), (errno.EACCES, "may write")],
)
def test_failed_writing_keeps_the_old_file_and_leaves_no_part(
    tmp_path, monkeypatch, number, remedy
):
    path = write_text(tmp_path / "a.csv", "old")

    def refuse(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(atomic.os, "fsync", refuse)
    with pytest.raises(WriteError, match=remedy) as caught:
        write_bytes(path, b"new")
    assert caught.value.failure.title == "Cannot write a.csv"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
