"""What may be taken in is taken in and nothing else; no secret reaches the store, a log or a temporary file.

    python tests/benchmarks/gate.py tests/benchmarks/gate_cases.jsonl [--profile-check] [--verbose]

Without `--profile-check` the rules of the gate alone are asked. With it, a real profile takes in files that hold the
cases, once encrypted and once with the plain driver; then the store's pages (free ones too, decrypted), its write-ahead
log, every other file of the profile and every temporary file are searched. Ends with 1 where a secret is found, a
look-alike is masked, or a rule or pause is not kept; with 2 where FILE is not of this form.

FILE has one JSON object a line. `id` (any string, once), `kind` (any words, to report by) and `expect` are in all:

    {"id": "1", "kind": "GitHub token", "expect": "masked", "as": "md", "text": "key {0}!", "secrets": [["gh", "p_x"]]}

`secrets` are what must not be kept, as they stand in the text; a list is joined (so that no scanner of this
repository takes a made-up key for a real one). "{0}", "{1}" in `text` stand for the first, the second; a secret may
also be written out. `as` is the file: md (default), txt, eml, jsonl (a chat), py, env (as .txt: .env is never read),
json, yaml, html.

    {"id": "2", "kind": "UUID", "expect": "kept", "text": "build 6f1c...", "keep": ["6f1c..."]}

`keep` are words that must be kept as they are, and found.

    {"id": "3", "kind": "rule", "expect": "left out", "rules": ["deny folder /p"], "candidate": {"path": "/p/a"},
     "folds_case": false, "now": "2025-06-15T12:00:00+00:00"}

or "expect": "taken"; the fields of a candidate are those of mneme.types.Candidate.

    {"id": "4", "kind": "links", "expect": "tree", "rules": ["deny folder {root}/P"], "files": {"P/a.md": "words"},
     "links": {"b.md": "P/a.md"}, "left_out": ["P/a.md", "b.md"]}

Files and links are made in an own folder, "{root}", and taken in; the words of those in `left_out` must not be kept,
those of all others must (checked with the profile; needs rules).

    {"id": "5", "kind": "pause", "expect": "pause", "zone": "Europe/Berlin", "start": "2025-03-29T23:30:00",
     "steps": [["pause", "1 hour"], ["advance", 3599], ["paused", true], ["resume"], ["paused", false]]}

or "expect": "nonsense" with `texts`: none of them says how long to pause. `advance` is in seconds; below 0 the clock is
set back.
"""

import argparse
import dataclasses
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.gate.pausing import is_paused, observed, parse_pause
from mneme.gate.rules import parse_rule, why_left_out
from mneme.gate.secrets import MASK, masked
from mneme.paths import Profile
from mneme.store import driver
from mneme.store.driver import PAGE
from mneme.testing import NOON, FakeClock, HashEmbedder, ScriptedReader, decrypted
from mneme.types import Candidate, Pause

NEEDED: Mapping[str, tuple[tuple[str, type], ...]] = {
    "masked": (("text", str), ("secrets", list)), "kept": (("text", str), ("keep", list)),
    "left out": (("rules", list), ("candidate", dict)), "taken": (("rules", list), ("candidate", dict)),
    "tree": (("rules", list), ("files", dict), ("left_out", list)),
    "pause": (("steps", list),), "nonsense": (("texts", list),)}
SUFFIXES = {"md": ".md", "txt": ".txt", "eml": ".eml", "jsonl": ".jsonl", "py": ".py", "env": ".txt", "json": ".json",
            "yaml": ".yaml", "html": ".html"}
SHORTEST_PIECE = 8  # characters of a secret that are searched for by themselves
SHORTEST_SEARCHED = 6  # shorter secrets stand in a store by chance: they are looked for beside their own words alone

Case = Mapping[str, Any]
Wrong = Iterator[str]


class BadFile(Exception):
    """The file is not of the form that this page describes."""


# ------------------------------------------------------------------ the cases


