from itertools import combinations

import numpy as np
import pytest
from colour_maths import VISION, cam02_ucs, contrast, difference
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetricsF, QIcon
from PySide6.QtWidgets import QCheckBox, QLineEdit

from mrsviewer.resources import resource
from mrsviewer.ui.icons import icon
from mrsviewer.ui.theme import (
    FONT_FAMILY,
    apply_theme,
    current_palette,
    mixed,
    palette_of,
)

ROLES = ("data", "fit", "baseline", "metabolite", "residual")
THEMES = ("dark", "light")


def test_colour_maths_gives_the_published_example():
    # CIECAM02 worked example (Fairchild 2013, case 1): J = 41.73, M = 0.1088, h = 219.0
    grey = cam02_ucs([19.01, 20.0, 21.78], 318.31, white=np.array([95.05, 100.0, 108.88]))
    assert grey[0] == pytest.approx(1.7 * 41.73 / (1 + 0.007 * 41.73), abs=0.01)
    assert np.hypot(*grey[1:]) == pytest.approx(0.1087, abs=0.002)
    assert np.degrees(np.arctan2(grey[2], grey[1])) % 360 == pytest.approx(219.0, abs=0.5)
    white = cam02_ucs(np.array([95.047, 100.0, 108.883]))
    assert white[0] == pytest.approx(100.0)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    # far apart for normal eyes, close for deuteranopic ones
    assert difference("#D02020", "#6C7A00") > 30
    assert difference("#D02020", "#6C7A00", "deutan") < 12


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_curve_roles_are_told_apart(theme, vision):
    colours = palette_of(theme)
    pairs = {
        (a, b): difference(getattr(colours, a), getattr(colours, b), vision)
        for a, b in combinations(ROLES, 2)
    }
    close = {pair: round(value, 1) for pair, value in pairs.items() if value < 15}
    assert not close


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_has_contrast(theme):
    c = palette_of(theme)
    texts = (c.text, c.dim, c.data, c.fit, c.baseline, c.metabolite, c.good, c.borderline, c.poor)
    poor = {
        (text, ground): round(contrast(text, ground), 2)
        for text in texts
        for ground in (c.surface, c.window, c.alternate)
        if contrast(text, ground) < 4.5
    }
    assert not poor
    assert contrast(c.residual, c.surface) >= 4.5
    assert contrast(c.on_accent, c.accent) >= 4.5
    assert contrast(c.on_image, c.image) >= 4.5


def test_apply_theme_sets_palette_style_and_bundled_font(qapp):
    for theme in THEMES:
        colours = apply_theme(qapp, theme)
        assert current_palette() is colours
        assert qapp.palette().window().color().name().upper() == colours.window.upper()
    assert qapp.style().name() == "fusion" or qapp.styleSheet()
    assert QFontInfo(qapp.font()).family() == FONT_FAMILY
    assert FONT_FAMILY in QFontDatabase.families()
    assert resource("fonts", "LICENSE-DejaVu.txt").is_file()


def test_digits_are_tabular(qapp):
    apply_theme(qapp, "dark")
    metrics = QFontMetricsF(qapp.font())
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_mixed():
    assert mixed("#000000", "#FFFFFF", 0.5) in ("#808080", "#7f7f7f")
    assert mixed("#102030", "#FFFFFF", 0.0) == "#102030"


def test_every_icon_is_drawn_in_the_colour_of_the_text(qapp):
    colours = apply_theme(qapp, "dark")
    files = sorted(resource("icons").glob("*.svg"))
    assert files
    for path in files:
        image = icon(path.stem).pixmap(QSize(24, 24), QIcon.Mode.Normal).toImage()
        pixels = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
        inks = [pixel for pixel in pixels if pixel.alpha() > 130]
        assert len(inks) > 10, path.stem
        text = QColor(colours.text)
        assert all(abs(ink.lightness() - text.lightness()) < 8 for ink in inks), path.stem
    with pytest.raises(FileNotFoundError):
        icon("no such icon")


@pytest.mark.parametrize("kind", [QCheckBox, QLineEdit])
@pytest.mark.parametrize("theme", THEMES)
def test_empty_boxes_and_fields_are_seen(qapp, qtbot, theme, kind):
    """An edge of 3 to 1 against the window: WCAG 1.4.11."""
    colours = apply_theme(qapp, theme)
    box = kind()
    qtbot.addWidget(box)
    box.resize(80, 24)
    picture = box.grab().toImage()
    middle = picture.height() // 2
    across = {QColor(picture.pixel(x, middle)).name() for x in range(20)}
    apply_theme(qapp, "dark")
    assert max(contrast(ink, colours.window) for ink in across) >= 3.0
