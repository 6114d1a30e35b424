"""Bruker, Varian, Philips raw, TARQUIN and jMRUI files that the tests write themselves."""

import struct

import numpy as np
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like
from vendor_files import spar_text

from mrsviewer.formats.philips_list import COLUMNS

DELAY = 20


def jcamp(values):
    """Return a ParaVision parameter file; a tuple is an array, a struct is a text."""
    lines = ["##TITLE=Parameter List, ParaVision 6.0.1", "##JCAMPDX=4.24", "$$ made for a test"]
    for key, value in values.items():
        if isinstance(value, tuple):
            lines += [f"##${key}=( {len(value)} )", " ".join(str(v) for v in value)]
        else:
            lines.append(f"##${key}={value}")
        lines.append("$$ @vis= " + key)
    return "\n".join([*lines, "##END=", ""])


def delayed(fid, delay=DELAY):
    """Return a signal as the receiver's filter gives it: the delay's points in front."""
    shape = (*fid.shape[:-1], delay)
    return np.concatenate([np.zeros(shape, complex), fid[..., : fid.shape[-1] - delay]], axis=-1)


def bruker_words(fid, kind="<i4"):
    values = np.ascontiguousarray(fid, np.complex128).view(float)
    return (values if kind[1] == "f" else np.round(values * 1e5)).astype(kind).tobytes()


def write_bruker(folder, *, signals=None, name="fid", acqp=None, method=None, visu=None, data=None):
    """Write an experiment with one signal file (signals, receivers, points); return its folder."""
    fid = delayed(brain_like(512))[None, None] if signals is None else signals
    count, receivers, points = fid.shape
    folder.mkdir(exist_ok=True, parents=True)
    acqp_values = {
        "ACQ_dim_desc": ("Spectroscopic",),
        "ACQ_size": (2 * points,),
        "ACQ_jobs": f"( 1 )\n({2 * points}, 1, 0, {count}, 101, {1 / DWELL_S}, {count}, 1)",
        "SW_h": 1 / DWELL_S,
        "BF1": FREQUENCY_HZ * 1e-6,
        "NUCLEUS": "( 8 )\n<1H>",
        "NR": count if name != "rawdata.job0" else 1,
        "NI": 1,
        "GO_raw_data_format": "GO_32BIT_SGN_INT",
        "GO_block_size": "continuous",
        "BYTORDA": "little",
        "GRPDLY": DELAY + 0.02,
        "ACQ_sw_version": "( 65 )\n<PV 6.0.1>",
        "ACQ_institution": "( 48 )\n<Somewhere>",
        **(acqp or {}),
    }
    method_values = {
        "Method": "<Bruker:PRESS>",
        "PVM_EchoTime": 16.5,
        "PVM_RepetitionTime": 2500,
        "PVM_NAverages": count if name == "rawdata.job0" else 64,
        "PVM_NRepetitions": acqp_values["NR"],
        "PVM_SpecMatrix": (points,),
        "PVM_SpecSWH": (1 / DWELL_S,),
        "PVM_FrqWorkOffsetPpm": (-2.3, 0, 0),
        "PVM_EncNReceivers": receivers,
        "PVM_WsOnOff": "On",
        "PVM_VoxArrSize": "( 1, 3 )\n2 3 4",
        "PVM_VoxArrPosition": "( 1, 3 )\n1 0 -2",
        "PVM_VoxArrGradOrient": "( 1, 3, 3 )\n1 0 0 0 1 0 0 0 1",
        **(method or {}),
    }
    (folder / "acqp").write_text(jcamp(acqp_values))
    (folder / "method").write_text(jcamp(method_values))
    (folder / "visu_pars").write_text(jcamp(visu or {"VisuSubjectName": "( 65 )\n<Mouse 7>"}))
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(bruker_words(fid) if data is None else data)
    return folder


def procpar_text(**changes):
    """Return a procpar; numbers and texts, or tuples of either."""
    values = {
        "sfrq": FREQUENCY_HZ * 1e-6,
        "sw": 1 / DWELL_S,
        "te": 0.012,
        "tr": 4.0,
        "tm": 0.01,
        "tn": "H1",
        "seqfil": "steam",
        "rcvrs": "y",
        "array": "",
        "time_run": "20190304T135559",
        "name": "Doe",
        **changes,
    }
    text = ""
    for key, value in values.items():
        if value is None:
            continue
        items = value if isinstance(value, tuple) else (value,)
        strings = isinstance(items[0], str)
        text += f"{key} {2 if strings else 1} {2 if strings else 1} 1e+18 -1e+18 0 2 1 0 1 64\n"
        if strings:
            text += f"{len(items)} " + "\n".join(f'"{item}"' for item in items) + '\n2 "y" "n" \n'
        else:
            text += f"{len(items)} " + " ".join(str(item) for item in items) + " \n0 \n"
    return text


