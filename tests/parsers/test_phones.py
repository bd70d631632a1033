"""Phone messengers: WhatsApp, Telegram, Signal and text messages, in the forms in which they are exported."""

import io
import json
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import KnownError
from mneme.parsers.all import PARSERS
from mneme.parsers.chats.whatsapp_words import title_of
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Message, Role

BERLIN = ZoneInfo("Europe/Berlin")
SAMPLES = Path(__file__).parent / "samples"
LRM = "\u200e"


def chats(data: bytes | str, name: str, *, as_format: str | None = None) -> list[Conversation]:
    """What the parser makes of it that is surest of it."""
    raw = data.encode() if isinstance(data, str) else data
    sure, best = max((p.recognises(raw[:8192], name), -i) for i, p in enumerate(PARSERS))
    parser = PARSERS[-best]
    assert sure > 0.5
    assert as_format is None or parser.format == as_format
    source = ParseInput(raw, name, FakeClock(zone=BERLIN))
    found = [one for one in parser.parse(source) if isinstance(one, Conversation)]
    for one in found:
        assert one.stable
        assert len({m.key for m in one.messages}) == len(one.messages)
        assert {m.sender for m in one.messages} <= {p.key for p in one.participants}
    return found


def chat(data: bytes | str, name: str = "chat.txt", *, as_format: str | None = None) -> Conversation:
    [one] = chats(data, name, as_format=as_format)
    return one


def whatsapp(*lines: str, name: str = "_chat.txt") -> Conversation:
    return chat("\n".join(lines), name, as_format="whatsapp")


def told(conversation: Conversation) -> list[tuple[str, str]]:
    names = {p.key: "*" if p.role is Role.SYSTEM else p.name for p in conversation.participants}
    return [(names[m.sender], m.text) for m in conversation.messages]


def times(messages: Sequence[Message]) -> list[str]:
    return [m.at.local().isoformat(timespec="seconds")[:19] if m.at else "?" for m in messages]


# ------------------------------------------------------------------ WhatsApp


