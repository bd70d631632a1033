"""The text in a typedstream: how Apple's programs keep a string with its attributes (NSArchiver)."""

import struct
from dataclasses import dataclass, field

_INT16, _INT32, _FLOAT, _NEW, _NIL, _END = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86
_FIRST_REFERENCE = 0x92
_SIGNATURE = b"streamtyped"
_MOST_CLASSES = 32  # a chain of classes is short; one that goes on is made to keep us busy


class NoTypedStream(Exception):
    """These bytes are something else, or are damaged."""


def text_in(data: bytes) -> str:
    """The string that the archived NSString or NSAttributedString consists of. Raises: NoTypedStream.

    Format as in NSArchiver's own code and https://github.com/dgelessus/python-typedstream: the root object's class
    chain, then its first value. Of a string that is the bytes themselves, of an attributed string a string object.
    """
    try:
        return _Reader(data).text()
    except (IndexError, struct.error, RecursionError) as error:
        raise NoTypedStream from error


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0
    strings: list[bytes] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)  # names of classes; objects stand in it, too, as b""
    order: str = "<"

    def text(self) -> str:
        version = self.byte()
        signature = self.take(self.byte())
        if version not in (3, 4) or signature not in (_SIGNATURE, _SIGNATURE[::-1], b"typedstream"):
            raise NoTypedStream
        self.order = "<" if signature == _SIGNATURE else ">"
        self.integer()  # the version of the system that wrote it
        self.expect(b"@")
        name = self.object()
        if b"AttributedString" in name:
            self.expect(b"@")
            name = self.object()
        if name not in (b"NSString", b"NSMutableString"):
            raise NoTypedStream
        self.expect(b"+")
        return self.string(self.integer()).decode("utf-8", "replace")

    def string(self, count: int) -> bytes:
        """So many bytes; where there are not as many, those before the end of the string object."""
        rest = self.data[self.at:]
        return rest[:count] if count <= len(rest) else rest.partition(bytes([_END, _NEW]))[0]

    def object(self) -> bytes:
        """Enter a new object: the name of its class."""
        if self.byte() != _NEW:
            raise NoTypedStream
        self.objects.append(b"")
        return self.class_chain()

    def class_chain(self) -> bytes:
        """The name of a class; its ancestors, where they are told here for the first time, are passed over."""
        first = b""
        for _step in range(_MOST_CLASSES):
            tag = self.byte()
            if tag == _NIL:
                return first
            if tag != _NEW:
                return first or self.objects[self.reference(tag)]
            name = self.shared_string()
            self.integer()  # the version of the class
            self.objects.append(name)
            first = first or name
        raise NoTypedStream

    def expect(self, encoding: bytes) -> None:
        """The type of the next value."""
        if self.shared_string() != encoding:
            raise NoTypedStream

    def shared_string(self) -> bytes:
        tag = self.byte()
        if tag == _NEW:
            self.strings.append(self.take(self.integer()))
            return self.strings[-1]
        return self.strings[self.reference(tag)]

    def reference(self, tag: int) -> int:
        """The number of what was told before: one byte, or an integer that the tag says the size of."""
        number = tag if tag >= _FIRST_REFERENCE else self.integer(tag) & 0xFF if tag in (_INT16, _INT32) else -1
        if number < _FIRST_REFERENCE:
            raise NoTypedStream
        return number - _FIRST_REFERENCE

    def integer(self, tag: int | None = None) -> int:
        tag = self.byte() if tag is None else tag
        if tag == _INT16:
            return int(struct.unpack(f"{self.order}H", self.take(2))[0])
        if tag == _INT32:
            return int(struct.unpack(f"{self.order}I", self.take(4))[0])
        if tag in (_NEW, _NIL, _END, _FLOAT):
            raise NoTypedStream
        return tag

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise NoTypedStream
        self.at += count
        return self.data[self.at - count:self.at]
