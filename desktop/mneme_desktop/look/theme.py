"""How Mneme looks: the palette in force, the type scale, and the one style sheet made from them."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from mneme_desktop.look.palettes import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Colours
from mneme_desktop.look.stylesheet import stylesheet

GRID = 8
FADING = 0.35  # retention below which the ring turns warm

class Theme(QObject):
    """The palette in force, and whether things move. `changed` is sent after the application has taken a new one."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.wish, self._contrast = "system", "system"
        self.motion = True
        self._hints = QGuiApplication.styleHints()
        self.colours = LIGHT
        self._applied = False
        app.setStyle("Fusion")
        app.setFont(base_font())
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.use("system")

    def use(self, wish: str, contrast: str = "") -> None:
        """`wish`: "system", "light" or "dark"; `contrast`: "system", "normal" or "high" ("": as it is)."""
        self.wish, self._contrast = wish, contrast or self._contrast
        colours = self._chosen()
        if colours is self.colours and self._applied:  # a style sheet is polished into every widget: not for nothing
            return
        self.colours, self._applied = colours, True
        self._app.setPalette(_palette(self.colours))
        self._app.setStyleSheet(stylesheet(self.colours))
        self.changed.emit()

    def _chosen(self) -> Colours:
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark if self.wish == "system" else self.wish == "dark"
        if self._contrast == "system":
            high = self._hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        else:
            high = self._contrast == "high"
        if high:
            return HIGH_DARK if dark else HIGH_LIGHT
        return DARK if dark else LIGHT

    def _system_changed(self) -> None:
        if "system" in (self.wish, self._contrast):
            self.use(self.wish)


def base_font() -> QFont:
    """Inter where it is installed, else the system's own face; 14 pixels."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    families = [name for name in ("Inter",) if name in QFontDatabase.families()]
    if families:
        font.setFamilies([*families, *font.families()])
    font.setPixelSize(14)
    return font


def sized(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The base face at one of the sizes 12, 14, 15, 20."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def give_role(widget: QWidget, role: str) -> None:
    """Say what a widget is to the style sheet ("headline", "muted", "chip" …), also after it was shown."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.paper), (roles.Base, colours.card), (roles.AlternateBase, colours.rail),
        (roles.Button, colours.card), (roles.WindowText, colours.ink), (roles.Text, colours.ink),
        (roles.ButtonText, colours.ink), (roles.ToolTipBase, colours.card), (roles.ToolTipText, colours.ink),
        (roles.Highlight, colours.accent), (roles.HighlightedText, colours.on_accent),
        (roles.PlaceholderText, colours.muted), (roles.Link, colours.accent), (roles.Mid, colours.border),
        (roles.Accent, colours.accent),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette
