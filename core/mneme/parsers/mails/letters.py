"""Mails as messages of conversations: threads, subjects, senders and receivers, whatever file a mail lies in."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import one_line
from mneme.types import Conversation, Message, Moment, Participant, Role

_PREFIXES = (
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "ynt", "yan", "atb", "res", "rif", "rép", "bls",
    "vá", "ha", "απ", "σχετ", "отв", "ответ", "resp", "svar", "відп", "r",
    "回复", "回覆", "答复", "返信",
    "답장", "回信", "reply", "odg", "отг", "תשובה", "השב", "رد", "trả lời", "balas")
_FORWARDS = (
    "fwd", "fw", "wg", "tr", "rv", "enc", "i", "pd", "vb", "vl", "trs", "továbbítás", "továbbít", "ilt", "i̇lt", "πρθ",
    "doorst", "doorgest", "vidarebefordrat", "videresend", "videresendt", "videresendes", "fs", "пересл", "пер",
    "转发", "轉寄", "轉發", "転送", "전달",
    "inoltra", "inoltro", "reenv", "reenviado", "encaminhado", "transf", "transféré",
    "lähet", "przek", "prosl", "posl", "redir", "redirecționat", "ferw", "terusan", "chuyển tiếp", "הועבר",
    "إعادة توجيه", "wtrlt", "weitergeleitet", "přep", "preposlané", "ynl")
_PREFIX = expression(
    rf"^\s*(?:(?P<tag>\[[^\]\n]{{1,60}}\]\s*)?)(?P<word>(?-i:R|I)|"
    rf"{'|'.join(re.escape(word) for word in (*_PREFIXES, *_FORWARDS) if len(word) > 1)})"
    r"(?:\s?[\[(]\d{1,3}[\])]|\^\d{1,3}|\*\d{1,3})?\s?[:：]\s*", re.I)
_WRAPPED = expression(r"^\s*\[(?:fwd|fw|wg|tr)\s?:\s*(.*)\]\s*$", re.I)
_ID = expression(r"<([^<>\s]{1,500})>|<([^<>]{1,500})>")
_SENT = frozenset((
    "sent", "sent mail", "sent messages", "sent items", "sent-mail", "gesendet", "gesendete objekte",
    "gesendete elemente",
    "gesendete nachrichten", "envoyés", "messages envoyés", "éléments envoyés", "enviados", "enviado",
    "mensajes enviados",
    "elementos enviados", "enviadas", "enviats", "missatges enviats", "e-mails enviados", "itens enviados", "inviati",
    "posta inviata", "inviata", "verzonden", "verzonden items", "verzonden berichten", "skickat", "skickade", "sendt",
    "sendte elementer", "sendte", "lähetetyt", "wysłane", "отправленные", "odeslané", "odeslaná pošta", "odoslané",
    "elküldött", "elküldött üzenetek", "gönderilmiş postalar", "gönderilenler", "gönderilmiş", "trimise", "надіслані",
    "отправлено", "изпратени", "απεσταλμένα", "poslano", "poslane", "terkirim", "thư đã gửi", "đã gửi", "送信済み",
    "送信済みメール", "已发送", "已发送邮件",
    "已傳送", "寄件備份", "已送出", "보낸편지함", "보낸 메일함", "נשלח", "דואר יוצא",
    "المرسل", "البريد المرسل", "ส่งแล้ว", "จดหมายที่ส่งแล้ว", "saadetud", "išsiųsta", "nosūtītie", "drafts", "entwürfe",
    "brouillons", "borradores", "bozze", "rascunhos", "concepten", "utkast", "kladder", "luonnokset"))


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, whatever it was kept in. Addresses are pairs (address, name); ids stand without their brackets."""

    key: str
    subject: str
    sender: tuple[str, str]
    receivers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    attachments: tuple[str, ...] = ()
    at: Moment | None = None
    references: tuple[str, ...] = ()
    parent: str = ""
    sent: bool = False  # lies among the mails that the owner sent


