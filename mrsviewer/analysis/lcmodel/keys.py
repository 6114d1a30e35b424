"""Settings of LCModel control files that have no counterpart here, and what each means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.formats.fortran_namelist import parse_number
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.formats.lcmodel_case import LcmodelCase
    from mrsviewer.model.exam import Severity

FILES_AND_AXES: frozenset[str] = frozenset({
    "FILRAW", "FILH2O", "FILBAS", "NUNFIL", "DELTAT", "HZPPPM", "ECHOT", "NDCOLS", "NDROWS",
    "NDSLIC", "ICOLST", "ICOLEN", "IROWST", "IROWEN", "ISLICE", "NVOXSK", "ICOLSK", "IROWSK",
})  # fmt: skip
"""Say what is fitted, not how."""

TRANSLATED: frozenset[str] = FILES_AND_AXES | {
    "PPMST", "PPMEND", "PPMGAP", "DOWS", "DOECC", "DEGZER", "SDDEGZ", "DEGPPM", "SDDEGP",
    "NSIMUL", "NRATIO", "NOBASE", "NOMIT", "CHOMIT", "NKEEP", "CHKEEP", "NNOT2", "CHNOT2",
    "WCONC", "ATTH2O", "ATTMET", "DESDSH", "DKNTMN",
}  # fmt: skip
"""Taken over, or answered by a remark of their own."""

OUTPUT: frozenset[str] = frozenset({
    "KEY", "TITLE", "NTITLE", "OWNER", "SRCRAW", "SRCH2O", "SAVDIR", "FILPS", "FILCOO", "FILCOR",
    "FILCSV", "FILPRI", "FILTAB", "FILCSI_SAV_1", "FILCSI_SAV_2", "LCSI_SAV_1", "LCSI_SAV_2",
    "LPS", "LCOORD", "LCORAW", "LCSV", "LPRINT", "LTABLE", "LBASIS", "LRAW", "LH2O", "NEACH",
    "IPAGE2", "PGNORM", "LANDSC", "ISDBOL", "CHCOL", "CHROW", "CHSLIC", "CHCOMB", "CHCOM2",
    "NCOMBI", "NAMEAC", "SUBBAS", "YEAR4D", "IPDUMP", "LDUMP", "IDUMP",
    "SIDUMP", "PAGEHT", "PAGEWD", "PTLABL", "PTOUTP", "PTTITL", "PTVERS", "RGBBOL", "RGBERR",
    "RGBLIN", "RGBRAT", "RHLABL", "RHOUTP", "RHTITL", "RHVERS", "WDLINE", "XLEFT", "XRIGHT",
    "XSTEP", "YBOTT", "YTOP", "PPMPOS", "BASOUT",
})  # fmt: skip
"""Say what LCModel writes and how its page looks; no value of the fit depends on them."""

START: frozenset[str] = frozenset({
    "NUSE1", "CHUSE1", "NNOT1", "CHNOT1", "NCHLES", "CHLESS", "CHMORE", "NNOLSH", "CHNOLS",
    "SYNUS1", "USEGLC", "USEANY", "DOREFS", "NREFPK", "PPMREF", "HZREF", "SHIFMN", "SHIFMX",
    "SDMSHF", "PPMSHF", "NSHIFT", "REFLAC", "BADREF", "FIXSHF", "DGPPMN", "DGPPMX", "NDEGZ",
    "NDGPPM", "FWHMST", "FWHMMN", "FWHMMX", "SDSMOO", "DSHPAT", "NBAS_CCF", "RFWHMST_CCF",
    "IAUTO",
})  # fmt: skip
"""Guide LCModel's preliminary fit: how shift, phase and line width are first found."""

_OWN_SHIFTS = "Expected shifts other than DESDSH are LCModel's own here: of NAA, NAAG and Cho."

