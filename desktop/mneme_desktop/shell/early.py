"""What holds before the store is open: the language, light or dark, and the size of everything."""

import os
from collections.abc import Mapping

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

import mneme_resources
from mneme import messages
from mneme.paths import Profile
from mneme.settings import Value
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.state import WindowState

SCALE, LANGUAGE = "appearance.scale", "appearance.language"
THEME, CONTRAST = "appearance.theme", "appearance.contrast"
LEAST, MOST = 50, 300  # percent
SPOKEN = {"english": "en", "deutsch": "de"}  # each is called what its speakers call it


def keep_early(state: WindowState, values: Mapping[str, Value]) -> None:
    """Keep those of these settings that are wanted before the store is open the next time."""
    for key in (SCALE, LANGUAGE, THEME, CONTRAST):
        if key in values and state.for_start(key) != str(values[key]):
            state.keep_for_start(key, str(values[key]))


def take_look(theme: Theme, profile: Profile) -> None:
    """Be light or dark as the owner chose, from what is seen first."""
    state = WindowState(profile)
    theme.use(state.for_start(THEME) or "system", state.for_start(CONTRAST) or "system")


def take_size(profile: Profile) -> None:
    """Have everything as large as the owner chose; Qt reads it once, when the application is made."""
    chosen = WindowState(profile).for_start(SCALE)
    if chosen.isdecimal() and LEAST <= int(chosen) <= MOST:
        os.environ["QT_SCALE_FACTOR"] = str(int(chosen) / 100)


def take_language(app: QApplication, profile: Profile) -> None:
    """Speak the language that the owner chose, or the system's: our sentences, Qt's own, dates and numbers."""
    chosen = SPOKEN.get(WindowState(profile).for_start(LANGUAGE))
    speak(app, [chosen] if chosen else QLocale.system().uiLanguages())


def speak(app: QApplication, languages: list[str]) -> None:
    """Speak the first of these languages that there is a catalogue for; else English."""
    spoken = messages.use(str(mneme_resources.ROOT / "locale"), [name.replace("-", "_") for name in languages])
    locale = QLocale(languages[0]) if languages and languages[0].startswith(spoken) else QLocale(spoken)
    if spoken == "en" and locale.language() != QLocale.Language.English:  # as people write who know no other
        locale = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    QLocale.setDefault(locale)
    translator = QTranslator(app)
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    right_to_left = locale.textDirection() == Qt.LayoutDirection.RightToLeft
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
