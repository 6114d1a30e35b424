"""Raw data files of Siemens (TWIX) and GE (P-file) that the tests write themselves."""

import ctypes
import struct

import numpy as np
from vendor_files import DWELL_S, ascconv

POINTS = 512
NOISE, PHASE_CORRECTION, FEEDBACK, SYNC, END = 1 << 25, 1 << 21, 1 << 1, 1 << 5, 1
LOOPS = [
    "line",
    "average",
    "slice",
    "partition",
    "echo",
    "phase",
    "repetition",
    "set",
    "segment",
    "ida",
    "idb",
    "idc",
    "idd",
    "ide",
]

PROTOCOL = {
    "tSequenceFileName": '"%SiemensSeq%\\svs_se"',
    "tProtocolName": '"svs+AF8-se"',
    "sTXSPEC.asNucleusInfo[0].tNucleus": '"1H"',
    "sTXSPEC.asNucleusInfo[0].lFrequency": 127750000,
    "sRXSPEC.alDwellTime[0]": round(DWELL_S / 2 * 1e9),
    "alTR[0]": 2000000,
    "alTE[0]": 30000,
    "alTE[1]": 135000,
    "sSpecPara.lVectorSize": POINTS,
    "sSpecPara.ucRemoveOversampling": "0x1",
    "sSpecPara.lFinalMatrixSizeSlice": 1,
    "sSpecPara.sVoI.sPosition.dSag": 10.5,
    "sSpecPara.sVoI.sPosition.dTra": 30,
    "sSpecPara.sVoI.sNormal.dTra": 1,
    "sSpecPara.sVoI.dThickness": 15,
    "sSpecPara.sVoI.dPhaseFOV": 20,
    "sSpecPara.sVoI.dReadoutFOV": 25,
}
CONFIG = {
    "PatientID": "17",
    "PatientBirthDay": "19801221",
    "PatientSex": 2,
    "FrameOfReference": "1.3.12.2.1107.5.2.34.1.1.20190925144812312.0.0.0",
    "VoI_Position_Sag": 10.5,
    "VoI_Position_Tra": 30.0,
    "VoI_Normal_Tra": 1.0,
    "VoI_RoFOV": 25.0,
    "VoI_PeFOV": 20.0,
    "VoI_SliceThickness": 15.0,
}
DICOM = {"tPatientName": "Jörg", "SoftwareVersions": "syngo MR E11", "InstitutionName": "Ward"}


def shot(fid, flags=0, free=0, ice=0, cut=0, **loops):
    """Return a readout: samples of all coils (coils, samples), flags and loop counters."""
    counters = [loops.pop(name, 0) for name in LOOPS]
    assert not loops
    samples = np.atleast_2d(np.asarray(fid)).astype("<c8")
    return {
        "samples": samples,
        "flags": flags,
        "loops": counters,
        "free": free,
        "ice": ice,
        "cut": cut,
    }


def oversampled(fid, before=0, after=0):
    """Return a signal at twice the rate, band-limited, with samples before and after it."""
    points = fid.shape[-1]
    spectrum = np.fft.fft(fid, axis=-1)
    half = points // 2
    zeros = np.zeros((*fid.shape[:-1], points), complex)
    double = np.fft.ifft(
        np.concatenate([spectrum[..., :half], zeros, spectrum[..., half:]], axis=-1), axis=-1
    )
    edge = [(0, 0)] * (fid.ndim - 1)
    return np.pad(2 * double, [*edge, (before, after)], mode="wrap")


def _value(value):
    return (
        f'"{value}"'
        if isinstance(value, str)
        else f"<Precision> 16  {value}"
        if isinstance(value, float)
        else value
    )


def _buffer(values):
    kinds = {str: "String", int: "Long", float: "Double"}
    rows = (
        f'  <Param{kinds[type(v)]}."{k}">  {{ {_value(v)}  }}\n'
        for k, v in values.items()
        if v is not None
    )
    return ("<XProtocol> \n{\n" + "".join(rows) + "}\n").encode("latin-1")


def header(protocol=None, config=None, dicom=None):
    """Return the header of a measurement."""
    text = ascconv({k: v for k, v in {**PROTOCOL, **(protocol or {})}.items() if v is not None})
    buffers = {
        "Config": _buffer({**CONFIG, **(config or {})}),
        "Dicom": _buffer({**DICOM, **(dicom or {})}),
        "MeasYaps": text.encode("latin-1"),
    }
    body = b"".join(
        name.encode() + b"\0" + struct.pack("<I", len(data)) + data
        for name, data in buffers.items()
    )
    body += b"\0" * (-(len(body) + 8) % 32)
    return struct.pack("<2I", len(body) + 8, len(buffers)) + body


def _end(samples=16):
    return {
        "samples": np.zeros((1, samples), "<c8"),
        "flags": END,
        "loops": [0] * 14,
        "free": 0,
        "ice": 0,
        "cut": 0,
    }


def _old_shot(item, counter):
    out = []
    coils, samples = item["samples"].shape
    for coil in range(coils):
        head = bytearray(128)
        struct.pack_into("<IiI", head, 0, coils * (128 + 8 * samples), 81, counter)
        struct.pack_into("<Q2H14H", head, 20, item["flags"], samples, coils, *item["loops"])
        struct.pack_into("<H", head, 60, item["cut"])
        struct.pack_into("<H", head, 88, item["free"])
        struct.pack_into("<H", head, 124, coil)
        out.append(bytes(head) + item["samples"][coil].tobytes())
    return b"".join(out)


