"""What is in exports of conversations with AI assistants, counted with the standard library alone."""

import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from exports import Case

_NOT_SAID = ("thoughts", "reasoning_recap", "user_editable_context", "model_editable_context",
             "tether_browsing_display")


def _chatgpt(path: Path) -> int | None:
    data = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = package.read("conversations.json")
    try:
        trees = json.loads(data)
    except ValueError:
        return None
    nodes = [node for tree in trees for node in tree["mapping"].values()]
    return sum(_shown(node["message"]) for node in nodes if node.get("message"))


def _shown(message: dict[str, Any]) -> bool:
    content, role = message["content"], message["author"]["role"]
    if message.get("metadata", {}).get("is_visually_hidden_from_conversation"):
        return False
    return content.get("content_type") not in _NOT_SAID and (role != "system" or any(content["parts"]))


def _claude(path: Path) -> int:
    value = json.loads(path.read_bytes())
    chats = value if isinstance(value, list) else [value]
    return sum(len(chat.get("chat_messages") or ()) for chat in chats)


def _gemini(path: Path) -> int:
    """A prompt for each entry that has one, and an answer for each that has one."""
    entries = [entry for entry in json.loads(path.read_bytes()) if "Gemini" in entry["header"]]
    prompts = sum(bool(re.match(r"Prompted |Eingegebener Prompt: ", entry["title"])) for entry in entries)
    return prompts + sum(len(entry.get("safeHtmlItem", ())) for entry in entries)


def _vault_gemini(path: Path) -> int:
    return sum(len(chat["conversations"]) for chat in json.loads(path.read_bytes()))


def _days(path: Path) -> int:
    """Days with an activity, by the dates that the page shows."""
    text = html.unescape(path.read_text(encoding="utf-8"))
    return len(set(re.findall(r"<br>(\w{3} \d{1,2}, \d{4}), \d", text)))


def _other_days(path: Path) -> int:
    entries = [entry for entry in json.loads(path.read_bytes()) if "Gemini" not in entry["header"]]
    return len({(entry["header"], entry["time"][:10]) for entry in entries})


def _nothing(path: Path) -> int | None:
    return None


CASES: list[Case] = [
    Case("chatgpt", "chatgpt/*/conversations.json", _chatgpt),
    Case("chatgpt", "chatgpt/*/*.zip", _chatgpt),
    Case("chatgpt", "chatgpt/mitkury/tests/*.json", _chatgpt),
    Case("chatgpt", "chatgpt/everything-chatgpt/chat.html", _nothing),
    Case("chatgpt", "multi/cognition-vault/chatgpt/*.json", _chatgpt),
    Case("claude", "claude/testdata/c*.json", _claude),
    Case("claude", "claude/testdata/simple-invalid.json", lambda path: 0),
    Case("claude", "multi/cognition-vault/claude/*.json", _claude),
    Case("google-activity", "multi/chatlore/gemini/MyActivity.json", _gemini),
    Case("google-activity", "multi/chatlore/gemini/MyActivity.json", _other_days, "documents"),
    Case("google-activity", "google_takeout/HtmlTakeout/My Activity/*/MyActivity.html", _days, "documents"),
    Case("google-activity", "google_takeout/RecentTakeout/My Activity/*/MyActivity.json", _nothing),
    Case("takeout", "google_takeout/RecentTakeout", _nothing),
    Case("message-lines", "multi/cognition-vault/gemini/*.json", _vault_gemini),
]
