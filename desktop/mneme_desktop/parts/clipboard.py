"""What Mneme puts on the clipboard, marked as its own."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

OURS = "application/x-mneme"  # marks what Mneme itself has copied
SECRET = "application/x-mneme-secret"  # marks what nobody else is to find there for long


def put(text: str, *, secret: bool = False) -> None:
    """Put a text of ours on the clipboard; a secret one is marked so that managers of clipboards leave it alone."""
    mime = QMimeData()
    mime.setText(text)
    mime.setData(OURS, b"1")
    if secret:
        mime.setData(SECRET, b"1")
        mime.setData("x-kde-passwordManagerHint", b"secret")
        mime.setData('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"1")
    QGuiApplication.clipboard().setMimeData(mime)


def clear_secret() -> None:
    """Take a secret of ours off the clipboard, if it still lies there."""
    board = QGuiApplication.clipboard()
    mime: QMimeData | None = board.mimeData()  # None where nothing lies there
    if mime is not None and mime.hasFormat(SECRET):
        board.clear()