@pytest.mark.parametrize(("head", "when"), [
    ("[15/03/2024, 14:30:15] ", "2024-03-15T14:30:15"),
    (f"{LRM}[15.03.24, 14:30:15] ", "2024-03-15T14:30:15"),
    ("15/03/24, 14:30 - ", "2024-03-15T14:30:00"),
    ("15/03/2024 14:30 - ", "2024-03-15T14:30:00"),
    ("15.3.2024 klo 14.30 - ", "2024-03-15T14:30:00"),
    ("[15.3.2024 klo 14.30.15] ", "2024-03-15T14:30:15"),
    ("2024-03-15, kl. 14:30 - ", "2024-03-15T14:30:00"),
    ("15-03-2024 14:30 - ", "2024-03-15T14:30:00"),
    ("3/15/24, 2:30\u202fPM - ", "2024-03-15T14:30:00"),
    ("15/03/2024, 2:30 pm - ", "2024-03-15T14:30:00"),
    ("15/3/24, 2:30 p.\u00a0m. - ", "2024-03-15T14:30:00"),
    ("15/3/24, 12:30 a.\u202fm. - ", "2024-03-15T00:30:00"),
    ("15/3/24, 2:30 μ.μ. - ", "2024-03-15T14:30:00"),
    ("2024. 03. 15. 14:30 - ", "2024-03-15T14:30:00"),
    ("2024. 03. 15. du. 2:30 - ", "2024-03-15T14:30:00"),
    ("2024/3/15 下午2:30 - ", "2024-03-15T14:30:00"),
    ("[2024/3/15 上午9:30:15] ", "2024-03-15T09:30:15"),
    ("2024年3月15日 下午2:30 - ", "2024-03-15T14:30:00"),
    ("2024/03/15 14:30 - ", "2024-03-15T14:30:00"),
    ("[2024. 3. 15. 오후 2:30:15] ", "2024-03-15T14:30:15"),
    ("2024. 3. 15. 오전 9:30 - ", "2024-03-15T09:30:00"),
    ("١٥‏/٣‏/٢٠٢٤، ٢:٣٠ م - ", "2024-03-15T14:30:00"),
    ("[۱۴۰۲/۱۲/۲۵،‏ ۱۴:۳۰:۱۵] ", "2024-03-15T14:30:15"),
    ("१५/३/२४, २:३० अपराह्न - ", "2024-03-15T14:30:00"),
    ("[15/3/2567 14:30:15] ", "2024-03-15T14:30:15"),
    ("[3/15/2567 BE, 14:30:15] ", "2024-03-15T14:30:15"),
    ("15/3/67 14:30 - ", "2024-03-15T14:30:00"),
    ("[3/15/R6, 14:30:15] ", "2024-03-15T14:30:15"),
    ("[令和6/3/15 14:30:15] ", "2024-03-15T14:30:15"),
    ("[٥‏/٩‏/١٤٤٥ هـ، ٢:٣٠:١٥ م] ", "2024-03-15T14:30:15"),
    ("15.03.24 г., 14:30 ч. - ", "2024-03-15T14:30:00"),
    ("2024-03-15 14 h 30 - ", "2024-03-15T14:30:00"),
    ("14:30, 15/03/2024 - ", "2024-03-15T14:30:00"),
    ("15/03/24 14:30:15: ", "2024-03-15T14:30:15"),
    ("15/03/24 14.30 - ", "2024-03-15T14:30:00"),
])
def test_a_head_is_read_in_any_language(head: str, when: str) -> None:
    read = whatsapp(f"{head}Maren: Who has the key?", "Second: line", f"{head}\u202a+49 170 123\u202c: me")
    assert told(read) == [("Maren", "Who has the key?\nSecond: line"), ("+49 170 123", "me")]
    assert times(read.messages) == [when, when]
    assert {m.at and m.at.precision for m in read.messages} == {"second" if when[-2:] == "15" else "minute"}


@pytest.mark.parametrize("form", ["%d/%m/%y, %H:%M", "%m/%d/%y, %H:%M", "%y/%m/%d, %H:%M", "%d.%m.%Y, %H:%M",
                                  "%m-%d-%Y, %I:%M %p", "%Y-%d-%m, %H:%M"])
def test_day_and_month_are_settled_over_the_whole_file(form: str) -> None:
    chance, at = random.Random(7), datetime(2021, 3, 1, 9, 5)
    said = []
    for _ in range(120):
        at += timedelta(minutes=chance.randrange(1, 9000))
        said.append(at)
    read = whatsapp(*(f"{at.strftime(form)} - Maren: hello" for at in said))
    assert times(read.messages) == [at.isoformat() for at in said]


@pytest.mark.parametrize(("heads", "days"), [
    (("01/02/24, 10:00", "03/02/24, 10:00", "05/02/24, 10:00", "06/02/24, 10:00"), "2024-02-01"),  # few gaps
    (("2/1/24, 10:00", "2/3/24, 10:00", "2/5/24, 10:00", "2/6/24, 10:00"), "2024-02-01"),
    (("01/12/23, 10:00", "02/01/24, 10:00"), "2023-12-01"),  # in order of time
    (("04/05/24, 10:00",), "2024-05-04"),  # as most of the world writes
    (("4/5/24, 10:00 AM",), "2024-04-05"),  # as Americans do
    (("04/05/24, 10:00 am",), "2024-05-04"),
    (("4.5.24, 10:00",), "2024-05-04"),
    (("09/05/25, 10:00", "08/06/25, 11:00"), "2025-05-09"),  # not in the future
])
def test_few_dates_are_read_as_is_likeliest(heads: tuple[str, ...], days: str) -> None:
    read = whatsapp(*(f"{head} - Maren: hello" for head in heads))
    assert times(read.messages)[0][:10] == days


def test_placeholders_notices_and_deleted_messages() -> None:
    at = "[15/03/2024, 14:30:15] "
    read = whatsapp(
        f"{at}Hikers: {LRM}Messages and calls are end-to-end encrypted. No one outside of this chat, not even "
        "WhatsApp, can read or listen to them.",
        f"{LRM}{at}Maren: {LRM}image omitted", f"{LRM}{at}Maren: {LRM}Bild weggelassen",
        f"{at}Maren: A view {LRM}<attached: 0001-PHOTO.jpg>",
        f"{at}Maren: Plan.pdf • {LRM}2 pages {LRM}document omitted",
        f"{at}Maren: {LRM}This message was deleted.", f"{at}Maren: {LRM}Du hast diese Nachricht gelöscht.",
        f"{at}Maren: {LRM}このメッセージは削除されました。", f"{at}Maren: {LRM}आपने यह मैसेज डिलीट किया.",
        f"{at}Maren: New {LRM}<This message was edited>", f"{at}Ines: {LRM}Ines left",
        f"{at}Ines: {LRM}Location: https://maps.google.com/?q=1,2", f"{at}~ Tom: null", f"{at}Tom:")
    assert read.title == "Hikers"
    assert told(read)[1:] == [
        ("Maren", ""), ("Maren", ""), ("Maren", "A view\n[0001-PHOTO.jpg]"), ("Maren", "[Plan.pdf]"), ("Maren", "New"),
        ("*", "Ines left"), ("Ines", "Location: https://maps.google.com/?q=1,2"), ("Tom", ""), ("Tom", "")]
    assert told(read)[0][0] == "*"


@pytest.mark.parametrize(("text", "kept"), [
    ("<Media omitted>", ""), ("<Medien ausgeschlossen>", ""), ("<Multimedia omitido>\nA view", "A view"),
    ("<Médias omis>", ""), ("<Без медиафайлов>", ""), ("<省略多媒体文件>", ""), ("<Medya dahil edilmedi>", ""),
    ("<Pominięto multimedia>", ""), ("<تم استبعاد الوسائط>", ""), ("<मीडिया छोड़ा गया>", ""), ("<3 you", "<3 you"),
    ("IMG-1.jpg (file attached)\nA view", "A view\n[IMG-1.jpg]"), (f"{LRM}DOC.pdf (Datei angehängt)", "[DOC.pdf]"),
    ("a.pdf (file attached)\na.pdf", "[a.pdf]"), ("a.jpg (archivo adjunto)", "[a.jpg]"),
    ("a.jpg (файл добавлен)", "[a.jpg]"), ("a.jpg (文件附件)", "[a.jpg]"),
    ("see a.b (the old one)", "see a.b (the old one)"), ("image omitted", ""), ("изображение отсутствует", ""),
    ("画像は含まれていません", ""), ("Plan.pdf • 2 halaman dokumen tidak disertakan", "[Plan.pdf]"),
    ("I omitted it", "I omitted it"), ("ok <This message was edited>", "ok"), ("if a <b> c>", "if a <b> c>"),
])
def test_media_on_android(text: str, kept: str) -> None:
    assert told(whatsapp(f"15/03/24, 14:30 - Maren: {text}"))[0] == ("Maren", kept)


def test_names_and_notices_with_colons_on_android() -> None:
    at = "15/03/24, 14:30 - "
    read = whatsapp(f'{at}Maren created group "Hut: 2024"', f"{at}Maren: one", f"{at}Maren: two: three",
                    f"{at}Maren changed the group description to: bring boots", f"{at}Dr: Who: a", f"{at}Dr: Who: b",
                    f"{at}Dr: Who: c", f"{at}Maren:.", f"{at}You were added")
    assert read.title == "Hut: 2024"
    assert told(read) == [
        ("*", 'Maren created group "Hut: 2024"'), ("Maren", "one"), ("Maren", "two: three"),
        ("*", "Maren changed the group description to: bring boots"), ("Dr: Who", "a"), ("Dr: Who", "b"),
        ("Dr: Who", "c"), ("Maren", "."), ("*", "You were added")]


