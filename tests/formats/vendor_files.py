"""Scanner files that the tests write themselves, so that they run without real data."""

import struct
import warnings

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from mrsviewer.formats import vax

POINTS = 1024
DWELL_S = 0.0005
FREQUENCY_MHZ = 127.75
PEAKS_PPM = ((2.01, 3.0), (3.03, 2.0), (3.22, 1.5))

SLAB_NORMALS = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0))


def fid(water=20.0, metabolites=1.0, noise=0.002, seed=0, points=POINTS, frequency=FREQUENCY_MHZ):
    """Return a proton FID in the program's own sign: higher ppm at higher frequency."""
    t = np.arange(points) * DWELL_S
    lines = [(ppm, amplitude * metabolites) for ppm, amplitude in PEAKS_PPM] + [(4.65, water)]
    signal = sum(
        amplitude * np.exp(2j * np.pi * (ppm - 4.65) * frequency * t - np.pi * 5 * t)
        for ppm, amplitude in lines
    )
    rng = np.random.default_rng(seed)
    return signal + noise * (rng.standard_normal(points) + 1j * rng.standard_normal(points))


def water_fid(seed=1, **kwargs):
    return fid(water=6000.0, metabolites=1.0, seed=seed, **kwargs)


def pairs(signal, kind):
    return np.ascontiguousarray(signal, np.complex128).view(float).astype(kind).tobytes()


SPAR = {
    "examination_name": "",
    "scan_id": "PRESS_35",
    "scan_date": "2007.02.16 17:30:36",
    "patient_name": "Jörg",
    "patient_birth_date": "1980.12.21",
    "patient_position": '"head_first"',
    "patient_orientation": '"supine"',
    "samples": POINTS,
    "rows": 1,
    "synthesizer_frequency": 127750000,
    "sample_frequency": 2000,
    "nucleus": "1H",
    "echo_time": 35,
    "repetition_time": 2000,
    "averages": 64,
    "volume_selection_enable": '"yes"',
    "ap_size": 20,
    "lr_size": 25,
    "cc_size": 30,
    "ap_off_center": 45,
    "lr_off_center": -1.5,
    "cc_off_center": 30,
    "ap_angulation": 0,
    "lr_angulation": 10,
    "cc_angulation": 0,
    "phase_encoding_enable": '"no"',
    "spectrum_inversion_time": 0,
    "equipment_sw_verions": "5.1.7 ; .1.7 ;",
}


def spar_text(**changes):
    """Return the text of a SPAR; a change to None leaves the key out."""
    rule = "!--------------------"
    lines = [rule, "!      GYROSCAN spectro parameter file.", rule]
    values = {**SPAR, **changes}
    lines += [f"{key} : {value}" for key, value in values.items() if value is not None]
    return "\r\n".join([*lines, rule, ""]).encode("latin-1")


def write_sdat(folder, signal=None, stem="scan_act", suffixes=(".SPAR", ".SDAT"), **changes):
    """Write a pair; return the path of the samples."""
    rows = np.atleast_2d(fid() if signal is None else signal)
    sizes = {"samples": rows.shape[1], "rows": rows.shape[0]}
    header, samples = (folder / f"{stem}{suffix}" for suffix in suffixes)
    header.write_bytes(spar_text(**{**sizes, **changes}))
    samples.write_bytes(vax.encode_f(np.ascontiguousarray(rows).view(float).ravel()))
    return samples


