"""Macromolecules of a metabolite-nulled scan: found again, cleaned, and refused where they are not."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.basis.macromolecule_choice import DIFFERING, with_choice
from mrsviewer.basis.macromolecules import with_macromolecules
from mrsviewer.basis.matching import matching_basis
from mrsviewer.basis.measured import (
    CREATINE_CH2,
    MEASURED,
    measured_macromolecules,
    with_measured,
)
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.failure import BasisError

MHZ, DWELL_S, POINTS = 123.2, 5e-4, 2048
HOW = Acquisition("1H", MHZ * 1e6, DWELL_S, echo_time_s=0.03, te1_s=0.011, localisation="press")
TIME = np.arange(POINTS) * DWELL_S
CHOICES = ("set", "parametrised", "measured", "both", "lcmodel")
LINES = ((0.91, 0.16, 3.0), (1.21, 0.14, 1.5), (1.39, 0.14, 2.0), (1.67, 0.16, 1.6),
         (2.03, 0.22, 4.0), (2.25, 0.18, 2.2), (2.98, 0.13, 1.2), (3.75, 0.2, 2.0))  # fmt: skip


@pytest.fixture(scope="module")
def basis():
    return matching_basis(HOW, POINTS, macromolecules=False)


def broad(axis_ppm=0.0):
    fid = np.zeros(POINTS, complex)
    for ppm, width, protons in LINES:
        hz = (ppm + axis_ppm - 4.65) * MHZ
        decay = (np.pi * width * MHZ * TIME) ** 2 / (4 * np.log(2))
        fid += protons * np.exp(2j * np.pi * hz * TIME - decay)
    return fid


def scan(basis, naa=-0.1, ch2=0.3, noise=0.01, phase=0.0, axis_ppm=0.0):
    fid = broad(axis_ppm)
    turn = np.exp((2j * np.pi * axis_ppm * MHZ - np.pi * 4.5) * TIME)
    fid += naa * basis.fids[basis.names.index("NAA")] * turn
    fid += ch2 * 2 * np.exp(2j * np.pi * (3.92 - 4.65) * MHZ * TIME) * turn
    rng = np.random.default_rng(1)
    fid += noise * (rng.standard_normal(POINTS) + 1j * rng.standard_normal(POINTS))
    return Dataset(4e-4 * fid * np.exp(1j * phase), HOW, 4.65)


@pytest.fixture(scope="module")
def found(basis):
    return measured_macromolecules(scan(basis), basis)


def shown(fid):
    ppm = ppm_axis(POINTS, DWELL_S, MHZ, 4.65)
    return spectrum(fid * np.exp(-12 * TIME))[(ppm > 0.5) & (ppm < 4.0)].real


@pytest.mark.parametrize(("phase", "axis_ppm"), [(0.0, 0.0), (0.9, 0.03), (-2.6, -0.03)])
def test_lines_are_found_in_absorption_and_in_place(basis, phase, axis_ppm):
    found = measured_macromolecules(scan(basis, phase=phase, axis_ppm=axis_ppm), basis)
    truth, got = shown(broad()), shown(found.fid)
    assert np.corrcoef(truth, got)[0, 1] > 0.99
    assert np.angle(np.exp(1j * (np.radians(found.phase_deg) - phase))) == pytest.approx(0, abs=0.1)
    assert found.shift_ppm == pytest.approx(axis_ppm, abs=0.01)
    assert found.remains["NAA"] == pytest.approx(-0.1, abs=0.08)
    assert found.remains[CREATINE_CH2] == pytest.approx(0.3, abs=0.1)
    assert found.misfit == pytest.approx(1.0, abs=0.3)
    assert found.lines[0].protons == pytest.approx(3)
    assert [f.severity for f in found.findings] == ["info"]


def test_the_signal_is_free_of_noise_and_metabolites(found):
    fid = found.fid
    assert np.abs(fid[TIME > 0.2]).max() < 1e-4 * np.abs(fid[0])


def test_the_set_gets_one_component_and_says_where_it_is_from(basis, found):
    both = with_measured(basis, found, "nulled.SDAT")
    assert both.components[-1] == MEASURED
    assert "Mac added (measured: nulled.SDAT, " in both.source
    with pytest.raises(BasisError, match="already has Mac"):
        with_measured(both, found, "again")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"naa": 1.5}, "The line of NAA is there"),
        ({"naa": -0.9}, "The line of NAA is there"),
        ({"noise": 6.0}, ""),
    ],
)
def test_what_is_no_nulled_scan_is_refused(basis, changes, words):
    with pytest.raises(BasisError) as caught:
        measured_macromolecules(scan(basis, **changes), basis)
    assert words in caught.value.failure.cause
    assert "inversion time" in caught.value.failure.remedy


def test_poor_scans_are_told(basis):
    noisy = measured_macromolecules(scan(basis, noise=0.35), basis)
    assert "Noisy scan of macromolecules" in [f.title for f in noisy.findings]
    left = measured_macromolecules(scan(basis, naa=0.4), basis)
    assert "Metabolites not quite nulled" in [f.title for f in left.findings]


def test_a_cancel_ends_it(basis):
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        measured_macromolecules(scan(basis), basis, context=context)


def names_of(basis, kind):
    return tuple(c.name for c in basis.components if c.kind == kind)


def test_the_choice_of_macromolecules_is_what_is_in_the_set(basis, found):
    measured = with_measured(basis, found, "x")
    assert with_choice(measured, "set") is measured
    parametrised = with_choice(measured, "parametrised")
    assert "Mac" not in parametrised.names
    assert "MM09" in parametrised.names
    assert names_of(with_choice(measured, "measured"), "macromolecule") == ("Mac",)
    assert names_of(with_choice(measured, "auto"), "macromolecule") == ("Mac",)
    assert set(names_of(with_choice(measured, "both"), "macromolecule")) == {*DIFFERING, "Mac"}
    for choice in ("parametrised", "measured", "both", "lcmodel"):
        assert "Lip13a" in with_choice(measured, choice).names
    digests = {with_choice(measured, c).digest for c in CHOICES}
    assert len(digests) == 5


@pytest.mark.parametrize(("line_ppm", "wanted"), [(0.05, 0.05), (None, 0.013)])
def test_lcmodels_correction_of_creatine_is_as_wide_as_the_sets_lines(basis, line_ppm, wanted):
    """LCModel draws it at 3.93 ppm; without LCModel's signals it stays at creatine's 3.913."""
    own = replace(basis, line_ppm=line_ppm)
    ppm = ppm_axis(16 * POINTS, DWELL_S, MHZ, 4.65)

    def line_of(found):
        fid = found.fids[found.names.index("-CrCH2")]
        assert fid[0] == pytest.approx(-2.0 * found.proton_unit)
        return -spectrum(fid, 16 * POINTS).real

    wide = line_of(with_choice(own, "lcmodel"))
    assert ppm[wide.argmax()] == pytest.approx(3.93, abs=1e-3)
    high = ppm[wide > 0.5 * wide.max()]
    assert np.ptp(high) == pytest.approx(wanted, abs=2.5e-3)
    sharp = line_of(with_macromolecules(own, cr_ch2=True))
    assert ppm[sharp.argmax()] == pytest.approx(3.913, abs=1e-3)


def test_lcmodels_macromolecules_are_fewer_and_come_without_measured_ones(basis, found):
    chosen = with_choice(with_measured(basis, found, "x"), "lcmodel")
    assert names_of(chosen, "macromolecule") == ("MM09", "MM12", "MM14", "MM17", "MM20")
    assert names_of(chosen, "lipid") == ("Lip09", "Lip13a", "Lip13b", "Lip20")
    assert "-CrCH2" in names_of(chosen, "metabolite")
    again = with_choice(chosen, "lcmodel")
    assert sorted(again.names) == sorted(chosen.names)
    row, unit = chosen.fids[chosen.names.index("MM20"), 0], chosen.proton_unit
    assert abs(row) / unit == pytest.approx(1.33 + 0.33 + 0.33 + 0.4)


@pytest.mark.parametrize("choice", ["measured", "both"])
def test_measured_ones_that_are_not_there_are_refused(basis, choice):
    with pytest.raises(BasisError, match="metabolite-nulled scan"):
        with_choice(basis, choice)


def test_a_real_scan_and_one_that_is_not_nulled(shared_data):
    from mrsviewer.analysis.basis_stage import macromolecules_of_scan

    folder = shared_data / "philips/osprey_mm"
    acquisition = Acquisition("1H", 127.755e6, 5e-4, echo_time_s=0.03, localisation="press")
    basis = matching_basis(acquisition, 2048, macromolecules=False)
    scan = folder / "sub-01_PRESS-Inverted_TI-600_raw-act.SDAT"
    found = macromolecules_of_scan(scan, basis, JobContext())
    assert found.snr > 20
    assert found.misfit < 1.4
    assert -0.3 < found.remains["NAA"] < 0
    assert 0.2 < found.remains[CREATINE_CH2] < 0.6
    with pytest.raises(BasisError, match="NAA is there with 2"):
        macromolecules_of_scan(folder / "sub-01_PRESS_raw-act.SDAT", basis, JobContext())
