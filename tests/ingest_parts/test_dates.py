"""When an item happened: which dates are found where, how precisely, and which are left alone."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.ingest.dates import date_of, find_date
from mneme.testing import FakeClock
from mneme.types import Block, Document, Moment

LONG = Document("This note begins with a line that is too long for the head of a letter, 1 May 1999, so it is text.")
JUNE_2024 = int(datetime(2024, 6, 10, 22, 30, tzinfo=UTC).timestamp()) * 10**9


def told(document: Document, path: str, mtime_ns: int = JUNE_2024, clock: FakeClock | None = None) -> tuple:
    moment, whence = date_of(document, Path(path), mtime_ns, clock or FakeClock())
    return (moment.iso() if moment else None), whence


@pytest.mark.parametrize(("text", "expected"), [
    ("14 October 2024", "2024-10-14"), ("Montag, 3. Juni 2024", "2024-06-03"), ("2024-03-11", "2024-03-11"),
    ("2024-03-11 Meeting", "2024-03-11"), ("20240311", "2024-03-11"), ("2023-05", "2023-05"),
    ("May 5, 2024", "2024-05-05"), ("the 1st of March 2024", "2024-03-01"), ("1. mai 2024", "2024-05-01"),
    ("4 de mayo de 2024", "2024-05-04"), ("le 1er août 2023", "2023-08-01"), ("7 апреля 2024", "2024-04-07"),
    ("2024年3月11日", "2024-03-11"), ("2024年3月", "2024-03"),
    ("03.04.2024", "2024-04-03"), ("13/4/2024", "2024-04-13"),
    ("Retro, TG-40 second edition, 12 November 2024", "2024-11-12"), ("Oban August 2024", "2024-08"),
    ("12.2023", "2023-12"), ("Customer day 2024", "2024"), ("2024 03 11 note", "2024-03-11"),
    ("Trip_2023_05_07_final", "2023-05-07"), ("IMG_20230507_1423", "2023-05-07T14:23+00:00"),
    ("PXL_20230507_142311123", "2023-05-07T14:23:11+00:00"), ("WhatsApp IMG-20240311-WA0012", "2024-03-11"),
    ("Screenshot from 2024-03-11 14-30-22", "2024-03-11T14:30:22+00:00"),
    ("Screenshot 2024-03-11 at 14.30.22", "2024-03-11T14:30:22+00:00"), ("2024-02-29", "2024-02-29")])
def test_dates_as_people_and_programs_write_them(text: str, expected: str) -> None:
    moment = find_date(text, FakeClock())
    assert moment is not None
    assert moment.iso() == expected


def test_a_week_is_told_as_the_month_it_mostly_lies_in() -> None:
    for text, month in [("2024-W11", "2024-03"), ("Week 11, 2024", "2024-03"), ("KW 1 2025", "2025-01"),
                        ("2024-W09", "2024-02")]:
        moment = find_date(text, FakeClock())
        assert moment is not None
        assert moment.iso() == month


def test_of_an_ambiguous_date_only_the_year_is_told() -> None:
    moment = find_date("03/04/2023", FakeClock())
    assert moment is not None
    assert moment.iso() == "2023"


@pytest.mark.parametrize("text", [
    "+4720240311", "0151-20240311", "order 1234567", "1984-2020", "2023-24", "2031-05-01", "1969-05-01",
    "2024-13-45", "2024-02-30", "20250230", "192.168.2024", "v2.2024.1", "99999999999999999999",
    "ISO 27001", "#2024", "", "May", "sun and may", "x2024y"])
def test_numbers_that_are_no_dates(text: str) -> None:
    assert find_date(text, FakeClock()) is None


def test_the_content_comes_first_then_title_name_folder_and_file() -> None:
    content = Moment.of(datetime(2001, 2, 3), UTC, "day")
    dated = Document("x", title="4 May 2002", happened_at=content)
    assert told(dated, "/2003/2004-05-06.md") == ("2001-02-03", "content")
    assert told(Document(LONG.text, title="4 May 2002"), "/2003/2004-05-06.md") == ("2002-05-04", "title")
    assert told(LONG, "/2003/2004-05-06.md") == ("2004-05-06", "name")
    assert told(LONG, "/2003/a.md") == ("2003", "folder")
    assert told(LONG, "/notes/a.md") == ("2024-06-10", "file")


def test_the_first_heading_and_a_letters_first_line_are_titles_too() -> None:
    heading = Document("# 14 October 2024\n\nMice.", (Block("heading", 0, 17, 1),))
    assert told(heading, "/a.md") == ("2024-10-14", "title")
    assert told(Document("Lübeck, den 11. September 2023\n\nLiebe Maren,"), "/a.txt") == ("2023-09-11", "title")


def test_a_sentence_that_names_a_year_was_not_written_then() -> None:
    assert told(Document("I have lived in Kraków since 2011."), "about.md") == ("2024-06-10", "file")
    assert told(Document("Oban, August 2024"), "about.md") == ("2024-08", "title")


def test_what_says_the_same_more_precisely_is_taken() -> None:
    assert told(Document(LONG.text, title="Plan 2023"), "/journal/2023/05/plan.md") == ("2023-05", "folder")
    assert told(Document(LONG.text, title="Plan 2023"), "/journal/2022/05/plan.md") == ("2023", "title")


@pytest.mark.parametrize(("path", "expected"), [
    ("/j/2023/05/07.md", "2023-05-07"), ("/j/2023/05-May/note.md", "2023-05"), ("/j/2023/2023-05/note.md", "2023-05"),
    ("/j/2023/May/7 walk.md", "2023-05-07"), ("/x/Trip 2023-05-07/a.md", "2023-05-07"), ("/j/2023/40/3.md", "2023"),
    ("/2023/12/a12.md", "2023-12"), ("/j/2024.03.11", "2024-03-11")])
def test_dates_spread_over_folders(path: str, expected: str) -> None:
    assert told(LONG, path)[0] == expected


def test_naive_times_are_meant_in_the_owners_zone_at_that_date() -> None:
    oslo = FakeClock(zone=ZoneInfo("Europe/Oslo"))
    assert told(LONG, "/IMG_20230507_1423.txt", clock=oslo)[0] == "2023-05-07T14:23+02:00"
    assert told(LONG, "/IMG_20230107_1423.txt", clock=oslo)[0] == "2023-01-07T14:23+01:00"
    assert told(LONG, "/a.md", clock=oslo) == ("2024-06-11", "file")


@pytest.mark.parametrize("mtime_ns", [0, 315532800 * 10**9, 10**22, -1, int(4e9) * 10**9])
def test_a_file_without_a_believable_time_has_none(mtime_ns: int) -> None:
    assert told(LONG, "/a.md", mtime_ns) == (None, None)
