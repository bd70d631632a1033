"""What a passage is worth keeping for, told from plain signals when it is taken in."""

import re
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.significance import importance, nature
from mneme.store.items import NewItem, NewPassage
from mneme.types import Kind

_NAME = expression(r"(?<=[a-z,;] )[A-Z][a-z]+")  # a capital in the middle of a sentence: mostly a name
_DATE = expression(r"\b(?:19|20)\d\d\b|\b\d{1,2}[.:/-]\d{1,2}\b|\b(?:today|tomorrow|yesterday|monday|tuesday|wednesday|"
                   r"thursday|friday|saturday|sunday)\b", re.IGNORECASE)
_LOOKED_AT = 2000  # code points


def weighed(item: NewItem, thread_length: int = 0) -> NewItem:
    """The item with the importance and the nature of each of its passages; `thread_length` in messages."""
    return replace(item, passages=tuple(_weighed(one, item, thread_length) for one in item.passages))


def _weighed(passage: NewPassage, item: NewItem, thread_length: int) -> NewPassage:
    text = item.text[passage.span[0]:passage.span[1]]
    seen = text[:_LOOKED_AT]
    return replace(passage, nature=nature(text, Kind.PASSAGE), importance=importance(
        text, item.origin, people=len(set(_NAME.findall(seen))), dated=bool(_DATE.search(seen)),
        thread_length=thread_length))
