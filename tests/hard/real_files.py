"""Take in real vaults, pages and PDF files, and check that nothing crashes, changes on disk, or is misquoted.

    python tests/hard/real_files.py FOLDER [--suffixes md,html,htm,pdf] [--questions 40]

Prints counts and every reason; ends with 1 if a file changed, a memory's text is not what stands at its span, or a
citation of an answer is not.
"""

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from pathlib import Path

from mneme.engine import Engine
from mneme.paths import Profile
from mneme.types import AddReport


def hashes(files: list[Path]) -> dict[Path, bytes]:
    return {file: hashlib.sha256(file.read_bytes()).digest() for file in files}


def misquoted(engine: Engine) -> int:
    """Memories whose text does not stand at their span."""
    wrong, offset = 0, 0
    while (page := engine.list_memories(offset=offset, limit=500)).memories:
        for memory in page.memories:
            detail = engine.show(memory.id)
            wrong += detail.item_text[slice(*memory.span)] != memory.text
        offset += len(page.memories)
    return wrong


def asked(engine: Engine, questions: int) -> tuple[int, int]:
    """Questions made of titles; how many were answered, and how many citations are not what stands there."""
    titles = list(dict.fromkeys(m.title for m in engine.list_memories(limit=500).memories))[:questions]
    answered = wrong = 0
    for title in titles:
        answer = engine.ask(f"What is {title}?", record=False)
        answered += bool(answer.text)
        for citation in (*answer.citations, *answer.nearest):
            wrong += engine.show(citation.memory).item_text[slice(*citation.span)] != citation.text
    return answered, wrong


def show(report: AddReport) -> None:
    print(f"{report.seen} places: {report.done} done, {len(report.skipped)} skipped, {len(report.failed)} failed; "
          f"{report.added} items")
    reasons = Counter((kind, one.reason) for kind, left in (("skipped", report.skipped), ("failed", report.failed))
                      for one in left)
    for (kind, reason), count in reasons.most_common():
        print(f"  {count:5} {kind:8} {reason}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suffixes", default="md,html,htm,pdf")
    parser.add_argument("--questions", type=int, default=40)
    wish = parser.parse_args()
    suffixes = {f".{suffix}" for suffix in wish.suffixes.split(",")}
    files = sorted(p for p in wish.folder.rglob("*") if p.is_file() and p.suffix.lower() in suffixes)
    before = hashes(files)
    with tempfile.TemporaryDirectory(prefix="mneme-real-") as scratch, \
            Engine.open(Profile(Path(scratch) / "profile"), use_keyring=False) as engine:
        show(engine.add(files))
        bad, (answered, miscited) = misquoted(engine), asked(engine, wish.questions)
        report = engine.doctor()
        print(f"{report.counts['memories']} memories, {bad} misquoted; {answered} answers, {miscited} miscited; "
              f"doctor: {'whole' if report.healthy else report.findings}")
    changed = [str(file) for file, digest in hashes(files).items() if before[file] != digest]
    print(f"{len(files)} files hashed before and after, {len(changed)} changed {changed or ''}")
    return 1 if bad or miscited or changed or not report.healthy else 0


if __name__ == "__main__":
    sys.exit(main())
