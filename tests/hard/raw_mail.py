"""Counts mails with the standard library alone: eml by its headers, mbox by its "From " lines, msg by its class."""

import email
import email.policy
import mailbox
import re
import shutil
import tempfile
from pathlib import Path

from exports import Case

_OLE = b"\xd0\xcf\x11\xe0"
_DELETED = re.compile(r"^[0-9a-fA-F]{3}[89abcdefABCDEF]")


def mails(path: Path) -> int | None:
    """The mails in a file of any kind; those with one Message-ID, sender and time count once."""
    data = path.read_bytes()
    if not data.strip():
        return None
    if data.startswith(_OLE):
        return 1 if "IPM".encode("utf-16-le") in data or b"IPM." in data else None
    if re.match(rb"\s*\d+\s*\n", data):
        return 1
    if data.lstrip().startswith(b"From "):
        return _in_mailbox(data)
    return 1 if email.message_from_bytes(data, policy=email.policy.compat32).keys() or b":" in data[:200] else None


def _in_mailbox(data: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder) / "box"
        box.write_bytes(data.lstrip().replace(b"\r\n", b"\n"))
        opened = mailbox.mbox(box)
        known = set()
        for number, mail in enumerate(opened):
            if not _DELETED.match(str(mail["X-Mozilla-Status"] or "")):
                known.add((str(mail["Message-ID"] or number), str(mail["Date"]), str(mail["From"])))
        opened.close()
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir()
    return len(known)


CASES = [
    Case("mbox", "mail/**/*.mbox", mails),
    Case("eml", "mail/**/*.eml", mails),
    Case("eml", "mail/mail-parser/mail_*", mails),
    Case("emlx", "**/*.emlx", mails),
    Case("msg", "mail/msg-extractor/*.msg", mails),
]
