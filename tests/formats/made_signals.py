"""Signals and files that the tests of the readers write themselves."""

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum

DWELL_S = 5e-4
FREQUENCY_HZ = 127.7e6


def brain_like(points=512, dwell_s=DWELL_S, frequency_hz=FREQUENCY_HZ):
    """Return a FID in the program's sign with lines at 2.01, 3.03 and 3.21 ppm."""
    t = np.arange(points) * dwell_s
    lines = ((2.01, 3.0), (3.03, 2.0), (3.21, 1.2))
    hz = [(ppm - 4.65) * frequency_hz * 1e-6 for ppm, _ in lines]
    return sum(a * np.exp(2j * np.pi * f * t - 15 * t) for f, (_, a) in zip(hz, lines, strict=True))


def peak_ppm(fid, dwell_s, frequency_hz, low=1.0, high=4.1, centre_ppm=4.65):
    """Return where the highest peak between two shifts is."""
    fid = np.asarray(fid).reshape(-1, np.shape(fid)[-1])
    points = max(fid.shape[-1], 2**14)
    ppm = ppm_axis(points, dwell_s, frequency_hz * 1e-6, centre_ppm)
    heights = np.abs(spectrum(fid, points)).mean(axis=0)
    window = (ppm > low) & (ppm < high)
    return float(ppm[window][heights[window].argmax()])


def of_dataset(dataset, low=1.0, high=4.1):
    """Return the highest peak of a dataset."""
    a = dataset.acquisition
    return peak_ppm(dataset.fid, a.dwell_s, a.frequency_hz, low, high, dataset.centre_ppm)


def raw_text(fid, *, nmid="ID='a', FMTDAT='(2E15.6)'", seqpar=None, end="$END", newline="\n"):
    """Return an LCModel RAW file of a FID in the program's sign."""
    head = "" if seqpar is None else f" $SEQPAR\n {seqpar}\n {end}\n"
    rows = "".join(f"{z.real:15.6E}{z.imag:15.6E}\n" for z in np.conj(np.ravel(fid)))
    return f"{head} $NMID\n {nmid}\n {end}\n{rows}".replace("\n", newline)


AXES = f"HZPPPM={FREQUENCY_HZ * 1e-6}, DELTAT={DWELL_S}, ECHOT=30., SEQ='PRESS'"


def jmrui_text(fids, *, names="", dwell_s=DWELL_S, extra=""):
    """Return a jMRUI text file of signals, shape (signals, points)."""
    fids = np.atleast_2d(fids)
    head = (
        "jMRUI Data Textfile\n\nFilename: made.txt\n\n"
        f"PointsInDataset: {fids.shape[1]}\nDatasetsInFile: {len(fids)}\n"
        f"SamplingInterval: {dwell_s * 1e3:.6E}\nZeroOrderPhase: 0E0\nBeginTime: 0E0\n"
        f"TransmitterFrequency: {FREQUENCY_HZ:.9E}\nMagneticField: 3E0\nTypeOfNucleus: 0E0\n"
        f"NameOfPatient: Doe\n{extra}SignalNames: {names}\n\n\nSignal\nsig(real)\tsig(imag)\n"
    )
    blocks = (
        f"Signal {i} out of {len(fids)} in file\n"
        + "".join(f"{z.real:.8E}\t{z.imag:.8E}\n" for z in fid)
        for i, fid in enumerate(fids, 1)
    )
    return head + "\n".join(blocks)


def basis_text(fids, names, *, fill=2, layout="(6E13.5)", header="", blocks=None):
    """Return an LCModel BASIS file of FIDs in the program's sign."""
    points = fids.shape[1] * fill
    per_line, width = (6, 13) if layout == "(6E13.5)" else (2, 15)
    text = (
        f" $SEQPAR\n FWHMBA = 0.01,\n HZPPPM = {FREQUENCY_HZ * 1e-6},\n ECHOT = 30.,\n SEQ = 'PRESS'\n"
        f" $END\n $BASIS1\n IDBASI = 'made; TE1=11.5',\n FMTBAS = '{layout}',\n"
        f" BADELT = {DWELL_S},\n NDATAB = {points}{header}\n $END\n"
    )
    for row, (fid, name) in enumerate(zip(fids, names, strict=True)):
        more = "" if blocks is None else blocks[row]
        spectrum_ = np.fft.fft(np.conj(fid), points) / np.sqrt(points)
        values = spectrum_.astype(np.complex128).view(float)
        cells = [f"{v:{width}.5E}" for v in values]
        lines = ["".join(cells[i : i + per_line]) for i in range(0, len(cells), per_line)]
        text += (
            f" $NMUSED\n PPMAPP = 0.0 ,-0.4\n $END\n $BASIS\n ID = '{name}',\n METABO = '{name}',\n"
        )
        text += f" CONC = 1., TRAMP = 1., VOLUME = 1.,\n ISHIFT = 0{more}\n $END\n"
        text += "\n".join(lines) + "\n"
    return text
