"""Garbage is collected on the GUI thread alone: a widget that another thread takes apart brings the program down."""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000


class Collector(QObject):
    """Takes over from Python's own collector, which runs on whatever thread happens to allocate, until `stop`.

    Make it on the GUI thread. What is in a circle is collected by it generation by generation, as Python does: the
    first each second in which there is enough, the second after ten times the first, the third after ten of those.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> int | None:
        """Collect what is due; which generation that was, None: none."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = next((generation for generation in (2, 1, 0) if counts[generation] > limits[generation]), None)
        if due is not None:
            gc.collect(due)
        return due

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
