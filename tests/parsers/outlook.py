"""Writes compound files (MS-CFB) such as Outlook's .msg, as small as they can be; every stream is a small one."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALL = 512, 64
Tree = Mapping[str, "bytes | Tree"]


def text(tag: int, value: str, codepage: str = "") -> tuple[str, bytes]:
    """A text property: its stream's name and content; in Unicode, or as bytes of a code page."""
    kind, coded = ("001E", value.encode(codepage)) if codepage else ("001F", value.encode("utf-16-le"))
    return f"__substg1.0_{tag:04X}{kind}", coded


def properties(*rows: tuple[int, int, int], head: int = 32) -> tuple[str, bytes]:
    """The table of properties of fixed length: (tag, kind, value)."""
    table = b"".join(struct.pack("<HHIQ", kind, tag, 6, value) for tag, kind, value in rows)
    return "__properties_version1.0", bytes(head) + table


def filetime(when: datetime) -> int:
    return int((when - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


def compound(tree: Tree) -> bytes:
    """The file with these streams and folders."""
    entries, small = [["Root Entry", 5, _FREE, _END, 0]], bytearray()
    fat_small: list[int] = []
    _add(tree, entries, small, fat_small, 0)
    directory = b"".join(_entry(*entry, index) for index, entry in enumerate(entries))
    directory += bytes(-len(directory) % _SECTOR)
    chains = [directory, struct.pack(f"<{len(fat_small)}I", *fat_small) + b"\xff" * (-4 * len(fat_small) % _SECTOR),
              bytes(small) + bytes(-len(small) % _SECTOR)]
    return _file(chains, len(small), len(entries))


def _add(tree: Tree, entries: list[list[object]], small: bytearray, fat: list[int], parent: int) -> None:
    """A folder's entries as a list that leans to the right: no search needs more."""
    last: list[object] | None = None
    for name, value in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        entry: list[object] = [name, 2 if isinstance(value, bytes) else 1, _FREE, _END, 0]
        entries.append(entry)
        index = len(entries) - 1
        if last is None:
            entries[parent][2] = index
        else:
            last.append(index)
        last = entry
        if not isinstance(value, bytes):
            _add(value, entries, small, fat, index)
        elif value:
            count = -(-len(value) // _SMALL)
            entry[3:5] = [len(fat), len(value)]
            fat.extend([*range(len(fat) + 1, len(fat) + count), _END])
            small.extend(value + bytes(-len(value) % _SMALL))


def _entry(name: str, kind: int, child: int, start: int, size: int, *rest: int) -> bytes:
    right = rest[0] if len(rest) == 2 else _FREE
    coded = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII16sIQQIQ", coded, len(coded) + 2, kind, 1, _FREE, right, child, bytes(16), 0, 0, 0,
                       start if kind != 1 else 0, size)


def _file(chains: list[bytes], small: int, entries: int) -> bytes:
    counts = [len(chain) // _SECTOR for chain in chains]
    starts = [1, 1 + counts[0], 1 + counts[0] + counts[1]]
    fat = [_FAT]
    for start, count in zip(starts, counts, strict=True):
        fat += [*range(start + 1, start + count), _END] if count else []
    assert len(fat) <= 128, "one sector of the table is enough for a test"
    directory = bytearray(chains[0])
    struct.pack_into("<IQ", directory, 116, starts[2] if small else _END, small)
    header = struct.pack("<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE,
                         9, 6, bytes(6), 0, 1, starts[0], 0, 4096, starts[1], counts[1], _END, 0, 0)
    table = struct.pack(f"<{len(fat)}I", *fat) + b"\xff" * (4 * (128 - len(fat)))
    return header + b"\xff" * (_SECTOR - len(header)) + table + bytes(directory) + chains[1] + chains[2]
