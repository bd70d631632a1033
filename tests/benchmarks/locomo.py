"""Fill a fresh profile for each LoCoMo conversation, ask its questions, and write what came back for a scorer.

    python tests/benchmarks/locomo.py DATA.json --out PREDICTIONS.jsonl [--limit-conversations N] [--caution C]
        [--models FOLDER]

Everything goes through the façade: conversations as neutral JSONL with their real times, the bare question, nothing
recorded, `now` one day after the last session. A turn's own id never reaches the program: its key is a number.
One line a question: {"sample_id", "qa", "retrieved": [turn ids, best first], "answer": text or null}.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from mneme import builtin
from mneme.engine import Engine
from mneme.models.embedder import OnnxEmbedder
from mneme.models.reader import OnnxReader
from mneme.parsers.conversation import write_conversation
from mneme.paths import Profile
from mneme.registry import Plugins
from mneme.types import AnswerState, Conversation, Message, Moment, Participant

K = 30


class Turn(NamedTuple):
    """One turn: the benchmark's id, who says what, and the session's time."""

    id: str
    speaker: str
    text: str
    at: datetime


def turns_of(conversation: Mapping[str, Any]) -> list[Turn]:
    """All turns in order; a shared picture is told by its caption, as the benchmark does."""
    numbers = sorted(int(key.removeprefix("session_")) for key in conversation if re.fullmatch(r"session_\d+", key))
    return [Turn(turn["dia_id"], turn["speaker"], spoken(turn), session_time(conversation[f"session_{n}_date_time"]))
            for n in numbers for turn in conversation[f"session_{n}"]]


def spoken(turn: Mapping[str, Any]) -> str:
    caption = turn.get("blip_caption")
    return turn["text"] + (f" [shares {caption}]" if caption else "")


def session_time(text: str) -> datetime:
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)


def as_conversation(turns: Sequence[Turn]) -> Conversation:
    people = tuple(Participant(name, name) for name in dict.fromkeys(turn.speaker for turn in turns))
    messages = tuple(Message(str(number), turn.speaker, turn.text, Moment(turn.at, 0, "minute"))
                     for number, turn in enumerate(turns, start=1))
    return Conversation("chat", " and ".join(person.name for person in people), people, messages)


def predictions(sample: Mapping[str, Any], engine: Engine, folder: Path) -> Iterator[dict[str, Any]]:
    turns = turns_of(sample["conversation"])
    path = folder / "chat.jsonl"
    path.write_text(write_conversation(as_conversation(turns)), encoding="utf-8")
    report = engine.add([path], as_format="conversation")
    if report.added != len(turns):
        raise SystemExit(f"{report.added} of {len(turns)} turns were taken in: {report}")
    now = turns[-1].at + timedelta(days=1)
    by_place = {(plain(turn.text), turn.at): turn.id for turn in turns}
    ids: dict[int, str] = {}
    for number, qa in enumerate(sample["qa"]):
        hits = engine.search(qa["question"], k=K, now=now).hits
        answer = engine.ask(qa["question"], now=now, record=False)
        if answer.state not in (AnswerState.ANSWERED, AnswerState.NOT_FOUND):
            raise SystemExit(f"{qa['question']}: {answer.state} {answer.message}")
        for hit in hits:
            if hit.memory.id not in ids:
                ids[hit.memory.id] = by_place[place_of(engine, hit.memory.id)]
        yield {"sample_id": sample["sample_id"], "qa": number, "retrieved": [ids[hit.memory.id] for hit in hits],
               "answer": answer.text, "confidence": answer.confidence}


def place_of(engine: Engine, memory: int) -> tuple[str, datetime]:
    """The whole message that a memory stands in (a long one has several passages), and its time."""
    detail = engine.show(memory)
    assert detail.memory.happened_at is not None
    return plain(detail.item_text), detail.memory.happened_at.utc


def plain(text: str) -> str:
    return " ".join(text.split())


def plugins(models: Path | None) -> Plugins:
    """What is built in, or the models of another folder."""
    chosen = builtin.plugins()
    if models is None:
        return chosen
    return replace(chosen, embedder=OnnxEmbedder(models / "embedder"), reader=OnnxReader(models / "reader"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit-conversations", type=int)
    parser.add_argument("--caution", type=float, help="0..1 instead of the default; 0 answers everything")
    parser.add_argument("--models", type=Path, help="a folder with embedder/ and reader/ instead of those that ship")
    given = parser.parse_args()
    samples = json.loads(given.data.read_text(encoding="utf-8"))[:given.limit_conversations]
    with given.out.open("w", encoding="utf-8") as out:
        for sample in samples:
            began, count = time.perf_counter(), 0
            with tempfile.TemporaryDirectory() as folder, Engine.open(
                    Profile(Path(folder) / "profile"), use_keyring=False, plugins=plugins(given.models)) as engine:
                if given.caution is not None:
                    engine.set_setting("answer.caution", given.caution)
                for line in predictions(sample, engine, Path(folder)):
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
                    count += 1
            print(f"{sample['sample_id']}: {count} questions, {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
