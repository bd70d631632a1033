"""What Mneme puts on the clipboard, marked as its own."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

OURS = "application/x-mneme"  # marks what Mneme itself has copied


def put(text: str, *, secret: bool = False) -> None:
    """Put a text of ours on the clipboard; a secret one is marked so that managers of clipboards leave it alone."""
    mime = QMimeData()
    mime.setText(text)
    mime.setData(OURS, b"1")
    if secret:
        mime.setData("x-kde-passwordManagerHint", b"secret")
        mime.setData('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"1")
    QGuiApplication.clipboard().setMimeData(mime)
