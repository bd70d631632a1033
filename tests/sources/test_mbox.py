"""A mailbox of any size, taken in batch by batch, and read on where it grew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mneme.errors import KnownError, Skipped
from mneme.parsers.mails.mbox import Mbox, starts
from mneme.ports import Found, ParseInput, Taken
from mneme.sources import mbox
from mneme.sources.mbox import MboxSource
from mneme.testing import FakeClock
from mneme.types import Conversation


def read(data: bytes) -> Iterator[Conversation]:
    for one in Mbox().parse(ParseInput(data, "x.mbox", FakeClock())):
        if isinstance(one, Conversation):
            yield one


def mail(number: int, body: bytes = b"Text.") -> bytes:
    return b"From a@x Mon May  6 10:00:00 2024\nMessage-ID: <%d@x>\nFrom: a@x\nSubject: S\n\n%s\n\n" % (number, body)


def scan(path: Path, cursor: str | None = None) -> tuple[list[str], list[Taken]]:
    """The keys of the mails found, and the batches."""
    batches = [one for one in MboxSource(path, read=read, starts=starts).scan(cursor) if isinstance(one, Taken)]
    keys = [m.key for batch in batches for one in batch.parsed if isinstance(one, Conversation) for m in one.messages]
    return keys, batches


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "box.mbox"


def test_every_mail_of_a_large_mailbox_is_taken_once(path: Path) -> None:
    filling = b"begin 644 a.zip\n" + b"\n".join([b"M" + b"QUJD" * 15] * 1600) + b"\n`\nend\n"  # 100 kB of an attachment
    with path.open("wb") as file:
        for number in range(500):
            file.write(mail(number, b"Words. " + (filling if number % 4 else b"")))
        file.write(mail(500, filling * 130))  # one mail larger than a batch
        file.write(mail(501))
    assert path.stat().st_size > 50_000_000
    keys, batches = scan(path)
    assert keys == [f"{number}@x" for number in range(502)]
    assert all(len(batch.parsed) <= mbox.MOST_MAILS for batch in batches)
    assert scan(path, batches[-1].cursor) == ([], [])
    assert scan(path, batches[0].cursor)[0] == keys[len(batches[0].parsed):]


def test_only_what_came_later_is_read(path: Path) -> None:
    path.write_bytes(mail(1) + mail(2))
    _keys, batches = scan(path)
    path.write_bytes(mail(1) + mail(2) + mail(3))
    assert scan(path, batches[-1].cursor)[0] == ["3@x"]


@pytest.mark.parametrize("other", [mail(7) + mail(8), mail(1), mail(1) + mail(2).replace(b"Text", b"text") + mail(3)])
def test_another_mailbox_is_read_from_its_start(path: Path, other: bytes) -> None:
    path.write_bytes(mail(1) + mail(2))
    _keys, batches = scan(path)
    path.write_bytes(other)
    keys, _batches = scan(path, batches[-1].cursor)
    assert keys == scan(path)[0]
    assert scan(path, "nonsense")[0] == keys


def test_an_enormous_mail_is_read_in_part_and_the_next_one_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MOST_BYTES", 100_000)
    monkeypatch.setattr(mbox, "_LARGEST_MAIL", 200_000)
    path.write_bytes(mail(1) + mail(2, b"long line\n" * 90_000) + mail(3))
    assert scan(path)[0] == ["1@x", "2@x", "3@x"]


def test_what_is_left_out_is_told_once_at_the_end(path: Path) -> None:
    path.write_bytes(mail(1) + mail(2, b"-----BEGIN PGP MESSAGE-----\nx"))
    *batches, last = MboxSource(path, read=read, starts=starts).scan()
    assert len(batches) == 1
    assert isinstance(last, Found)
    assert last.skipped == "1 mail in it was left out: is encrypted"


def test_a_mailbox_that_is_not_there(path: Path) -> None:
    source = MboxSource(path, read=read, starts=starts)
    with pytest.raises(KnownError, match=r"box\.mbox cannot be read"):
        list(source.scan())
    assert [finding.check for finding in source.check()] == ["mbox"]
    assert source.watched() == (path,)


def test_a_file_of_another_kind_gives_nothing(path: Path) -> None:
    def refuse(_data: bytes) -> Iterator[Conversation]:
        raise Skipped("no")
        yield

    path.write_bytes(b"just words\n" * 1000)
    [taken, last] = MboxSource(path, read=refuse, starts=starts).scan()
    assert isinstance(taken, Taken)
    assert taken.parsed == ()
    assert isinstance(last, Found)
