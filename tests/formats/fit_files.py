"""Results of LCModel and TARQUIN that the tests write themselves."""

import numpy as np

TABLE = """    Conc.  %SD /Cr+PCr  Metabolite
    7.500   4%   0.938 NAA
 1.20E-02 999% 1.5E-03 -CrCH2
   -0.250  88%  -0.031 GPC+PCh
"""
MISC = """  FWHM = 0.043 ppm    S/N =  13
  Data shift =-0.008 ppm
  Ph: -21 deg      12.2 deg/ppm
"""
SETTINGS = """ DELTAT = 0.0005
 FILRAW = '/some/where/very/long/that/is/folded/by
   /lcmodel/a.RAW'
 HZPPPM =1.277509e+02, DELTAT=5.000000e-04, NUNFI
   L=2048
"""
POINTS = 23
PPM = np.linspace(4.0, 0.2, POINTS)
BASELINE = 0.1 * PPM


def block(values):
    rows = [values[k : k + 10] for k in range(0, len(values), 10)]
    return "".join("".join(f"{v:13.5E}" for v in row) + "\n" for row in rows)


def curve(at):
    return np.exp(-(((PPM - at) / 0.1) ** 2))


def coord_text(*, baseline=True):
    base = BASELINE if baseline else np.zeros(POINTS)
    parts = {"NAA": curve(2.0), "GPC": 0.5 * curve(3.2)}
    fit = base + sum(parts.values())
    text = " LCModel (Version 6.3-1R) Copyright: S.W. Provencher.\n Slice#2 Row#7 Col#9  case\n"
    text += " Data of: Somewhere\n 4 lines in following concentration table = NCONC+1\n" + TABLE
    text += " 3 lines in following misc. output table\n" + MISC
    text += f" {POINTS} points on ppm-axis = NY\n{block(PPM)} NY phased data points follow\n"
    text += f"{block(fit + 0.01)} NY points of the fit to the data follow\n{block(fit)}"
    text += f" NY background values follow\n{block(base)}" if baseline else ""
    text += "".join(f" {k}      Conc. = 1.00E+00\n{block(v + base)}" for k, v in parts.items())
    text += "   2 lines in following diagnostic table:\n   1 info      FINOUT  9\n"
    text += "   1 warning   MYBASI  8\n   4 lines in following table of input changes:\n"
    return text + SETTINGS


def table_text():
    head = " LCModel (Version 6.3-1R)\n Slice#2 Row#7 Col#9  case\n Data of: Somewhere\n\n"
    body = f"$$CONC 4 lines in following concentration table = NCONC+1\n{TABLE}\n"
    body += f"$$MISC  3 lines in following misc. output table\n{MISC}\n"
    body += "$$DIAG  1 lines in following diagnostic table:\n   1 warning   MYBASI  8\n\n"
    return head + body + f"$$INPU 4 lines in following table of input changes:\n{SETTINGS}"


CSV = (
    "Row, Col, NAA, NAA %SD, NAA/Cr, -CrCH2, -CrCH2 %SD, -CrCH2/Cr\n"
    "  8,   7,    7.500,    4,    0.938,    0.000,  999,    0.000\n"
    "  7,   6, 1.41E+03,   26,    1.577,  1.0,  50,  3.7E-02\n"
)
RESULTS = """Signal     Conc (au)       %SD   SD (au)
----------------------------------------
-CrCH2         0.000       inf 5.263e-05
NAA         0.002788     5.361 0.0001495
TNAA        0.003237     3.696 0.0001196

Fit quality
-----------
Metab FWHM (PPM) : 0.04754
SNR residual     : 36.23
Water FWHM (Hz)  : NA

TARQUIN version 4.3.5
"""
TARQUIN_CSV = """Signal amplitudes
Row,Col,Slice,-CrCH2,NAA
1,1,1,0,8
2,1,1,0.5,7
CRLBs (standard deviation)
Row,Col,Slice,-CrCH2,NAA
1,1,1,0.1,0.4
2,1,1,0.1,0.7
Fit diagnostics
Row,Col,Slice,Q,SNR residual,Metab FWHM (PPM)
1,1,1,2.1,36,0.05
2,1,1,2.4,30,NA
"""


def tarquin_fit_text(voxels=1):
    text = ""
    for voxel in range(1, voxels + 1):
        text += f"Row : {voxel}, Col : 1, Slice : 1\nPPMScale,Data,Fit,Baseline,NAA\n"
        naa = voxel * curve(2.0)
        columns = (PPM, naa + BASELINE + 0.01, naa, BASELINE, naa)
        text += "".join(
            ",".join(f"{v:.6g}" for v in row) + "\n" for row in zip(*columns, strict=True)
        )
    return text