def varian_bytes(fid, *, status=0x9 | 0x10, counts=None, kind=">f4"):
    """Return a fid file of signals in the program's sign, shape (blocks, traces, points)."""
    blocks, traces, points = fid.shape
    size = np.dtype(kind).itemsize
    trace = 2 * points * size
    head = struct.pack(
        ">6i2hi", blocks, traces, 2 * points, size, trace, 28 + traces * trace, 0, status, 1
    )
    body = b""
    for number, block in enumerate(fid):
        count = 16 if counts is None else counts[number]
        body += struct.pack(">4hi4f", 0, 25, number, 0, count, 0, 0, 0, 0)
        values = np.conj(np.ascontiguousarray(block)).view(float)
        body += (values if kind[1] == "f" else np.round(values * 1000)).astype(kind).tobytes()
    return head + body


def write_varian(folder, fid=None, *, text=None, **changes):
    """Write a .fid folder; return it."""
    fid = brain_like(512)[None, None] if fid is None else fid
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "fid").write_bytes(varian_bytes(fid))
    said = {"np": 2 * fid.shape[-1], "at": fid.shape[-1] * DWELL_S}
    (folder / "procpar").write_text(text or procpar_text(**{**said, **changes}))
    return folder


LIST_HEAD = """# === DATA DESCRIPTION FILE ===
#
# Scan name           : PRESS_35
# Patient name        : Doe
#
# mix  n.a. n.a.  number of ...                        value
.    0    0    0  number_of_encoding_dimensions      :     1
.    0    0    0  number_of_signal_averages          :     4
#
# typ mix   dyn   card  echo  loca  chan  extr1 extr2 kx    ky    kz    aver  sign  rf    grad  enc   rtop  rr    size   offset
# --- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ----- ------ ------
"""


def philips_raw(mixes, *, noise=2, drop=(), changes=None):
    """Return LIST text and DATA bytes of signals per mix, each (transients, coils, points)."""
    lines, data = [], b""

    def add(kind, vector, **attributes):
        nonlocal data
        names = COLUMNS[1:-2]
        values = {**dict.fromkeys(names, 0), "sign": 1, **attributes}
        stored = np.asarray(vector, np.complex64).tobytes()
        numbers = [*values.values(), len(stored), len(data)]
        lines.append(f"  {kind} " + " ".join(f"{n:5d}" for n in numbers))
        data += stored

    for channel in range(noise):
        add("NOI", np.ones(64), chan=channel)
    for mix, signals in enumerate(mixes):
        for average, coils in enumerate(signals):
            for channel, vector in enumerate(coils):
                if (mix, average, channel) not in drop:
                    add("STD", vector, mix=mix, aver=average, chan=channel + 3, **(changes or {}))
    return LIST_HEAD + "\n".join(lines) + "\n# end\n", data


def write_philips_raw(folder, mixes=None, *, stem="raw_001", spar="raw_001.SPAR", **options):
    """Write a .data and .list pair with a SPAR; return the .data."""
    mixes = [brain_like(512)[None, None]] if mixes is None else mixes
    text, data = philips_raw(mixes, **options)
    (folder / f"{stem}.list").write_text(text)
    if spar is not None:
        rate = round(1 / DWELL_S)
        points = np.shape(mixes[0])[-1]
        fields = {"samples": points, "sample_frequency": rate}
        header = spar_text(**fields, synthesizer_frequency=round(FREQUENCY_HZ))
        (folder / spar).write_bytes(header)
    path = folder / f"{stem}.data"
    path.write_bytes(data)
    return path


def dpt_text(fid, **changes):
    """Return a dpt file of a FID in the program's sign."""
    header = {
        "Dangerplot_version": "1.0",
        "Number_of_points": len(fid),
        "Sampling_frequency": 1 / DWELL_S,
        "Transmitter_frequency": FREQUENCY_HZ,
        "Phi0": 0,
        "Phi1": 0,
        "PPM_reference": 4.7,
        **changes,
    }
    head = "".join(f"{key}\t{value}\n" for key, value in header.items() if value is not None)
    rows = "".join(f"{z.real:.9e}\t{z.imag:.9e}\n" for z in np.conj(fid))
    return f"{head}Real_FID\tImag_FID\n{rows}"


def mrui_bytes(fids, *, trailer=b"", **changes):
    """Return a .mrui file; changes are numbers of the header by their place, as ``at5=...``."""
    fids = np.atleast_2d(fids)
    header = np.zeros(64)
    header[[1, 2, 5, 6, 13]] = fids.shape[1], DWELL_S * 1e3, FREQUENCY_HZ, 3.0, len(fids)
    for key, value in changes.items():
        header[int(key[2:])] = value
    values = np.ascontiguousarray(fids, np.complex128).view(float)
    return header.astype(">f8").tobytes() + values.astype(">f8").tobytes() + trailer
