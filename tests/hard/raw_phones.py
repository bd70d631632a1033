"""Counts messages in exports of phone messengers: WhatsApp, Telegram, Signal, SMS."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from exports import Case

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?[\s_]\d{1,2}:\d\d(:\d\d)?([\s_\u202f]*[ap]\.?[\s\u202f]?m\.?)?"
_WHATSAPP = re.compile(rf"^[\ufeff\u200e]*(\[{_DATE}\]|{_DATE} -) ?(.*)$", re.I | re.M)
_GONE = ("you deleted this message", "this message was deleted")


def whatsapp(path: Path) -> int | None:
    text = path.read_text(encoding="utf-8-sig").replace(r"\ufeff", "").replace(r"\u202f", "\u202f")
    rests = [found.groups()[-1] for found in _WHATSAPP.finditer(text)]
    return sum(rest.rpartition(": ")[2].strip("\u200e .").lower() not in _GONE for rest in rests) or None


def telegram_json(path: Path) -> int | None:
    value = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(value, list):
        return len(value)
    return sum(len(chat["messages"]) for chat in _chats(value))


def _chats(value: dict[str, Any]) -> list[dict[str, Any]]:
    if "messages" in value:
        return [value]
    return [chat for part in ("chats", "left_chats") for chat in value.get(part, {}).get("list", [])]


class _Messages(HTMLParser):
    count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        classes = (named.get("class") or "").split()
        self.count += tag == "div" and "message" in classes and not (named.get("id") or "").startswith("message-")


def telegram_html(path: Path) -> int | None:
    pages = sorted(path.glob("messages*.html")) if path.is_dir() else [path]
    reader = _Messages()
    for page in pages:
        reader.feed(page.read_text(encoding="utf-8"))
    return reader.count


def signal(path: Path) -> int | None:
    return len(re.findall(r"^\[\d{4}-\d\d-\d\d,? \d\d:\d\d", path.read_text(encoding="utf-8"), re.M))


def sms(path: Path) -> int | None:
    root = ElementTree.parse(path).getroot()
    return sum(child.tag in ("sms", "mms") for child in root) if root.tag == "smses" else None


CASES = [
    Case("whatsapp", "whatsapp/*/*.txt", whatsapp),
    Case("whatsapp", "whatsapp/whatstk/whatsapp/*.txt", whatsapp),
    Case("whatsapp", "chat_miner/whatsapp/*.txt", whatsapp),
    Case("whatsapp", "multi/*/whatsapp_[ce][hx]*t.txt", whatsapp),
    Case("whatsapp", "langchain_community/**/whatsapp*.txt", whatsapp),
    Case("telegram", "telegram/**/*.json", telegram_json),
    Case("telegram", "chat_miner/telegram/test*.json", telegram_json),
    Case("telegram", "multi/**/telegram_[er]*.json", telegram_json),
    Case("telegram", "multi/lokb/telegram/*.json", telegram_json),
    Case("telegram", "langchain_community/**/telegram*.json", telegram_json),
    Case("telegram", "langchain_community/**/telegram_chat_json/*.json", telegram_json),
    Case("telegram", "langchain_community/**/telegram_chat_html/*.html", telegram_html),
    Case("telegram", "langchain_community/**/telegram_chat_html", telegram_html),
    Case("signal", "chat_miner/signal/*.txt", signal),
    Case("sms", "**/sms*.xml", sms),
]
