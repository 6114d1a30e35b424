"""Engines that run programs of the user's, against programs that this test writes."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from fake_programs import LCMODEL, TARQUIN, write_program

from mrsviewer import formats
from mrsviewer.analysis.foreign_engines.comparison import find_frame
from mrsviewer.analysis.foreign_engines.lcmodel import LcmodelEngine, LcmodelOptions, known_basis
from mrsviewer.analysis.foreign_engines.tarquin import TarquinEngine, TarquinOptions
from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import FitEngine, FitProblem, load_engine, why_unavailable
from mrsviewer.formats import lcmodel_coord
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import CONCENTRATION_UNIT

POINTS, DWELL_S, FREQUENCY_HZ = 1024, 1 / 2000, 123.25e6
ACQUISITION = Acquisition(
    "1H", FREQUENCY_HZ, DWELL_S, echo_time_s=0.03, te1_s=0.011, localisation="press"
)


@pytest.fixture(scope="module")
def basis():
    names = ("NAA", "NAAG", "Cr", "Tau")
    return matching_basis(ACQUISITION, POINTS, names=names, macromolecules=True)


@pytest.fixture(scope="module")
def problem(basis):
    times = np.arange(POINTS) * DWELL_S
    signals = 10 * basis.fids[basis.names.index("NAA")] + 8 * basis.fids[basis.names.index("Cr")]
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(POINTS) + 1j * rng.standard_normal(POINTS)
    away = 2j * np.pi * (4.65 - 4.70) * 123.25 * times
    fid = signals * np.exp(-12 * times + 0.3j + away) + 0.05 * noise
    water = Dataset(4e4 * np.exp(-15 * times) * (1 + 0j), ACQUISITION, 4.65)
    return FitProblem(Dataset(fid, ACQUISITION, 4.70), basis, water=water)


@pytest.fixture
def lcmodel(tmp_path):
    path = str(write_program(tmp_path, "lcmodel", LCMODEL))
    return lambda **options: LcmodelOptions(program_path=path, **options)


@pytest.fixture
def tarquin(tmp_path):
    path = str(write_program(tmp_path, "tarquin", TARQUIN))
    return lambda **options: TarquinOptions(program_path=path, **options)


def amplitudes(result):
    return dict(zip(result.names, result.amplitudes.tolist(), strict=True))


@pytest.mark.parametrize("name", ["lcmodel", "tarquin"])
def test_engines_are_installed_and_keep_the_protocol(name):
    engine = load_engine(name)
    assert isinstance(engine, FitEngine)
    assert engine.name == name


@pytest.mark.parametrize("name", ["lcmodel", "tarquin"])
def test_a_program_that_is_not_there_is_a_failure_with_a_remedy(name, problem, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    engine = load_engine(name)
    assert "not installed" in why_unavailable(engine)
    with pytest.raises(FitError) as caught:
        engine.fit(problem, engine.options(), JobContext())
    assert "path of the program" in caught.value.failure.remedy


def test_a_program_in_the_search_path_is_found(tmp_path, monkeypatch):
    write_program(tmp_path, "lcmodel", LCMODEL)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_unavailable(LcmodelEngine()) is None


def test_lcmodel_result_is_read_back(problem, lcmodel):
    result = LcmodelEngine().fit(problem, lcmodel(), JobContext())
    found = amplitudes(result)
    assert found == {"NAA": 2.0, "NAAG": 1.0, "Cr": 4.0, "Tau": 0.0, "MM09": 3.0}
    kinds = dict(zip(result.names, (c.kind for c in result.components), strict=True))
    assert kinds["MM09"] == "macromolecule"
    assert "6.3-1R" in result.engine_version
    assert "RFALSI" in result.message
    assert result.amplitude_unit == "LCModel's own unit"


def check_curves(result, problem, share_of_fit):
    """Curves stand in the frame of the data: turned and scaled back, parts add up."""
    size = np.abs(result.data).max()
    parts = result.baseline + result.curves.sum(axis=0)
    np.testing.assert_allclose(result.fit, parts, atol=1e-5 * size)
    assert (np.diff(result.ppm) < 0).all()
    hz = (result.ppm - result.pivot_ppm) * 123.25
    turn = np.exp(-1j * (result.zero_phase_rad + 2 * np.pi * result.first_phase_s * hz))
    real, fitted = (result.data * turn).real, (result.fit * turn).real
    np.testing.assert_allclose(fitted, share_of_fit * real, atol=1e-3 * size)
    spectrum = np.fft.fft(problem.data.fid)
    freq = np.fft.fftfreq(POINTS, DWELL_S)
    ppm = problem.data.centre_ppm + freq / 123.25
    height = np.abs(spectrum[(ppm > 1.9) & (ppm < 2.1)]).max()
    near = (result.ppm > 1.9) & (result.ppm < 2.1)
    assert np.abs(result.data[near]).max() == pytest.approx(height, rel=0.1)


def test_lcmodel_curves_lie_on_the_data(problem, lcmodel):
    result = LcmodelEngine().fit(problem, lcmodel(), JobContext())
    check_curves(result, problem, 0.9)
    assert np.degrees(result.zero_phase_rad) == pytest.approx(25.0, abs=1.0)


def test_bounds_of_sums_give_covariances(problem, lcmodel):
    result = LcmodelEngine().fit(problem, lcmodel(), JobContext())
    both = np.isin(result.names, ("NAA", "NAAG")).astype(float)
    assert np.sqrt(both @ result.covariance @ both) == pytest.approx(0.09, rel=1e-6)
    assert np.isfinite(result.covariance).all()
    assert np.linalg.eigvalsh(result.covariance).min() > -1e-12


def test_water_is_written_and_scaled_by_where_that_is_chosen(problem, lcmodel):
    scaled = LcmodelEngine().fit(problem, lcmodel(water_scaling=True), JobContext())
    assert scaled.amplitude_unit == CONCENTRATION_UNIT
    without = replace(problem, water=None)
    plain = LcmodelEngine().fit(without, lcmodel(water_scaling=True), JobContext())
    assert plain.amplitude_unit != CONCENTRATION_UNIT


def test_lcmodel_is_not_given_what_it_simulates_itself(basis):
    assert "MM09" in basis.names
    assert known_basis(basis, LcmodelOptions()).names == ("NAA", "NAAG", "Cr", "Tau")
    assert "MM09" in known_basis(basis, LcmodelOptions(simulated="none")).names


def test_control_parameters_reach_lcmodel_and_files_stay_its_own(problem, lcmodel):
    narrow = LcmodelEngine().fit(problem, lcmodel(window_ppm=(3.4, 1.8)), JobContext())
    assert narrow.ppm.max() < 3.41
    with pytest.raises(FitError, match="FILRAW"):
        LcmodelEngine().fit(problem, lcmodel(control="FILRAW = 'x'"), JobContext())
    with pytest.raises(FitError, match="not a control parameter"):
        LcmodelEngine().fit(problem, lcmodel(control="$END"), JobContext())


def test_a_program_that_gives_nothing_is_a_failure_with_what_it_said(problem, lcmodel, tarquin):
    with pytest.raises(FitError) as caught:
        LcmodelEngine().fit(problem, lcmodel(control="SILENT = 1"), JobContext())
    assert "FATAL ERROR" in caught.value.failure.details
    with pytest.raises(FitError) as caught:
        TarquinEngine().fit(problem, tarquin(arguments=("--fail", "true")), JobContext())
    assert "cannot continue" in caught.value.failure.details


def test_a_program_that_never_ends_is_ended(problem, lcmodel):
    with pytest.raises(FitError, match=r"0\.3 s"):
        LcmodelEngine().fit(problem, lcmodel(control="SLEEP = 1", time_limit_s=0.3), JobContext())


def test_cancel_ends_the_program(problem, lcmodel):
    context, ended = JobContext(), []

    def work():
        try:
            LcmodelEngine().fit(problem, lcmodel(control="SLEEP = 1"), context)
        except Cancelled:
            ended.append(time.monotonic() - asked)

    asked = 0.0
    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.4)
    asked = time.monotonic()
    context.cancel()
    worker.join(timeout=10)
    # Ten times the promise: this machine may be busy with other work.
    assert ended
    assert ended[0] < 2.0


def test_tarquin_result_is_read_back(problem, tarquin):
    result = TarquinEngine().fit(problem, tarquin(), JobContext())
    assert amplitudes(result) == {"NAA": 2.0, "NAAG": 1.0, "Cr": 4.0, "Tau": 0.0}
    assert "4.3.11" in result.engine_version
    check_curves(result, problem, 0.9)
    both = np.isin(result.names, ("NAA", "NAAG")).astype(float)
    assert np.sqrt(both @ result.covariance @ both) == pytest.approx(0.09, rel=1e-6)


def test_data_of_another_nucleus_are_refused(problem, lcmodel):
    phosphorus = replace(problem.data, acquisition=replace(ACQUISITION, nucleus="31P"))
    with pytest.raises(FitError, match="31P"):
        LcmodelEngine().fit(replace(problem, data=phosphorus), lcmodel(), JobContext())


def test_the_frame_of_a_real_result_is_found(shared_data):
    """A COORD file of LCModel's beside the RAW file that it was made from."""
    folder = shared_data / "lcmodel/mm94t"
    data = formats.read_scan(folder / "Summed_Averaged_TE24.RAW").dataset
    fit = lcmodel_coord.read(folder / "Summed_Averaged_TE24.coord")[0]
    frame = find_frame(data, fit.curves, (0.0,))
    assert frame.misfit < 1e-4
    turned = replace(data, fid=data.fid * np.exp(0.8j))
    assert find_frame(turned, fit.curves, (0.0,)).zero_rad == pytest.approx(0.8, abs=0.02)
    assert find_frame(data, fit.curves, (-0.03, 0.0, 0.03)).shift_ppm == 0.0
