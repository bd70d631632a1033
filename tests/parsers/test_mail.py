"""Mail: single files, mailboxes, Apple Mail and Outlook; threads, and what of a mail is its writer's own."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.parsers.mails.headers import addresses, moment, words
from mneme.parsers.mails.letters import bare_subject, ids_in, is_forward, is_reply
from mneme.parsers.mails.mailtext import from_html
from mneme.parsers.mails.mbox import starts
from mneme.parsers.mails.replies import own_words
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Conversation, Mark, Message, Role

sys.path.append(str(Path(__file__).parent))  # the writer of Outlook files lies beside
from outlook import Tree, compound, filetime, properties, text

BERLIN = ZoneInfo("Europe/Berlin")
SAMPLES = Path(__file__).parent / "samples"
HEAD = "From: Ada <ada@example.org>\nTo: kim@example.org\nDate: Mon, 6 May 2024 10:00:00 +0200\nMessage-ID: <a@x>\n"


def threads(format_name: str, data: bytes | str, name: str = "", since: str | None = None) -> list[Conversation]:
    """What the parser gives before it raises, if it does."""
    [parser] = [p for p in PARSERS if p.format == format_name]
    raw = data if isinstance(data, bytes) else data.encode()
    found: list[Conversation] = []
    for one in parser.parse(ParseInput(raw, name or f"x.{format_name}", FakeClock(zone=BERLIN), since)):
        if isinstance(one, Conversation):
            assert one.stable
            assert len({m.key for m in one.messages}) == len(one.messages)
            assert {m.sender for m in one.messages} <= {p.key for p in one.participants}
            found.append(one)
    return found


def mail(data: bytes | str, format_name: str = "eml") -> Message:
    [thread] = threads(format_name, data)
    [message] = thread.messages
    return message


# ------------------------------------------------------------------ single mails


@pytest.mark.parametrize("name", ["eml.eml", "mbox.mbox", "emlx.emlx", "msg.msg"])
def test_the_format_is_told_by_the_content(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    for called in (name, "1715000000.M1P2.host:2,S", "Inbox"):
        chosen = Detector(PARSERS).choose(data, called).format
        assert chosen == name.partition(".")[0]


@pytest.mark.parametrize(("content", "name"), [
    ("From Monday on, we swim.\nTo: be decided\n", "plan.txt"), ("Date: 2024-05-07\nSubject: Notes\n\nHi.", "note.txt"),
    ("Subject: x\nFrom: y\nTo: z\n\nA letter.", "letter.txt"), ("from a import b\n", "a.py"), ("12\nLines: 4\n", "x"),
    ("From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org\nSubject: s\nMIME-Version: 1.0\n\n",
    "a.mht"),
])
def test_ordinary_files_are_not_claimed(content: str, name: str) -> None:
    claims = {p.format: p.recognises(content.encode(), name) for p in PARSERS}
    assert all(claims[kind] <= 0.4 for kind in ("eml", "mbox", "emlx", "msg"))


def test_a_whole_mail() -> None:
    [thread] = threads("eml", (SAMPLES / "eml.eml").read_bytes())
    [message] = thread.messages
    assert (thread.key, thread.title) == ("mail:a1@example.org", "Garden plan \U0001f331")
    assert [(p.key, p.name, p.role) for p in thread.participants][:2] == [
        ("ada@example.org", "Ada Wïnter", Role.OTHER), ("kim@example.org", "Sommer, Kim", Role.OTHER)]
    assert [p.key for p in thread.participants][2:] == ["beds@lists.example.org", "bo@example.org", "lo@example.org"]
    assert message.text.startswith("The beds go along the wall,")
    assert "as Günter said.\n" in message.text
    assert message.text.endswith("I have seeds.\n[plan ü.pdf]")
    assert "Where do the beds go" not in message.text
    assert message.at is not None
    assert message.at.iso() == "2024-05-06T10:00:00+02:00"


def test_mails_of_one_thread_in_several_files_join() -> None:
    first = HEAD + "Subject: Plan\n\nHi."
    second = HEAD.replace("<a@x>", "<b@x>") + "Subject: Re: Plan\nReferences: <a@x>\nIn-Reply-To: <a@x>\n\nYes."
    third = HEAD.replace("<a@x>", "<c@x>") + "Subject: AW: Re: Plan\nReferences: <a@x>\n <b@x>\n\nNo."
    found = [thread for raw in (first, second, third) for thread in threads("eml", raw)]
    assert {(one.key, one.title) for one in found} == {("mail:a@x", "Plan")}
    assert [one.messages[0].reply_to for one in found] == [None, "a@x", "b@x"]


def test_a_mail_without_an_id_has_a_lasting_key() -> None:
    raw = HEAD.replace("Message-ID: <a@x>\n", "") + "Subject: S\n\nHi   there.\n"
    assert mail(raw).key == mail(raw.replace("\n", "\r\n")).key
    assert mail(raw).key != mail(raw.replace("there", "then")).key


@pytest.mark.parametrize(("headers", "body", "said"), [
    ("Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit", "Привет, мир".encode("koi8-r"),
    "Привет, мир"),
    ("Content-Type: text/plain; charset=iso-8859-1", "Ein Café".encode("latin-1"), "Ein Café"),
    ("Content-Type: text/plain; charset=iso-8859-1", "Ein Café".encode(), "Ein Café"),
    ("Content-Type: text/plain; charset=no-such", "Grüße".encode("cp1252"), "Grüße"),
    ("Content-Type: text/plain; charset=utf-7", b"Gr+APwA3w-e", "Grüße"),
    ("Content-Type: text/plain; charset=iso-2022-jp", "こんにちは".encode("iso2022_jp"), "こんにちは"),
    ("Content-Transfer-Encoding: base64", b"SGVsbG8gdGhl\ncmU", "Hello there"),
    ("Content-Transfer-Encoding: base64", b"No, this is. plain text, after all", "No, this is. plain text, after all"),
    ("Content-Transfer-Encoding: quoted-printable;", b"caf=C3=A9 =ZZ", "café =ZZ"),
    ("Content-Type: no type at all", b"Hi.", "Hi."),
    ("Content-Type: text/html", b"<p>One<br>two</p><img src='https://t.example/p.gif'>", "One\ntwo"),
    ("Content-Type: text/plain", b"<html><body><p>One</p></body></html>", "One"),
    ("Content-Type: multipart/mixed; boundary=wrong",
     b"--right\nContent-Type: text/plain\n\nInside.\n--right--\n", "Inside."),
    ("Content-Type: multipart/alternative; boundary=b",
     b"--b\n\nPlease use an HTML viewer.\n--b\nContent-Type: text/html\n\n<p>Words</p>\n--b--", "Words"),
    ("Content-Type: multipart/alternative; boundary=b",
     b"--b\n\nWe meet at two.\n--b\nContent-Type: text/calendar; name=x.ics\n\nBEGIN:VCALENDAR\n--b--",
     "We meet at two."),
    ("Content-Type: multipart/signed; boundary=b",
     b"--b\n\nSigned.\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nabc\n--b--", "Signed."),
    ("X: y", b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n- --dash\n-----BEGIN PGP SIGNATURE-----\n\na\n"
     b"-----END PGP SIGNATURE-----", "--dash"),
    ("X: y", b"See:\nbegin 644 a b.txt\n#86)C\n`\nend\n", "See:\n[a b.txt]"),
    ("Content-Type: text/plain; format=flowed", b"One \ntwo \nthree\n> old \n> er\n", "One two three\n> old er"),
    ("X: y", b"", "The subject"),
])
def test_bodies_of_every_kind(headers: str, body: bytes, said: str) -> None:
    assert mail(f"{HEAD}Subject: The subject\n{headers}\n\n".encode() + body).text == said


@pytest.mark.parametrize("headers", [
    "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nV: 1\n--b--",
    "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nMIIB",
    "X: y\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----"])
def test_encrypted_mails_are_left_out_with_the_reason(headers: str) -> None:
    with pytest.raises(Skipped, match="is encrypted"):
        threads("eml", f"{HEAD}{headers}")


def test_an_envelope_that_was_signed_only_is_read() -> None:
    inner = b"Content-Type: text/plain\n\nSigned words."
    halves = b"".join(b"\x04" + bytes([len(half)]) + half for half in (inner[:20], inner[20:]))
    envelope = b"\x30\x80\x06\x03\x2a\x86\x48\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\xa0\x80\x24\x80" + halves
    head = f"{HEAD}Content-Type: application/pkcs7-mime; name=smime.p7m\n\n".encode()
    assert mail(head + envelope + b"\x00\x00\x30\x02\x04\x00").text == "Signed words."


def test_headers_that_are_broken_lose_nothing() -> None:
    raw = ("Received: from x\nnonsense here\nFrom  : Ada <ada@example.org>\nSubject: Grüße =?utf-8?Q?caf=C3=A9?=\n"
           "Date: at dawn\nReceived: by x; Mon, 6 May 2024 10:00:00 CEST\n\nHi.")
    [thread] = threads("eml", raw.encode("cp1252"))
    assert (thread.title, thread.participants[0].name) == ("Grüße café", "Ada")
    assert thread.messages[0].at is not None
    assert thread.messages[0].at.iso() == "2024-05-06T10:00:00+02:00"


def test_nested_without_end() -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000))
    assert mail(HEAD + "Subject: S\n" + deep + "\nend").text
    mails = "Content-Type: message/rfc822\n\n" * 2000
    assert mail(HEAD + "Subject: S\n" + mails + "Subject: x\n\nend").text


@pytest.mark.parametrize(("raw", "expected"), [
    ("=?utf-8?Q?a_b?= =?utf-8?Q?c?=", "a bc"), ("=?utf-8?B?w6Q=?= x", "ä x"), ("=?iso-8859-1?Q?Fouch=E9?=", "Fouché"),
    ("=?utf-8?B?w?= =?x?Q?y?=", "y"), ("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "€"), ("=?gb2312?B?1cXPyMn6?=", "张先生")])
def test_encoded_words(raw: str, expected: str) -> None:
    assert words(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), [
    ('"Winter, Ada" <Ada@X.org>, kim@x.org (Kim)', [("ada@x.org", "Winter, Ada"), ("kim@x.org", "Kim")]),
    ("undisclosed-recipients:;", []), ("friends: a@x, B <b@x>;", [("a@x", ""), ("b@x", "B")]),
    ("Ada Winter", [("ada winter", "Ada Winter")]), ("<a@x> , ,<>", [("a@x", "")]),
    ("=?utf-8?Q?M=C3=BCller=2C_Jo?= <jo@x>; 'Bo' <bo@x>", [("jo@x", "Müller, Jo"), ("bo@x", "Bo")])])
def test_addresses(raw: str, expected: list[tuple[str, str]]) -> None:
    assert list(addresses(raw)) == expected


@pytest.mark.parametrize(("raw", "expected"), [
    ("Mon, 6 May 2024 10:00:00 -0000", "2024-05-06T10:00:00+00:00"), ("6 May 24 10:00 (MESZ)",
    "2024-05-06T10:00:00+02:00"),
    ("Mon, 6 May 2024 10:00:00 JST", "2024-05-06T10:00:00+09:00"), ("2024-05-06T10:00:00Z",
    "2024-05-06T10:00:00+00:00"),
    ("Thu, 01 Jan 1970 00:00:00 +0000", None), ("soon", None), ("99 Foo 9999 99:99:99", None)])
def test_times(raw: str, expected: str | None) -> None:
    at = moment(raw, BERLIN)
    assert (at and at.iso()) == expected


@pytest.mark.parametrize(("subject", "bare"), [
    ("Re: AW: Fwd: Plan", "Plan"), ("RE[2]: Plan", "Plan"), ("[garden] Re: Plan", "[garden] Plan"), ("SV: VS: Plan",
    "Plan"),
    ("回复：计划", "计划"), ("TR : Plan", "Plan"), ("R: I: Piano", "Piano"), ("[Fwd: Plan]", "Plan"), ("Relax: now",
    "Relax: now"),
    ("r: lower", "r: lower"), ("Ynt: İlt: Plan", "Plan"), ("Re:", "")])
def test_subjects_without_their_prefixes(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_what_a_subject_says() -> None:
    assert is_reply("Antw: x")
    assert is_forward("WG: x")
    assert not is_forward("Re: Fwd: x")
    assert ids_in("Your mail of today <a@b> <c @d>") == ("a@b", "c@d")
    assert ids_in("no id here") == ()


# ------------------------------------------------------------------ what is new in a mail

EARLIER = "> Where do the beds go?\n> Ada"


@pytest.mark.parametrize("said", [
    "On Mon, 6 May 2024 at 10:00, Ada Winter <ada@example.org> wrote:",
    "On 6 May 2024, at 10:00, Ada\n<ada@x.org>\nwrote:",
    "Am Mo., 6. Mai 2024 um 10:00 Uhr schrieb Ada Winter <ada@example.org>:",
    "Am 06.05.24 um 10:00 schrieb Ada Winter:",
    "Le lun. 6 mai 2024 à 10:00, Ada Winter <ada@example.org> a écrit :",
    "El 6/5/2024 a las 10:00, Ada Winter escribió:",
    "Il giorno lun 6 mag 2024 alle ore 10:00 Ada Winter <ada@x.org> ha scritto:", "Em 06/05/2024 10:00, Ada escreveu:",
    "Op ma 6 mei 2024 om 10:00 schreef Ada Winter <ada@example.org>:",
    "Den mån 6 maj 2024 kl 10:00 skrev Ada <ada@x.org>:",
    "W dniu 6.05.2024 o 10:00, Ada Winter pisze:", "пн, 6 мая 2024 г. в 10:00, Ада <ada@example.org>:",
    "6 Mayıs 2024 Pzt 10:00 tarihinde Ada <ada@example.org> şunu yazdı:",
    "2024年5月6日(月) 10:00 Ada <ada@example.org>:",
    "Ada Winter <ada@example.org> 于2024年5月6日周一 10:00写道：",
    "Dne po 6. 5. 2024 10:00 uživatel Ada <ada@x.org> napsal:",
    "Ada Winter <ada@example.org> schrieb am Mo., 6. Mai 2024, 10:00:",
    "2024년 5월 6일 (월) 오전 10:00, Ada <ada@x.org>님이 작성:"])
def test_quoted_mails_are_left_out_in_many_languages(said: str) -> None:
    assert own_words(f"Along the wall.\n\n{said}\n{EARLIER}\n") == "Along the wall."
    if "@" in said:
        assert own_words(f"Along the wall.\n\n{said}\n\nWhere do the beds go?\n") == "Along the wall."


@pytest.mark.parametrize("block", [
    "-----Original Message-----\nFrom: Ada\nSent: Monday", "-----Ursprüngliche Nachricht-----\nVon: Ada",
    "________________\n"
    "Von: Ada Winter\nGesendet: Montag, 6. Mai 2024 10:00\nAn: Kim\nBetreff: Plan",
    "De : Ada\nEnvoyé : lundi 6 mai\nÀ : Kim\n"
    "Objet : Plan", "*From:* Ada\n*Sent:* Monday\n*To:* Kim\n*Subject:* Plan",
    "发件人: Ada\n发送时间: 2024\n收件人: Kim\n主题: x",
    "------------------ 原始邮件 ------------------\n发件人: Ada", "De: Ada\nEnviado el: lunes\nPara: Kim\nAsunto: x",
    "Fra: Ada\nSendt: mandag\nTil: Kim\nEmne: x", "Lähettäjä: Ada\nLähetetty: ma\nVastaanottaja: Kim\nAihe: x"])
def test_mails_below_their_headers_are_left_out(block: str) -> None:
    assert own_words(f"Along the wall.\n\n{block}\n\nWhere?\n") == "Along the wall."


def test_answers_between_the_lines_are_kept() -> None:
    between = "On Mon, 6 May 2024, Ada wrote:\n> Where?\n\nBy the wall.\n\n> When?\n\nIn May.\n"
    assert own_words(between) == "By the wall.\n\nIn May."


def test_only_a_quotation_or_a_forward_is_kept() -> None:
    assert own_words(EARLIER) == EARLIER
    forwarded = "Look:\n\n---------- Forwarded message ---------\nFrom: Bo <bo@x.org>\nSubject: S\n\nI have seeds."
    assert own_words(forwarded) == forwarded
    outlook = "Look:\n\nVon: Bo\nGesendet: Montag\nAn: Ada\nBetreff: S\n\nI have seeds."
    assert own_words(outlook, forward=True) == outlook
    apple = "Anfang der weitergeleiteten Nachricht:\n\nVon: Bo\nDatum: Montag\nBetreff: S\n\nI have seeds."
    assert own_words(apple) == apple


def test_a_new_mail_may_cite() -> None:
    poem = "A poem:\n\n> The wood is full of birds\n\nNice?"
    assert own_words(poem, reply=False) == poem


@pytest.mark.parametrize("signature", [
    "-- \nAda Winter\n+49 30 123", "--\nAda", "Sent from my iPhone", "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone", "Inviato da iPhone", "Get Outlook for iOS<https://aka.ms/x>",
    "Verstuurd vanaf mijn iPad",
    "_______________________________\ngarden mailing list\nhttps://lists.example.org/listinfo/garden", "发自我的iPhone",
    "iPhoneから送信", "Skickat från min iPhone", "Gesendet mit der GMX Mail App"])
def test_signatures_are_left_out(signature: str) -> None:
    assert own_words(f"Along the wall.\n\n{signature}") == "Along the wall."


@pytest.mark.parametrize("kept", [
    "Sent from my desk, which is easier.", "- milk\n- bread", "One -- two.", "At 10:00 we said:\nyes",
    "Data: 5\nOr not",
    "In 2023 he wrote:\n\nNothing more."])
def test_ordinary_lines_stay(kept: str) -> None:
    assert own_words(f"Well.\n\n{kept}") == f"Well.\n\n{kept}"


def test_very_long_texts_take_no_time() -> None:
    for line in ("> ", "On Mon 10:00 x\n", "--\n", "From: x\n", "-" * 50 + "\n", "a wrote:\n\n"):
        assert own_words(line * 30_000) is not None


@pytest.mark.parametrize("quote", [
    '<div class="gmail_quote"><div class="gmail_attr">Op 6 mei 2024 schreef Ada &lt;a@x.org&gt;:<br></div><blockquote '
    'class="gmail_quote">Where?</blockquote></div>', '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:'
    "</b> Ada<br><b>Sent:</b> Monday</div><div>Where?</div>",
    '<blockquote type="cite"><p>Where?</p><ul><li>here</ul><blockquote>x</blockquote></blockquote>',
    '<div style="border-top:solid"><p><b>Von:</b> Ada<br><b>Gesendet:</b> Mo<br><b>An:</b> K<br><b>Betreff:</b> x'
    "</p></div><p>Where?</p>", '<div class="gmail_signature">Kim<br>Example Ltd</div>'])
def test_quotations_in_html(quote: str) -> None:
    assert own_words(from_html(f"<html><body><div>By the wall.</div>{quote}</body></html>", UTC)) == "By the wall."


def test_replies_of_others_tests(fixture_data: Path) -> None:
    """Lines of the raw texts that are the reply; the samples of two parsers of replies, by their tests."""
    expected = {
        "email_1_1": (1, 5), "email_1_3": (1, 3), "email_1_4": (1, 1), "email_1_5": (1, 15), "email_1_6": (1, 1),
        "email_1_7": (1, 1), "email_2_1": (1, 1), "email_2_2": (1, 1), "email_2_3": (1, 1), "email_BlackBerry": (1, 1),
        "email_bullets": (1, 9), "email_gmail": (1, 1), "email_headers_no_delimiter": (1, 1), "email_iPhone": (1, 1),
        "email_multi_word_sent_from_my_mobile_device": (1, 1), "email_one_is_not_on": (1, 5), "greedy_on": (1, 6),
        "email_sent_from_my_not_signature": (1, 3), "email_sig_delimiter_in_middle_of_line": (1, 7),
        "email_partial_quote_header": (1, 6), "correct_sig": (1, 1)}
    tried = 0
    for path in sorted((fixture_data / "mail").glob("*_email_reply_parser/*.txt")):
        raw = path.read_text(encoding="utf-8", errors="replace")
        if path.stem in expected:
            first, last = expected[path.stem]
            reply = " ".join("\n".join(raw.split("\n")[first - 1:last]).split())
            assert " ".join(own_words(raw).split()) == reply, path.stem
            tried += 1
    assert tried > 35


# ------------------------------------------------------------------ mailboxes


def test_a_mailbox_of_threads() -> None:
    [thread] = threads("mbox", (SAMPLES / "mbox.mbox").read_bytes())
    assert [m.text for m in thread.messages] == ["Where do the beds go?\nFrom the wall to the gate?", "Here."]
    assert [m.reply_to for m in thread.messages] == [None, "a1@example.org"]
    assert [(p.name, p.role) for p in thread.participants] == [("Ada Winter", Role.OWNER), ("Kim", Role.OTHER)]


def box(*ids: str, line: str = "From ada@x Mon May  6 10:00:00 2024", extra: str = "") -> str:
    return "".join(f"{line}\nMessage-ID: <{one}@x>\nFrom: ada@x\nSubject: S {one}\n{extra}\nText of {one}.\n\n"
                   for one in ids)


def test_a_longer_export_adds_only_what_is_new() -> None:
    def keys(raw: str) -> list[tuple[str, str]]:
        return [(thread.key, m.key) for thread in threads("mbox", raw) for m in thread.messages]

    assert keys(box("a", "b", "c"))[:2] == keys(box("a", "b"))
    assert keys(box("a", "a")) == keys(box("a"))


def test_a_mailbox_that_grew_is_read_on() -> None:
    [parser] = [p for p in PARSERS if p.format == "mbox"]
    short, long = box("a", "b"), box("a", "b", "c")
    *_threads, mark = parser.parse(ParseInput(short.encode(), "Inbox", FakeClock()))
    assert isinstance(mark, Mark)
    assert [one.key for one in threads("mbox", long, since=mark.cursor)] == ["mail:c@x"]
    assert len(threads("mbox", box("x", "y", "z"), since=mark.cursor)) == 3


@pytest.mark.parametrize("raw", [
    box("a", "b", line="From - Mon May 06 10:00:00 2024"), box("a", "b", line="From nobody"),
    box("a", "b").replace("\n", "\r\n"), box("a", "b").replace("\n", "\r"), "\ufeff\n" + box("a", "b"),
    box("a", "b").replace(".\n\nFrom", ".\nFrom"), box("a", "b", line="From ???@??? Mon May 06 10:00:00 2024"),
    box("a", "b").replace("Text of a", "Text of a\n\nFrom here on: nothing")])
def test_mailboxes_of_many_programs(raw: str) -> None:
    assert [one.key for one in threads("mbox", raw)] == ["mail:a@x", "mail:b@x"]


def test_a_right_length_guards_lines_that_look_like_beginnings() -> None:
    inside = "From bo@x Mon May  6 10:00:00 2024\nSubject: no mail\n\nx\n"
    head = "From ada@x Mon May  6 10:00:00 2024\nMessage-ID: <a@x>\nContent-Length: {}\n\n"
    assert len(starts((head.format(len(inside)) + inside + "\n" + box("b")).encode())) == 2
    assert len(starts((head.format(7) + inside + "\n" + box("b")).encode())) == 3


def test_deleted_and_foreign_mails_of_a_mailbox() -> None:
    assert len(threads("mbox", box("a") + box("b", extra="X-Mozilla-Status: 0009\n"))) == 1
    internal = ("From MAILER-DAEMON Mon May  6 10:00:00 2024\nFrom: Mail System <MAILER-DAEMON@x>\nSubject: DON'T "
                "DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\nThis text is part of the format.\n\n")
    assert len(threads("mbox", internal + box("a"))) == 1
    raw = box("a") + box("b").replace("Text of b.", "-----BEGIN PGP MESSAGE-----\nx")
    [parser] = [p for p in PARSERS if p.format == "mbox"]
    given = parser.parse(ParseInput(raw.encode(), "x.mbox", FakeClock()))
    assert isinstance(next(given), Conversation)
    with pytest.raises(Skipped, match="1 mail in it was left out: is encrypted"):
        list(given)


@pytest.mark.parametrize("name", ["Sent", "Gesendet.mbox", "Éléments envoyés.mbox", "Отправленные"])
def test_the_mails_that_the_owner_sent(name: str) -> None:
    [thread] = threads("mbox", box("a"), name)
    assert thread.participants[0].role is Role.OWNER


# ------------------------------------------------------------------ Apple Mail and Outlook


def test_apple_mail() -> None:
    message = mail((SAMPLES / "emlx.emlx").read_bytes(), "emlx")
    assert message.text.endswith("I have seeds.")
    assert message.at is not None
    assert message.at.iso() == "2024-05-07T08:30:00+00:00"
    with pytest.raises(Unreadable):
        threads("emlx", "hello")
    with pytest.raises(Skipped, match="was deleted"):
        threads("emlx", (SAMPLES / "emlx.emlx").read_bytes().replace(b"8590195713", b"8590195715"))


def test_maildir_tells_time_and_deletion() -> None:
    raw = "From: ada@x\nSubject: S\nMessage-ID: <a@x>\n\nHi."
    [thread] = threads("eml", raw, "1715000000.M1P2.host:2,S")
    assert thread.messages[0].at is not None
    assert thread.messages[0].at.iso() == "2024-05-06T12:53:20+00:00"
    with pytest.raises(Skipped, match="was deleted"):
        threads("eml", raw, "1715000000.M1P2.host:2,ST")


def outlook(**streams: "bytes | Tree") -> bytes:
    when = properties((0x0039, 0x40, filetime(datetime(2024, 5, 7, 12, 30, tzinfo=UTC))), (0x3FDE, 3, 1251), (0x3FFD,
        3, 1252))
    sender = [text(0x0042, "Kim"), text(0x0065, "KIM@example.org"), text(0x0037, "Plan")]
    return compound(dict([when, *sender]) | streams)


def test_outlook() -> None:
    [thread] = threads("msg", (SAMPLES / "msg.msg").read_bytes())
    assert (thread.key, thread.title) == ("mail:a1@example.org", "Garden plan")
    assert [(p.key, p.name) for p in thread.participants] == [
        ("kim@example.org", "Kim Sommer"), ("ada@example.org", "Ada Winter")]
    [message] = thread.messages
    assert message.text == "I would put the beds here.\n\nKim\n[beds.pdf]"
    assert message.at is not None
    assert message.at.iso() == "2024-05-07T12:30:00+00:00"


@pytest.mark.parametrize(("streams", "said"), [
    (dict([text(0x1000, "Привет", "cp1251")]), "Привет"), (dict([text(0x1013, "<p>One</p>")]), "One"),
    ({"__substg1.0_10130102": "<p>Привет</p>".encode("cp1251")}, "Привет"), ({}, "Plan"),
    ({"__substg1.0_10090102": b"\x36\0\0\0\x2a\0\0\0MELA\0\0\0\0{\\rtf1\\ansi Rich words\\par}" + bytes(21)},
     "Rich words")])
def test_outlook_bodies(streams: Tree, said: str) -> None:
    message = mail(outlook(**streams), "msg")
    assert (message.text, message.sender) == (said, "kim@example.org")


def test_outlook_signed_and_encrypted() -> None:
    signed = b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nSigned.\n--b--\n"
    attached: dict[str, bytes | Tree] = {"__attach_version1.0_#00000000": {"__substg1.0_37010102": signed}}
    assert mail(outlook(**dict([text(0x1A, "IPM.Note.SMIME.MultipartSigned")]), **attached), "msg").text == "Signed."
    with pytest.raises(Skipped, match="is encrypted"):
        mail(outlook(**dict([text(0x1A, "IPM.Note.SMIME")])), "msg")
    with pytest.raises(Unreadable):
        mail(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "msg")


def test_real_mails(fixture_data: Path) -> None:
    """Every mail of the outside collections is read; what is left out is left out with a reason."""
    read = 0
    for path in sorted((fixture_data / "mail").rglob("*")):
        if path.suffix not in (".eml", ".mbox", ".msg") and not path.name.startswith("mail_"):
            continue
        format_name = {".msg": "msg", ".mbox": "mbox"}.get(path.suffix, "eml")
        data = path.read_bytes()
        try:
            read += sum(len(t.messages) for t in threads("msg" if data.startswith(b"\xd0\xcf") else format_name, data,
            path.name))
        except KnownError as error:
            assert error.message
    assert read > 120
