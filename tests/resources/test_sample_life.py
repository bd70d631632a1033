"""The sample life is what it promises: many real files, two years, questions whose answers are in them."""

import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup
from striprtf.striprtf import rtf_to_text

import mneme_resources

ROOT = Path(mneme_resources.__file__).parent
LIFE = ROOT / "sample_life"
QUESTIONS: list[dict[str, Any]] = json.loads((ROOT / "sample_questions.json").read_text(encoding="utf-8"))
FILES = sorted(p for p in LIFE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
CHATS = sorted((LIFE / "chats").glob("*.jsonl"))
BINARY = {".pdf", ".docx", ".pptx", ".xlsx", ".epub"}
TEXT = [p for p in FILES if p.suffix not in BINARY]
WANTED = {".md", ".txt", ".org", ".rtf", ".csv", ".json", ".jsonl", ".html", ".py", *BINARY}


def name(path: Path) -> str:
    """The path as a person would say it."""
    return path.relative_to(LIFE).as_posix()


def text_of(path: Path) -> str:
    """What a reader would see in the file."""
    match path.suffix:
        case ".pdf":
            with pypdfium2.PdfDocument(path) as pdf:
                return "\n".join(page.get_textpage().get_text_range() for page in pdf)
        case ".docx":
            return "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        case ".pptx":
            shapes = [s for slide in pptx.Presentation(str(path)).slides for s in slide.shapes]
            return "\n".join(s.text_frame.text for s in shapes if s.has_text_frame)
        case ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = [v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row]
            return "\n".join(str(v) for v in cells if v is not None)
        case ".epub":
            with zipfile.ZipFile(path) as archive:
                pages = [archive.read(n) for n in archive.namelist() if n.endswith(".xhtml")]
            return "\n".join(BeautifulSoup(p, "html.parser").get_text("\n") for p in pages)
        case ".html":
            return BeautifulSoup(path.read_bytes(), "html.parser").get_text("\n")
        case ".rtf":
            return str(rtf_to_text(path.read_text(encoding="ascii")))
        case ".jsonl":
            lines = path.read_text(encoding="utf-8").splitlines()
            return "\n".join(json.loads(line).get("text", "") for line in lines)
        case _:
            return path.read_text(encoding="utf-8")


def flat(text: str) -> str:
    """Lower case, one space between words: what a search would see."""
    return " ".join(text.casefold().split())


def front_matter(path: Path) -> dict[str, Any]:
    """The YAML at the head of a Markdown file, or nothing."""
    found = re.match(r"---\n(.*?)\n---\n", path.read_text(encoding="utf-8"), re.DOTALL)
    return dict(yaml.safe_load(found[1])) if found else {}


def dates() -> list[date]:
    """Every day that a file name, front matter or a message names as its own."""
    days = [date.fromisoformat(m[0]) for p in FILES if (m := re.match(r"\d{4}-\d\d-\d\d", p.name))]
    said = [front_matter(p).get("date") for p in FILES if p.suffix == ".md"]
    days += [d for d in said if isinstance(d, date)]
    for path in CHATS:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        days += [datetime.fromisoformat(json.loads(line)["at"]).date() for line in lines]
    return days


def test_there_are_enough_files_of_every_kind() -> None:
    assert len(FILES) >= 60
    assert {p.suffix for p in FILES} >= WANTED
    assert sum(p.stat().st_size for p in FILES) < 1_500_000


def test_names_are_as_untidy_as_a_persons() -> None:
    names = [name(p) for p in FILES]
    assert any("🔥" in n for n in names)
    assert any(" " in n and "ü" in n for n in names)
    assert any("森" in n for n in names)
    assert {n.split("/")[0] for n in names} == {
        "cabin", "chats", "clippings", "house", "journal", "letters", "recipes", "travel", "work",
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_file_has_words_and_no_machine_in_it(path: Path) -> None:
    text = text_of(path)
    assert len(re.findall(r"\w", text)) >= 200
    assert not re.search(r"/home/|/work/\w|/Users/|[A-Z]:\\|/tmp/", text)
    assert "�" not in text


def test_the_life_spans_two_years() -> None:
    days = dates()
    assert min(days) < date(2023, 6, 1)
    assert max(days) > date(2025, 6, 1)
    assert (max(days) - min(days)).days >= 730
    months = {(d.year, d.month) for d in days}
    assert len(months) == 26  # no month from May 2023 to June 2025 is empty


def test_front_matter_agrees_with_the_name() -> None:
    seen = 0
    for path in LIFE.rglob("*.md"):
        said, named = front_matter(path).get("date"), re.match(r"\d{4}-\d\d-\d\d", path.name)
        if said and named:
            seen += 1
            assert said == date.fromisoformat(named[0]), name(path)
    assert seen >= 10


def test_named_weekdays_are_right() -> None:
    pattern = re.compile(r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day) (\d{1,2} [A-Z][a-z]+ \d{4})\b")
    found = [(name(p), m[1], m[2]) for p in FILES for m in pattern.finditer(text_of(p))]
    assert len(found) >= 15
    for where, weekday, day in found:
        assert datetime.strptime(day, "%d %B %Y").strftime("%A") == weekday, (where, day)


def test_several_languages() -> None:
    def words(path: Path) -> set[str]:
        return set(re.findall(r"\w+", text_of(path).casefold()))

    german = [p for p in TEXT if len(words(p) & {"und", "nicht", "ist", "ich", "der", "das", "die"}) >= 5]
    norwegian = [p for p in TEXT if len(words(p) & {"og", "ikke", "er", "det", "på", "har", "av"}) >= 5]
    spanish = [p for p in TEXT if len(words(p) & {"los", "las", "que", "con", "para", "una", "el"}) >= 5]
    japanese = [p for p in TEXT if re.search(r"[ぁ-ん]{2}", text_of(p))]
    assert len(german) >= 3
    assert len(norwegian) >= 3
    assert spanish
    assert japanese
    assert len({*german, *norwegian, *spanish, *japanese}) >= 8


@pytest.mark.parametrize("path", CHATS, ids=name)
def test_chats_are_in_the_neutral_form(path: Path) -> None:
    head, *messages = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert head["mneme"] == "conversation"
    assert head["version"] == 1
    assert head["title"]
    roles = {p["id"]: p["role"] for p in head["participants"]}
    assert sorted(roles.values())[-1] == "owner"
    seen: set[str] = set()
    times = [datetime.fromisoformat(m["at"]) for m in messages]
    assert times == sorted(times)
    for message in messages:
        assert message["from"] in roles
        assert message["text"].strip()
        assert message["id"] not in seen
        assert message.get("reply_to") is None or message["reply_to"] in seen
        seen.add(message["id"])
    least = {"Ines": 80, "Tomas Aas": 30, "assistant": 20}
    assert len(messages) >= least[path.stem]
    assert any("reply_to" in m for m in messages)
    assert (set(roles.values()) == {"owner", "assistant"}) == (path.stem == "assistant")


def test_ten_questions_one_without_an_answer() -> None:
    assert len(QUESTIONS) == 10
    assert all(set(q) == {"question", "expected", "file"} for q in QUESTIONS)
    assert QUESTIONS[0]["question"] == "Where did I leave the spare key of the cabin?"
    assert len({q["question"] for q in QUESTIONS}) == 10
    unanswerable = [q for q in QUESTIONS if q["expected"] is None]
    assert len(unanswerable) == 1
    assert unanswerable[0]["file"] is None
    assert "alarm code" in unanswerable[0]["question"]
    kinds = {Path(q["file"]).suffix for q in QUESTIONS if q["file"]}
    assert kinds >= {".md", ".pdf", ".docx", ".pptx", ".html", ".jsonl", ".txt", ".csv"}


@pytest.mark.parametrize("asked", [q for q in QUESTIONS if q["file"]], ids=lambda q: q["file"])
def test_the_answers_stand_in_their_files(asked: dict[str, Any]) -> None:
    text = flat(text_of(LIFE / asked["file"]))
    assert asked["expected"]
    for answer in asked["expected"]:
        assert flat(answer) in text


def test_nobody_ever_wrote_an_alarm_code() -> None:
    everything = flat("\n".join(text_of(p) for p in FILES))
    assert "after easter" in everything
    assert "alarm code" not in everything
    assert not re.search(r"alarm[^.]{0,80}\bcode\b|\bcode\b[^.]{0,80}alarm|\bpin\b", everything)


def test_what_changes_over_time_is_there_in_both_states() -> None:
    log = flat(text_of(LIFE / "cabin/log.md"))
    assert "the spare key hangs behind the blue rain barrel now, on the hook under the eaves." in log
    letter = flat(text_of(LIFE / "letters/2023-05-02 to Ines.txt"))
    assert "the key to the cabin hangs in the boat shed." in letter
    phone = flat(text_of(LIFE / "house/phone plan.md"))
    assert "nordtel" in phone
    assert "lynmobil" in phone
