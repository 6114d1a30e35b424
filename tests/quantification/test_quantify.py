"""Amplitudes to concentrations, against equations written out by hand."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.fit import SIGNAL_UNIT, FitResult, Lineshape
from mrsviewer.quantification.options import QuantificationOptions, TissueFractions, TissueTimes
from mrsviewer.quantification.quantify import quantify

COMPONENTS = (
    Component("NAA"),
    Component("NAAG"),
    Component("Cr"),
    Component("PCr"),
    Component("GPC"),
    Component("MM09", "macromolecule", 0.02, 0.14),
)
AMPLITUDES = np.array([10.0, 1.0, 5.0, 3.0, 1.2, 4.0])
ACQUISITION = Acquisition(
    "1H", 123.25e6, 1 / 2000, echo_time_s=0.03, repetition_time_s=2.0, localisation="press"
)
WATER_AMPLITUDE = 50000.0
GM, WM, CSF = 0.5, 0.4, 0.1


def fit_result(amplitudes=AMPLITUDES, covariance=None):
    k, n = len(COMPONENTS), 4
    if covariance is None:
        covariance = np.diag((0.05 * AMPLITUDES) ** 2)
        covariance[2, 3] = covariance[3, 2] = -0.03
    empty = np.zeros(n, complex)
    return FitResult(
        "test", "1", np.linspace(4, 1, n), empty, empty, empty, np.zeros((k, n), complex),
        COMPONENTS, np.asarray(amplitudes, float), covariance, (Lineshape(0, 0, 0),) * k,
        0.0, 0.0, 2.0, 0.0, 1.0, 1.0, 2.0, True, "", 1,
    )  # fmt: skip


def basis(unit=1.0):
    fids = np.ones((len(COMPONENTS), 8), complex)
    return BasisSet(fids, COMPONENTS, 1 / 2000, 123.25e6, 4.65, "test", "test", unit)


def water(amplitude=WATER_AMPLITUDE):
    t = np.arange(1024) / 2000
    return Dataset(amplitude * np.exp(-20 * t - 100 * t**2), ACQUISITION, 4.65)


def attenuation(t1, t2, te=0.03, tr=2.0):
    return np.exp(-te / t2) * (1 - np.exp(-tr / t1))


def by_hand(volume, unit="mmol/L"):
    """Return tCr by Near 2021 with the 3 T numbers of the osprey table."""
    r = {
        "gm": attenuation(1.331, 0.110),
        "wm": attenuation(0.832, 0.0792),
        "csf": attenuation(3.817, 0.503),
    }
    density = {"gm": 0.78, "wm": 0.65, "csf": 0.97}
    share = {x: volume[x] * density[x] for x in volume}
    free = 1 - volume["csf"]
    if unit == "mmol/kg":
        total = sum(share.values())
        share = {x: share[x] / total for x in share}
        free = 1 - share["csf"]
    tissue = volume["gm"] + volume["wm"]
    creatine = (
        volume["gm"] * attenuation(1.46, 0.146) + volume["wm"] * attenuation(1.24, 0.166)
    ) / tissue
    ratio = 8.0 / WATER_AMPLITUDE
    return ratio * 2 * 55510 * sum(share[x] * r[x] for x in r) / (free * creatine)


@pytest.mark.parametrize("unit", ["mmol/L", "mmol/kg"])
def test_tissue_and_relaxation_correction_is_the_published_equation(unit):
    tissue = {"gm": GM, "wm": WM, "csf": CSF}
    options = QuantificationOptions(unit=unit)
    result = quantify(fit_result(), basis(), water(), ACQUISITION, options, tissue)
    assert result.get("tCr").concentration == pytest.approx(by_hand(tissue, unit), rel=1e-4)
    assert result.get("tCr").unit == unit
    assert "osprey" in result.method


def test_scale_of_the_basis_cancels():
    tissue = {"gm": GM, "wm": WM, "csf": CSF}
    options = QuantificationOptions()
    one = quantify(fit_result(), basis(1.0), water(), ACQUISITION, options, tissue)
    small = quantify(
        fit_result(AMPLITUDES * 200), basis(1 / 200), water(), ACQUISITION, options, tissue
    )
    assert small.get("tCr").concentration == pytest.approx(one.get("tCr").concentration)


def test_fractions_by_hand_take_precedence():
    options = QuantificationOptions(tissue=TissueFractions(gm=1.0))
    measured = {"gm": 0.0, "wm": 1.0, "csf": 0.0}
    result = quantify(fit_result(), basis(), water(), ACQUISITION, options, measured)
    expected = by_hand({"gm": 1.0, "wm": 0.0, "csf": 0.0})
    assert result.get("tCr").concentration == pytest.approx(expected, rel=1e-4)


def test_without_fractions_institutional_constants_are_used_and_named():
    result = quantify(fit_result(), basis(), water(), ACQUISITION, QuantificationOptions())
    expected = 8.0 / WATER_AMPLITUDE * 2 * 0.7 * 35880
    assert result.get("tCr").concentration == pytest.approx(expected, rel=1e-4)
    assert any("No tissue fractions" in note for note in result.notes)
    named = {constant.name: constant for constant in result.constants}
    assert named["Water concentration (WCONC)"].value == 35880
    assert all(constant.source for constant in result.constants)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"echo_time_s": None}, "TE unknown"),
        ({"repetition_time_s": None}, "TR unknown"),
        ({"frequency_hz": 200e6}, "4.70 T"),
    ],
)
def test_what_is_not_known_is_not_replaced(change, reason):
    fields = {f: getattr(ACQUISITION, f) for f in ACQUISITION.__slots__} | change
    tissue = {"gm": GM, "wm": WM, "csf": CSF}
    result = quantify(
        fit_result(), basis(), water(), Acquisition(**fields), QuantificationOptions(), tissue
    )
    assert result.get("tNAA").concentration is None
    assert result.get("tNAA").ratio_to_tcr == pytest.approx(11 / 8)
    assert any(reason in note for note in result.notes)


@pytest.mark.parametrize(
    ("unit", "reference", "reason"),
    [
        (None, water(), "scale of the basis"),
        (1.0, None, "No water reference"),
        (1.0, water(300.0), "water suppressed"),
    ],
)
def test_no_scale_no_concentration(unit, reference, reason):
    result = quantify(fit_result(), basis(unit), reference, ACQUISITION, QuantificationOptions())
    assert all(q.concentration is None for q in result.quantities)
    assert result.unit == "a.u."
    assert any(reason in note for note in result.notes)


def test_ratios_only_when_asked_for():
    options = QuantificationOptions(scaling="ratio")
    result = quantify(fit_result(), basis(), water(), ACQUISITION, options)
    assert result.get("tCr").concentration is None
    assert result.constants == ()


def test_sums_and_ratios_carry_the_covariance():
    result = quantify(
        fit_result(), basis(), None, ACQUISITION, QuantificationOptions(scaling="ratio")
    )
    total = result.get("tCr")
    assert total.amplitude == 8.0
    assert total.crlb == pytest.approx(np.sqrt(0.25**2 + 0.15**2 - 2 * 0.03))
    assert total.ratio_to_tcr == 1.0
    assert total.ratio_sd == 0.0
    naa = result.get("NAA")
    relative = np.hypot(0.5 / 10, total.crlb / 8)
    assert naa.ratio_sd == pytest.approx(10 / 8 * relative)
    # Of a part of the denominator: Cr / (Cr + PCr) varies less than its parts.
    cr = result.get("Cr")
    gradient = np.array([3.0, -5.0]) / 64
    part = fit_result().covariance[2:4, 2:4]
    assert cr.ratio_sd == pytest.approx(np.sqrt(gradient @ part @ gradient))


def test_detection_is_two_bounds():
    amplitudes = AMPLITUDES.copy()
    amplitudes[1] = 0.0999
    result = quantify(
        fit_result(amplitudes), basis(), None, ACQUISITION, QuantificationOptions(scaling="ratio")
    )
    assert not result.get("NAAG").detected
    assert result.get("NAAG").crlb_percent == pytest.approx(50, abs=0.1)
    amplitudes[1] = 0.0
    zero = quantify(
        fit_result(amplitudes), basis(), None, ACQUISITION, QuantificationOptions(scaling="ratio")
    )
    assert zero.get("NAAG").crlb_percent is None
    assert zero.get("tNAA").detected


def test_without_creatine_there_are_no_ratios():
    amplitudes = AMPLITUDES.copy()
    amplitudes[2:4] = 0
    result = quantify(
        fit_result(amplitudes), basis(), water(), ACQUISITION, QuantificationOptions()
    )
    assert result.get("tNAA").ratio_to_tcr is None
    assert result.get("tNAA").concentration is not None


def test_macromolecules_have_no_concentration_but_a_ratio():
    result = quantify(fit_result(), basis(), water(), ACQUISITION, QuantificationOptions())
    broad = result.get("MM09")
    assert broad.concentration is None
    assert broad.ratio_to_tcr == pytest.approx(0.5)


def test_constants_set_by_hand_are_used_and_marked():
    options = QuantificationOptions(
        tissue=TissueFractions(gm=0.6, wm=0.4),
        metabolite_t2_s=0.16,
        metabolite_t1_s=1.0,
        water_t2_s=TissueTimes(gm=0.11, wm=0.08),
        water_conc_mmol=50000.0,
    )
    result = quantify(fit_result(), basis(), water(), ACQUISITION, options)
    shares = 0.6 * 0.78 * attenuation(1.331, 0.11) + 0.4 * 0.65 * attenuation(0.832, 0.08)
    expected = 8.0 / WATER_AMPLITUDE * 2 * 50000 * shares / attenuation(1.0, 0.16)
    assert result.get("tCr").concentration == pytest.approx(expected, rel=1e-4)
    marked = {c.name for c in result.constants if c.source == "set by hand"}
    assert {"T2 of metabolites", "T2 of water (GM)", "Concentration of pure water"} <= marked


def test_options_survive_json_and_refuse_nonsense():
    options = QuantificationOptions(tissue=TissueFractions(gm=0.5, wm=0.5), metabolite_t1_s=1.2)
    text = msgspec.json.encode(options)
    assert msgspec.json.decode(text, type=QuantificationOptions) == options
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"tissu": null}', type=QuantificationOptions)


def fitted_lines(*components, amplitudes, unit=SIGNAL_UNIT):
    k = len(components)
    return replace(
        fit_result(),
        components=components,
        amplitudes=np.array(amplitudes, float),
        covariance=np.eye(k) * 0.01,
        curves=np.zeros((k, 4), complex),
        lineshapes=(Lineshape(0, 0, 0),) * k,
        amplitude_unit=unit,
    )


def ratios_of(fit, acquisition=ACQUISITION):
    return quantify(fit, basis(), water(), acquisition, QuantificationOptions())


def test_total_creatine_fitted_as_one_line_is_what_ratios_are_to():
    lines = (Component("tNAA"), Component("tCr"), Component("1.52 ppm", "line"))
    result = ratios_of(fitted_lines(*lines, amplitudes=[12, 8, 3]))
    assert result.reference == "tCr"
    assert result.get("tNAA").ratio_to_tcr == pytest.approx(1.5)
    assert result.get("tCr").ratio_sd == 0.0
    assert result.get("1.52 ppm").ratio_to_tcr is None


def test_creatine_that_was_not_found_is_said_and_nothing_is_promised():
    result = ratios_of(fitted_lines(Component("tNAA"), Component("tCr"), amplitudes=[12, 0]))
    assert result.reference is None
    assert all(q.ratio_to_tcr is None for q in result.quantities)
    assert result.method == "fitted amplitudes"
    assert any("tCr was not found" in note for note in result.notes)
    assert not any("only ratios are given" in note for note in result.notes)


def test_phosphorus_has_phosphocreatine_for_reference_and_no_sums():
    peaks = (Component("PCr"), Component("GPC"), Component("Pi"))
    phosphorus = replace(ACQUISITION, nucleus="31P")
    result = ratios_of(fitted_lines(*peaks, amplitudes=[4, 1, 2]), phosphorus)
    assert result.reference == "PCr"
    assert [q.name for q in result.quantities] == ["PCr", "GPC", "Pi"]
    assert result.get("Pi").ratio_to_tcr == pytest.approx(0.5)
    assert result.method == "ratios to PCr"


def test_an_inverted_line_is_found():
    result = ratios_of(fitted_lines(Component("tCr"), Component("Lac"), amplitudes=[8, -2]))
    assert result.get("Lac").detected
    assert result.get("Lac").ratio_to_tcr == pytest.approx(-0.25)