def read_cases(file: Path) -> list[Case]:
    """The cases of a file. Raises: BadFile, naming the line and what is wrong with it."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{file}: {error}") from error
    cases = [_case(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    twice = [name for name, count in Counter(str(case["id"]) for case in cases).items() if count > 1]
    if twice or not cases:
        raise BadFile(f"{file}: " + (f"the id {twice[0]} is there twice" if twice else "there are no cases"))
    return cases


def _case(line: str, place: str) -> Case:
    try:
        case = json.loads(line)
    except ValueError as error:
        raise BadFile(f"{place}: no JSON: {error}") from error
    if not isinstance(case, dict):
        raise BadFile(f"{place}: not an object")
    needed = NEEDED.get(str(case.get("expect")))
    if needed is None:
        raise BadFile(f"{place}: `expect` is none of {', '.join(NEEDED)}")
    for name, kind in (("id", str), ("kind", str), *needed):
        if not isinstance(case.get(name), kind):
            raise BadFile(f"{place}: `{name}` is missing, or is no {kind.__name__}")
    if case.get("as", "md") not in SUFFIXES:
        raise BadFile(f"{place}: `as` is none of {', '.join(SUFFIXES)}")
    return case


def secrets_of(case: Case) -> list[str]:
    """The secrets as they stand in the text."""
    return ["".join(map(str, one)) if isinstance(one, list) else str(one) for one in case.get("secrets", ())]


def text_of(case: Case) -> str:
    """The text with its secrets in their places."""
    text = str(case["text"])
    for number, secret in enumerate(secrets_of(case)):
        text = text.replace(f"{{{number}}}", secret)
    return text


def pieces_of(secret: str) -> list[str]:
    """What of a secret must not be found: all of it, and each long piece between what is not seen or breaks a line."""
    parts = re.split(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+|\\n|\\r", secret)
    return list(dict.fromkeys([secret, *(p for p in parts if len(p) >= SHORTEST_PIECE and not p.isalpha())]))


# ------------------------------------------------------------------ the gate by itself


def unmasked(case: Case) -> Wrong:
    text = text_of(case)
    clear, _kinds = masked(text)
    if len(clear) != len(text):
        yield "the length changed"
    for secret in secrets_of(case):
        if secret not in text:
            yield f"the secret does not stand in the text: {secret!r}"
        yield from (f"not masked: {piece!r}" for piece in pieces_of(secret) if piece in clear)
    if masked(clear)[0] != clear:
        yield "masked again, it changes"


def overmasked(case: Case) -> Wrong:
    clear, kinds = masked(str(case["text"]))
    yield from (f"masked as {', '.join(kinds)}: {words!r}" for words in map(str, case["keep"]) if words not in clear)


def misjudged(case: Case) -> Wrong:
    given = dict(case["candidate"])
    if "changed_at" in given:
        given["changed_at"] = datetime.fromisoformat(given["changed_at"])
    now = datetime.fromisoformat(case.get("now", NOON.isoformat()))
    rules = [parse_rule(rule) for rule in case["rules"]]
    why = why_left_out(rules, Candidate(**given), now, folds_case=bool(case.get("folds_case")))
    if (why is not None) != (case["expect"] == "left out"):
        yield why or "is taken in"


def mispaused(case: Case) -> Wrong:
    now, zone = _start(case)
    pause: Pause | None = None
    for number, (step, *given) in enumerate(case["steps"], 1):
        if step == "pause":
            pause = Pause(now, parse_pause(given[0], now.astimezone(zone)))
        elif step == "resume":
            pause = None
        elif step == "advance":
            now += timedelta(seconds=given[0])
            pause = pause and observed(pause, now)
        elif is_paused(pause, now) != given[0]:
            yield f"step {number}: paused is not {given[0]}"


def _start(case: Case) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(case.get("zone", "UTC"))
    begins = datetime.fromisoformat(case.get("start", "2025-06-15T12:00:00"))
    return begins.replace(tzinfo=zone).astimezone(UTC), zone


def understood(case: Case) -> Wrong:
    for text in case["texts"]:
        try:
            yield f"{text!r} is understood as {parse_pause(text, NOON)}"
        except KnownError:
            continue


CHECKS: Mapping[str, Callable[[Case], Wrong]] = {
    "masked": unmasked, "kept": overmasked, "left out": misjudged, "taken": misjudged, "pause": mispaused,
    "nonsense": understood}


def by_itself(cases: list[Case]) -> dict[str, list[str]]:
    """What is wrong, by case."""
    wrong: dict[str, list[str]] = {}
    for case in cases:
        if case["expect"] in CHECKS:
            try:
                wrong[case["id"]] = list(CHECKS[case["expect"]](case))
            except (KnownError, TypeError, ValueError, KeyError) as error:
                wrong[case["id"]] = [f"{type(error).__name__}: {error}"]
    return wrong


# ------------------------------------------------------------------ a real profile


def write_files(cases: list[Case], folder: Path) -> None:
    """A file for each text, and a folder for each tree."""
    for number, case in enumerate(cases):
        if case["expect"] in ("masked", "kept"):
            name = folder / "texts" / f"{_marker(number)}{SUFFIXES[case.get('as', 'md')]}"
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_text(_content(case, number), encoding="utf-8")
        elif case["expect"] == "tree":
            _write_tree(case, _root(folder, number))


def _marker(number: int) -> str:
    """A word that finds a case's file again."""
    return "marker" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


def _root(folder: Path, number: int) -> Path:
    return folder / "trees" / f"t{number}"


