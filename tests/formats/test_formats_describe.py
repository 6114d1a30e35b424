"""The fields of ``info --json``, and that importing the package costs nothing."""

import json
import subprocess
import sys

import vendor_files as make

from mrsviewer.formats import describe, read_scan
from mrsviewer.formats.sequences import localisation_of

FIELDS = [
    "format",
    "vendor",
    "nucleus",
    "frequency_hz",
    "dwell_s",
    "points",
    "coils",
    "transients",
    "echo_time_s",
    "repetition_time_s",
    "voxel",
    "warnings",
]


def test_fields_are_those_promised_and_fit_json(tmp_path):
    facts = describe(read_scan(make.write_sdat(tmp_path)))
    assert list(facts) == FIELDS
    assert list(facts["voxel"]) == ["centre_ras_mm", "size_mm", "axes_ras"]
    assert json.loads(json.dumps(facts)) == facts


def test_unknown_is_null_and_warnings_are_sentences(tmp_path):
    gone = dict.fromkeys(("echo_time", "repetition_time", "lr_size"))
    facts = describe(read_scan(make.write_sdat(tmp_path, **gone)))
    assert facts["echo_time_s"] is facts["repetition_time_s"] is facts["voxel"] is None
    assert facts["warnings"] == ["Voxel position unknown: The header gives no complete box."]


def test_sequence_names():
    names = {
        "*svs_se": "press",
        "svs_st": "steam",
        "svs_slaser_dkd": "slaser",
        "eja_svs_slaser": "slaser",
        "svs_se_30_LSTG": "press",
        "SV_PRESS_30": "press",
        "MEGA-PRESS 68": "mega-press",
        "svs_edit": "mega-press",
        "mgs_svs_ed": "mega-press",
        "HERMES GABA GSH": "mega-press",
        "smm_svs_herc": "mega-press",
        "searchercise": None,
        "sSPECIAL": None,
        "special_te9": "special",
        "PRIME": None,
        "": None,
        None: None,
    }
    assert {name: localisation_of(name) for name in names} == names
    assert localisation_of("unknown", "STEAM_metab") == "steam"


def test_import_pulls_in_no_reader():
    code = (
        "import sys, mrsviewer.formats; "
        "heavy = {'numpy', 'scipy', 'nibabel', 'pydicom', 'spec2nii', 'nifti_mrs'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_format_does_not_import_the_libraries_of_another(tmp_path):
    path = make.write_sdat(tmp_path)
    code = (
        "import sys, pathlib; from mrsviewer import formats; "
        f"formats.read_scan(pathlib.Path({str(path)!r})); "
        "heavy = {'nibabel', 'pydicom', 'spec2nii', 'nifti_mrs', 'scipy.signal', 'scipy.ndimage'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_function_of_the_package_stays_one_after_its_first_call(tmp_path):
    import mrsviewer.formats

    scan = read_scan(make.write_sdat(tmp_path))
    assert mrsviewer.formats.describe(scan) == mrsviewer.formats.describe(scan)
