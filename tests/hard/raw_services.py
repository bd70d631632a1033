"""Counts in the raw exports of Slack, Discord, Meta, iMessage and browsers, without a line of Mneme's parsers."""

import csv
import gzip
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exports import Case


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a zip or a folder."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield file.relative_to(path).as_posix(), file.read_bytes()
        return
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not name.endswith("/"):
                yield name, package.read(name)


def slack(path: Path) -> int | None:
    """Every ts of a channel once; what was deleted does not count."""
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for name, data in members(path):
        if day := re.search(r"([^/]+)/\d{4}-\d\d-\d\d\.json$", name):
            kept.update(((day[1], m["ts"]), m) for m in json.loads(data))
        elif name.endswith(".json.gz"):
            for line in gzip.decompress(data).splitlines():
                chunk = json.loads(line)
                if chunk["t"] in (0, 1):
                    rows = [*(chunk.get("m") or []), *([chunk["p"]] if chunk.get("p") else [])]
                    kept.update(((chunk["id"], m["ts"]), m) for m in rows)
        elif re.search(r"(?:^|/)[CDG][A-Z0-9]{8,}[^/]*\.json$", name):
            kept.update(dumped(json.loads(data)))
    live = [m for m in kept.values() if m.get("subtype") != "tombstone"]
    return len(live) if live else None


def dumped(dump: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for message in dump["messages"]:
        yield (dump["channel_id"], message["ts"]), message
        for reply in message.get("slackdump_thread_replies") or []:
            yield (dump["channel_id"], reply["ts"]), reply


def slack_dump(path: Path) -> int | None:
    return sum(m.get("subtype") != "tombstone" for m in dict(dumped(json.loads(path.read_bytes()))).values())


def rows(path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def slack_database(path: Path) -> int | None:
    [[count]] = rows(path, "SELECT count(DISTINCT CHANNEL_ID || TS) FROM MESSAGE "
                           "WHERE CAST(DATA AS TEXT) NOT LIKE '%\"subtype\":\"tombstone\"%'")
    return count or None


def imessage(path: Path) -> int | None:
    [[count]] = rows(path, "SELECT count(*) FROM message WHERE associated_message_type < 1000")
    return int(count)


def discord(path: Path) -> int | None:
    return len(json.loads(path.read_bytes())["messages"])


def discord_csv(path: Path) -> int | None:
    return len(list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))))


def discord_package(path: Path) -> int | None:
    count = 0
    for name, data in members(path):
        if name.endswith("/messages.csv"):
            count += len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))))
        elif name.endswith("/messages.json"):
            count += len(json.loads(data))
    return count


def meta(path: Path) -> int | None:
    raw = json.loads(path.read_bytes())["messages"]
    return sum(not (m.get("is_unsent") or m.get("isUnsent")) for m in raw)


def meta_archive(path: Path) -> int | None:
    return sum(not m.get("is_unsent") for name, data in members(path)
               if re.search(r"/messages/[^/]+/[^/]+/message_\d+\.json$", f"/{name}")
               for m in json.loads(data)["messages"])


def days(path: Path, sql: str) -> int | None:
    """Days (in UTC, as the clock of these checks goes) on which a page was seen; or folders of bookmarks."""
    return len({row[0] for row in rows(path, sql)}) or None


def firefox(path: Path) -> int | None:
    seen = days(path, "SELECT date(v.visit_date / 1000000, 'unixepoch') FROM moz_historyvisits v "
                      "JOIN moz_places p ON p.id = v.place_id "
                      "WHERE p.url LIKE 'http%' AND NOT p.hidden AND v.visit_type NOT IN (4, 8)") or 0
    tags = "(SELECT id FROM moz_bookmarks WHERE guid = 'tags________')"
    kept = days(path, "SELECT b.parent FROM moz_bookmarks b JOIN moz_places p ON p.id = b.fk "
                      "JOIN moz_bookmarks f ON f.id = b.parent "
                      f"WHERE b.type = 1 AND p.url LIKE 'http%' AND coalesce(f.parent, 0) NOT IN {tags}") or 0
    return seen + kept or None


def chromium(path: Path) -> int | None:
    return days(path, "SELECT date(v.visit_time / 1000000 - 11644473600, 'unixepoch') FROM visits v "
                      "JOIN urls u ON u.id = v.url WHERE u.url LIKE 'http%' AND NOT u.hidden "
                      "AND v.transition & 0xff NOT IN (3, 4) "
                      "AND (v.transition & 0x20000000 OR NOT v.transition & 0xf0000000)")


CASES = [
    Case("archive", "slack/slack-export-viewer/*.zip", slack),
    Case("archive", "slack/slackdump/source_*.zip", slack),
    Case("archive", "langchain_community/**/slack_export.zip", slack),
    Case("archive", "slack/slackdump/source_export_dir", slack),
    Case("archive", "slack/slackdump/source_archive*", slack),
    Case("archive", "slack/slackdump/source_dump_dir", slack),
    Case("slack", "slack/slackdump/C*.json", slack_dump),
    Case("slack", "slack/slackdump/source_dump_dir/C*.json", slack_dump),
    Case("slack-database", "slack/slackdump/source_database.db", slack_database),
    Case("slack-database", "slack/slackdump/source_database/*.sqlite", slack_database),
    Case("imessage", "langchain_community/**/imessage*.db", imessage),
    Case("discord", "**/discord_export.json", discord),
    Case("discord-messages", "**/discord/messages/c*/messages.csv", discord_csv),
    Case("archive", "multi/personify/discord", discord_package),
    Case("meta", "chat_miner/instagram/test_export.json", meta),
    Case("meta", "**/instagram_export.json", meta),
    Case("meta", "**/facebook_chat.json", meta),
    Case("meta", "**/message_[0-9]*.json", meta),
    Case("firefox", "**/places.sqlite", firefox, "documents"),
    Case("chromium", "**/History", chromium, "documents"),
]
