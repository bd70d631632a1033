"""What stands before the rooms, and beside them: the first steps, the lock, the line for a quick question."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from mneme.engine import Engine
from mneme.paths import Profile
from mneme_desktop.bridge import Bridge
from mneme_desktop.gallery.life import LIFE, Home
from mneme_desktop.gallery.photographer import WIDE, Photographer
from mneme_desktop.gallery.rooms import BOAT
from mneme_desktop.look.palettes import Colours
from mneme_desktop.shell.firstrun.window import CHOOSING, PROTECTING, FirstRun
from mneme_desktop.shell.quickask import FROM_TOP, QuickAsk
from mneme_desktop.shell.start import BEGINNING, Opener, StartWindow

PASSPHRASE = "seven herons under the old mill"
TICKED = 2  # places in the second step


@contextmanager
def first_steps(photographer: Photographer, home: Home, step: int) -> Iterator[QWidget]:
    """The first steps at one of them, with what an owner has decided so far."""
    home.lay_out("")
    bridge = Bridge(Engine.open(home.new_profile, use_keyring=False))
    first = FirstRun(photographer.theme, bridge, home.new_profile, BEGINNING)
    photographer.dress()
    first.resize(WIDE)
    first.show()
    try:
        photographer.wait(lambda: first.ready)
        first.welcome.written.setChecked(True)
        if step >= CHOOSING:
            first.forward()
            photographer.wait(lambda: len(first.choosing.places) > TICKED)
            for place in first.choosing.places[:TICKED]:
                place.box.setChecked(True)
            photographer.wait(lambda: all(one.preview is not None for one in first.choosing.places[:TICKED]))
        if step >= PROTECTING:
            first.forward()
            for field in (first.protecting.fields.first, first.protecting.fields.again):
                field.line.setText(PASSPHRASE)
            photographer.wait(lambda: first.next.isEnabled(), 1.2)
        yield first
    finally:
        first.close()
        first.deleteLater()
        photographer.tidy()
        bridge.close()


@contextmanager
def locked(photographer: Photographer, home: Home) -> Iterator[QWidget]:
    """Mneme is locked: its passphrase is asked for."""
    def never(profile: Profile, passphrase: str | None) -> Engine:
        return Engine.open(profile, passphrase=passphrase, use_keyring=False)

    start = StartWindow(photographer.theme, home.profile, use_keyring=False)
    start.follow(Opener(home.profile, never), locked=True)
    photographer.dress()
    start.resize(WIDE)
    start.show()
    photographer.rest()
    assert start.field is not None
    start.field.setText(PASSPHRASE)
    photographer.rest()
    try:
        yield start
    finally:
        start.close()
        start.deleteLater()
        photographer.tidy()


@contextmanager
def quick_question(photographer: Photographer, home: Home) -> Iterator[QPixmap]:
    """The line for a quick question with its answer, above an empty desktop."""
    bridge = Bridge(Engine.open(home.lay_out(LIFE), use_keyring=False))
    quick = QuickAsk(photographer.theme)
    photographer.dress()
    quick.use(bridge)
    quick.appear()
    try:
        quick.line.setText(BOAT)
        quick.ask()
        photographer.wait(lambda: quick.answer is not None, 0.8)
        quick.line.deselect()
        photographer.rest()
        yield on_desktop(quick.grab(), photographer.theme.colours)
    finally:
        quick.use(None)
        quick.hide()
        quick.deleteLater()
        photographer.tidy()
        bridge.close()


def on_desktop(seen: QPixmap, colours: Colours) -> QPixmap:
    """A small window above a ground of the palette's own colours, as high as on a screen of this size."""
    made = QPixmap(WIDE)
    painter = QPainter(made)
    ground = QLinearGradient(QPointF(0, 0), QPointF(0, WIDE.height()))
    ground.setColorAt(0, QColor(colours.soft))
    ground.setColorAt(1, QColor(colours.rail))
    painter.fillRect(made.rect(), ground)
    painter.drawPixmap(QPointF((WIDE.width() - seen.width()) / 2, round(FROM_TOP * WIDE.height())), seen)
    painter.end()
    return made
