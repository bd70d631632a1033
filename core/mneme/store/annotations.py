"""The owner's notes on passages: each is a passage of their own words that is linked with what it is about."""

from mneme.errors import KnownError
from mneme.messages import _
from mneme.store import acts, links
from mneme.store.changes import ChangeSet
from mneme.store.columns import Handle
from mneme.store.memories import private_among, rows_of
from mneme.types import Kind, Moment, Origin

IMPORTANCE = 0.7  # of what the owner took the trouble to write beside a passage


def annotate(db: Handle, changes: ChangeSet, memory: int, text: str, said: Moment) -> int:
    """Keep the owner's own words on a passage; the id of the note. The passage stays as it is.

    A note is found, answers questions and can be changed as any passage; it is as private as what it is about, and
    goes to the bin and out of the store with it. Raises: NotFound; KnownError for no words, or for what is no passage.
    """
    words = text.strip()
    row = rows_of(db, [memory])[0]
    if not words:
        raise KnownError(_("A note cannot be empty."))
    if row["kind"] != Kind.PASSAGE.value:
        raise KnownError(_("Memory {id} is no passage; only those have notes.").format(id=memory),
                         _("`mneme edit` gives it other words."))
    if row["retired_at"] is not None or row["forgotten_at"] is not None:
        raise KnownError(_("Memory {id} is no longer in force; it takes no notes.").format(id=memory))
    title = db.execute("""SELECT i.title FROM evidence e JOIN item i ON i.id = e.item_id
                          WHERE e.memory_id = ? AND e.ordinal = 0""", [memory]).fetchone()[0]
    item = acts.own_item(db, changes, _free_key(db, memory), _("Your note on {title}").format(title=title), words,
                         None, Origin.OWNER, said)
    note = acts.own_passage(changes, item, words, None, Origin.OWNER, said, IMPORTANCE)
    if private_among(db, [memory]):
        changes.update("memory", note, {"private": 1})
    links.link(changes, note, "association", memory)
    return note


def _free_key(db: Handle, memory: int) -> str:
    """A key that no other note has: each is a thing of its own, with versions of its own."""
    taken = {row[0] for row in db.execute("SELECT key FROM item WHERE key LIKE ?", [f"note {memory}.%"]).fetchall()}
    number = 1
    while f"note {memory}.{number}" in taken:
        number += 1
    return f"note {memory}.{number}"
