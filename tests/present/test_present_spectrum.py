from dataclasses import replace

import msgspec
import numpy as np
import pytest
from synthetic_case import (
    CENTRE_PPM,
    DWELL_S,
    HZ_PER_PPM,
    POINTS,
    make_analysis,
    phased_recipe,
    pure_fid,
)

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.analysis.result import Analysis
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.phase import phase_factor
from mrsviewer.present.spectrum import (
    phase_after_drag,
    shown_phase,
    spectrum_scene,
    zero_filled,
)


def drawn(scene, role="data"):
    """Return (ppm, real part) of a curve as a plot would draw it."""
    curve = next(c for c in scene.curves if c.role == role)
    freq = (curve.ppm - scene.pivot_ppm) * scene.hz_per_ppm
    turn = phase_factor(freq, scene.zero_phase_rad, scene.first_phase_s, 0.0)
    return curve.ppm, (curve.values * turn).real


def test_curves_in_drawing_order_with_the_sum_of_its_parts():
    analysis = make_analysis()
    scene = spectrum_scene(analysis, analysis.recipe, ("Ins", "tNAA", "nothing"))
    roles = [(c.role, c.label) for c in scene.curves]
    assert roles == [
        ("data", "data"),
        ("baseline", "baseline"),
        ("metabolite", "Ins"),
        ("metabolite", "tNAA"),
        ("fit", "fit"),
        ("residual", "residual"),
    ]
    fit = analysis.fit
    both = fit.curves[[fit.names.index("NAA"), fit.names.index("NAAG")]].sum(axis=0)
    np.testing.assert_allclose(scene.curves[3].values[::2], fit.baseline + both)
    np.testing.assert_allclose(scene.curves[3].ppm[::2], fit.ppm)
    assert scene.fit == "current"
    assert scene.noise_sd == fit.noise_sd


def test_a_fit_on_another_grid_than_the_data_is_drawn_as_it_is():
    analysis = make_analysis()
    fit, every = analysis.fit, slice(None, None, 3)
    other = replace(
        fit,
        **{name: getattr(fit, name)[every] for name in ("ppm", "data", "fit", "baseline")},
        curves=fit.curves[:, every],
    )
    scene = spectrum_scene(replace(analysis, fit=other), analysis.recipe)
    assert next(c for c in scene.curves if c.role == "fit").values.size == other.ppm.size


def test_data_covers_the_whole_axis_and_meets_the_fit_window():
    analysis = make_analysis()
    data = spectrum_scene(analysis, analysis.recipe).curves[0]
    assert np.ptp(data.ppm) > 16
    assert data.ppm.size == 2 * analysis.signals.metabolite.points
    again = np.interp(analysis.fit.ppm, data.ppm, data.values.real)
    np.testing.assert_allclose(again, analysis.fit.data.real, atol=1e-6 * abs(again).max())


def test_without_manual_phase_the_fit_stands_in_absorption():
    analysis = make_analysis()
    ppm, y = drawn(spectrum_scene(analysis, analysis.recipe, ("NAA",)), "metabolite")
    _, baseline = drawn(spectrum_scene(analysis, analysis.recipe), "baseline")
    axis = ppm_axis(2 * POINTS, DWELL_S, HZ_PER_PPM, CENTRE_PPM)
    pure = np.interp(ppm, axis, spectrum(pure_fid("NAA"), 2 * POINTS).real)
    np.testing.assert_allclose((y - baseline)[::2], pure[::2], atol=1e-9 * pure.max())
    np.testing.assert_allclose(y - baseline, pure, atol=0.01 * pure.max())
    assert baseline.min() >= 0


def test_manual_phase_is_shown_exactly_as_set():
    recipe = phased_recipe(90.0, 0.0)
    analysis = make_analysis(recipe)
    scene = spectrum_scene(analysis, recipe)
    assert (scene.zero_phase_rad, scene.first_phase_s) == (0.0, 0.0)
    assert "by hand φ₀ 90.0°" in scene.reference


@pytest.mark.parametrize("fitted", [True, False])
def test_stale_scene_equals_the_recomputed_one(fitted):
    before = make_analysis(phased_recipe(-30.0, 2.0, 3.0), fit=fitted)
    wanted = phased_recipe(20.0, 4.0, 2.01)
    stale = spectrum_scene(before, wanted)
    fresh = spectrum_scene(make_analysis(wanted, fit=fitted), wanted)
    assert stale.fit == ("stale" if fitted else "none")
    # the fit's baseline is added to the made-up data in its own phase, so compare away from it
    ppm, y = drawn(stale)
    _, now = drawn(fresh)
    outside = (ppm < -0.5) | (ppm > 5)
    np.testing.assert_allclose(y[outside], now[outside], atol=1e-9 * abs(now).max())


