#!/usr/bin/env python3
"""Count the words that I tell other people not to use.

Run over a folder of manual chapters (*.md). Prints the sinners, worst first.
M. Holt, November 2023, with help from Petter (the testing half).
"""

# ruff: noqa: T201

import re
import sys
from collections import Counter
from pathlib import Path

BANNED = ["simply", "just", "easily", "please note", "in order to", "should", "clockwise"]
# "clockwise" is not bad style. It is here because of October 2023.


def count(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in BANNED:
        hits = re.findall(rf"\b{re.escape(word)}\b", text, flags=re.IGNORECASE)
        if hits:
            found[word] = len(hits)
    return found


def main(folder: str) -> None:
    total: Counter[str] = Counter()
    for chapter in sorted(Path(folder).glob("*.md")):
        found = count(chapter.read_text(encoding="utf-8"))
        total.update(found)
        if found:
            worst, times = found.most_common(1)[0]
            print(f"{chapter.name:30} {sum(found.values()):4}   mostly {worst!r} ({times})")
    print(f"\nAltogether {sum(total.values())}. Oddvar's chapters are excused.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