def _write_tree(case: Case, root: Path) -> None:
    for name, words in case["files"].items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(words, encoding="utf-8")
    for name, target in case.get("links", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(root / target, target_is_directory=(root / target).is_dir())


def _content(case: Case, number: int) -> str:
    text, kind = text_of(case), case.get("as", "md")
    word = _marker(number)
    if kind == "jsonl":
        head = {"mneme": "conversation", "version": 1, "title": f"Chat {word}", "participants": [
            {"id": "r", "name": "Robin", "role": "other"}]}
        said = {"id": "1", "from": "r", "at": "2025-06-01T10:00:00+00:00", "text": f"{text}\n{word}"}
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in (head, said)) + "\n"
    if kind == "eml":
        return (f"From: Robin <robin@example.com>\nTo: Ann <ann@example.com>\nSubject: About {word}\nMessage-ID: "
                f"<{word}@example.com>\nDate: Sun, 01 Jun 2025 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: "
                f"text/plain; "
                f"charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n{word}\n")
    if kind == "html":
        return f"<html><head><title>{word}</title></head><body>{text}<p>{word}</p></body></html>"
    if kind == "json":
        return text
    return f"{text}\n# {word}\n" if kind in ("py", "env", "yaml") else f"{text}\n\n{word}\n"


def take_in(cases: list[Case], scratch: Path) -> None:
    """Take everything in; what is to be looked at lies in `scratch` afterwards. Runs in a process of its own."""
    logging.basicConfig(filename=scratch / "all.log", level=logging.DEBUG)
    plugins = dataclasses.replace(builtin.plugins(), embedder=HashEmbedder(), reader=ScriptedReader())
    profile = Profile(scratch / "profile")
    with Engine.open(profile, clock=FakeClock(), use_keyring=False, plugins=plugins) as engine:
        for number, case in enumerate(cases):
            for rule in case["rules"] if case["expect"] == "tree" else ():
                engine.capture.add_rule(parse_rule(rule.replace("{root}", str(_root(scratch / "files", number)))))
        report = engine.add([scratch / "files"])
        wrong = dict(_in_store(engine, cases))
        key = engine._opened.key
        written = _pages(profile, key)  # while its write-ahead log is there
    wrong |= {case["id"]: list(_mispaused(case, profile)) for case in cases if case["expect"] == "pause"}
    (scratch / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    (scratch / "pages").write_bytes(b"\0".join([*written, *_pages(profile, key)]))
    print(f"{'encrypted' if key else 'plain'}: {report.done} places done, {len(report.skipped)} left out, "
          f"{len(report.failed)} failed", file=sys.stderr)


def _mispaused(case: Case, profile: Profile) -> Wrong:
    """The steps of a pause with an open profile, which keeps it."""
    start, zone = _start(case)
    clock = FakeClock(start, zone)
    with Engine.open(profile, clock=clock, use_keyring=False) as engine:
        for number, (step, *given) in enumerate(case["steps"], 1):
            if step == "pause":
                engine.capture.pause(parse_pause(given[0], clock.now().astimezone(zone)))
            elif step == "resume":
                engine.capture.resume()
            elif step == "advance":
                clock.advance(timedelta(seconds=given[0]))
                engine.capture.paused()
            elif (engine.capture.paused() is not None) != given[0]:
                yield f"step {number}: paused is not {given[0]}"
        engine.capture.resume()


def _pages(profile: Profile, key: bytes | None) -> list[bytes]:
    """The store and its write-ahead log as they lie on the disk, and decrypted."""
    log = Path(f"{profile.store}-wal")
    files = [file.read_bytes() for file in (profile.store, log) if file.exists()]
    if key is None:
        return files
    if log.exists():
        bare = log.with_name("pages of the log")
        bare.write_bytes(bytes(PAGE) + _without_headers(log.read_bytes()))
        files.append(decrypted(bare, key))
        bare.unlink()
    return [*files, decrypted(profile.store, key)]


def _without_headers(log: bytes) -> bytes:
    """The pages of a write-ahead log: 32 bytes, then 24 before each page (https://sqlite.org/fileformat2.html)."""
    return b"".join(log[at + 24:at + 24 + PAGE] for at in range(32, len(log) - PAGE - 23, PAGE + 24))


def _in_store(engine: Engine, cases: list[Case]) -> Iterator[tuple[str, list[str]]]:
    """What the open store says wrongly, by case."""
    texts = [str(row[0]) for row in engine._store.query("SELECT text FROM memory")]
    kept = "\0".join(texts)
    for number, case in enumerate(cases):
        if case["expect"] == "masked":
            own = "\0".join(text for text in texts if _marker(number) in text)
            yield case["id"], [f"beside its own words: {one!r}" for one in secrets_of(case) if one in own]
        elif case["expect"] == "kept":
            hits = engine.search(_marker(number), k=3).hits
            lost = [words for words in map(str, case["keep"]) if words not in kept]
            yield case["id"], [f"not in the store: {words!r}" for words in lost] + ([] if hits else ["is not found"])
        elif case["expect"] == "tree":
            told = [(name, words, words in kept) for name, words in case["files"].items()]
            yield case["id"], [f"{name} was {'taken in' if there else 'left out'}" for name, words, there in told
                               if there == (name in case["left_out"])]


def searched(cases: list[Case], scratch: Path) -> Iterator[tuple[str, list[str]]]:
    """Secrets in anything that was written: the pages, the profile as it was closed, logs and temporary files."""
    places = {"the store": scratch / "pages", "a log": scratch / "all.log"}
    places |= {f"{file.relative_to(scratch)}": file for part in ("profile", "temporary")
               for file in (scratch / part).rglob("*") if file.is_file()}
    written = {name: file.read_bytes() for name, file in places.items()}
    innocent = "\0".join(_innocent(cases))
    for case in cases:
        if case["expect"] == "masked":
            pieces = [piece for secret in secrets_of(case) for piece in pieces_of(secret)
                      if len(piece) >= SHORTEST_SEARCHED and piece not in innocent]
            yield case["id"], [f"in {name}: {piece!r}" for piece in pieces for name, data in written.items()
                               if any(piece.encode(encoding) in data for encoding in ("utf-8", "utf-16-le"))
                               or json.dumps(piece)[1:-1].encode() in data]


def _innocent(cases: list[Case]) -> Iterator[str]:
    """What is there by right: the look-alikes, and all texts without their own secrets."""
    for case in cases:
        if case["expect"] in ("masked", "kept"):
            text = text_of(case)
            for secret in secrets_of(case):
                text = text.replace(secret, "")
            yield text


def in_profile(file: Path, cases: list[Case], *, plain: bool) -> dict[str, list[str]]:
    """What is wrong with a profile that took all cases in, by case."""
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="mneme-gate-") as name:
        scratch = Path(name)
        write_files(cases, scratch / "files")
        (scratch / "temporary").mkdir()
        command = [sys.executable, __file__, str(file), "--child", name, *(["--plain"] if plain else [])]
        subprocess.run(command, check=True, env={**os.environ, "TMPDIR": str(scratch / "temporary")})
        told = json.loads((scratch / "wrong.json").read_text(encoding="utf-8"))
        for case, what in (*told.items(), *searched(cases, scratch)):
            wrong[case] += [f"{'plain' if plain else 'encrypted'}: {one}" for one in what]
    return dict(wrong)


