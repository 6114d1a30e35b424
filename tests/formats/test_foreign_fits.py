import math

import numpy as np
import pytest
from fit_files import (
    BASELINE,
    CSV,
    POINTS,
    PPM,
    RESULTS,
    TARQUIN_CSV,
    coord_text,
    curve,
    table_text,
    tarquin_fit_text,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.formats import (
    lcmodel_coord,
    lcmodel_csv,
    lcmodel_table,
    read_fits,
    read_scans,
    tarquin_csv,
    tarquin_fit,
    tarquin_results,
)
from mrsviewer.model.failure import FormatError

MADE = {
    "a.coord": (lcmodel_coord, coord_text()),
    "a.table": (lcmodel_table, table_text()),
    "a.csv": (lcmodel_csv, CSV),
    "results.txt": (tarquin_results, RESULTS),
    "results.csv": (tarquin_csv, TARQUIN_CSV),
    "fit.txt": (tarquin_fit, tarquin_fit_text()),
}


def _read(folder, name, text=None):
    path = folder / name
    path.write_text(MADE[name][1] if text is None else text)
    return read_fits(path)


@pytest.mark.parametrize("name", MADE)
def test_results_are_told_from_spectra(tmp_path, name):
    path = tmp_path / "renamed"
    path.write_text(MADE[name][1])
    assert [m for m, _ in MADE.values() if m.sniff(path, path.read_bytes()[:4096])] == [
        MADE[name][0]
    ]
    with pytest.raises(FormatError, match="results of a fit"):
        read_scans(path)


@pytest.mark.parametrize("name", ["a.coord", "a.table"])
def test_tables_of_lcmodel(tmp_path, name):
    (fit,) = _read(tmp_path, name)
    assert (fit.program, fit.version, fit.voxel) == ("LCModel", "6.3-1R", (7, 9, 2))
    assert [(q.name, q.amount, q.sd_percent, q.ratio) for q in fit.quantities] == [
        ("NAA", 7.5, 4.0, 0.938),
        ("-CrCH2", 0.012, 999.0, 0.0015),
        ("GPC+PCh", -0.25, 88.0, -0.031),
    ]
    assert (fit.ratio_to, fit.fwhm_ppm, fit.signal_to_noise) == ("Cr+PCr", 0.043, 13.0)
    assert (fit.shift_ppm, fit.zero_phase_deg, fit.first_phase_deg_per_ppm) == (-0.008, -21, 12.2)
    assert fit.messages == ("1 warning MYBASI 8",)
    assert fit.settings["FILRAW"] == "/some/where/very/long/that/is/folded/by/lcmodel/a.RAW"
    assert (fit.settings["HZPPPM"], fit.settings["NUNFIL"]) == ("1.277509e+02", "2048")
    assert fit.get("NAA").amount == 7.5
    assert fit.get("Lac") is None


def test_curves_of_a_coord_are_without_baseline(tmp_path):
    (fit,) = _read(tmp_path, "a.coord")
    curves = fit.curves
    assert [curve.name for curve in curves.components] == ["NAA", "GPC"]
    np.testing.assert_allclose(curves.ppm, PPM, atol=1e-4)
    np.testing.assert_allclose(curves.baseline, BASELINE, atol=1e-5)
    np.testing.assert_allclose(curves.components[0].values, curve(2.0), atol=2e-5)
    total = curves.baseline + sum(curve.values for curve in curves.components)
    np.testing.assert_allclose(total, curves.fit, atol=5e-5)
    np.testing.assert_allclose(curves.data - curves.fit, 0.01, atol=3e-5)
    assert not curves.ppm.flags.writeable


def test_a_coord_without_baseline(tmp_path):
    (fit,) = _read(tmp_path, "a.coord", coord_text(baseline=False))
    assert not fit.curves.baseline.any()
    np.testing.assert_allclose(fit.curves.components[0].values, curve(2.0), atol=2e-5)


def test_each_line_of_a_csv_is_a_voxel(tmp_path):
    first, second = _read(tmp_path, "a.csv")
    assert (first.voxel, second.voxel) == ((8, 7, 1), (7, 6, 1))
    assert second.get("NAA").amount == 1410.0
    assert (first.get("-CrCH2").sd_percent, first.ratio_to) == (999.0, "Cr")


def test_tarquin_results(tmp_path):
    (fit,) = _read(tmp_path, "results.txt")
    assert (fit.program, fit.version) == ("TARQUIN", "4.3.5")
    assert math.isinf(fit.get("-CrCH2").sd_percent)
    assert fit.get("NAA").sd_percent == 5.361
    assert (fit.fwhm_ppm, fit.signal_to_noise) == (0.04754, 36.23)


def test_tarquin_csv(tmp_path):
    first, second = _read(tmp_path, "results.csv")
    assert (first.voxel, second.voxel) == ((1, 1, 1), (2, 1, 1))
    assert first.get("NAA").sd_percent == pytest.approx(5.0)
    assert math.isinf(first.get("-CrCH2").sd_percent)
    assert (first.fwhm_ppm, second.fwhm_ppm, second.signal_to_noise) == (0.05, None, 30.0)


def test_tarquin_spectra(tmp_path):
    fits = _read(tmp_path, "fit.txt", tarquin_fit_text(2))
    assert [fit.voxel for fit in fits] == [(1, 1, 1), (2, 1, 1)]
    curves = fits[1].curves
    np.testing.assert_allclose(curves.fit, 2 * curve(2.0) + BASELINE, atol=1e-5)
    np.testing.assert_allclose(curves.components[0].values, 2 * curve(2.0), atol=1e-5)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("percent", [0, 10, 50, 80])
def test_cut_files_are_refused(tmp_path, name, percent):
    text = MADE[name][1]
    with pytest.raises(FormatError):
        _read(tmp_path, name, text[: len(text) * percent // 100])


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("a.coord", f" {POINTS} points", " 99 points", "99 are promised"),
        ("a.coord", f" {POINTS} points", " 99999999 points", "cannot be right"),
        ("a.coord", " NY phased data", " NY nothing", "should hold numbers"),
        ("a.coord", "4.00000E+00", "0.00000E+00", "does not fall"),
        ("a.coord", "4.00000E+00", "4.0000xE+00", "should hold numbers"),
        ("a.table", "$$MISC  3", "$$MISC  30", "of 30 lines"),
        ("a.csv", "NAA %SD", "NAA SD", "no format known|columns"),
        ("a.csv", "   26,", "   x,", "not a number"),
        ("a.csv", "   26,", "   inf,", "not a finite"),
        ("a.csv", ",  50,", ",", "A line has"),
        ("results.csv", "2,1,1,0.1,0.7\n", "", "bounds"),
        ("results.csv", "2,1,1,0.5,7", "2,1,1,0.5,x", "not a number"),
        ("results.csv", "2,1,1,0.5,7", "2,1,1,0.5", "are named"),
        ("results.txt", "TARQUIN version", "Version", "cut off"),
        (
            "fit.txt",
            "PPMScale,Data,Fit,Baseline,NAA",
            "PPMScale,Data,Fit,Baseline,NAA,x",
            "no table",
        ),
    ],
)
def test_faults_name_their_cause(tmp_path, name, old, new, words):
    text = MADE[name][1]
    assert old in text
    with pytest.raises(FormatError, match=words):
        _read(tmp_path, name, text.replace(old, new, 1))


@given(
    name=st.sampled_from(sorted(MADE)),
    where=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_results_or_a_format_error(tmp_path_factory, name, where, junk):
    data = bytearray(MADE[name][1].encode())
    at = int(where * (len(data) - len(junk)))
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.mktemp("fuzz") / name
    path.write_bytes(data)
    try:
        fits = read_fits(path)
    except FormatError:
        return
    for fit in fits:
        assert all(math.isfinite(q.amount) for q in fit.quantities)
        if fit.curves is not None:
            sizes = {c.values.size for c in fit.curves.components} | {fit.curves.fit.size}
            assert sizes == {fit.curves.ppm.size}


def test_every_real_coord_adds_up(shared_data):
    paths = [p for p in shared_data.rglob("*") if p.suffix.lower() == ".coord"]
    assert len(paths) >= 30
    for path in paths:
        (fit,) = read_fits(path)
        curves = fit.curves
        span = np.ptp(curves.fit)
        assert np.abs(curves.data - curves.fit).std() < span
        if curves.components:
            total = curves.baseline + sum(curve.values for curve in curves.components)
            assert np.abs(total - curves.fit).max() < 3e-3 * span
        assert fit.quantities
        assert fit.fwhm_ppm is not None
        assert fit.signal_to_noise is not None


def test_real_coord_table_and_csv_of_one_fit_agree(shared_data):
    folder = shared_data / "lcmodel/suspect"
    coord, table, row = (
        read_fits(folder / f"svs_97.{end}")[0] for end in ("COORD", "TABLE", "CSV")
    )
    assert coord.quantities == table.quantities
    short = [(q.name[:12], q.amount, q.sd_percent, q.ratio) for q in coord.quantities]
    assert short == [(q.name[:12], q.amount, q.sd_percent, q.ratio) for q in row.quantities]
    assert coord.settings == table.settings
    assert len(coord.quantities) == 37


def test_real_maps_have_a_result_for_each_voxel(shared_data):
    for number in (1, 2, 3):
        fits = read_fits(shared_data / f"mrsi/oryx/lcmodel/K_01_slice{number}.csv")
        assert len({fit.voxel for fit in fits}) == len(fits) == 196
    (fit,) = read_fits(shared_data / "mrsi/oryx/lcmodel/K_01_sl1_7-7.coord")
    assert fit.voxel == (7, 7, 1)


def test_real_tarquin_files(shared_data):
    (results,) = read_fits(shared_data / "tarquin/tarquin_results.txt")
    assert (len(results.quantities), results.fwhm_ppm) == (34, 0.04754)
    assert results.get("TNAA").amount == 0.003237
    (fit,) = read_fits(shared_data / "tarquin/tarquin_megapress_fit.txt")
    curves = fit.curves
    total = curves.baseline + sum(curve.values for curve in curves.components)
    assert np.abs(total - curves.fit).max() < 1e-4 * np.ptp(curves.fit)
    assert curves.ppm[np.abs(curves.components[3].values).argmax()] == pytest.approx(2.0, abs=0.1)
