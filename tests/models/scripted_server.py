"""A server on this computer that follows a script: what it sends for each path, byte by byte, and where it waits."""

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

WAIT = object()  # in a script: the server waits until the test is over


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


Script = Callable[[Asked], Iterable[object]]


@dataclass
class Server:
    """What each path answers; `asked` are the requests in their order. Unknown paths answer 404."""

    paths: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))  # a chat was asked for
    left: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))  # ... and nobody listens any more
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def chats(self) -> list[Any]:
        """The bodies of the chat completions that were asked for."""
        return [one.body for one in self.asked if one.path == "/v1/chat/completions"]


class _Handler(socketserver.StreamRequestHandler):
    server: "_Listening"

    def handle(self) -> None:
        with suppress(ConnectionError, ssl.SSLError):
            while (asked := self._request()) is not None:
                self.server.script.asked.append(asked)
                if asked.path.endswith("/chat/completions"):
                    self.server.script.came.release()
                if not self._answer(asked):
                    return

    def _request(self) -> Asked | None:
        line = self.rfile.readline().decode()
        if not line:
            return None
        method, path, _version = line.split()
        headers = {}
        while (header := self.rfile.readline().decode().strip()):
            name, _colon, value = header.partition(":")
            headers[name.lower()] = value.strip()
        data = self.rfile.read(int(headers.get("content-length", 0)))
        return Asked(method, path, headers, json.loads(data) if data else None)

    def _answer(self, asked: Asked) -> bool:
        """Whether the connection stays open."""
        script = self.server.script.paths.get(asked.path, lambda _asked: [said({"detail": "no such path"}, 404)])
        kept = False
        try:
            for part in script(asked):
                if part is WAIT:
                    self._wait()
                    return False
                assert isinstance(part, bytes)
                kept = kept or b"content-length" in part
                self.wfile.write(part)
        except ConnectionError:
            self.server.script.left.release()
            return False
        return kept

    def _wait(self) -> None:
        """Until the other side leaves, or the test is over."""
        self.connection.settimeout(0.02)
        while not self.server.script.over.is_set():
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    break
        self.server.script.left.release()


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    allow_reuse_address = True
    script: Server


@contextmanager
def serving(script: Server, trust: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that listens as long as the block lasts; no thread of it is left."""
    with _Listening(("127.0.0.1", 0), _Handler) as listening:
        listening.daemon_threads = False
        if trust is not None:
            listening.socket = trust.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
        listening.script, script.port = script, listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            script.over.set()
            listening.shutdown()
            thread.join()


def said(value: object, status: int = 200, **headers: str) -> bytes:
    """A whole answer of JSON."""
    body = json.dumps(value).encode()
    lines = [f"HTTP/1.1 {status} Said", "content-type: application/json", f"content-length: {len(body)}",
             *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n"


def event(value: object) -> bytes:
    """One server-sent event."""
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()) + b"\n\n"


def word(text: str | None, ended: str | None = None, **more: object) -> bytes:
    """An event that adds to an answer; `more` are other fields of its choice, `delta_…` of what it adds."""
    delta = {"content": text} | {name[6:]: value for name, value in more.items() if name.startswith("delta_")}
    rest = {name: value for name, value in more.items() if not name.startswith("delta_")}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": ended, **rest}]})


def used(prompt: int, generated: int, cached: int = 0) -> bytes:
    """The event with the account."""
    return event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": generated,
                                           "prompt_tokens_details": {"cached_tokens": cached}}})


DONE = event(b"[DONE]")


def speaking(*words: str, ended: str = "stop") -> Script:
    """A script that answers in these words."""
    return lambda _asked: [HEAD, *(word(one) for one in words), word(None, ended), used(20, len(words), 5), DONE]


def models(*names: str, **more: object) -> Script:
    """A script that lists models; `more` are other fields of each."""
    listed = [{"id": name, "object": "model", **more} for name in names]
    return lambda _asked: [said({"object": "list", "data": listed})]
