"""The sample life can be tried and taken out again, and the store is as if it had never been there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mneme import builtin

KEPT = {"meta", "setting", "job", "model", "sqlite_sequence", "migration"}  # these tell of the program, not of a life
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")  # of the full-text index
WORDS = "The spare key hangs behind the blue rain barrel now, on the hook under the eaves."


def counts(diary: Any) -> dict[str, int]:
    """How many rows each table has, the program's own and empty ones aside."""
    names = [str(row[0]) for row in diary.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: int(str(diary.rows(f'SELECT count(*) FROM "{name}"')[0][0])) for name in names
             if name not in KEPT and not name.endswith(SHADOWS)}
    return {name: n for name, n in found.items() if n}


def test_nothing_of_it_is_left_and_it_can_be_tried_again(diary: Any) -> None:
    diary.engine.add([builtin.sample_life()])
    diary.upkeep()
    before = counts(diary)
    assert before["memory"] > 100 and before["fact"] and before["echo"] and before["topic"], before
    assert diary.engine.status().invented
    diary.engine.ask("Where is the spare key of the cabin?", talk=diary.engine.chats.new())

    diary.engine.remove_sample_life()
    assert not counts(diary)
    assert not diary.engine.status().invented
    assert diary.engine.doctor().findings == ()

    diary.engine.add([builtin.sample_life()])
    assert diary.engine.status().invented
    assert counts(diary)["item"] == before["item"]


def test_what_is_the_owners_own_stays_word_for_word(new_diary: Callable[..., Any], tmp_path: Path) -> None:
    """The same sentence in a note of the owner's is the owner's."""
    diary = new_diary()
    same = next(path for path in sorted(builtin.sample_life().rglob("*.md"))).read_text(encoding="utf-8")
    diary.note("mine.md", f"# Mine\n\n{same}\n\n{WORDS}\n")
    mine = diary.engine.list_memories().total
    texts = diary.rows("SELECT text FROM memory WHERE kind = 'passage' ORDER BY id")
    diary.engine.add([builtin.sample_life()])
    diary.upkeep()
    diary.engine.remove_sample_life()
    assert diary.engine.list_memories().total == mine
    assert diary.rows("SELECT text FROM memory WHERE kind = 'passage' ORDER BY id") == texts
    assert diary.rows("SELECT count(*) FROM tombstone") == [(0,)]
    assert diary.engine.doctor().findings == ()
    found = diary.engine.search("rain barrel").hits
    assert found and WORDS in found[0].memory.text
