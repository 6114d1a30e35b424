"""One name for each metabolite, whatever a file calls it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.model.basis import ComponentKind

_ALIASES = {
    "NAA": ("n-acetylaspartate", "nacetylaspartate"),
    "NAAG": ("n-acetylaspartylglutamate",),
    "Cr": ("cre", "creatine"),
    "PCr": ("pcre", "phosphocreatine"),
    "-CrCH2": ("crch2", "cr_ch2"),
    "Cho": ("choline", "free cho"),
    "GPC": ("glycerophosphocholine", "glycerophosphorylcholine", "gpcho"),
    "PCh": ("pcho", "phosphocholine", "phosphorylcholine"),
    "Ins": ("mi", "mins", "m-ins", "myo", "myo-ins", "myoins", "myo-inositol", "myoinositol"),
    "sIns": ("scyllo", "scy", "scyl", "si", "s-ins", "scyllo-inositol", "scylloinositol"),
    "Glu": ("glutamate",),
    "Gln": ("glutamine",),
    "GABA": ("gamma-aminobutyric acid",),
    "GSH": ("glutathione", "gth"),
    "Asp": ("aspartate",),
    "Asc": ("ascorbate", "vitc"),
    "Tau": ("taurine",),
    "Lac": ("lactate",),
    "Ala": ("alanine",),
    "Glc": ("glucose", "a-glc", "glc_a"),
    "PE": ("pea", "peth", "phosphoethanolamine", "phosphorylethanolamine"),
    "Eth": ("ethanolamine", "ea"),
    "EtOH": ("ethanol",),
    "Gly": ("glycine",),
    "Ser": ("serine",),
    "Thr": ("threonine",),
    "Ace": ("act", "acetate"),
    "2HG": ("2-hg", "d2hg", "2-hydroxyglutarate", "hg"),
    "Suc": ("succ", "succinate"),
    "Pyr": ("pyruvate",),
    "Cit": ("citrate",),
    "bHB": ("bhb", "b-hb", "3hb", "beta-hydroxybutyrate", "3-hydroxybutyrate"),
    "Acac": ("acetoacetate",),
    "Acn": ("acetone",),
    "Phenyl": ("phe", "phenylalanine"),
    "Val": ("valine",),
    "Ile": ("isoleucine",),
    "Leu": ("leucine",),
    "Mac": ("mm", "mms", "macromolecules", "mmexp", "mm_meas", "metnull"),
    "Water": ("h2o",),
}
_BY_ALIAS = {
    alias.lower(): name for name, aliases in _ALIASES.items() for alias in (name, *aliases)
}
_MACROMOLECULE = re.compile(
    r"(?:MM[ _]?(?=\d[.p_]?\d)|M(?=\d\.))(\d)[.p_]?(\d{1,2})(?:[ _]?ppm)?", re.IGNORECASE
)
_LIPID = re.compile(r"lip(?:id)?s?[ _-]?(\d{1,2}|\d\.\d)([a-d])?", re.IGNORECASE)


def canonical_name(raw: str) -> str:
    """Return the name this program uses for the basis signal that a file calls ``raw``.

    ``PCho`` gives ``PCh``, ``Scyllo`` gives ``sIns``, ``mI`` gives ``Ins``, ``MM0.9`` gives
    ``MM09``. A name that is not known is returned as it is, without surrounding blanks.
    """
    text = raw.strip()
    known = _BY_ALIAS.get(text.lower())
    if known is not None:
        return known
    if match := _MACROMOLECULE.fullmatch(text):
        return f"MM{match[1]}{match[2]}"
    if match := _LIPID.fullmatch(text):
        return f"Lip{match[1].replace('.', '')}{(match[2] or '').lower()}"
    return text


def component_kind(name: str) -> ComponentKind:
    """Return what kind of signal ``name`` is, by the name alone."""
    canonical = canonical_name(name)
    if canonical == "Mac" or re.match(r"MM", canonical, re.IGNORECASE):
        return "macromolecule"
    return "lipid" if re.match(r"lip", canonical, re.IGNORECASE) else "metabolite"


def is_known_name(raw: str) -> bool:
    """Return whether ``raw`` is a name of a metabolite, macromolecule or lipid known here."""
    name = canonical_name(raw)
    return name.lower() in _BY_ALIAS or component_kind(name) != "metabolite"
