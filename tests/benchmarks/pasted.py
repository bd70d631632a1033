"""What an assistant said, pasted into notes and copied to the clipboard: how much of it comes back as a fact.

    python tests/memory/facts/junk_lines.py | python tests/benchmarks/pasted.py - [--most 400]

Takes lines that tell a fact when their owner says them ({"text": ...} a line), has an assistant say them in a log,
takes that in, and pastes them in the ways in which people do: as they are, quoted, as bullets, in bold, numbered, in a
heading, on lines broken elsewhere, with typographic quotes, the first sentence alone, and by the clipboard. Then the
same lines are written by the owner before the log was made, and must be learned. Prints facts by way.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mneme import builtin
from mneme.engine import Engine
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.statements import Saying
from mneme.memory.sentences import sentences
from mneme.paths import Profile
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import Moment, Origin

SAID = datetime(2025, 5, 1, tzinfo=UTC)
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "quoted": lambda text: f"> {text}",
    "bullet": lambda text: f"- {text}",
    "bold": lambda text: f"**{text}**",
    "numbered": lambda text: f"1. {text}",
    "heading above": lambda text: f"## About me\n\n{text}",
    "wrapped": lambda text: textwrap.fill(text, 30),
    "typographic": lambda text: text.replace("'", "’").replace('"', "“").replace(" - ", " – "),
    "first sentence": lambda text: text[slice(*sentences(text)[0])] if sentences(text) else text,
    "no final stop": lambda text: re.sub(r"[.!]\s*$", "", text),
    "capitals": lambda text: text.upper(),
}


def told(text: str) -> bool:
    """Whether the owner would tell a fact with these words."""
    return any(True for _one in statements(Saying(text, Origin.OWNER, None, Moment(SAID), "Robin Hale", (), "", ())))


def log(file: Path, lines: list[str]) -> None:
    mapping = {f"n{n}": {"id": f"n{n}", "parent": f"n{n - 1}" if n else None, "children": [], "message": {
        "id": f"m{n}", "author": {"role": "assistant" if n % 2 else "user"}, "create_time": SAID.timestamp() + n,
        "content": {"content_type": "text", "parts": [text]}}}
        for n, text in enumerate(part for line in lines for part in ("Write something for me.", line))}
    file.write_text(json.dumps([{"id": "c", "conversation_id": "c", "title": "Drafts", "mapping": mapping,
                                 "create_time": SAID.timestamp(), "current_node": f"n{2 * len(lines) - 1}"}]))


def learned(folder: Path, profile: Path, files: dict[str, str], at: datetime, clips: list[str], said: list[str],
            verbose: bool = False) -> Counter[str]:
    """Facts by the file they stand in."""
    notes = folder / "notes"
    notes.mkdir(parents=True)
    for name, text in files.items():
        (notes / name).write_text(text, encoding="utf-8")
        os.utime(notes / name, (at.timestamp(),) * 2)
    if said:
        log(folder / "log.json", said)
    plugins = replace(builtin.plugins(), embedder=HashEmbedder(dim=16), reader=ScriptedReader())
    with Engine.open(Profile(profile), use_keyring=False, plugins=plugins) as engine:
        engine.set_setting("owner.name", "Robin Hale")
        engine.add([folder], wait=False)
        engine.set_setting("capture.clipboard", True)
        for text in clips:
            engine.capture.clip(text)
        engine.upkeep_now(only=("mend", "learn", "mend"))
        facts = engine.life.facts(history=True)
        for fact in facts if verbose else ():
            print("   ", fact.memory.text, [(Path(place.source).stem, place.text) for place in fact.evidence])
        return Counter(Path(place.source).stem.rstrip("0123456789") for fact in facts for place in fact.evidence)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", help="a file, or - for standard input")
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--verbose", action="store_true", help="print the facts that came back")
    wish = parser.parse_args()
    given = sys.stdin.read() if wish.lines == "-" else Path(wish.lines).read_text(encoding="utf-8")
    texts = dict.fromkeys(json.loads(line)["text"] for line in given.splitlines() if line.strip())
    lines = [text for text in texts if len(text.split()) >= 3 and told(text)][:wish.most]
    files = {f"{way} {n}.md": turn(line) + "\n" for way, turn in WAYS.items() for n, line in enumerate(lines)}
    with tempfile.TemporaryDirectory(prefix="mneme-pasted-") as scratch:
        root = Path(scratch)
        after = learned(root / "a", root / "pa", files, datetime(2025, 5, 20, tzinfo=UTC), lines, lines,
                        wish.verbose)
        control = learned(root / "b", root / "pb", files, datetime(2025, 5, 20, tzinfo=UTC), [], [])
        before = learned(root / "c", root / "pc", {f"own {n}.md": line for n, line in enumerate(lines)},
                         datetime(2025, 4, 20, tzinfo=UTC), [], lines)
    print(f"{len(lines)} lines that tell a fact")
    for way in (*WAYS, "Clipboard"):
        print(f"  {way:16} {after[way + ' '] + after[way]:5} places of facts learned after an assistant said it; "
              f"{control[way + ' ']:5} without the assistant")
    print(f"  written by the owner before the assistant said it: {before['own ']} places of facts learned")
    return 1 if sum(after.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