def _new_shot(item, counter):
    coils, samples = item["samples"].shape
    length = 192 + coils * (32 + 8 * samples)
    head = bytearray(192)
    struct.pack_into("<IiI", head, 0, length, 81, counter)
    struct.pack_into("<Q2H14H", head, 40, item["flags"], samples, coils, *item["loops"])
    struct.pack_into("<H", head, 80, item["cut"])
    struct.pack_into("<H", head, 136, item["ice"])
    struct.pack_into("<H", head, 176, item["free"])
    rows = (b"\0" * 32 + row.tobytes() for row in item["samples"])
    return bytes(head) + b"".join(rows)


def write_vb(folder, shots, name="scan.dat", **changes):
    """Write a file of one measurement."""
    path = folder / name
    parts = [_old_shot(item, k + 1) for k, item in enumerate([*shots, _end()])]
    path.write_bytes(header(**changes) + b"".join(parts))
    return path


def sync(size=64):
    """Return a readout that holds other data than samples, of VD and later."""
    head = bytearray(192)
    struct.pack_into("<IiI", head, 0, 192 + size, 81, 0)
    struct.pack_into("<Q", head, 40, SYNC)
    return bytes(head) + b"\xff" * size


def write_vd(folder, *measurements, name="scan.dat"):
    """Write a file with a table of measurements, each a header and shots (or bytes)."""
    path = folder / name
    bodies = []
    for head, shots in measurements:
        parts = [
            item if isinstance(item, bytes) else _new_shot(item, k + 1)
            for k, item in enumerate([*shots, _end(0)])
        ]
        bodies.append(head + b"".join(parts))
    table, start = struct.pack("<2I", 0, len(bodies)), 10240
    for k, body in enumerate(bodies):
        table += struct.pack("<2I2Q128s", k, k, start, len(body), b"patient")
        start += len(body)
    path.write_bytes(table + b"\0" * (10240 - len(table)) + b"".join(bodies))
    return path


GE = {
    "rhr_rh_logo": b"GE_MED_NMR",
    "rhr_rh_scan_date": b"06/16/105",
    "rhr_spectral_width": 1 / DWELL_S,
    "rhr_rh_ps_mps_freq": 1277500000,
    "rhr_xcsi": 1,
    "rhr_ycsi": 1,
    "rhr_zcsi": 1,
    "rhr_rh_user19": 2.0,
    "rhe_magstrength": 30000,
    "rhe_patname": b"J\xf6rg",
    "rhe_patid": b"17",
    "rhe_patsex": 2,
    "rhe_dateofbirth": b"19400101",
    "rhs_se_desc": b"PROBE-SV",
    "rhi_psdname": b"probe-p",
    "rhi_nex": 2.0,
    "rhi_te": 35000,
    "rhi_tr": 2000000,
    **{
        f"rhi_user{k}": v
        for k, v in zip(range(8, 14), (20.0, 25.0, 30.0, 5.0, 27.0, -3.0), strict=True)
    },
    **{f"rhi_tlhc_{a}": v for a, v in zip("RAS", (120.0, 120.0, 0.0), strict=True)},
    **{f"rhi_trhc_{a}": v for a, v in zip("RAS", (-120.0, 120.0, 0.0), strict=True)},
    **{f"rhi_brhc_{a}": v for a, v in zip("RAS", (-120.0, -120.0, 0.0), strict=True)},
}
OFFSETS = {9: 61464, 11: 66072, 16: 145908, 24: 157276, 27: 219828, 30: 228020}


def write_pfile(folder, frames, revision=9, name="P00001.7", **changes):
    """Write a P-file; frames (coils, echoes, frames, points) are stored as they are given."""
    from spec2nii.GE.ge_hdr_fields import get_pfile_hdr_fields

    layout = type(
        "Layout",
        (ctypes.LittleEndianStructure,),
        {"_pack_": 1, "_fields_": get_pfile_hdr_fields(revision)},
    )
    coils, echoes, count, points = frames.shape
    fields = layout()
    baseline = np.full((coils, echoes, 1, points), 7)
    samples = np.concatenate([baseline, frames], axis=2).astype(complex).view(float)
    samples = samples.round().astype("<i4").tobytes()
    values = {
        **GE,
        "rhr_rh_rdbm_rev": revision,
        "rhr_rh_raw_pass_size": len(samples),
        "rhr_rdb_hdr_off_data": OFFSETS[revision],
        "rhr_rh_dab[0]_stop_rcv": coils - 1,
        "rhr_rh_user4": 2.0 * (count - 2),
        **changes,
    }
    for key, value in values.items():
        if hasattr(fields, key):
            setattr(fields, key, value)
    data = bytearray(OFFSETS[revision])
    data[: ctypes.sizeof(layout)] = bytes(fields)
    moved = 76 if revision >= 26 else 0
    struct.pack_into("<2H", data, 70 + moved, echoes, changes.get("navs", 2))
    struct.pack_into("<2H", data, 80 + moved, points, 4)
    path = folder / name
    path.write_bytes(bytes(data) + samples)
    return path