RDA = {
    "PatientName": "Jörg",
    "PatientID": "17",
    "PatientBirthDate": "",
    "StudyDate": "20160429",
    "ProtocolName": "svs_se_30",
    "ModelName": "Skyra",
    "SoftwareVersion[0]": "syngo MR D13",
    "SequenceName": "*svs_se",
    "TR": "2000.000000",
    "TE": "30.000000",
    "TM": "0.000000",
    "TI": "0.000000",
    "DwellTime": "500",
    "NumberOfAverages": "64.000000",
    "MRFrequency": "127.750000",
    "Nucleus": "1H",
    "VectorSize": POINTS,
    "CSIMatrixSize[0]": 1,
    "CSIMatrixSize[1]": 1,
    "CSIMatrixSize[2]": 1,
    **{f"RowVector[{k}]": v for k, v in enumerate((1.0, 0.0, 0.0))},
    **{f"ColumnVector[{k}]": v for k, v in enumerate((0.0, 1.0, 0.0))},
    "VOIPositionSag": 10.5,
    "VOIPositionCor": -20.25,
    "VOIPositionTra": 30.0,
    "VOIThickness": 15.0,
    "VOIPhaseFOV": 20.0,
    "VOIReadoutFOV": 25.0,
    "PixelSpacingRow": 20.0,
    "PixelSpacingCol": 25.0,
    "SliceThickness": 15.0,
}


def rda_bytes(signal=None, *, encoding="latin-1", line_end="\r\n", **changes):
    signal = fid() if signal is None else signal
    values = {**RDA, **changes}
    lines = [f"{key}: {value}" for key, value in values.items() if value is not None]
    text = line_end.join([">>> Begin of header <<<", *lines, ">>> End of header <<<", ""])
    return text.encode(encoding) + pairs(signal.conj(), "<f8")


def write_rda(folder, signal=None, name="scan.rda", **changes):
    path = folder / name
    path.write_bytes(rda_bytes(signal, **changes))
    return path


CSA = {
    "SequenceName": ("*svs_se",),
    "RepetitionTime": ("2000.0",),
    "EchoTime": ("30.0",),
    "NumberOfAverages": ("64",),
    "ImagingFrequency": ("127.75",),
    "ImagedNucleus": ("1H",),
    "RealDwellTime": ("500000",),
    "ImagePositionPatient": ("-2.0", "-30.25", "30.0"),
    "ImageOrientationPatient": ("1", "0", "0", "0", "1", "0"),
    "PixelSpacing": ("20.0", "25.0"),
    "DataPointColumns": (str(POINTS),),
    "Columns": ("1",),
    "Rows": ("1",),
    "NumberOfFrames": ("1",),
    "VoiThickness": ("15.0",),
    "VoiPhaseFoV": ("20.0",),
    "VoiReadoutFoV": ("25.0",),
    "VoiPosition": ("10.5", "-20.25", "30.0"),
}

PROTOCOL = {
    "alTE[0]": "30000",
    "alTE[1]": "135000",
    "sSpecPara.sVoI.sPosition.dSag": "10.5",
    "sSpecPara.sVoI.sPosition.dCor": "-20.25",
    "sSpecPara.sVoI.sPosition.dTra": "30",
    "sSpecPara.sVoI.sNormal.dTra": "1",
    "sSpecPara.sVoI.dThickness": "15",
    "sSpecPara.sVoI.dPhaseFOV": "20",
    "sSpecPara.sVoI.dReadoutFOV": "25",
}


def csa_bytes(values):
    """Return a CSA table of layout SV10."""
    out = [b"SV10\x04\x03\x02\x01", struct.pack("<2I", len(values), 77)]
    for name, texts in values.items():
        out.append(
            struct.pack("<64si4s3i", name.encode(), len(texts), b"DS\0\0", 0, len(texts), 77)
        )
        for text in texts:
            raw = text.encode("latin-1") + b"\0"
            out.append(struct.pack("<4i", len(raw), len(raw), 77, len(raw)))
            out.append(raw + b"\0" * (-len(raw) % 4))
    return b"".join(out)


def ascconv(values):
    lines = "".join(f"{key} = {value}\n" for key, value in values.items() if value is not None)
    return f"### ASCCONV BEGIN ###\n{lines}### ASCCONV END ###"


def _file(path, storage_class):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = storage_class
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    elements = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    elements.SOPClassUID = storage_class
    elements.SOPInstanceUID = "1.2.3.4"
    elements.PatientName = "Roe^Jane"
    elements.PatientID = "17"
    return elements


