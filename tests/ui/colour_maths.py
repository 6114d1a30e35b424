"""Colour maths for the tests: sRGB, CAM02-UCS, colour vision deficiency, WCAG contrast.

CAM02-UCS: Luo, Cui & Li 2006 (Color Res Appl 31:320) on CIECAM02 (CIE 159:2004) with
LA = 64/5 cd/m2, Yb = 20, average surround. Deficiencies: Machado 2009, severity 1.
"""

import numpy as np

RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
HPE = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
WHITE = np.array([95.047, 100.0, 108.883])
VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour):
    """Return linear RGB in [0, 1] of "#RRGGBB"."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, two):
    """Return the WCAG 2 contrast ratio."""
    a, b = (linear(c) @ RGB_TO_XYZ[1] for c in (one, two))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def difference(one, two, vision="normal"):
    """Return Delta-E' in CAM02-UCS as an eye with ``vision`` sees it."""
    return float(np.linalg.norm(ucs(one, vision) - ucs(two, vision)))


def ucs(colour, vision="normal"):
    """Return (J', a', b')."""
    rgb = np.clip(VISION[vision] @ linear(colour), 0, 1)
    return cam02_ucs(100 * RGB_TO_XYZ @ rgb)


def cam02_ucs(xyz, la=64 / 5, yb=20.0, white=WHITE):
    f, c, nc = 1.0, 0.69, 1.0
    k = 1 / (5 * la + 1)
    fl = 0.2 * k**4 * 5 * la + 0.1 * (1 - k**4) ** 2 * (5 * la) ** (1 / 3)
    n = yb / white[1]
    nbb = 0.725 * n**-0.2
    z = 1.48 + np.sqrt(n)
    degree = f * (1 - np.exp(-(la + 42) / 92) / 3.6)

    rgb_w = CAT02 @ white
    gain = degree * white[1] / rgb_w + 1 - degree

    def response(values):
        cone = HPE @ np.linalg.solve(CAT02, gain * (CAT02 @ values))
        power = (fl * np.abs(cone) / 100) ** 0.42
        return np.sign(cone) * 400 * power / (power + 27.13) + 0.1

    ra, ga, ba = response(np.asarray(xyz, float))
    raw, gaw, baw = response(white)
    a = ra - 12 * ga / 11 + ba / 11
    b = (ra + ga - 2 * ba) / 9
    hue = np.arctan2(b, a)
    et = 0.25 * (np.cos(hue + 2) + 3.8)
    achromatic = (2 * ra + ga + ba / 20 - 0.305) * nbb
    white_achromatic = (2 * raw + gaw + baw / 20 - 0.305) * nbb
    j = 100 * (max(achromatic, 0) / white_achromatic) ** (c * z)
    t = (50000 / 13 * nc * nbb * et * np.hypot(a, b)) / (ra + ga + 21 * ba / 20)
    chroma = t**0.9 * np.sqrt(j / 100) * (1.64 - 0.29**n) ** 0.73
    m = chroma * fl**0.25
    j_prime = 1.7 * j / (1 + 0.007 * j)
    m_prime = np.log(1 + 0.0228 * m) / 0.0228
    return np.array([j_prime, m_prime * np.cos(hue), m_prime * np.sin(hue)])
