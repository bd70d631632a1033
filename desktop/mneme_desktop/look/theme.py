"""How Mneme looks: the palette in force, the type scale, and the one style sheet made from them."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from mneme_desktop.look.palettes import DARK, LIGHT, Colours
from mneme_desktop.look.stylesheet import stylesheet

GRID = 8
FADING = 0.35  # retention below which the ring turns warm



class Theme(QObject):
    """The palette in force. `changed` is sent after the application has taken a new one."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._wish = "system"
        self._hints = QGuiApplication.styleHints()
        self.colours = LIGHT
        self._applied = False
        app.setStyle("Fusion")
        app.setFont(base_font())
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self.use("system")

    def use(self, wish: str) -> None:
        """`wish`: "system", "light" or "dark"."""
        self._wish = wish
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark if wish == "system" else wish == "dark"
        colours = DARK if dark else LIGHT
        if colours is self.colours and self._applied:  # a style sheet is polished into every widget: not for nothing
            return
        self.colours, self._applied = colours, True
        self._app.setPalette(_palette(self.colours))
        self._app.setStyleSheet(stylesheet(self.colours))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._wish == "system":
            self.use("system")


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
