"""How memories, their dates, changes and curves are told on a terminal, the same for every command."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from rich.table import Table
from rich.text import Text

from mneme.answer.when import shown
from mneme.cli.running import Session, plain, shortened
from mneme.clock import SystemClock
from mneme.messages import _
from mneme.types import Citation, JournalEntry, Memory, Moment

BLOCKS = "▁▂▃▄▅▆▇█"
UNBOUND = 2000  # columns: what a table may take where no terminal shows it


def date(at: datetime) -> str:
    """The date of an instant on the owner's clock: 7 May 2023."""
    return shown(_local(at))


def minute(at: datetime) -> str:
    """An instant on the owner's clock: 7 May 2023 14:05."""
    return f"{date(at)} {_local(at).local():%H:%M}"


def memory_line(memory: Memory, most: int = 160) -> Text:
    """A memory on one line, after its number."""
    return numbered(memory.id, memory.text, most)


def numbered(number: int, text: str, most: int = 160) -> Text:
    """`text`, shortened, after the number by which commands name it."""
    return Text(f"#{number} ", style="green").append(shortened(text, most), style="default")


def place(memory: Memory) -> str:
    """When, by whom and where a memory was said."""
    return _joined(shown(memory.happened_at) if memory.happened_at else "", memory.speaker, memory.source)


def cited_place(citation: Citation) -> str:
    """When, by whom and where the words of a citation were said, and the number of the memory there."""
    return _joined(shown(citation.happened_at) if citation.happened_at else "", citation.speaker, citation.source,
                   f"#{citation.memory}")


def print_citation(session: Session, citation: Citation, indent: str = "    ") -> None:
    """The words of a place, shortened, and under them where they stand."""
    session.out.print(Text(f"{indent}“{shortened(citation.text)}”"))
    session.out.print(Text(indent + cited_place(citation), style="dim"))


def print_table(session: Session, table: Table) -> None:
    """A table that fits the terminal; in a pipe or a file each row is one line."""
    if not session.out.is_terminal:
        session.out.width = UNBOUND
    session.out.print(table)


def change_line(entry: JournalEntry) -> str:
    """A change-set on one line: its number, what it was, whose, and what it changed."""
    counts = ", ".join(f"{count:,} {_(name)}" for name, count in entry.counts.items())
    by = _("by you") if entry.by == "owner" else _("by upkeep")
    return _joined(_("change {id}").format(id=entry.id), _(entry.what), by, counts)


def act_words(act: str) -> str:
    """What was done with a memory, in words."""
    words = {"found": _("found in a search"), "read": _("opened"), "recalled": _("an answer stood on it"),
             "repeated": _("said again elsewhere"), "edited": _("edited"), "confirmed": _("confirmed"),
             "corrected": _("corrected"), "kept": _("kept longer"), "let go": _("let go"), "pinned": _("pinned"),
             "unpinned": _("unpinned"), "merged": _("merged with others"), "split": _("cut in parts")}
    return words.get(act, plain(act))


def privacy() -> str:
    """What it means that a memory is private, in a sentence."""
    return _("Private: it is never sent to a server.")


def layer_words(layer: str) -> str:
    """A layer of memory, in words."""
    words = {"working": _("working"), "short-term": _("short-term"), "long-term": _("long-term")}
    return words.get(layer, plain(layer))


def percent(share: float) -> str:
    """A share 0..1 in whole percent."""
    return f"{100 * share:.0f} %"


def sparkline(values: Sequence[float], width: int) -> str:
    """Shares 0..1 as at most `width` block characters, each the mean of its stretch."""
    width = min(width, len(values))
    edges = [at * len(values) // width for at in range(width + 1)] if width else []
    means = [sum(values[start:end]) / (end - start) for start, end in pairwise(edges)]
    return "".join(BLOCKS[min(max(int(mean * len(BLOCKS)), 0), len(BLOCKS) - 1)] for mean in means)


def _joined(*parts: str | None) -> str:
    return " · ".join(plain(part) for part in parts if part)


def _local(at: datetime) -> Moment:
    zone = SystemClock().zone()
    return Moment.of(at.astimezone(zone), zone, "minute")