def test_pasted_heads_are_text() -> None:
    lines = [f"15/03/24, 14:{n} - Maren: {n}" for n in range(10, 20)]
    read = whatsapp(*lines, "[14:05, 3/1/2024] Ines: pasted")
    assert told(read)[-1] == ("Maren", "19\n[14:05, 3/1/2024] Ines: pasted")


def test_a_longer_export_has_the_same_keys() -> None:
    lines = [f"0{n}/02/24, 10:0{n} - Maren: same" for n in (1, 3, 3, 5)]
    short = whatsapp(*lines, name="WhatsApp Chat with Ines.txt")
    longer = whatsapp(*lines, "02/13/24, 10:00 - Ines: so the month is first", name="WhatsApp Chat with Ines (2).txt")
    assert short.key == longer.key
    assert [m.key for m in short.messages] == [m.key for m in longer.messages][:4]
    assert times(longer.messages)[1][:10] == "2024-03-02"
    unnamed, later = whatsapp(*lines, name="a.txt"), whatsapp(*lines, "06/02/24, 10:00 - Ines: hi", name="b.txt")
    assert unnamed.key == later.key


def test_more_messages_tell_where_a_name_ends_and_keys_stay() -> None:
    lines = [f"15/03/24, 14:3{n} - Dr: Who: {n}" for n in range(4)]
    short, longer = whatsapp(*lines[:2], name="a.txt"), whatsapp(*lines, name="a.txt")
    assert (told(short)[0], told(longer)[0]) == (("Dr", "Who: 0"), ("Dr: Who", "0"))
    assert [m.key for m in short.messages] == [m.key for m in longer.messages][:2]


def test_captions_are_the_key_whether_the_media_were_exported_or_not() -> None:
    first = whatsapp("15/03/24, 14:30 - Maren: IMG.jpg (file attached)", "A view")
    second = whatsapp("15/03/24, 14:30 - Maren: <Media omitted>", "A view")
    assert first.messages[0].key == second.messages[0].key