def threads(letters: Iterable[Letter]) -> Iterator[Conversation]:
    """The letters as conversations, each beginning with its earliest; a letter that is there twice counts once."""
    grouped: dict[str, dict[str, Letter]] = {}
    for letter in letters:
        thread = grouped.setdefault(_thread(letter), {})
        known = thread.get(letter.key)
        if known is not None and not _same(known, letter):
            at = letter.at.iso() if letter.at else ""
            letter = replace(letter, key=f"{letter.key}#{digest(at, letter.sender[0], letter.subject, letter.text)}")
        thread.setdefault(letter.key, letter)
    for root, thread in grouped.items():
        yield _conversation(root, _in_time(list(thread.values())))


def is_reply(subject: str) -> bool:
    """Whether the subject says that this answers a mail."""
    found = _PREFIX.match(subject)
    return found is not None and found["word"].casefold() in _PREFIXES


def is_forward(subject: str) -> bool:
    """Whether the subject says that this hands on a mail."""
    found = _PREFIX.match(subject)
    return bool(_WRAPPED.match(subject)) or (found is not None and found["word"].casefold() in _FORWARDS)


def bare_subject(subject: str) -> str:
    """The subject without "Re:", "Fwd:" and their like in many languages; a list's "[tag]" stays."""
    subject = one_line(subject)
    for _several in range(20):
        if wrapped := _WRAPPED.match(subject):
            subject = wrapped[1]
        elif found := _PREFIX.match(subject):
            subject = (found["tag"] or "") + subject[found.end():]
        else:
            break
    return subject.strip()


def ids_in(header: str) -> tuple[str, ...]:
    """The message ids in a header, without brackets; a bare word counts as one where there are no brackets."""
    found = tuple("".join((first or second).split()) for first, second in _ID.findall(header[:100_000]))
    if found:
        return tuple(filter(None, found))
    bare = header.strip().strip("<>").split()
    return (bare[0][:500],) if len(bare) == 1 and bare[0] else ()


def says_sent(labels: Iterable[str]) -> bool:
    """Whether labels or the name of a folder mean the mails that the owner wrote."""
    return any(label.strip().strip('"').casefold() in _SENT for label in labels)


def digest(*parts: str) -> str:
    """A key for a mail that has none: from what does not change on its way, however its lines are broken."""
    bare = "\x1f".join("".join(part.split()) for part in parts)
    return hashlib.blake2b(bare.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _thread(letter: Letter) -> str:
    return (letter.references[0] if letter.references else "") or letter.parent or letter.key


def _same(one: Letter, other: Letter) -> bool:
    return one.at == other.at and one.sender[0] == other.sender[0]




def _in_time(letters: list[Letter]) -> list[Letter]:
    """Earliest first; one without a time stays behind the one it came after."""
    times: list[float] = []
    for letter in letters:
        times.append(letter.at.utc.timestamp() if letter.at else times[-1] if times else 0.0)
    order = sorted(range(len(letters)), key=times.__getitem__)
    return [letters[at] for at in order]


def _conversation(root: str, letters: Sequence[Letter]) -> Conversation:
    title = next((title for letter in letters if (title := bare_subject(letter.subject))), "")
    return Conversation(f"mail:{root}", title or _("(no subject)"), _people(letters), tuple(map(_message, letters)),
                        stable=True)


def _people(letters: Sequence[Letter]) -> tuple[Participant, ...]:
    """Everybody who wrote or received one of the letters, under the best name that was given."""
    people: dict[str, Participant] = {}
    for letter in letters:
        for address, name in (letter.sender, *letter.receivers):
            known = people.get(address)
            if known is None or (known.name == address and name):
                people[address] = Participant(address, name or address, known.role if known else Role.OTHER)
        if letter.sent:
            people[letter.sender[0]] = replace(people[letter.sender[0]], role=Role.OWNER)
    return tuple(people.values())


def _message(letter: Letter) -> Message:
    text = letter.text.strip("\n")
    names = [f"[{name}]" for name in letter.attachments]
    said = "\n".join(filter(None, (text, *names))) or bare_subject(letter.subject)
    parent = letter.parent or (letter.references[-1] if letter.references else "")
    return Message(letter.key, letter.sender[0], said, letter.at, parent or None)
