"""Two themes, dark for the reading room and light beside it: one table of colours each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from mrsviewer.resources import resource

ThemeName = Literal["dark", "light"]
FONT_FAMILY = "DejaVu Sans"
FONT_POINTS = 9.0
FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_PROPERTY = "mrsviewer_theme"
_STYLED = "mrsviewer_style"


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of a theme, as "#RRGGBB".

    ``data`` to ``residual`` are the curve roles; ``voxel`` and ``crosshair`` are drawn on
    images, which are black in both themes. ``good``, ``borderline`` and ``poor`` always stand
    beside a sign.
    """

    name: ThemeName
    window: str
    surface: str
    alternate: str
    button: str
    border: str
    grid: str
    text: str
    dim: str
    accent: str
    on_accent: str
    link: str
    data: str
    fit: str
    baseline: str
    metabolite: str
    residual: str
    good: str
    borderline: str
    poor: str
    voxel: str = "#FFC914"
    crosshair: str = "#14B7FF"
    image: str = "#000000"
    on_image: str = "#E6EAED"


DARK = Palette(
    name="dark",
    window="#14181C",
    surface="#101418",
    alternate="#1C2127",
    button="#23292F",
    border="#39414A",
    grid="#1B2127",
    text="#E6EAED",
    dim="#98A2AA",
    accent="#14B7FF",
    on_accent="#0B1014",
    link="#14B7FF",
    data="#E6EAED",
    fit="#FF7A3D",
    baseline="#14B7FF",
    metabolite="#FFC914",
    residual="#8C979F",
    good="#5BC98B",
    borderline="#FFC914",
    poor="#FF7B72",
)
LIGHT = Palette(
    name="light",
    window="#F3F5F7",
    surface="#FFFFFF",
    alternate="#F1F4F6",
    button="#E7EBEE",
    border="#C2C9CF",
    grid="#EEF1F3",
    text="#1C2126",
    dim="#59626A",
    accent="#0B66C3",
    on_accent="#FFFFFF",
    link="#0B5CAD",
    data="#2B3036",
    fit="#B73814",
    baseline="#6F38FF",
    metabolite="#6F1481",
    residual="#70767C",
    good="#1B7340",
    borderline="#8A5A00",
    poor="#B3261E",
)
_EDGED = ("QCheckBox", "QLineEdit", "QAbstractSpinBox")
_STYLE_DARKENS_PERCENT = 140
_PALETTES = {"dark": DARK, "light": LIGHT}


def palette_of(theme: ThemeName) -> Palette:
    """Return the colours of a theme."""
    return _PALETTES[theme]


def current_palette() -> Palette:
    """Return the colours of the theme last applied; dark before any was."""
    app = QApplication.instance()
    name = app.property(_PROPERTY) if app is not None else None
    return _PALETTES.get(str(name), DARK)


def apply_theme(app: QApplication, theme: ThemeName) -> Palette:
    """Give the application style, font, palette and style sheet of ``theme``; return its colours.

    Widgets hear of it by ``QEvent.Type.PaletteChange`` and then ask :func:`current_palette`.
    """
    colours = palette_of(theme)
    app.setProperty(_PROPERTY, theme)
    if not app.property(_STYLED):
        app.setStyle("Fusion")
        app.setProperty(_STYLED, True)
    load_font(app)
    app.setPalette(qt_palette(colours))
    for kind in _EDGED:
        app.setPalette(edged_palette(colours), kind)  # type: ignore[arg-type] # the stub is wrong
    if app.styleSheet() != (sheet := _style_sheet(colours)):
        app.setStyleSheet(sheet)
    return colours


def load_font(app: QApplication) -> None:
    """Make the bundled font the application's, once; its size is the user's affair afterwards."""
    if app.property("mrsviewer_font"):
        return
    for name in FONT_FILES:
        path = resource("fonts", name)
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))
    font = QFont(FONT_FAMILY)
    font.setPointSizeF(FONT_POINTS)
    app.setFont(font)
    app.setProperty("mrsviewer_font", FONT_FAMILY)


def qt_palette(colours: Palette) -> QPalette:
    """Return the Qt palette of a theme: one table, disabled text dimmed."""
    role, palette = QPalette.ColorRole, QPalette()
    table = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.alternate,
        role.Text: colours.text,
        role.Button: colours.button,
        role.ButtonText: colours.text,
        role.BrightText: colours.poor,
        role.ToolTipBase: colours.button,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.dim,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.link,
        role.LinkVisited: colours.link,
        role.Accent: colours.accent,
    }
    for key, colour in table.items():
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(
            QPalette.ColorGroup.Disabled, key, QColor(mixed(colours.dim, colours.window, 0.35))
        )
    return palette


def edged_palette(colours: Palette) -> QPalette:
    """Return the palette of fields and boxes: the style draws their edge darker than the window.

    On a dark window that cannot be seen, so what it takes for the window is lighter.
    """
    palette = qt_palette(colours)
    edge = QColor(mixed(colours.dim, colours.window, 0.1)).lighter(_STYLE_DARKENS_PERCENT)
    palette.setColor(QPalette.ColorRole.Window, edge)
    return palette


def mixed(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` of ``other`` mixed in, as "#RRGGBB"."""
    one, two = QColor(colour), QColor(other)
    red, green, blue = (
        round(a + (b - a) * share)
        for a, b in (
            (one.red(), two.red()),
            (one.green(), two.green()),
            (one.blue(), two.blue()),
        )
    )
    return QColor(red, green, blue).name()


def scaled_font(widget: QWidget, factor: float, *, bold: bool = False) -> QFont:
    """Return the widget's font times ``factor``, so that the application's size scales it too."""
    font = QFont(widget.font())
    font.setPointSizeF(widget.font().pointSizeF() * factor)
    font.setBold(bold)
    return font


def _style_sheet(c: Palette) -> str:
    """Return the few rules that a palette cannot say."""
    return f"""
QToolTip {{ color: {c.text}; background: {c.button}; border: 1px solid {c.border}; padding: 4px; }}
QHeaderView::section {{ background: {c.alternate}; color: {c.text}; border: 0; padding: 5px 4px;
  font-weight: bold; }}
QTableView {{ border: 0; gridline-color: {c.grid}; }}
QDockWidget::title {{ background: {c.window}; padding: 7px 8px; }}
QMainWindow::separator {{ background: {c.window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {c.border}; }}
QToolBar {{ border: 0; spacing: 4px; padding: 3px; }}
QStatusBar::item {{ border: 0; }}
#messageBar {{ background: {c.alternate}; border: 1px solid {c.border}; }}
"""
