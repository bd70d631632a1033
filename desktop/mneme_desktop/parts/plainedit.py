"""A box for plain words in any language: what is written begins at the side where it is read from."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QPlainTextEdit

from mneme_desktop.parts import texts


class PlainEdit(QPlainTextEdit):
    """Qt lets all lines of such a box begin at the left; here the first words decide, or the owner's language."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.textChanged.connect(self._turn)
        self._turn()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._turn()

    def _turn(self) -> None:
        written = self.toPlainText()
        rtl = texts.is_rtl(written) if written.strip() else self.isRightToLeft()
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        way = Qt.LayoutDirection.LayoutDirectionAuto if written else self.layoutDirection()
        option = self.document().defaultTextOption()
        if (option.alignment(), option.textDirection()) != (side, way):
            option.setAlignment(side)
            option.setTextDirection(way)
            self.document().setDefaultTextOption(option)
