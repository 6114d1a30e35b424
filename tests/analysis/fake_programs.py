"""Stand-ins for LCModel and TARQUIN: they read what was written for them and 'fit' it.

Both take the spectrum, turn it by a known phase and scale, and call half of it NAA, three tenths
creatine and a tenth baseline; what is left is residual.
"""

import stat
import sys

READ = """\
import sys, re, time
import numpy as np

def samples(path):
    text = open(path).read()
    numbers = np.array(text[text.rindex("$END") + 4 :].split(), float)
    return (numbers[::2] + 1j * numbers[1::2]).conj()

def number(text, key):
    return float(re.search(r"\\b" + key + r"\\s*=\\s*'?([-+.\\dE]+)", text)[1])

def spectrum(fid, dwell, hz_per_ppm, ppm, degrees, scale):
    t = np.arange(fid.size) * dwell
    f = (ppm - 4.65) * hz_per_ppm
    values = np.exp(-2j * np.pi * f[:, None] * t) @ fid
    return (values * np.exp(-1j * np.radians(degrees))).real * scale
"""

LCMODEL = """\
control = sys.stdin.read()
open("control.seen", "w").write(control)
if "SLEEP" in control:
    time.sleep(60)
if "SILENT" in control:
    print("FATAL ERROR MYCONT 3")
    sys.exit(1)
assert open("data.basis").read().count("$BASIS\\n") >= 1
fid = samples(re.search(r"FILRAW *= *'(.*?)'", control)[1])
assert fid.size == number(control, "NUNFIL")
ppm = np.arange(number(control, "PPMST"), number(control, "PPMEND"), -0.005)
data = spectrum(fid, number(control, "DELTAT"), number(control, "HZPPPM"), ppm, 25.0, 1e-3)

def block(values, form):
    rows = [values[i : i + 10] for i in range(0, len(values), 10)]
    return "".join("".join(form % v for v in row) + "\\n" for row in rows)

rows = (("NAA", "2.000", " 10%"), ("NAAG", "1.000", " 20%"), ("Cr", "4.000", "  5%"),
        ("Tau", "0.000", "999%"), ("MM09", "3.000", " 15%"), ("NAA+NAAG", "3.000", "  3%"))
out = " LCModel (Version 6.3-1R) Copyright: S.W. Provencher.\\n fake\\n"
out += f" {len(rows) + 1} lines in following concentration table = NCONC+1\\n"
out += "    Conc.  %SD /Cr+PCr  Metabolite\\n"
for name, amount, sd in rows:
    out += f"    {amount} {sd}   0.500 {name}\\n"
out += "   3 lines in following misc. output table\\n  FWHM = 0.040 ppm    S/N =  20\\n"
out += "  Data shift = 0.000 ppm\\n  Ph:  25 deg       0.0 deg/ppm\\n"
out += f"  {ppm.size} points on ppm-axis = NY\\n" + block(ppm, "%13.6f")
out += " NY phased data points follow\\n" + block(data, "%13.5E")
out += " NY points of the fit to the data follow\\n" + block(0.9 * data, "%13.5E")
out += " NY background values follow\\n" + block(0.1 * data, "%13.5E")
for name, amount, share in (("NAA", "2.000", 0.5), ("Cr", "4.000", 0.3)):
    out += f" {name}      Conc. = {amount}\\n" + block((share + 0.1) * data, "%13.5E")
out += "  1 lines in following diagnostic table:\\n   1 warning  RFALSI 2\\n"
out += "  1 lines in following table of input changes:\\n NUNFIL = 1024\\n"
open(re.search(r"FILCOO *= *'(.*?)'", control)[1], "w").write(out)
"""

TARQUIN = """\
words = dict(zip(sys.argv[1::2], sys.argv[2::2]))
open("words.seen", "w").write(repr(sys.argv[1:]))
if "--fail" in words:
    print("Error, cannot continue")
    sys.exit(1)
assert words["--format"] == "lcm"
fid = samples(words["--input"])
ppm = 4.65 - np.linspace(-8, 8, 1200)
data = spectrum(fid, 1 / float(words["--fs"]), float(words["--ft"]) * 1e-6, ppm, -40.0, 1e-3)
out = "Signal     Conc (au)       %SD   SD (au)\\n" + "-" * 40 + "\\n"
for name, amount, percent in (("NAA", 2.0, 10.0), ("NAAG", 1.0, 20.0), ("Cr", 4.0, 5.0),
                              ("Tau", 0.0, float("inf")), ("TNAA", 3.0, 3.0)):
    out += f"{name:10s} {amount:8.4g} {percent:9.4g} {0.1:9.4g}\\n"
out += "\\nFit quality\\n-----------\\nMetab FWHM (PPM) : 0.04754\\nSNR residual     : 36.23\\n"
out += "\\nFitting parameters\\n------------------\\nRef (ppm)    : 4.65\\n"
out += "\\nTARQUIN version 4.3.11\\n"
open(words["--output_txt"], "w").write(out)
table = np.stack([ppm, data, 0.8 * data, 0.1 * data, 0.5 * data, 0 * data, 0.3 * data], axis=1)
head = "Row : 1, Col : 1, Slice : 1\\nPPMScale,Data,Fit,Baseline,NAA,NAAG,Cr\\n"
body = "".join(",".join("%.7g" % v for v in row) + "\\n" for row in table)
open(words["--output_fit"], "w").write(head + body)
"""


def write_program(folder, name, body):
    """Write a program into a folder and return its path."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{READ}\n{body}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