_MEANINGS: Mapping[str, tuple[Severity, str]] = {
    "SPTYPE": (
        "warning",
        "It is a preset for a kind of spectrum that changes window, references and simulated "
        "signals in LCModel; only what the file itself says was taken over.",
    ),
    "CHSIMU": (
        "warning",
        "Simulated signals of the site's own are not drawn here. Put them into the basis set.",
    ),
    "CHRATO": (
        "warning",
        "Soft ratios of the site's own are not held here: what they name is freer, and may come "
        "out further from them than in LCModel.",
    ),
    "NORATO": ("warning", "Single soft ratios cannot be left out here."),
    "NNORAT": ("warning", "Single soft ratios cannot be left out here."),
    "VITRO": ("warning", "LCModel takes the data for a phantom's; the fit here does not change."),
    "UNSUPR": ("warning", "LCModel fits the file without water suppression; here FILRAW is."),
    "ABSVAL": ("warning", "LCModel fits magnitudes; here the phased spectrum is fitted."),
    "NCALIB": ("warning", "LCModel fits for a calibration of the basis set; here all is fitted."),
    "CHCALI": ("warning", "LCModel fits for a calibration of the basis set; here all is fitted."),
    "BASCAL": ("warning", "LCModel fits a signal of the basis set; here FILRAW is fitted."),
    "NOBASI": ("warning", "LCModel fits simulated signals alone; here the basis set is fitted."),
    "IAVERG": (
        "warning",
        "LCModel averages the signals of the file, such as coils, before its fit; here each is "
        "fitted alone.",
    ),
    "FCALIB": ("warning", "Concentrations are not multiplied by this calibration factor."),
    "PPMCEN": ("warning", "The data are read with 4.65 ppm at their centre."),
    "DOFULL": ("warning", "LCModel stops after its preliminary fit; here the fit is complete."),
    "QUICK": ("warning", "LCModel stops after its preliminary fit; here the fit is complete."),
    "CHSDSH": ("info", _OWN_SHIFTS),
    "ALSDSH": ("info", _OWN_SHIFTS),
    "NSDSH": ("info", _OWN_SHIFTS),
    "NAMREL": ("info", "Ratios are to tCr here."),
    "CONREL": ("info", "Ratios are not multiplied by it here."),
    "WSMET": ("info", "The scale of the basis set is found from NAA and creatine here."),
    "WSPPM": ("info", "The scale of the basis set is found from NAA and creatine here."),
    "N1HMET": ("info", "The scale of the basis set is found from NAA and creatine here."),
}
_DEFAULTS: Mapping[str, str | float] = {
    **dict.fromkeys(
        ("VITRO", "UNSUPR", "ABSVAL", "BASCAL", "NOBASI", "QUICK", "ONLYCO", "ASYMLP"), "F"
    ),
    "DOFULL": "T", "NCALIB": 0, "NNORAT": 0, "IAVERG": 0, "FCALIB": 1.0,
    "PPMCEN": 4.65, "PPMH2O": 4.65, "DESDT2": 0.4, "DEEXT2": 2.0, "NSDT2": 0,
    "NEXT2": 0, "NSDSH": 3, "WSMET": "Cr", "NAMREL": "Cr|Cr+PCr", "CONREL": 1.0, "WSPPM": 3.027,
    "N1HMET": 3, "FWHMBA": 0.013, "RFWHM": 1.8, "IMETHD": 0, "IDGPPM": -1, "NWSST": 10,
    "NWSEND": 50,
}  # fmt: skip
_OTHER = "A detail of LCModel's algorithm; here it has LCModel's default or no counterpart."


def not_taken_over(case: LcmodelCase) -> tuple[Finding, ...]:
    """Return a remark on every setting that was not taken over and is not LCModel's default.

    Settings of its output files, and of its preliminary fit, have one remark together.
    """
    left = [key for key in case.given if key not in TRANSLATED and not _is_default(key, case)]
    found = [
        Finding(severity, f"{key} = {_short(case.given[key])} was not taken over", words)
        for key in left
        if key not in OUTPUT | START
        for severity, words in [_MEANINGS.get(key, ("warning", _OTHER))]
    ]
    groups = (
        (START, "guide LCModel's preliminary fit; here the fit finds its own start"),
        (OUTPUT, "say what LCModel writes; no result depends on them"),
    )
    for keys, words in groups:
        if some := [key for key in left if key in keys]:
            title = f"Not needed from {case.path.name}: {', '.join(some)}"
            found.append(Finding("info", title, f"They {words}."))
    return tuple(found)


def _is_default(key: str, case: LcmodelCase) -> bool:
    default, said = _DEFAULTS.get(key), case.given[key]
    if default is None:
        return False
    if default in {"T", "F"}:
        return said.strip(".").upper().startswith(str(default))
    if isinstance(default, str):
        return said in default.split("|")
    try:
        return parse_number(said) == default
    except ValueError:
        return False


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