@pytest.mark.parametrize(("name", "title"), [
    ("WhatsApp Chat with Ines Kern.txt", "Ines Kern"), ("WhatsApp Chat - Ines.zip", "Ines"),
    ("WhatsApp-Chat mit Jörg (1).txt", "Jörg"), ("Chat de WhatsApp con María.txt", "María"),
    ("Chat WhatsApp con Anna.txt", "Anna"), ("Conversa do WhatsApp com Zé.txt", "Zé"),
    ("Discussion WhatsApp avec Julie.txt", "Julie"), ("Чат WhatsApp с контактом Иван.txt", "Иван"),
    ("Chat WhatsApp s uživatelem Petr.txt", "Petr"), ("WhatsApp-chat met Piet.txt", "Piet"),
    ("Czat WhatsApp z Ola.txt", "Ola"), ("محادثة واتساب مع علي.txt", "علي"), ("与王伟的WhatsApp聊天.txt", "王伟"),
    ("Ali ile WhatsApp Sohbeti.txt", "Ali"), ("WhatsApp_Chat_with_Tom.txt", "Tom"), ("_chat.txt", ""),
    ("notes.txt", ""), ("What I think of WhatsApp.txt", ""),
])
def test_the_title_is_in_the_file_name(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    text = "15/03/24, 14:30 - Zoë: 🗺️\r\n15/03/24, 14:31 - Zoë: ja\r\n"
    assert told(chat(text.encode(encoding), "WhatsApp Chat with Zoë.txt")) == [("Zoë", "🗺️"), ("Zoë", "ja")]


def test_a_zip_has_the_title_in_its_name() -> None:
    [read] = chats((SAMPLES / "archive.whatsapp.zip").read_bytes(), "WhatsApp Chat - Walkers.zip")
    assert read.title == "Walkers"
    assert len(read.messages) == 9


def zipped(members: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, text in members.items():
            package.writestr(name, text)
    return packed.getvalue()


def test_a_zip_with_a_name_in_an_old_encoding() -> None:
    data = zipped({"WhatsApp Chat with Zoe!.txt": "15/03/24, 14:30 - Ines: hi\n15/03/24, 14:31 - Ines: ho"})
    data = data.replace(b"Zoe!", "Zoë".encode())
    [read] = chats(data, "a.zip")
    assert read.title == "Zoë"


def test_folders_of_chats_in_a_zip() -> None:
    line = "15/03/24, 14:30 - Ines: hi\n15/03/24, 14:31 - Ines: ho"
    read = chats(zipped({"mine/WhatsApp Chat - Tom/_chat.txt": line, "mine/WhatsApp Chat - Tom/a.jpg": "",
                         "__MACOSX/mine/._a": "", "mine/WhatsApp Chat - Ines/_chat.txt": line}), "backup.zip")
    assert [one.title for one in read] == ["Tom", "Ines"]


def test_a_zip_of_other_files_is_not_a_chats() -> None:
    data = zipped({"WhatsApp Chat - Tom.txt": "15/03/24, 14:30 - Ines: hi\n15/03/24, 14:31 - Ines: ho",
                   "plans/plan.md": "# Plan\n\nBring a map."})
    [archive] = [p for p in PARSERS if p.format == "archive"]
    kinds = {type(one).__name__ for one in archive.parse(ParseInput(data, "all.zip", FakeClock()))}
    assert kinds == {"Conversation", "Document"}


@pytest.mark.parametrize(("text", "name"), [
    ("I exported my WhatsApp chat.\n15/03/24, 14:30 - Maren: hi\n15/03/24, 14:30 - Maren: ho\n", "note.txt"),
    ("2024-03-15 14:30 - Lunch: pizza\n2024-03-16 14:30 - Dinner: soup\n", "diary.txt"),
    ("[2024-03-15 14:30:15] INFO: started\n[2024-03-15 14:30:16] INFO: ready\n", "server.txt"),
    ("2024-03-15 14:30 meeting\n", "a.txt"), ("", "a.txt"),
])
def test_notes_and_logs_are_no_chats(text: str, name: str) -> None:
    assert [p.format for p in PARSERS if p.recognises(text.encode(), name) > 0.7] == []


# ------------------------------------------------------------------ Telegram


def test_telegram_json() -> None:
    read = chat((SAMPLES / "telegram.json").read_bytes(), "result.json", as_format="telegram")
    assert (read.key, read.title) == ("telegram:channel4711", "Hikers")
    assert told(read) == [
        ("*", "Maren: create group: Hikers, Maren, Ines"), ("Maren", "See https://example.org 🗺️"),
        ("Deleted Account", "Fine"), ("Ines", "[forwarded from Hut news]\nClosed in May"),
        ("Ines", "The way\n[route.gpx]"), ("Ines", ""), ("Ines", "When?\n- Saturday\n- Sunday"),
        ("Ines", "Hut, Ridge 1\n47.1, 11.2\n[photo_1@15-03-2024_10-08-00.jpg]"), ("*", "")]
    assert [m.key for m in read.messages] == list("123456789")
    assert read.messages[2].reply_to == "2"
    assert times(read.messages)[1] == "2024-03-15T10:01:00"


def test_a_telegram_account_tells_its_owner() -> None:
    hikers, saved, old = chats((SAMPLES / "telegram-account.json").read_bytes(), "result.json", as_format="telegram")
    assert [p.name for p in hikers.participants if p.role is Role.OWNER] == ["Maren"]
    assert (saved.title, told(saved)) == ("Saved Messages", [("Maren", "Note")])
    assert (old.key, old.messages[0].sender) == ("telegram:chat5", "user3")


def test_telegram_pages_are_one_conversation() -> None:
    [read] = chats((SAMPLES / "archive.telegram.zip").read_bytes(), "export.zip")
    page = chat((SAMPLES / "telegram-html.html").read_bytes(), "messages.html", as_format="telegram-html")
    assert read.title == page.title == "Hikers & more"
    assert (read.key, read.messages[:5]) == (page.key, page.messages)
    assert told(read) == [
        ("*", "Maren created group «Hikers»"), ("Maren", "See https://example.org\nand more"),
        ("Maren", "joined\n[photo_1@15-03-2024.jpg]"), ("Ines", "Fine"),
        ("Ines", "[forwarded from Hut news]\nClosed in May"), ("Ines", "When?\n- Saturday"), ("Maren", "[route.gpx]")]
    assert read.messages[3].reply_to == "2"
    assert read.messages[1].at is not None
    assert read.messages[1].at.iso() == "2024-03-15T10:01:00+01:00"
    assert read.messages[0].at is not None
    assert read.messages[0].at.iso() == "2024-03-15"


def test_telegram_without_ids() -> None:
    text = {"messages": [{"type": "message", "date_unixtime": "1710493200", "from": "Maren", "text": "hi"}] * 2}
    more = {"type": "message", "date_unixtime": "1710493300", "from": "I", "text": "o"}
    longer = {"messages": [*text["messages"], more]}
    short, later = chat(json.dumps(text), "a.json"), chat(json.dumps(longer), "b.json")
    assert short.key == later.key
    assert [m.key for m in short.messages] == [m.key for m in later.messages][:2]


def test_other_json_is_not_telegrams() -> None:
    [telegram] = [p for p in PARSERS if p.format == "telegram"]
    for text in ('{"messages": [{"text": "hi", "type": "message"}]}', '{"chats": {"list": []}}', "[1, 2]", "{"):
        assert telegram.recognises(text.encode(), "result.json") == 0


# ------------------------------------------------------------------ Signal


def test_signal_as_text_and_as_json_lines() -> None:
    markdown = chat((SAMPLES / "signal.md").read_bytes(), "chat.md", as_format="signal")
    assert told(markdown) == [
        ("Maren", "Who brings the map?"), ("Me", "I do.  \nAnd a compass.\n[photo.jpg]"), ("Maren", "")]
    lines = chat((SAMPLES / "signal-lines.jsonl").read_bytes(), "data.json", as_format="signal")
    assert told(lines) == [("Maren", "Who brings the map?"), ("Me", "I do.\n[photo.jpg]")]
    assert lines.messages[0].key == markdown.messages[0].key
    old = chat((SAMPLES / "signal.txt").read_bytes(), "export.txt", as_format="signal")
    assert told(old) == [("Maren", "Who brings the map?"), ("Me", "I do.\nAnd a compass.")]
    assert [p.role for p in old.participants] == [Role.OTHER, Role.OWNER]
    [packed] = chats((SAMPLES / "archive.signal.zip").read_bytes(), "signal.zip")
    assert (packed.title, told(packed)) == ("Maren", told(lines))


def test_signals_own_export() -> None:
    ines, hikers = chats((SAMPLES / "signal-backup.jsonl").read_bytes(), "main.jsonl", as_format="signal")
    assert ines.title == "Ines Kern"
    assert told(ines) == [("Ines Kern", "Who brings the map?"), ("Maren", "I do.\n[route.pdf]")]
    assert ines.messages[1].reply_to == ines.messages[0].key
    assert times(ines.messages) == ["2024-03-15T10:00:00", "2024-03-15T10:01:00"]
    assert (hikers.title, told(hikers)) == ("Hikers", [("*", "simple update: joined signal")])


def test_broken_lines_lose_nothing_else() -> None:
    data = (SAMPLES / "signal-backup.jsonl").read_bytes() + b"{\n"
    [parser] = [p for p in PARSERS if p.format == "signal"]
    read = parser.parse(ParseInput(data, "main.jsonl", FakeClock()))
    assert [next(read), next(read)]
    with pytest.raises(KnownError, match="1 line cannot be read"):
        next(read)


# ------------------------------------------------------------------ text messages


def test_sms_backup() -> None:
    ines, bank, group, draft = chats((SAMPLES / "sms.xml").read_bytes(), "sms-20240315.xml", as_format="sms")
    assert (ines.title, told(ines)) == ("Ines", [("Ines", "Who brings the map? 😊\nMe?"), ("Me", "I do & you \ufffd")])
    assert times(ines.messages) == ["2024-03-15T10:00:00", "2024-03-15T10:01:00"]
    assert [p.role for p in ines.participants] == [Role.OTHER, Role.OWNER]
    assert told(bank) == [("BANK", "Your code is 123456")]
    assert told(group) == [("+491709999999", "Look\n[IMG_1.jpg]"), ("Me", "Hut\nNice")]
    assert told(draft) == [("Me", "draft")]


def test_sms_as_json() -> None:
    ines, tom = chats((SAMPLES / "sms.json").read_bytes(), "messages.json", as_format="sms")
    assert told(ines) == [("Ines", "Hello"), ("Me", "Hi")]
    assert told(tom) == [("+491709999999", "All\n[a.jpg]")]
    [xml, *_rest] = chats((SAMPLES / "sms.xml").read_bytes(), "sms.xml")
    assert xml.key == ines.key


def test_sms_backups_with_junk_around_and_halves_of_characters() -> None:
    [parser] = [one for one in PARSERS if one.format == "sms"]
    whole = '<?xml version="1.0"?><smses><sms address="1" date="1710500000000" type="1" body="a{}b" /></smses>'
    bare = '<?xml version="1.0"?><!-- a --><?b c?><sms address="1" date="1710500000000" type="1" body="a{}b" />'
    for data in (whole.format("\ud83d").encode("utf-8", "surrogatepass"), whole.format("&#xD83D;").encode("utf-16-le"),
                 whole.format("&#55357;").encode("utf-16"), bare.format("&#55357;").encode(),
                 whole.replace("?>", ' encoding="windows-1252"?>').format("\x81").encode("latin-1")):
        [one] = parser.parse(ParseInput(data, "sms.xml", FakeClock()))
        assert isinstance(one, Conversation)
        assert re.fullmatch("a\ufffd{1,3}b", one.messages[0].text)


# ------------------------------------------------------------------ real exports


def test_every_head_that_others_support(fixture_data: Path) -> None:
    forms = json.loads((fixture_data / "whatsapp/whatstk/header_format_support.json").read_text(encoding="utf-8"))
    for form in (one["format"] for one in forms):
        chance, at = random.Random(3), datetime(2019, 1, 5, 8, 0, 3)
        lines, expected = [], []
        for _ in range(200):
            at += timedelta(seconds=chance.randrange(60, 90_000))
            lines.append(at.strftime(form.replace("%name", chance.choice(("Maren", "+1 123 456 789")))) + " hello")
            expected.append(at.isoformat() if "%S" in form else at.replace(second=0).isoformat())
        assert times(whatsapp(*lines, name="chat.txt").messages) == expected, form


@pytest.mark.parametrize(("path", "count"), [
    ("whatsapp/whatsanalyze/chat_example.txt", 537), ("whatsapp/whatstk/whatsapp/lorem-2000.txt", 2000),
    ("chat_miner/signal/test_export.txt", 2), ("telegram/tg-parser/supergroup_with_topics.json", 7),
    ("langchain_community/unit_tests/chat_loaders/data/telegram_chat_html/messages.html", 4)])
def test_real_exports(fixture_data: Path, path: str, count: int) -> None:
    file = fixture_data / path
    [read] = chats(file.read_bytes(), file.name)
    assert len(read.messages) == count
    assert all(m.at is not None for m in read.messages)
