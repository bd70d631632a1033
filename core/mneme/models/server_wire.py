"""One request to the owner's own server, on a thread of its own: limited in bytes, and ended within milliseconds."""

import asyncio
import functools
import ipaddress
import queue
import re
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mneme.errors import KnownError, ModelFailed, ModelMissing, ModelTimedOut
from mneme.messages import _

if TYPE_CHECKING:
    import httpx2

Check = Callable[[], None]  # raises what is to end the request
Tell = Callable[[object], None]

LOOK: Final = 0.01  # seconds between two looks at the cancel button
CONNECT: Final = 10.0  # seconds to a connection, at most
LEAVE: Final = 0.03  # seconds that an ended request is waited for
HOME_NAMES: Final = (".local", ".lan", ".home", ".internal", ".home.arpa")  # names that only a house's own network has
_END: Final = object()


# ------------------------------------------------------------------ where the server is


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. Paths of the API come after `base`, those of the program itself after `root`.

    `shown` is scheme, host and port, for people. `near`: on this computer or in the house's own network.
    """

    base: str
    root: str
    shown: str
    near: bool
    encrypted: bool


def address(url: str) -> Address:
    """The address that an owner typed; "/v1" is added where there is no path.

    Raises: KnownError for what is no address of HTTP, and for one that holds a password, a query or a fragment.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[^\s\x00-\x1f\x7f]+", url.strip()):
        raise _no_address()
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise KnownError(_("The address of a server must hold neither a password nor what comes after ? or #."),
                         _("Leave it out; a key is given with `mneme models server --key`."))
    shown = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    path = parts.path.rstrip("/") or "/v1"
    return Address(shown + path, shown + path.removesuffix("/v1"), shown, _is_near(host), parts.scheme == "https")


def address_of(url: str) -> str:
    """The address as people are shown it; "" for what is none."""
    try:
        return address(url).shown
    except KnownError:
        return ""


def _no_address() -> KnownError:
    return KnownError(_("This is not the address of a server."), _("It is like http://localhost:11434/v1."))


def _is_near(host: str) -> bool:
    try:
        at = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((*HOME_NAMES, ".localhost"))
    return at.is_loopback or at.is_private or at.is_link_local


# ------------------------------------------------------------------ what comes of a request


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: `body` is JSON; at most `most` bytes of the answer are read.

    It has failed after `silence` seconds without a byte.
    """

    method: str
    url: str
    body: bytes | None
    silence: float
    most: int


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins; `kind` is its content type, `retry_after` the header of this name."""

    status: int
    kind: str
    retry_after: str


