"""Choosing the parser for a file by its first bytes and its name together, and running it where it belongs."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.encoding import looks_like_text, suffix_of
from mneme.parsers.isolated import IsolatedRunner
from mneme.ports import Parsed, ParseInput, Parser
from mneme.types import Conversation, Document, Mark, Message

HEAD = 8192  # bytes that parsers see for recognising
_UNSTORABLE = expression("[\x00\ud800-\udfff]")

log = logging.getLogger(__name__)


class Detector:
    """Finds a file's format and parses it. Parsers are asked in order; of equally sure ones the first wins."""

    def __init__(self, parsers: Sequence[Parser], runner: IsolatedRunner | None = None) -> None:
        self._parsers = tuple(parsers)
        self._runner = runner or IsolatedRunner(self._parsers)

    @property
    def formats(self) -> tuple[str, ...]:
        """The names that can be forced, in alphabetical order."""
        return tuple(sorted({parser.format for parser in self._parsers}))

    def parse(self, source: ParseInput, forced: str | None = None) -> tuple[str, Iterator[Parsed]]:
        """The format's name, and its documents and conversations as they are read.

        Raises: Skipped or Unreadable, also while iterating; KnownError for a forced format that does not exist.
        """
        parser = self._named(forced) if forced else self.choose(source.data, source.name)
        return parser.format, self._run(parser, source)

    def choose(self, data: bytes, name: str) -> Parser:
        """The parser for this content under this name. Raises: Skipped where there is none."""
        if not data:
            raise Skipped(_("is empty"))
        head, suffix = data[:HEAD], suffix_of(name)
        sure, best = max(((p.recognises(head, name), -i) for i, p in enumerate(self._parsers)), default=(0.0, 0))
        claiming = next((p for p in self._parsers if suffix and suffix in p.suffixes), None)
        if sure < 0.5 and claiming is not None:
            return claiming  # the content is not what the name says: its own parser says so best
        if sure > 0:
            return self._parsers[-best]
        if not suffix and not looks_like_text(head):
            raise Skipped(_("is not text, and its name does not say what it is"))
        raise Skipped(_("no reader for this kind of file ({suffix})").format(suffix=suffix or name))

    def require(self, format_name: str) -> None:
        """Raises: KnownError for a format that does not exist."""
        self._named(format_name)

    def close(self) -> None:
        """End the worker process."""
        self._runner.close()

    def _named(self, format_name: str) -> Parser:
        for parser in self._parsers:
            if parser.format == format_name:
                return parser
        raise KnownError(_("There is no format called {name}.").format(name=format_name),
                         _("It is one of: {names}.").format(names=", ".join(self.formats)))

    def _run(self, parser: Parser, source: ParseInput) -> Iterator[Parsed]:
        parsed = self._runner.parse(parser.format, source) if parser.isolated else _guarded(parser, source)
        for one in parsed:
            yield _storable(one)


def _guarded(parser: Parser, source: ParseInput) -> Iterator[Parsed]:
    """A parser run here; a mistake in it costs one file, not the whole run."""
    try:
        yield from parser.parse(source)
    except KnownError:
        raise
    except MemoryError:
        raise Unreadable(_("needs too much memory to be read")) from None
    except Exception as error:  # a plug-in call: one of the three named boundaries
        log.warning("the parser %s failed: %s", parser.format, type(error).__name__)
        raise Unreadable(_("could not be read: the reader crashed")) from error


def _storable(parsed: Parsed) -> Parsed:
    """The same with NUL and lone surrogates, which no store takes, replaced one for one: offsets stay true."""
    if isinstance(parsed, Mark):
        return parsed
    if isinstance(parsed, Conversation):
        people = tuple(replace(p, key=_safe(p.key), name=_safe(p.name)) for p in parsed.participants)
        return replace(parsed, key=_safe(parsed.key), title=_safe(parsed.title), participants=people,
                       messages=tuple(map(_storable_message, parsed.messages)))
    return _storable_document(parsed)


def _storable_document(document: Document) -> Document:
    return replace(
        document, text=_safe(document.text), key=_safe(document.key),
        title=_safe(document.title) if document.title else None,
        authors=tuple(map(_safe, document.authors)), tags=tuple(map(_safe, document.tags)),
        links=tuple(map(_safe, document.links)), notes=tuple(map(_safe, document.notes)),
        properties={_safe(key): _safe(value) for key, value in document.properties.items()})


def _storable_message(message: Message) -> Message:
    return replace(message, key=_safe(message.key), sender=_safe(message.sender), text=_safe(message.text),
                   reply_to=_safe(message.reply_to) if message.reply_to else None)


def _safe(text: str) -> str:
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)
