import numpy as np
import pytest

from mrsviewer.basis.pulse_files import read_pulse
from mrsviewer.model.failure import BasisError

PTA = """PULSENAME:\tFamily.Refocus
COMMENT:\tmade for a test
REFGRAD:\t1.0
MINSLICE:\t1.0
MAXSLICE:\t200.0
AMPINT:\t2.0
POWERINT:\t1.0
ABSINT:\t2.0

0.25\t0.0\t; (0)
1.00\t3.141592653589793\t; (1)
0.25\t0.0\t; (2)
"""
JCAMP = """##TITLE= refocus.rfc
##JCAMP-DX= 5.00 Bruker JCAMP library
##NPOINTS= 3
##XYPOINTS= (XY..XY)
2.500000e+01, 0.000000e+00
1.000000e+02, 1.800000e+02
2.500000e+01, 0.000000e+00
##END=
"""
VARIAN = """# TYPE         selective
# MODULATION   amplitude
# EXCITEWIDTH  4.0
0.0    256.0   1.0
180.0  1024.0  1.0
0.0    256.0   1.0
"""
CSV = "# amplitude, phase\n0.25, 0\n1, 180\n0.25, 0\n"


@pytest.mark.parametrize(
    ("name", "text"), [("a.pta", PTA), ("a.rfc", JCAMP), ("a.RF", VARIAN), ("a.csv", CSV)]
)
def test_the_same_pulse_in_every_format(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    pulse = read_pulse(path, 5e-3)
    assert np.divide(pulse.amplitude, max(pulse.amplitude)) == pytest.approx([0.25, 1, 0.25])
    assert pulse.phase_deg == pytest.approx((0, 180, 0))
    assert (pulse.gradient, pulse.name, pulse.duration_s) == (None, name, 5e-3)
    field = pulse.pulse(180).complex_hz
    assert field.sum() * 5e-3 / 3 == pytest.approx(0.5)


def test_a_third_column_is_the_gradient(tmp_path):
    path = tmp_path / "goia.csv"
    path.write_text("0.1 0 1\n1 90 0.1\n0.1 0 1\n")
    pulse = read_pulse(path, 4e-3, peak_hz=800.0)
    assert pulse.gradient == (1, 0.1, 1)
    assert pulse.pulse(180).peak_hz == pytest.approx(800)


def test_samples_of_several_units_are_repeated(tmp_path):
    path = tmp_path / "b.RF"
    path.write_text("# TYPE selective\n0 1 2\n90 2 1\n")
    assert read_pulse(path, 1e-3).amplitude == (1, 1, 2)


@pytest.mark.parametrize("text", ["", "hello\n", "1\n", "0 0\n0 0\n", "\0\0", "1 0\n1e999 0\n"])
def test_what_is_no_pulse_is_refused(tmp_path, text):
    path = tmp_path / "bad"
    path.write_text(text)
    with pytest.raises(BasisError, match="bad"):
        read_pulse(path, 1e-3)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BasisError, match="gone"):
        read_pulse(tmp_path / "gone", 1e-3)
