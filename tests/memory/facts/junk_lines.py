"""Makes 5,000 lines of chat, mail, ads, verse and logs, some of which tell facts: `python junk_lines.py > junk.jsonl`.

The sentences are written by hand, in junk_lines.txt; here they are put together as people and machines would: said
after small talk, quoted in a mail, repeated by an assistant. The same lines come out every time. Their form is
described in tests/benchmarks/junk.py.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count, islice, zip_longest
from pathlib import Path
from typing import Any

COUNT, TELLING = 5000, 750
OWNER = "Robin Hale"
OTHERS = ("Mia", "Karim", "Agnes", "Paweł", "Lindiwe", "Joon", "Sofía", "Teddy")
BEGIN, STEP = datetime(2024, 1, 1, 8, 5), timedelta(minutes=97)
_SENTENCES = Path(__file__).with_name("junk_lines.txt")

Line = dict[str, Any]
Sections = Mapping[str, Sequence[str]]


def lines() -> list[Line]:
    """All lines in their order, numbered, each with its time and what was said before it."""
    sections = _sections()
    telling = list(islice(_telling(sections), TELLING))
    junk = list(islice(_distinct(_junk(sections)), COUNT - len(telling)))
    mixed = sorted([*telling, *junk], key=lambda line: hashlib.blake2b(json.dumps(line).encode()).digest())
    return [_placed(number, line, mixed[number - 1]) for number, line in enumerate(mixed)]


def _placed(number: int, line: Line, before: Line) -> Line:
    follows = number % 3 and line["speaker"] and before["speaker"]
    said = (BEGIN + number * STEP).isoformat(timespec="minutes")
    return {"id": str(number), **line, "said": said, "context": str(number - 1) if follows else None}


def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in _SENTENCES.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[([a-z ]+)\]", line):
            sections[heading[1]] = []
        elif sections and line:
            sections[list(sections)[-1]].append(line.replace("\\n", "\n"))
    return sections


def _line(kind: str, text: str, origin: str, speaker: str | None, expected: Sequence[Line] = (),
          held: bool = False) -> Line:
    return {"text": text, "kind": kind, "origin": origin, "speaker": speaker, "owner": OWNER,
            "expected": list(expected), "held": held}


def _distinct(many: Iterator[Line]) -> Iterator[Line]:
    seen: set[str] = set()
    for line in many:
        if line["text"] not in seen:
            seen.add(line["text"])
            yield line


# ------------------------------------------------------------------ lines that tell something


def _facts(sections: Sections) -> list[tuple[str, str]]:
    """Each sentence that tells something, and what it tells."""
    return [(text, told) for text, _, told in (line.partition(" | ") for line in sections["facts"])]


def _telling(sections: Sections) -> Iterator[Line]:
    """Every fact as it is said by the owner and by others, alone and among small talk; all said once first."""
    before, after = sections["before"], sections["after"]
    for turn in count():
        for number, (fact, told) in enumerate(_facts(sections)):
            lead, tail = before[(number + turn) % len(before)], after[(number + 5 * turn) % len(after)]
            text = (fact, f"{lead} {fact}", f"{fact} {tail}", fact, f"{fact} {tail}", f"{lead}\n\n{fact}\n\n{tail}",
                    f"{lead} {fact} {tail}")[turn % 7]
            other = OTHERS[number % len(OTHERS)]
            origin, speaker = ("other", other) if turn % 7 in (3, 4) else ("owner", None if turn % 7 == 5 else OWNER)
            expected = [_expected(one, speaker if origin == "other" else None) for one in told.split(" & ")]
            yield _line("facts", text, origin, speaker, expected, held=number % 2 == 1)


def _expected(told: str, speaker: str | None) -> Line:
    """What a line tells, from "subject, relation, object"; `speaker` says it, if it is not the owner."""
    subjects, relations, objects = (_either(part) for part in told.removeprefix("?").split(",", 2))
    subjects = [one.replace("{me}", speaker or "me") for one in subjects]
    if speaker is not None:
        subjects += [f"{speaker}'s {one.removeprefix('my ')}" for one in subjects if one.startswith("my ")]
    return {"subject": subjects, "relation": relations, "object": objects, "optional": told.startswith("?")}


def _either(words: str) -> list[str]:
    return [one.strip() for one in words.split("=")]


# ------------------------------------------------------------------ lines that tell nothing


def _junk(sections: Sections) -> Iterator[Line]:
    """One of each kind in turn, until the kinds run dry."""
    streams = (_chatted(sections), _small_talk(sections), _mails(sections), _repeated(sections), _quoted(sections),
               _papers(sections), _logs(sections))
    for row in zip_longest(*streams):
        yield from (line for line in row if line is not None)


def _small_talk(sections: Sections) -> Iterator[Line]:
    talk, greetings = sections["small talk"], sections["greetings"]
    for step in range(14):
        for number, text in enumerate(talk):
            more = talk[(number * 7 + step * 13 + 1) % len(talk)]
            told = (text, f"{text} {more}", f"{greetings[(number + step) % len(greetings)]} {text}")[min(step, 2)]
            yield _line("small talk", told if step < 3 else f"{text}\n{more}", *_somebody(number + step))


def _chatted(sections: Sections) -> Iterator[Line]:
    """Questions, hypotheticals, sarcasm, jokes and what is unclear, alone and after a word of small talk."""
    talk, greetings = sections["small talk"], sections["greetings"]
    for step in range(5):
        for kind in ("questions", "hypotheticals", "sarcasm", "jokes", "role play", "unclear"):
            for number, text in enumerate(sections[kind]):
                lead = (greetings if step % 2 else talk)[(number * 3 + step) % (10 if step % 2 else len(talk))]
                yield _line(kind, f"{lead} {text}" if step else text, *_somebody(number + step))


def _somebody(number: int) -> tuple[str, str]:
    """Origin and speaker: every second line is the owner's."""
    return ("other", OTHERS[number // 2 % len(OTHERS)]) if number % 2 else ("owner", OWNER)


def _papers(sections: Sections) -> Iterator[Line]:
    """Ads, verse, notices, boilerplate and documents, by themselves and one under the other."""
    for step in range(5):
        for kind in ("ads", "verse", "system", "boilerplate", "documents"):
            texts = sections[kind]
            for number, text in enumerate(texts):
                below = texts[(number + 3 * step) % len(texts)] if kind != "ads" else sections["boilerplate"][
                    (number + step) % len(sections["boilerplate"])]
                yield _line(kind, f"{text}\n\n{below}" if step else text, "other" if number % 3 else "owner", None)


def _logs(sections: Sections) -> Iterator[Line]:
    for number in range(14 * len(sections["logs and code"])):
        text = sections["logs and code"][number % len(sections["logs and code"])]
        yield _line("logs and code", text.format(n=1000 + 37 * number, d=number % 9 + 1), "owner", None)


def _mails(sections: Sections) -> Iterator[Line]:
    """Answers over a quoted mail; whose fact the quoted sentence is, is not known where they are read."""
    before, replies = sections["before"], sections["replies"]
    for step in range(4):
        for number, (fact, _told) in enumerate(_facts(sections)):
            name, reply = OTHERS[(number + step) % len(OTHERS)], replies[(number + 3 * step) % len(replies)]
            lead, day = before[(number + step) % len(before)], number % 27 + 1
            head = (f"On {day} Mar 2024, {name} wrote:",
                    f"-----Original Message-----\nFrom: {name}\nSent: {day} March 2024 10:12\nSubject: Re: news\n",
                    f"{name} schrieb am {day}.03.2024:", f"> On Friday {name} wrote:")[step]
            quoted = "\n".join(f"> {one}" for one in (lead, fact))
            yield _line("quoted mail", f"{reply}\n\n{head}\n{quoted}", "owner", OWNER, held=number % 2 == 1)


def _quoted(sections: Sections) -> Iterator[Line]:
    """Sentences that would tell something, if they were not examples, lines of a play, or jokes."""
    for step, frame in enumerate(sections["quoting"]):
        for number, (fact, _told) in enumerate(_facts(sections)):
            if (number + step) % 3 == 0:
                yield _line("quoting", frame.replace("{fact}", fact), *_somebody(number + step),
                            held=number % 2 == 1)


def _repeated(sections: Sections) -> Iterator[Line]:
    """What assistants say and what was derived; nothing in it counts, whatever it says."""
    for number, text in enumerate(sections["assistant"]):
        yield _line("assistant", text, "assistant", "Assistant", held=number % 2 == 1)
    for number, (fact, _told) in enumerate(_facts(sections)):
        yield _line("assistant", f"Understood: {fact}", "assistant", "Assistant", held=number % 2 == 1)
        yield _line("derived", f"Summary of the week. {fact}", "derived", None, held=number % 2 == 1)
        if number % 2 == 0:
            yield _line("assistant", fact, "assistant", "Assistant")


if __name__ == "__main__":
    for one in lines():
        print(json.dumps(one, ensure_ascii=False))
