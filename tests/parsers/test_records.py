"""Calendars, address books, and what Google Photos says of pictures: their times, people, rules and keys."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.memory.facts.extracting import statements
from mneme.memory.facts.statements import Saying
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.parsers.records.content_lines import components, fields, parse_line, unfolded
from mneme.parsers.records.recurrence import parse_rule, rule_said
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Document, Origin

SAMPLES = Path(__file__).parent / "samples"
ROME = ZoneInfo("Europe/Rome")


def documents(format_name: str, data: bytes, name: str = "file") -> list[Document]:
    """What is read, with the error at the end (if there is one) left aside."""
    [parser] = [p for p in PARSERS if p.format == format_name]
    found: list[Document] = []
    try:
        for one in parser.parse(ParseInput(data, name, FakeClock(zone=ROME))):
            assert isinstance(one, Document)
            found.append(one)
    except KnownError:
        assert found
    return found


def sample(format_name: str, name: str) -> dict[str, Document]:
    return {one.key: one for one in documents(format_name, (SAMPLES / name).read_bytes(), name)}


def event(*lines: str, head: str = "") -> Document:
    text = "\r\n".join(["BEGIN:VCALENDAR", *head.split(), "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])
    [one] = documents("calendar", text.encode())
    return one


def card(*lines: str) -> Document:
    [one] = documents("contacts", "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode())
    return one


def happened(document: Document) -> str | None:
    return document.happened_at.iso() if document.happened_at else None


# ------------------------------------------------------------------ which format


@pytest.mark.parametrize(("head", "name", "format_name"), [
    (b"BEGIN:VCALENDAR\r\nVERSION:2.0", "a.txt", "calendar"), (b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "a.ics", "calendar"),
    ("BEGIN:VCALENDAR\r\n".encode("utf-16"), "a.ics", "calendar"), (b"begin:vcard\nFN:A", "a", "contacts"),
    (b'["vcard",[["version"', "a.json", "contacts"), (b'[["vcard", [', "a.json", "contacts"),
    (b"Name,Given Name,E-mail 1 - Value\nA,A,a@b", "a.csv", "contacts"),
    (b'{"title": "a.jpg", "photoTakenTime": {"timestamp": "1"}}', "a.jpg.json", "photo-details"),
    (b"The line BEGIN:VCALENDAR begins a calendar.", "a.txt", "text"), (b"Name,Age\nA,4", "a.csv", "csv"),
    (b'{"title": "notes on photoTakenTime"}', "a.json", "json"), (b"First Name,Shoe size\nA,41", "a.csv", "csv")])
def test_what_it_is_shows_in_its_beginning(detector: Detector, head: bytes, name: str, format_name: str) -> None:
    assert detector.choose(head, name).format == format_name


# ------------------------------------------------------------------ lines


def test_folded_lines_are_whole_again() -> None:
    text = "A:one\n  two\nN;ENCODING=QUOTED-PRINTABLE:=41=\n=42=\n=43\nB:x"
    assert list(unfolded(text)) == ["A:one two", "N;ENCODING=QUOTED-PRINTABLE:=41=42=43", "B:x"]


def test_a_line_is_name_parameters_and_value() -> None:
    line = parse_line('item1.TEL;TYPE="work,voice";TYPE=pref;X="a:b":tel:+47')
    assert line is not None
    assert (line.name, line.group, line.value, line.params["X"]) == ("TEL", "item1", "tel:+47", "a:b")
    assert line.kinds == {"work", "voice", "pref"}
    assert parse_line("no line") is None
    assert fields(r"a\;b;;c\\;d")[:4] == ["a;b", "", "c\\", "d"]


def test_components_without_an_end_lose_nothing() -> None:
    [book] = components("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nBEGIN:VEVENT\nSUMMARY:b\nEND:VEVENT\nEND:VCALENDAR")
    assert [(one.text("SUMMARY"), one.cut) for one in book.inside] == [("a", True), ("b", False)]


@pytest.mark.parametrize("text", ["A" + ";x" * 100_000, 'A;"' * 50_000, "BEGIN:A\n" * 100_000 + "END:B\n" * 50_000,
                                  "N;ENCODING=QUOTED-PRINTABLE:a=\n" * 50_000, "A:\\" * 50_000])
def test_hostile_lines_cost_little(text: str) -> None:
    began = time.monotonic()
    components(text)
    fields(text)
    assert time.monotonic() - began < 10


# ------------------------------------------------------------------ calendars


def test_an_event_says_what_when_where_and_with_whom() -> None:
    dinner = sample("calendar", "calendar.ics")["dinner@example.org"]
    assert dinner.text.split("\n") == [
        "Dinner with Anna", "", "When: Tuesday 7 May 2024, 19:00 to 21:00", "Where: Trattoria Roma, Storgata 1",
        "Organizer: Anna Berg", "Attendees: Nordmann, Ola (declined), kari@example.org", "",
        "Bring the photographs; she wants to see the cabin.", "Table for two by the window."]
    assert (dinner.title, happened(dinner), dinner.tags) == ("Dinner with Anna", "2024-05-07T19:00+02:00",
                                                             ("Friends", "Food"))
    assert (dinner.authors, dinner.links) == (("Anna Berg",), ("https://example.org/roma",))
    assert dinner.properties["location"] == "Trattoria Roma, Storgata 1"


def test_what_repeats_says_its_rule_and_what_was_moved_stands_alone() -> None:
    found = sample("calendar", "calendar.ics")
    choir = found["choir@example.org"]
    assert "Repeats: every week on Tuesday until 30 June 2026" in choir.text
    # of June 2025: the 10th was cancelled, the 17th taken out, the 24th moved; noon on the 15th is now
    assert "Last times: Tuesday 20 May 2025 at 18:00, Tuesday 27 May 2025 at 18:00, Tuesday 3 June 2025" in choir.text
    assert "Next times: Tuesday 1 July 2025 at 18:00" in choir.text
    assert happened(choir) == "2024-01-09T18:00+02:00"  # in a zone that the file describes
    moved = found["choir@example.org/20250624T180000"]
    assert (moved.title, happened(moved)) == ("Choir in the park", "2025-06-25T17:00+03:00")
    assert "This event was cancelled." in found["choir@example.org/20250610T180000"].text


def test_days_utc_tasks_and_journals_keep_their_own_time() -> None:
    found = sample("calendar", "calendar.ics")
    assert {key: happened(found[f"{key}@example.org"]) for key in ("cabin", "utc", "tax", "journal")} == {
        "cabin": "2024-07-01", "utc": "2024-01-15T09:00+01:00", "tax": "2024-04-30T12:00+02:00",
        "journal": "2023-11-12"}
    assert "When: Monday 1 July 2024 to Sunday 7 July 2024" in found["cabin@example.org"].text
    assert found["utc@example.org"].text.endswith("Talk of the roof.")
    assert "To do, due Tuesday 30 April 2024 at 12:00\nDone: Monday 29 April" in found["tax@example.org"].text


def test_the_calendar_of_old_phones_is_read() -> None:
    [party] = sample("calendar", "calendar.vcs").values()
    assert (party.title, happened(party)) == ("Fødselsdag hos Kari", "2004-05-17T15:00+02:00")
    assert "every year on 17 May" in party.text


@pytest.mark.parametrize(("start", "iso"), [
    ("DTSTART:20240507T190000", "2024-05-07T19:00+02:00"), ("DTSTART:20240507T190000Z", "2024-05-07T21:00+02:00"),
    ("DTSTART;TZID=America/New_York:20240507T190000", "2024-05-07T19:00-04:00"),
    ("DTSTART;TZID=Eastern Standard Time:20240507T190000", "2024-05-07T19:00-04:00"),
    ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Oslo:20240507T190000", "2024-05-07T19:00+02:00"),
    ("DTSTART;TZID=GMT+0300:20240507T190000", "2024-05-07T19:00+03:00"),
    ("DTSTART;TZID=Nowhere:20240507T190000", "2024-05-07T19:00+02:00"), ("DTSTART:2024-05-07T19:00:00+05:00",
                                                                         "2024-05-07T16:00+02:00"),
    ("DTSTART:20240507", "2024-05-07"), ("DTSTART:20241332T190000", None), ("DTSTART:soon", None)])
def test_zones_by_every_name(start: str, iso: str | None) -> None:
    assert happened(event("SUMMARY:x", start)) == iso


def test_zones_of_one_file_mean_nothing_in_the_next() -> None:
    zone = ("BEGIN:VTIMEZONE\nTZID:Here\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{0}\nTZOFFSETTO:{0}\n"
            "END:STANDARD\nEND:VTIMEZONE")
    times = [happened(event("SUMMARY:x", "DTSTART;TZID=Here:20240507T190000", head=zone.format(offset)))
             for offset in ("+0300", "-0500")]
    assert times == ["2024-05-07T19:00+03:00", "2024-05-07T19:00-05:00"]


def test_a_zone_whose_rules_are_broken_is_the_owners() -> None:
    zone = "\n".join(["BEGIN:VTIMEZONE", "TZID:Here", *(
        f"BEGIN:{name}\nDTSTART:19700329T020000\nTZOFFSETFROM:+0{5 - to}00\nTZOFFSETTO:+0{to}00\n"
        f"RRULE:FREQ=YEARLY;BYMONTH=4294967296;BYDAY=-1SU\nEND:{name}"
        for name, to in (("STANDARD", 3), ("DAYLIGHT", 4))), "END:VTIMEZONE"])
    start = "DTSTART;TZID=Here:20240507T190000"
    assert happened(event("SUMMARY:x", start, "RRULE:FREQ=WEEKLY;UNTIL=20260630T150000Z", head=zone)) == (
        "2024-05-07T19:00+02:00")


@pytest.mark.parametrize(("rule", "said"), [
    ("FREQ=DAILY", "every day"), ("FREQ=DAILY;COUNT=5", "every day (5 times)"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday and Thursday"),
    ("FREQ=WEEKLY;BYDAY=MO, TU, WE, TH, FR", "every weekday"), ("FREQ=WEEKLY", "every week on Tuesday"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last weekday"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"), ("FREQ=MONTHLY", "every month on day 7"),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=17", "every year on 17 May"), ("FREQ=YEARLY", "every year on 7 May"),
    ("FREQ=YEARLY;BYMONTH=11;BYDAY=1SU;UNTIL=20300101", "every year on the first Sunday in November until 1 January "
                                                          "2030")])
def test_rules_in_words(rule: str, said: str) -> None:
    assert rule_said(parse_rule(rule), datetime(2024, 5, 7)) == said


@pytest.mark.parametrize("rule", [
    "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYDAY=MO;BYSETPOS=300",
    "FREQ=WEEKLY;BYMONTH=13", "FREQ=DAILY;COUNT=999999999;BYHOUR=1,2,3", "FREQ=MONTHLY;BYMONTHDAY=99", "FREQ=",
    "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;UNTIL=99999999T999999Z", "W", "FREQ=MINUTELY;COUNT=99999999999"])
def test_hostile_rules_cost_little(rule: str) -> None:
    began = time.monotonic()
    lines = [f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:x\nDTSTART:19010101T100000\nRRULE:{rule}\nEND:VEVENT" for n in range(6)]
    text = "\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"])
    assert len(documents("calendar", text.encode())) == 6
    assert time.monotonic() - began < 15


def test_good_entries_outlive_broken_ones() -> None:
    text = ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:good\nthis is no line\nEND:VEVENT\n"
            "BEGIN:VEVENT\nUID:2\nSUMMARY:cut off\nDTSTART:2024")
    [parser] = [p for p in PARSERS if p.format == "calendar"]
    parsed = parser.parse(ParseInput(text.encode(), "a.ics", FakeClock()))
    first, second = next(parsed), next(parsed)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.title, first.notes, second.title) == ("good", ("1 line of it cannot be read.",), "cut off")
    with pytest.raises(Unreadable, match="cut off"):
        next(parsed)


def test_of_versions_the_newest_counts_and_the_same_is_told_once() -> None:
    def entry(uid: str, summary: str, sequence: int) -> str:
        return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{summary}\nSEQUENCE:{sequence}\nEND:VEVENT"

    text = "\n".join(["BEGIN:VCALENDAR", entry("1", "old", 0), entry("1", "new", 2), entry("2", "same", 0),
                      entry("2", "same", 0), entry("3", "one", 0), entry("3", "another", 0), "END:VCALENDAR"])
    found = documents("calendar", text.encode())
    assert [one.title for one in found] == ["new", "same", "one", "another"]
    assert len({one.key for one in found}) == 4


def test_an_invitation_is_in_others_words() -> None:
    assert event("SUMMARY:x", head="METHOD:REQUEST").origin is Origin.OTHER
    assert event("SUMMARY:x").origin is None
    assert "cancelled" in event("SUMMARY:x", head="METHOD:CANCEL").text


# ------------------------------------------------------------------ address books


def test_a_card_is_sentences_that_facts_are_learned_from() -> None:
    anna = sample("contacts", "contacts.vcf")["anna-1"]
    assert (anna.title, anna.tags, happened(anna)) == ("Anna Berg", ("Friends", "Choir"), "2024-03-01T10:00:00+00:00")
    assert anna.text.startswith("Anna Berg's nickname is Annie.\nAnna Berg's mobile number is +47 912 34 567.\n")
    assert "Note on Anna Berg: Allergic to nuts, and to cats.\nWalks on Sundays." in anna.text
    facts = {(one.subject, one.relation, one.object) for one in statements(Saying(anna.text, Origin.OWNER))}
    assert {("Anna Berg", "birthday", "1990-05-07"), ("Anna Berg", "phone", "+47 912 34 567"),
            ("Anna Berg", "email", "anna@example.org"), ("Anna Berg", "married_to", "Ola Nordmann"),
            ("Anna Berg", "works_as", "Engineer")} <= facts


def test_cards_of_every_version() -> None:
    found = {str(one.title): one.text for one in sample("contacts", "contacts.vcf").values()}
    assert list(found) == ["Dr. Jörg Müller", "Anna Berg", "Kari Nordmann", "Corner Dentists", "Just A Name"]
    old = found["Dr. Jörg Müller"]
    assert "home address is Straße 1, 10115 Berlin, Germany." in old
    assert "nickname is Jo." in old
    assert "spouse is Ines Vidal." in old
    assert "Met at\nthe fair; likes tea" in old
    assert "JFIF" not in old
    assert "4AAQ" not in old
    new = found["Kari Nordmann"]
    assert "home number is +47-900-00-000.\n" in new
    assert "birthday is 12 April.\n" in new
    assert "Skype name is kari.n" in new
    assert "urn:uuid" not in new
    assert found["Just A Name"] == "Just A Name is in the address book."


@pytest.mark.parametrize(("lines", "said"), [
    (["FN:A", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29"], "A's birthday is 29 February."),
    (["FN:A", "BDAY:19900507T000000Z"], "A's birthday is 7 May 1990."), (["FN:A", "BDAY:spring 1950"], "spring 1950"),
    (["N:Berg;Anna;M.;Dr.;Jr."], "Dr. Anna M. Berg Jr. is in the address book."), (["TEL:110"], "110's telephone"),
    (["FN:A", "TEL;WORK;CELL:1234567"], "A's work mobile number is 1234567."), (["EMAIL:a@b.example"], "a@b.example"),
    (["FN:A", "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ", "SkZJRgABAQAAAQ", "TEL:1234567"], "A's telephone number"),
    (["FN:A", "NOTE:one", "two"], "Note on A: one\ntwo"),
    (["FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:=C3=86"], "Æ")])
def test_cards_in_odd_forms(lines: Sequence[str], said: str) -> None:
    assert said in card(*lines).text


def test_a_broken_card_costs_no_other() -> None:
    text = "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C\n\x01\nEND:VCARD\nBEGIN:VCARD\nFN:D"
    assert [one.title for one in documents("contacts", text.encode())] == ["A", "B", "C", "D"]


def test_tables_and_json_say_the_same() -> None:
    [anna, dentists] = sample("contacts", "contacts.google.csv").values()
    assert "Anna Berg's mobile number is +47 22 33 44 55.\n" in anna.text
    assert "address is Storgata 1, 0155 Oslo, Norway.\n" in anna.text
    assert (anna.tags, dentists.title) == (("Friends",), "Corner Dentists")
    assert "birthday is 1 May." in dentists.text
    [ola] = sample("contacts", "contacts.outlook.csv").values()
    assert "Ola Nordmann's home address is Storgata 1, 0155 Oslo, Norway.\n" in ola.text
    assert "birthday" not in ola.text
    [kari] = sample("contacts", "contacts.json").values()
    assert (kari.key, kari.title, kari.tags) == ("kari-2", "Kari; Nordmann", ("Friends", "Choir"))
    assert "work mobile number is +47-900-00-000." in kari.text


@pytest.mark.parametrize(("format_name", "name", "more"), [
    ("calendar", "calendar.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:new\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
    ("contacts", "contacts.vcf", b"BEGIN:VCARD\r\nFN:New\r\nEND:VCARD\r\n")])
def test_a_longer_export_says_the_same_under_the_same_keys(format_name: str, name: str, more: bytes) -> None:
    data = (SAMPLES / name).read_bytes()
    short, long = documents(format_name, data), documents(format_name, more + data, "other")
    assert long[1:] == short
    assert len({one.key for one in long}) == len(long)


# ------------------------------------------------------------------ Google Photos


def test_what_google_says_of_a_picture() -> None:
    [one] = sample("photo-details", "photo-details.json").values()
    assert one.text.split("\n") == [
        "IMG_0412.jpg", "Picture taken on Wednesday 24 May 2023 at 15:30 at 59.9139 N, 10.7522 E.",
        "In the picture: Anna Berg, Ola", "", "The first swim of the year."]
    assert happened(one) == "2023-05-24T15:30:00+02:00"


@pytest.mark.parametrize("data", [b'{"title": "x", "photoTakenTime": {}}', b'{"title": 5, "photoTakenTime": 5}'])
def test_what_says_nothing_of_a_picture_is_left_out(data: bytes) -> None:
    [parser] = [p for p in PARSERS if p.format == "photo-details"]
    with pytest.raises(Skipped):
        list(parser.parse(ParseInput(data, "a.json", FakeClock())))


# ------------------------------------------------------------------ others' files


def test_files_of_strangers(fixture_data: Path) -> None:
    counted = 0
    for path in sorted((*fixture_data.glob("ics/**/*.ics"), *fixture_data.glob("contacts/*.vcf"))):
        try:
            counted += len(documents("contacts" if path.suffix == ".vcf" else "calendar", path.read_bytes(), path.name))
        except AssertionError:  # nothing in it says anything
            continue
    assert counted == 179
