"""Everything at once, by chance: taking in, upkeep, the owner's hand, undoing, erasing; the store stays whole."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from mneme.errors import KnownError
from mneme.memory.facts.relations import RELATIONS
from mneme.upkeep import sorting

DAY = datetime(2025, 6, 2, 9, tzinfo=UTC)


def words(chance: random.Random) -> Iterator[str]:
    """Sentences, each with a word of its own, by which it is known wherever it stands."""
    for n in count():
        said = chance.choice(["I live in {town}", "My sister is called {name}", "{name} lives in {town}", "I like tea",
                              "I do not like tea any more", "The ferry to {town} is late"])
        yield said.format(town=chance.choice(["Oslo", "Rome", "Turin"]),
                          name=chance.choice(["Ines", "Ada"])) + f" zq{n}qz."


def everything(diary) -> str:
    """All rows of all tables but the full text's own."""
    tables = [row[0] for row in diary.rows("SELECT name FROM sqlite_master WHERE type = 'table' "
                                           "AND name NOT LIKE '%fts_%' AND name NOT LIKE 'sqlite%'")]
    return "\n".join(repr(row) for table in tables for row in diary.rows(f"SELECT * FROM {table}")).lower()


def erase_one(diary, chance: random.Random) -> None:
    passages = diary.rows("SELECT id, text FROM memory WHERE kind = 'passage' AND retired_at IS NULL ORDER BY id")
    if passages:
        memory, text = chance.choice(passages)
        diary.engine.erase([memory])
        left = everything(diary)
        assert [word for word in re.findall(r"zq\d+qz", str(text)) if word in left] == []


def acts_of(diary, chance: random.Random) -> list[Callable[[], object]]:
    said, spoken = words(chance), list[tuple[str, str, datetime]]()

    def some(where: str = "retired_at IS NULL") -> int:
        ids = diary.rows(f"SELECT id FROM memory WHERE {where} ORDER BY id")
        return int(str(chance.choice(ids)[0])) if ids else 0

    def talk() -> None:
        spoken.extend((chance.choice(["Maren", "Ines"]), next(said), DAY + timedelta(hours=3 * (len(spoken) + n)))
                      for n in range(chance.randrange(1, 6)))
        diary.chat("Ines", *spoken)
    return [
        talk, talk, diary.upkeep, diary.upkeep, lambda: erase_one(diary, chance),
        lambda: diary.note(f"{chance.randrange(4)}.md", f"{next(said)} {next(said)}\n"),
        lambda: diary.life.forget([some()]), lambda: diary.life.restore([some("forgotten_at IS NOT NULL")]),
        lambda: diary.life.edit(some(), next(said)), lambda: diary.life.confirm(some("kind = 'fact'")),
        lambda: diary.life.undo(by="owner"), lambda: diary.life.undo(by="upkeep"),
        lambda: diary.life.move_to_topic([some()], chance.choice(diary.life.topics()).id if diary.life.topics() else 0)]


@pytest.mark.parametrize("seed", [3, 8])
def test_whatever_happens_the_store_is_whole_and_comes_to_rest(diary, monkeypatch, seed: int) -> None:
    for name, value in (("ENOUGH", 4), ("EACH", 3), ("SMALLEST", 3)):
        monkeypatch.setattr(sorting, name, value)
    chance = random.Random(seed)
    acts = acts_of(diary, chance)
    for _ in range(40):
        diary.clock.advance(timedelta(hours=chance.randrange(1, 200)))
        with suppress(KnownError):  # some acts are refused; what matters is that they change nothing by halves
            chance.choice(acts)()
        assert diary.digest()
    diary.upkeep()
    diary.upkeep()
    settled = diary.digest()
    assert diary.upkeep() == {}
    assert diary.digest() == settled
    held = [(fact.subject, fact.relation, fact.topic) for fact in diary.life.facts()
            if fact.state == "holds" and RELATIONS[fact.relation].single]
    assert len(held) == len(set(held))
    keys = diary.rows("""SELECT o.level, o.key FROM outline o JOIN memory m ON m.id = o.memory_id
                         WHERE o.level <> 'event' AND m.retired_at IS NULL AND m.forgotten_at IS NULL""")
    assert len(keys) == len(set(keys))
