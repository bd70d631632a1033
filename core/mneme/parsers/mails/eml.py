"""Single mails: .eml files, the messages of a Maildir, and what else begins with the headers of a mail."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.encoding import suffix_of
from mneme.parsers.mails.letters import threads
from mneme.parsers.mails.mime import header_names, read_letter, without_envelope
from mneme.parsers.moments import moment_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_OF_MACHINES = frozenset({"message-id", "received", "mime-version", "return-path", "delivered-to", "dkim-signature"})
_OF_PEOPLE = frozenset({"from", "to", "subject", "date", "cc", "sender", "reply-to"})
_SAVED_PAGE = expression(rb"^(?:Snapshot-Content-Location:|From:\s*<?Saved by )", re.I | re.M)
_MAILDIR = expression(r"(\d{9,10})\.[^/]*?(?:[:!;]2,([A-Za-z]*))?$")  # 1700000000.M1P2.host:2,S


class Eml:
    """.eml and files of a Maildir, whose names have no ending; https://cr.yp.to/proto/maildir.html."""

    format = "eml"
    suffixes = frozenset({".eml"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        names = header_names(without_envelope(head))
        if not names or _SAVED_PAGE.search(head[:2000]):
            return 0.0
        if suffix_of(name) in self.suffixes:
            return 0.9
        of_machines, of_people = len(names & _OF_MACHINES), len(names & _OF_PEOPLE)
        if of_machines and of_people >= 2 and of_machines + of_people >= 4:
            return 0.85
        return 0.6 if _MAILDIR.fullmatch(name) and of_people >= 2 else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        kept = _MAILDIR.fullmatch(source.name)
        if not source.data.strip():
            raise Skipped(_("is empty"))
        if kept and "T" in (kept[2] or ""):
            raise Skipped(_("was deleted in the mail program"))
        yield from threads([read_letter(source.data, source.clock.zone(), _delivered(kept))])


def _delivered(kept: re.Match[str] | None) -> Moment | None:
    """When a mail came into its Maildir, as its file's name tells."""
    return moment_of(datetime.fromtimestamp(int(kept[1]), UTC), UTC) if kept else None