class Wire:
    """Speaks HTTP with one server and no other: redirects are not followed, certificates are verified.

    Each request has its own connection on its own thread. The key goes into the one header and nowhere else.
    """

    def __init__(self, place: Address, key: Callable[[], str | None]) -> None:
        self._place = place
        self._key = key

    def stream(self, requests: Sequence[Request], check: Check) -> Generator[Head | bytes, None, None]:
        """How each answer begins, then its bytes as they come. `check` is asked a hundred times a second.

        Raises: ModelMissing without a connection; ModelTimedOut; ModelFailed; whatever `check` raises.
        """
        headers = self._headers()
        return _Errand(lambda tell: self._fetch(requests, headers, tell)).items(check)

    def whole(self, requests: Sequence[Request], check: Check) -> list[tuple[Head, bytes]]:
        """How each answer begins, and all of it; one after another over one connection. Raises: as `stream`."""
        answers: list[tuple[Head, bytearray]] = []
        for item in self.stream(requests, check):
            if isinstance(item, Head):
                answers.append((item, bytearray()))
            else:
                answers[-1][1].extend(item)
        if len(answers) < len(requests):
            raise self.cut()
        return [(head, bytes(body)) for head, body in answers]

    async def _fetch(self, requests: Sequence[Request], headers: dict[str, str], tell: Tell) -> None:
        import httpx2  # noqa: PLC0415 -- slow import

        silence = max(request.silence for request in requests)
        timeout = httpx2.Timeout(silence, connect=min(silence, CONNECT))
        try:
            client = httpx2.AsyncClient(verify=_trust(), trust_env=not self._place.near, follow_redirects=False,
                                        timeout=timeout)
        except (ImportError, ValueError, httpx2.InvalidURL):  # of a kind that the library does not know
            tell(ModelFailed(_("The proxy that your system names cannot be used for {address}.").format(
                address=self._place.shown), _("Leave this address out of it, in NO_PROXY.")))
            return
        try:
            async with client:
                for request in requests:
                    await self._read(client, request, headers, tell)
        except httpx2.HTTPError as error:
            tell(self._meant(error))

    async def _read(self, client: "httpx2.AsyncClient", request: Request, headers: dict[str, str], tell: Tell) -> None:
        async with client.stream(request.method, request.url, content=request.body, headers=headers) as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                tell(self.garbled())  # a small answer may unfold to a huge one
                return
            tell(Head(response.status_code, response.headers.get("content-type", ""),
                      response.headers.get("retry-after", "")))
            read = 0
            async for piece in response.aiter_raw():
                read += len(piece)
                if read > request.most:
                    tell(self.too_much())
                    return
                tell(piece)

    def _headers(self) -> dict[str, str]:
        """Raises: ModelFailed for a key that cannot stand in a header."""
        headers = {"accept": "text/event-stream, application/json", "accept-encoding": "identity",
                   "content-type": "application/json", "user-agent": "mneme"}
        if key := (self._key() or "").strip():
            if not key.isascii() or not key.isprintable():
                raise ModelFailed(_("The key of your server holds characters that no key has."),
                                  _("Give it again with `mneme models server --key`."))
            headers["authorization"] = f"Bearer {key}"
        return headers

    # -------------------------------------------------------------- how it fails, in sentences

    def _meant(self, error: "httpx2.HTTPError") -> KnownError:
        """What a failure of the connection means; nothing of the error's own words, which may hold the request's."""
        import httpx2  # noqa: PLC0415 -- slow import

        if isinstance(error, httpx2.ConnectError) and _is_about_trust(error):
            return ModelFailed(
                _("The certificate of your server at {address} is not trusted.").format(address=self._place.shown),
                _("Use the name that the certificate is for, or have your system trust who issued it."))
        if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)):
            return ModelMissing(
                _("There is no connection to your server at {address}.").format(address=self._place.shown),
                _("Start it, or check its address; `mneme models server --off` does without it."))
        if isinstance(error, httpx2.TimeoutException):
            return self.silent()
        if isinstance(error, httpx2.RemoteProtocolError) and not _is_about_an_end(error):
            return self.garbled()
        return self.cut()

    def silent(self) -> ModelTimedOut:
        """Nothing has come for too long."""
        return ModelTimedOut(
            _("Your server at {address} has sent nothing for too long.").format(address=self._place.shown),
            _("Ask again; a smaller model answers sooner, and its own log may say what keeps it."))

    def cut(self) -> ModelFailed:
        """The answer has no end."""
        return ModelFailed(
            _("The answer of your server at {address} ended before it was whole.").format(address=self._place.shown),
            _("Ask again; if it happens again, its own log may say why."))

    def garbled(self) -> ModelFailed:
        """The answer is not what such a server sends."""
        return ModelFailed(
            _("Your server at {address} answers in a way that Mneme does not understand.").format(
                address=self._place.shown),
            _("Check that its address is that of an OpenAI-compatible server; it usually ends in /v1."))

    def too_much(self) -> ModelFailed:
        """The answer is longer than it can be."""
        return ModelFailed(
            _("Your server at {address} sends more than was asked for; Mneme has stopped reading.").format(
                address=self._place.shown),
            _("Ask again; if it happens again, choose another model there."))


@functools.lru_cache(maxsize=1)
def _trust() -> Any:
    """The certificates that the system trusts; made once, as it takes a while."""
    import httpx2  # noqa: PLC0415 -- slow import

    return httpx2.create_ssl_context()


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "verify_message", None):  # ssl.SSLCertVerificationError has it
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_about_an_end(error: Exception) -> bool:
    """Whether a breach of the protocol is that the connection was closed, in the words of the library."""
    return any(words in str(error) for words in ("disconnected", "peer closed"))


# ------------------------------------------------------------------ a thread that can be ended


class _Errand:
    """A coroutine on a thread of its own: it can be ended at any point, even before the first byte."""

    def __init__(self, work: Callable[[Tell], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._news: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = False
        self._cancel: Callable[[], object] | None = None
        self._thread = threading.Thread(target=self._run, name="mneme-server", daemon=True)

    def items(self, check: Check) -> Generator[Any, None, None]:
        """What the work tells, until it ends. Raises: what `check` raises, and a KnownError that is told."""
        self._thread.start()
        try:
            while (item := self._next(check)) is not _END:
                if isinstance(item, KnownError):
                    raise item
                yield item
        finally:
            self._stop()

    def _next(self, check: Check) -> object:
        while True:
            check()
            with suppress(queue.Empty):
                return self._news.get(timeout=LOOK)

    def _run(self) -> None:
        try:
            with suppress(asyncio.CancelledError):
                asyncio.run(self._main())
        finally:
            self._news.put(_END)

    async def _main(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        with self._lock:
            if self._stopped:
                return
            self._cancel = functools.partial(loop.call_soon_threadsafe, task.cancel)
        try:
            await self._work(self._news.put)
        finally:
            with self._lock:
                self._cancel = None

    def _stop(self) -> None:
        """End the work, where it has not ended by itself. Only the look-up of a name cannot be cut short."""
        with self._lock:
            self._stopped = True
            if self._cancel is not None:
                self._cancel()
        self._thread.join(LEAVE)
