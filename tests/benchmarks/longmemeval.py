"""Fill a fresh profile with each LongMemEval haystack, ask its question, and write what came back for a scorer.

    python tests/benchmarks/longmemeval.py DATA.json[.gz] --out PREDICTIONS.jsonl [--limit N] [--caution C]
        [--models FOLDER] [--vectors FILE] [--rerank]

DATA is the benchmark's list, or {"questions", "sessions"}. Everything goes through the façade: one neutral
conversation a session, at its own time, between the owner and an assistant; the bare question, nothing recorded,
`now` is the question's date. Answers and `has_answer` are not read, and sessions are numbered in the order they
come in, since the ids of those that matter can be recognised. A run that finds lines in --out goes on after them.
One line a question: {"question_id", "sessions": [session ids, best first], "answer": text or null, "confidence"}.
"""

import argparse
import gzip
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from haystack import Setup, add_options, checked, setup_of, write_line

from mneme.parsers.chats.conversation import write_conversation
from mneme.types import Conversation, Message, Moment, Participant, Role

K = 200  # memories, which are a good deal more than ten sessions

Session = tuple[str, datetime, Sequence[Mapping[str, Any]]]  # the benchmark's id, time, turns


def haystacks(path: Path) -> list[tuple[dict[str, Any], list[Session]]]:
    """(question, its sessions in the order given), of either form of the data."""
    content = path.read_bytes()
    told = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    questions = told["questions"] if isinstance(told, dict) else told
    return [(q, sessions_of(q, told["sessions"] if isinstance(told, dict) else None)) for q in questions]


def sessions_of(question: Mapping[str, Any], pool: Mapping[str, Any] | None) -> list[Session]:
    ids = question["haystack_session_ids"]
    turns = [pool[key] for key in ids] if pool is not None else question["haystack_sessions"]
    return [(key, day(at), said) for key, at, said in zip(ids, question["haystack_dates"], turns, strict=True)]


def day(text: str) -> datetime:
    """2023/03/27 (Mon) 00:49"""
    return datetime.strptime(text, "%Y/%m/%d (%a) %H:%M").replace(tzinfo=UTC)


def as_conversation(number: int, session: Session) -> Conversation:
    _id, at, turns = session
    people = (Participant("user", "I", Role.OWNER), Participant("assistant", "Assistant", Role.ASSISTANT))
    messages = [Message(str(n), "user" if turn["role"] == "user" else "assistant", turn["content"],
                        Moment(at + timedelta(seconds=n), 0, "minute")) for n, turn in enumerate(turns)]
    return Conversation(f"chat-{number}", "Chat", people, tuple(m for m in messages if m.text.strip()))


def prediction(question: Mapping[str, Any], sessions: Sequence[Session], setup: Setup) -> dict[str, Any]:
    now = day(question["question_date"])
    with setup.fresh() as (engine, folder):
        for number, session in enumerate(sessions):
            text = write_conversation(as_conversation(number, session))
            (folder / f"{number:04}.jsonl").write_text(text, encoding="utf-8")
        report = engine.add([folder], as_format="conversation")
        if report.failed or report.skipped:
            raise SystemExit(f"{question['question']}: {report}")
        hits = engine.search(question["question"], k=K, now=now, rerank=setup.rerank).hits
        answer = checked(question["question"], engine.ask(question["question"], now=now, record=False))
        found = dict.fromkeys(Path(engine.show(hit.memory.id).path or "").stem for hit in hits)
    return {"question_id": question["question_id"], "sessions": [sessions[int(stem)][0] for stem in found],
            "answer": answer.text, "confidence": answer.confidence}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    given = parser.parse_args()
    setup = setup_of(given)
    done = {json.loads(line)["question_id"] for line in given.out.open(encoding="utf-8")} if given.out.exists() else ()
    with given.out.open("a", encoding="utf-8") as out:
        for question, sessions in haystacks(given.data)[:given.limit]:
            if question["question_id"] in done:
                continue
            began = time.perf_counter()
            write_line(out, prediction(question, sessions, setup))
            took = time.perf_counter() - began
            print(f"{question['question_id']}: {len(sessions)} sessions, {took:.0f} s", flush=True)


if __name__ == "__main__":
    main()
