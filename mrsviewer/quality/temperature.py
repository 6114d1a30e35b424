"""Is it a phantom? The distance between water and NAA tells the temperature."""

from __future__ import annotations

from mrsviewer.quality.lint import LintFinding

NAA_PPM = 2.01
BODY_C = (31.0, 44.0)
"""Beyond this no living brain is; the method itself is good to 1 or 2 degrees."""

SENSIBLE_C = (0.0, 60.0)


def temperature_c(distance_ppm: float) -> float:
    """Return the temperature at which water and NAA are so far apart (Cady 1995, MRM 34:862)."""
    return 286.9 - 94.0 * distance_ppm


def offset_findings(naa_ppm: float, water_ppm: float) -> tuple[LintFinding, ...]:
    """Return a remark where water lies as in a phantom, or where no temperature explains it.

    Parameters
    ----------
    naa_ppm, water_ppm
        Where both were measured, on one axis.
    """
    distance = water_ppm - naa_ppm
    celsius = temperature_c(distance)
    if BODY_C[0] <= celsius <= BODY_C[1]:
        return ()
    said = f"Water lies {distance:.2f} ppm from NAA (in a head 2.64 ppm)"
    if SENSIBLE_C[0] <= celsius <= SENSIBLE_C[1]:
        evidence = (
            f"{said}: that is {celsius:.0f} degrees Celsius, a phantom's. Relaxation times and "
            "water content of tissue do not hold for it."
        )
        title = "Temperature of a phantom"
        return (LintFinding("temperature", "warning", title, evidence),)
    evidence = f"{said}: no temperature explains that. Check frequency, nucleus and axis."
    title = "Water and metabolites do not lie as they should"
    return (LintFinding("offset", "warning", title, evidence),)
