"""What /find answers with: the memories that bear on some words, a line for each, and a way to all of them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mneme.messages import _, ngettext
from mneme.types import SearchResult
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.evidence import Wanted
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import Chip, Flow, column, label

LOOKED_FOR = 8  # memories that are shown


class Found(QWidget):
    """`wanted` carries what the panel is to show, `all_wanted` the words whose list the owner wants to see."""

    wanted = Signal(object)
    all_wanted = Signal(str)

    def __init__(self, theme: Theme, words: str, found: SearchResult) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        inner = column(self, 4)
        count = len(found.hits)
        headline = (ngettext("This comes nearest", "These {n} come nearest", count).format(n=texts.number(count))
                    if count else _("Nothing bears on “{words}”.").format(words=texts.one_line(words, 60)))
        inner.addWidget(label(headline, "headline", wrap=True))
        for hit in found.hits:
            inner.addWidget(LineButton(theme, first_words(hit.memory), source_line(hit.memory),
                                       self._opener(hit.memory.id), tip=hit.memory.text))
        for trouble in found.degraded:
            inner.addWidget(label(trouble, "warm", wrap=True))
        chips = Flow()
        chips.add(Chip(_("All that have the words"), partial(self.all_wanted.emit, words)))
        inner.addSpacing(4)
        inner.addWidget(chips)

    def _opener(self, memory: int) -> Callable[[], None]:
        return lambda: self.wanted.emit(Wanted(memory, _("Memory")))