# ------------------------------------------------------------------ the report


def table(cases: list[Case], wrong: Mapping[str, list[str]]) -> str:
    """Cases and wrong ones by kind."""
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        if case["id"] in wrong:
            row = counts[case["expect"], case["kind"]]
            row[0] += 1
            row[1] += bool(wrong[case["id"]])
    lines = [f"{expect:9} {kind:28} {total:5} {bad:5}" for (expect, kind), (total, bad) in sorted(counts.items())]
    return "\n".join([f"{'expected':9} {'kind':28} cases wrong", *lines])


def rates(cases: list[Case], wrong: Mapping[str, list[str]]) -> str:
    """Precision and recall of masking."""
    missed = sum(bool(wrong.get(case["id"])) for case in cases if case["expect"] == "masked")
    found = sum(case["expect"] == "masked" for case in cases) - missed
    false = sum(bool(wrong.get(case["id"])) for case in cases if case["expect"] == "kept")
    return f"precision {found / max(1, found + false):.3f}, recall {found / max(1, found + missed):.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--profile-check", action="store_true", help="take everything into real profiles, too")
    parser.add_argument("--verbose", action="store_true", help="print what is wrong, case by case (holds the secrets)")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    try:
        cases = read_cases(given.file)
    except BadFile as problem:
        print(problem, file=sys.stderr)
        return 2
    if given.child:
        if given.plain:
            driver.sqlcipher = None
        take_in(cases, Path(given.child))
        return 0
    wrong = by_itself(cases)
    if given.profile_check:
        for plain in (False, True) if driver.sqlcipher_available() else (True,):
            for case, what in in_profile(given.file, cases, plain=plain).items():
                wrong.setdefault(case, []).extend(what)
    if given.verbose:
        print(*(f"{case} {one}" for case, what in wrong.items() for one in what), sep="\n")
    print(table(cases, wrong), rates(cases, wrong), sep="\n")
    bad = sum(map(bool, wrong.values()))
    print(f"{bad} of {len(wrong)} cases are wrong ({MASK} stands for what was masked)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
