"""From the water signal to a factor per component, with every constant named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.model.quantities import Constant
from mrsviewer.quantification.relaxation import Times, attenuation, find_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.volume import Tissue
    from mrsviewer.quantification.options import QuantificationOptions, TissueTimes
    from mrsviewer.quantification.relaxation import RelaxationTable

WATER_PROTONS = 2
PURE_WATER_MMOL_PER_KG = 55510.0
WATER_DENSITY: Mapping[Tissue, float] = {"gm": 0.78, "wm": 0.65, "csf": 0.97}
"""Water content by volume, relative to pure water (Near 2021)."""

WCONC_MMOL = 35880.0
NEAR = "Near 2021, doi 10.1002/nbm.4257"
LCMODEL = "LCModel default"
BY_HAND = "set by hand"


@dataclass(frozen=True, slots=True)
class Scale:
    """Concentration per (amplitude * proton unit / water amplitude), by component.

    Attributes
    ----------
    factors
        By component name; components without one have no concentration.
    method, unit
        In words.
    constants, notes
        What entered, and what was assumed.
    """

    factors: Mapping[str, float]
    method: str
    unit: str
    constants: tuple[Constant, ...]
    notes: tuple[str, ...] = ()


def institutional(options: QuantificationOptions, names: tuple[str, ...]) -> Scale:
    """Return one factor for all: one water concentration, one attenuation.

    ``C = (S_M / S_W) * ATTH2O * WCONC / ATTMET * (2 / n_M)``, as in LCModel.
    """
    water = options.water_conc_mmol
    constants = (
        Constant(
            "Water concentration (WCONC)",
            WCONC_MMOL if water is None else water,
            "mmol/L",
            f"{LCMODEL}, white matter" if water is None else BY_HAND,
        ),
        Constant("Water attenuation (ATTH2O)", options.water_attenuation, "", _origin(options)),
        Constant(
            "Metabolite attenuation (ATTMET)", options.metabolite_attenuation, "", _origin(options)
        ),
    )
    factor = (
        WATER_PROTONS * constants[0].value * constants[1].value / max(constants[2].value, 1e-12)
    )
    notes = () if options.unit == "mmol/L" else ("Institutional scaling is in mmol/L only.",)
    method = "water-scaled with institutional constants"
    return Scale(dict.fromkeys(names, factor), method, "mmol/L", constants, notes)


def _origin(options: QuantificationOptions) -> str:
    default = options.water_attenuation == 0.7 and options.metabolite_attenuation == 1.0
    return LCMODEL if default else BY_HAND


def by_tissue(
    options: QuantificationOptions,
    names: tuple[str, ...],
    acquisition: Acquisition,
    tissue: Mapping[Tissue, float],
) -> Scale | str:
    """Return factors corrected for relaxation and tissue, or the reason why there are none.

    ``C = (S_M / S_W) (2 / n_M) 55510 sum_x(f_x R_x) / ((1 - f_csf) R_M)`` with mole fractions of
    water ``f_x`` for mmol/kg, and with ``f_x d_x`` and the volume fraction of CSF for mmol/L
    (Near 2021, equations 4 and 6).
    """
    echo, repetition = acquisition.echo_time_s, acquisition.repetition_time_s
    if echo is None or repetition is None:
        lacking = " and ".join(
            name for name, value in (("TE", echo), ("TR", repetition)) if value is None
        )
        return f"{lacking} unknown: relaxation cannot be corrected, so only ratios are given."
    table = find_table(options.table, acquisition.field_t)
    if table is None:
        field = acquisition.field_t
        at = "this field strength" if field is None else f"{field:.2f} T"
        return f"No relaxation times for {at} in table {options.table}: only ratios are given."
    if tissue["csf"] > 0.95:
        return "The voxel is almost all cerebrospinal fluid: only ratios are given."
    return _Tissue(options, table, tissue, (echo, repetition)).scale(names)


class _Tissue:
    """Relaxation and tissue correction of one voxel; collects the constants it uses."""

    def __init__(
        self,
        options: QuantificationOptions,
        table: RelaxationTable,
        tissue: Mapping[Tissue, float],
        timing: tuple[float, float],
    ) -> None:
        self.options, self.table, self.tissue, self.timing = options, table, tissue, timing
        self.source = f"table {table.table_id} at {table.field_t:g} T, {table.source}"
        self.constants = [
            Constant("Echo time", timing[0], "s", "data"),
            Constant("Repetition time", timing[1], "s", "data"),
        ]

    def scale(self, names: tuple[str, ...]) -> Scale:
        """Return factors and constants."""
        water = self._water()
        metabolites = {name: self._metabolite(name) for name in names}
        factors = {name: WATER_PROTONS * water / share for name, share in metabolites.items()}
        method = f"water-scaled, corrected for tissue and relaxation (table {self.table.table_id})"
        return Scale(factors, method, self.options.unit, tuple(self.constants))

    def _water(self) -> float:
        """Return the water concentration per metabolite-bearing tissue, relaxation included."""
        fractions = dict(self.tissue)
        volume = {x: fractions[x] * WATER_DENSITY[x] for x in fractions}
        by_hand = self.options.water_conc_mmol
        pure = PURE_WATER_MMOL_PER_KG if by_hand is None else by_hand
        unit = "mmol/kg" if by_hand is None else self.options.unit
        origin = NEAR if by_hand is None else BY_HAND
        self.constants.append(Constant("Concentration of pure water", pure, unit, origin))
        for x, fraction in fractions.items():
            named = f"({x.upper()})"
            self.constants.append(
                Constant(f"Volume fraction {named}", fraction, "", "tissue fractions")
            )
            self.constants.append(Constant(f"Water share {named}", WATER_DENSITY[x], "", NEAR))
        if self.options.unit == "mmol/kg":
            total = sum(volume.values())
            shares = {x: volume[x] / total for x in volume}
            free = 1.0 - shares["csf"]
        else:
            shares, free = volume, 1.0 - fractions["csf"]
        left = {x: attenuation(self._water_times(x), *self.timing) for x in shares}
        return pure * sum(shares[x] * left[x] for x in shares) / free

    def _water_times(self, x: Tissue) -> Times:
        known = self.table.water[x]
        t1 = self._chosen(f"T1 of water ({x.upper()})", known.t1_s, self.options.water_t1_s, x)
        t2 = self._chosen(f"T2 of water ({x.upper()})", known.t2_s, self.options.water_t2_s, x)
        return Times(t1, t2)

    def _chosen(self, name: str, known: float, by_hand: TissueTimes, x: Tissue) -> float:
        value: float | None = getattr(by_hand, x)
        source = self.source if value is None else BY_HAND
        self.constants.append(Constant(name, known if value is None else value, "s", source))
        return self.constants[-1].value

    def _metabolite(self, name: str) -> float:
        """Return the share of signal relaxation leaves, grey and white matter weighed."""
        times = self.table.named.get(name, self.table.metabolite)
        grey, white = self.tissue["gm"], self.tissue["wm"]
        weights: Mapping[Tissue, float] = {
            "gm": grey / (grey + white) if grey + white > 0 else 0.5,
            "wm": white / (grey + white) if grey + white > 0 else 0.5,
        }
        t1 = self._mean(name, "T1", {x: times[x].t1_s for x in weights}, weights)
        t2 = self._mean(name, "T2", {x: times[x].t2_s for x in weights}, weights)
        return sum(weights[x] * attenuation(Times(t1[x], t2[x]), *self.timing) for x in weights)

    def _mean(
        self,
        name: str,
        which: str,
        known: Mapping[Tissue, float],
        weights: Mapping[Tissue, float],
    ) -> Mapping[Tissue, float]:
        options = self.options
        by_hand = options.metabolite_t1_s if which == "T1" else options.metabolite_t2_s
        if by_hand is not None:
            if not any(c.name == f"{which} of metabolites" for c in self.constants):
                self.constants.append(Constant(f"{which} of metabolites", by_hand, "s", BY_HAND))
            return dict.fromkeys(known, by_hand)
        mean = sum(weights[x] * known[x] for x in known)
        self.constants.append(Constant(f"{which} of {name}", mean, "s", self.source))
        return known