def test_first_gesture_takes_over_the_automatic_phase():
    analysis = make_analysis()
    ppm, before = drawn(spectrum_scene(analysis, Recipe()))
    phase = phase_after_drag(analysis, Recipe(), 10.0, 3.0, 2.5)
    assert phase.pivot_ppm == 2.5
    _, after = drawn(spectrum_scene(analysis, Recipe().with_manual_phase(phase)))
    values = spectrum_scene(analysis, Recipe()).curves[0].values
    still = spectrum_scene(analysis, Recipe())
    freq = (ppm - still.pivot_ppm) * still.hz_per_ppm
    turned = values * phase_factor(freq, still.zero_phase_rad, still.first_phase_s, 0.0)
    expected = (turned * np.exp(1j * np.radians(10.0 + 3.0 * (ppm - 2.5)))).real
    np.testing.assert_allclose(after, expected, atol=1e-9 * abs(expected).max())
    assert np.abs(after - before).max() > 0.01 * np.abs(before).max()


@pytest.mark.parametrize("recipe", [Recipe(), phased_recipe(170.0, 5.0, 3.0)])
def test_setting_the_shown_phase_by_hand_changes_nothing(recipe):
    analysis = make_analysis(recipe)
    phase = shown_phase(analysis, recipe, 3.3)
    _, before = drawn(spectrum_scene(analysis, recipe))
    _, after = drawn(spectrum_scene(analysis, recipe.with_manual_phase(phase)))
    np.testing.assert_allclose(after, before, atol=1e-9 * abs(before).max())


def test_drag_past_half_a_turn_wraps():
    recipe = phased_recipe(170.0, 0.0)
    analysis = make_analysis(recipe)
    assert phase_after_drag(analysis, recipe, 20.0, 0.0, 2.01).zero_deg == pytest.approx(-170.0)


def test_other_fit_settings_make_the_fit_stale_and_quantification_does_not():
    analysis = make_analysis()
    other = msgspec.structs.replace(
        Recipe(), fit=msgspec.structs.replace(Recipe().fit, engine="another")
    )
    assert spectrum_scene(analysis, other).fit == "stale"


def test_no_fit_gives_data_and_no_signals_an_empty_scene():
    analysis = make_analysis(fit=False)
    scene = spectrum_scene(analysis, analysis.recipe, ("NAA",))
    assert [c.role for c in scene.curves] == ["data"]
    assert scene.fit == "none"
    assert scene.noise_sd is None
    empty = spectrum_scene(Analysis(analysis.exam, Recipe()), Recipe())
    assert empty.curves == ()


def test_small_print_says_where_axis_and_phase_come_from():
    scene = spectrum_scene(make_analysis(), Recipe())
    assert scene.reference == (
        "ppm reference: tNAA 2.01 + tCr 3.03 (automatic) · phase: automatic (fit) · display zero-filled ×2"
    )


def test_zeros_go_behind_a_fid_and_before_an_echo_that_wraps_round():
    t = np.arange(1024) / 2000
    plain = np.exp(2j * np.pi * 100 * t - 40 * t)
    assert not zero_filled(plain, 2048)[1024:].any()
    early = np.roll(plain, -5)  # as if sampling had begun 5 points late and time went round
    fine = spectrum(zero_filled(early, 2048))
    np.testing.assert_allclose(fine[::2], spectrum(early), atol=1e-9)
    shift = phase_factor(np.fft.fftshift(np.fft.fftfreq(2048, 1 / 2000)), 0.0, 5 / 2000, 0.0)
    np.testing.assert_allclose(fine, spectrum(plain, 2048) * shift, atol=1e-6 * abs(fine).max())


@pytest.mark.parametrize(
    ("nucleus", "window"), [("1H", (4.2, 0.2)), ("31P", (9.0, -19.0)), ("13C", None)]
)
def test_what_is_looked_at_first_is_what_the_nucleus_has(nucleus, window):
    analysis = make_analysis(fit=False)
    data = analysis.signals.metabolite
    acquisition = replace(data.acquisition, nucleus=nucleus)
    signals = replace(analysis.signals, metabolite=replace(data, acquisition=acquisition))
    exam = replace(analysis.exam, metabolite=replace(data, acquisition=acquisition))
    scene = spectrum_scene(replace(analysis, exam=exam, signals=signals), analysis.recipe)
    everything = (scene.curves[0].ppm.max(), scene.curves[0].ppm.min())
    assert scene.nucleus == nucleus
    assert scene.window_ppm == pytest.approx(window or everything)