def _save(elements, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        elements.save_as(path, enforce_file_format=True)
    return path


def write_siemens(folder, signal=None, name="scan.IMA", csa=None, protocol=None):
    """Write a classic Siemens spectrum; ``csa`` and ``protocol`` change single values."""
    signal = fid() if signal is None else signal
    path = folder / name
    elements = _file(path, "1.3.12.2.1107.5.9.1")
    elements.Manufacturer, elements.ManufacturerModelName = "SIEMENS", "Skyra"
    values = {k: v for k, v in {**CSA, **(csa or {})}.items() if v is not None}
    text = ascconv({**PROTOCOL, **(protocol or {})})
    header = elements.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    header.add_new(0x10, "OB", csa_bytes(values))
    header.add_new(0x20, "OB", csa_bytes({"MrPhoenixProtocol": (text,)}))
    data = elements.private_block(0x7FE1, "SIEMENS CSA NON-IMAGE", create=True)
    data.add_new(0x10, "OB", pairs(signal.conj(), "<f4"))
    return _save(elements, path)


def _item(**values):
    item = Dataset()
    for key, value in values.items():
        setattr(item, key, value)
    return item


def write_enhanced(folder, frames=None, name="scan.dcm", maker="SIEMENS", **changes):
    """Write an enhanced spectrum of one or more frames."""
    frames = np.atleast_2d(fid() if frames is None else frames)
    path = folder / name
    elements = _file(path, "1.2.840.10008.5.1.4.1.1.4.2")
    elements.Manufacturer = maker
    elements.PulseSequenceName = "*svs_se"
    elements.TransmitterFrequency = FREQUENCY_MHZ
    elements.SpectralWidth = 1 / DWELL_S
    elements.ResonantNucleus = "1H"
    elements.NumberOfFrames, elements.DataPointColumns = len(frames), frames.shape[1]
    elements.Rows = elements.Columns = elements.DataPointRows = 1
    elements.SignalDomainColumns, elements.DataRepresentation = "TIME", "COMPLEX"
    elements.VolumeLocalizationSequence = [
        _item(SlabThickness=size, SlabOrientation=list(normal), MidSlabPosition=[10.0, -20.0, 30.0])
        for size, normal in zip((15.0, 20.0, 25.0), SLAB_NORMALS, strict=True)
    ]
    shared = _item(
        MRTimingAndRelatedParametersSequence=[_item(RepetitionTime=2000)],
        MREchoSequence=[_item(EffectiveEchoTime=30.0)],
        MRAveragesSequence=[_item(NumberOfAverages=80)],
    )
    elements.SharedFunctionalGroupsSequence = [shared]
    elements.SpectroscopyData = pairs(frames, "<f4")
    for key, value in changes.items():
        if value is None:
            delattr(elements, key)
        else:
            setattr(elements, key, value)
    return _save(elements, path)


def write_slices(folder, positions=(0.0, 5.0, 10.0), series="1.2.3", size=(6, 4)):
    """Write axial images whose grey value is column + 10 row + 100 slice; return their paths."""
    folder.mkdir(exist_ok=True)
    columns, rows = size
    paths = []
    for k, z in enumerate(positions):
        path = folder / f"image{k}.dcm"
        elements = _file(path, "1.2.840.10008.5.1.4.1.1.4")
        elements.SeriesInstanceUID, elements.SeriesDescription = series, "t1_axial"
        elements.Rows, elements.Columns = rows, columns
        elements.ImagePositionPatient = [-3.0, -4.0, z]
        elements.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        elements.PixelSpacing, elements.SliceThickness = [2.0, 1.0], 4.0
        elements.BitsAllocated = elements.BitsStored = 16
        elements.HighBit, elements.PixelRepresentation = 15, 0
        elements.SamplesPerPixel, elements.PhotometricInterpretation = 1, "MONOCHROME2"
        grey = np.arange(columns)[None] + 10 * np.arange(rows)[:, None] + 100 * k
        elements.PixelData = grey.astype("<u2").tobytes()
        elements["PixelData"].VR = "OW"
        paths.append(_save(elements, path))
    return paths


def as_dicom(path):
    return pydicom.dcmread(path)
