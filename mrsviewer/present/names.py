"""Metabolites by their full names, and in the order in which a clinician reads them."""

from __future__ import annotations

FULL_NAMES: dict[str, str] = {
    "tNAA": "total N-acetylaspartate: NAA + NAAG",
    "tCr": "total creatine: Cr + PCr",
    "tCho": "total choline: GPC + PCh",
    "Glx": "glutamate + glutamine",
    "NAA": "N-acetylaspartate",
    "NAAG": "N-acetylaspartylglutamate",
    "Cr": "creatine",
    "PCr": "phosphocreatine",
    "GPC": "glycerophosphocholine",
    "PCh": "phosphocholine",
    "Cho": "choline",
    "Ins": "myo-inositol",
    "mI": "myo-inositol",
    "sIns": "scyllo-inositol",
    "Scyllo": "scyllo-inositol",
    "Glu": "glutamate",
    "Gln": "glutamine",
    "GABA": "γ-aminobutyrate",
    "GSH": "glutathione",
    "Lac": "lactate",
    "Ala": "alanine",
    "Asp": "aspartate",
    "Tau": "taurine",
    "Glc": "glucose",
    "Gly": "glycine",
    "Asc": "ascorbate",
    "PE": "phosphoethanolamine",
    "Ser": "serine",
    "Ace": "acetate",
    "Suc": "succinate",
    "Pyr": "pyruvate",
    "2HG": "2-hydroxyglutarate",
    "bHB": "β-hydroxybutyrate",
    "-CrCH2": "correction of the creatine CH₂ line for water suppression",
}

_ORDER = {name: place for place, name in enumerate(FULL_NAMES)}


def full_name(name: str) -> str:
    """Return "NAA: N-acetylaspartate", or the name alone where nothing more is known."""
    if full := FULL_NAMES.get(name):
        return f"{name}: {full}"
    if name.upper().startswith("MM"):
        return f"{name}: macromolecules"
    if name.lower().startswith("lip"):
        return f"{name}: lipids"
    return name


def order_of(name: str) -> tuple[int, str]:
    """Return a sort key: known metabolites in reading order, then the rest by name."""
    return _ORDER.get(name, len(_ORDER)), name.casefold()
