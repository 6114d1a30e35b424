"""From scanner files to tables and reports, with the command line a physicist would type."""

import csv
import json

import pytest

from mrsviewer import cli

CASES = {
    "press35": (
        "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
        ["--basis", "basis/3T_PRESS_Philips_35ms_noMM.BASIS"],
    ),
    "press35_simulated": ("philips/osprey_press35/sub-01_PRESS_35_act.sdat", []),
    "osprey_mm": (
        "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT",
        ["--anatomy", "philips/osprey_mm/sub-01_T1w_brain.nii.gz"],
    ),
    "rda": (
        "siemens/suspect/SVS_30.rda",
        ["--basis", "basis/gamma_press_te30_123mhz_104.basis"],
    ),
    "ima": (
        "siemens/suspect/SVS_30.IMA",
        ["--basis", "basis/gamma_press_te30_123mhz_104.basis"],
    ),
    "steam7t": ("nifti_mrs/steam7t/metab_raw_deid.nii.gz", []),
    "test_lcm": ("lcmodel/test_lcm/data.raw", ["--basis", "lcmodel/test_lcm/3t.basis"]),
    "challenge1": (
        "text/fitting_challenge/jmrui/dataset1_WS.txt",
        ["--basis", "basis/press3T_30ms_fitting_challenge.BASIS", "--te", "30", "--tr", "4000"],
    ),
}


def _fit(shared_data, folder, name, *more):
    path, options = CASES[name]
    words = [str(shared_data / w) if "/" in w else w for w in options]
    assert cli.run(["fit", str(shared_data / path), *words, "--out", str(folder), *more]) == 0
    with (folder / "concentrations.csv").open(newline="", encoding="utf-8") as file:
        return {row["metabolite"]: row for row in csv.DictReader(file)}


def _ratio(rows, name):
    return float(rows[name]["ratio_to_tcr"])


@pytest.mark.parametrize("name", CASES)
def test_a_real_scan_fits_plausibly(shared_data, tmp_path, name):
    rows = _fit(shared_data, tmp_path, name, "--no-report")
    assert 1.0 < _ratio(rows, "tNAA") < 2.0
    assert 0.1 < _ratio(rows, "tCho") < 0.4
    assert 0.5 < _ratio(rows, "Ins") < 1.2
    quality = json.loads((tmp_path / "quality.json").read_text(encoding="utf-8"))
    noise_ratio = next(m["value"] for m in quality["metrics"] if m["key"] == "fqn")
    assert noise_ratio < 3.5, "variance of the residual against noise"


def test_rda_and_ima_of_one_scan_agree(shared_data, tmp_path):
    rda = _fit(shared_data, tmp_path / "rda", "rda", "--no-report")
    ima = _fit(shared_data, tmp_path / "ima", "ima", "--no-report")
    for name in ("tNAA", "tCho", "Glu", "Ins"):
        assert _ratio(rda, name) == pytest.approx(_ratio(ima, name), rel=0.02)


def test_water_scaled_values_are_those_of_a_brain(shared_data, tmp_path):
    for name in ("press35", "osprey_mm", "steam7t"):
        rows = _fit(shared_data, tmp_path / name, name, "--no-report")
        assert 6 < float(rows["tNAA"]["concentration"]) < 18, name
        assert 4 < float(rows["tCr"]["concentration"]) < 13, name


def test_reports_of_a_real_case(shared_data, tmp_path):
    _fit(shared_data, tmp_path, "osprey_mm")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "not a diagnosis" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_basis_of_another_field_is_refused(shared_data, tmp_path, capsys):
    data = shared_data / "nifti_mrs/steam7t/metab_raw_deid.nii.gz"
    basis = shared_data / "basis/press3T_30ms_fitting_challenge.BASIS"
    arguments = ["fit", str(data), "--basis", str(basis), "--out", str(tmp_path), "--no-report"]
    assert cli.run(arguments) == 2
    assert "MHz" in capsys.readouterr().err


def test_water_that_is_no_water_is_refused(shared_data, tmp_path, capsys):
    folder = shared_data / "philips/tarquin_old_spar"
    arguments = ["fit", str(folder / "svs_30_WS.SDAT"), "--water", str(folder / "svs_30_ref.SDAT")]
    assert cli.run([*arguments, "--out", str(tmp_path)]) == 2
    assert "water" in capsys.readouterr().err
