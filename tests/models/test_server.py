"""The owner's own server, over real connections: it serves well, refuses, stalls, breaks off, lies and floods."""

import json
import logging
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mneme.errors import Cancelled, KnownError, ModelFailed, ModelMissing, ModelTimedOut
from mneme.models.server import UNKNOWN_CONTEXT, ServerModel, address_of
from mneme.models.server_stream import TooMuch, events
from mneme.models.server_wire import address
from mneme.ports import Generation, LanguageModel, Spent, Turn
from mneme.testing import NOON

sys.path.append(str(Path(__file__).parent))  # the scripted server lies beside

from scripted_server import DONE, HEAD, WAIT, Server, event, models, said, serving, speaking, used, word

CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
KEY = "sk-very-secret-1234567890"
PROMPT = (Turn("system", "Answer."), Turn("user", "Where is the key of the cabin?"))
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
WISH = Generation(max_tokens=64, patience=5.0)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with one model of 2,000 tokens that says a short sentence."""
    script = Server({"/v1/models": models("small", max_model_len=2000),
                     "/v1/chat/completions": speaking("Under ", "the ", "stone.")})
    with serving(script):
        yield script


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No thread of a request outlives its test."""
    yield
    deadline = time.monotonic() + 5
    while any(t.name == "mneme-server" for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [t.name for t in threading.enumerate() if t.name == "mneme-server"] == []


def model_of(server: Server, name: str = "small", context: int = 0, key: str | None = None) -> ServerModel:
    return ServerModel(server.url, name, context, lambda: key)


def never() -> bool:
    return False


def asked(model: ServerModel, wish: Generation = WISH, cancelled: Callable[[], bool] = never
          ) -> tuple[list[str], Spent | None]:
    """The pieces of an answer, and what it came to."""
    told = list(model.generate(PROMPT, wish, cancelled))
    spent = told.pop() if told and isinstance(told[-1], Spent) else None
    assert all(isinstance(piece, str) and piece for piece in told)
    return [str(piece) for piece in told], spent if isinstance(spent, Spent) else None


def failing(server: Server, *script: object, wish: Generation = WISH) -> tuple[list[str], KnownError]:
    """What is told of an answer before it fails, and how it fails; never what it came to."""
    server.paths["/v1/chat/completions"] = lambda _asked: script
    pieces: list[str] = []
    with pytest.raises(KnownError) as failed:
        for piece in model_of(server, key=KEY).generate(PROMPT, wish, never):
            assert isinstance(piece, str)
            pieces.append(piece)
    assert KEY not in str(failed.value) and failed.value.message and failed.value.remedy
    return pieces, failed.value


# ------------------------------------------------------------------ where it serves well


def test_an_answer_comes_in_pieces_with_its_account(server: Server) -> None:
    model = model_of(server)
    assert isinstance(model, LanguageModel)
    pieces, spent = asked(model)
    assert pieces == ["Under ", "the ", "stone."]
    assert spent is not None
    assert (spent.prompt, spent.evaluated, spent.generated, spent.ended, spent.logprob) == (20, 15, 3, "end", None)
    assert 0 <= spent.first_ms <= spent.took_ms
    [body] = server.chats()
    assert body["messages"] == [{"role": turn.role, "content": turn.text} for turn in PROMPT]
    assert (body["model"], body["max_tokens"], body["temperature"], body["stream"]) == ("small", 64, 0.0, True)
    assert "response_format" not in body and "logprobs" not in body


def test_pieces_come_while_the_rest_is_still_being_written(server: Server) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: [HEAD, word("Under "), WAIT]
    telling = model_of(server).generate(PROMPT, WISH, never)
    assert next(telling) == "Under "
    telling.close()  # type: ignore[attr-defined]
    assert server.left.acquire(timeout=5), "the server hears that nobody listens any more"


def test_where_there_is_no_account_pieces_are_counted(server: Server) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: [HEAD, word("One "), word("two"), word(None, "length"), DONE]
    _pieces, spent = asked(model_of(server))
    assert spent is not None
    assert (spent.generated, spent.ended) == (2, "length")
    assert spent.prompt == spent.evaluated > 0


def test_the_mean_of_the_probabilities(server: Server) -> None:
    def likely(*values: object) -> dict[str, object]:
        return {"content": [{"token": "x", "logprob": value} for value in values]}

    server.paths["/v1/chat/completions"] = lambda _asked: [
        HEAD, word("a", logprobs=likely(-0.5)), word("b", logprobs=likely(-1.0, "?")), word("c", logprobs=None),
        word(None, "stop"), DONE]
    _pieces, spent = asked(model_of(server), Generation(64, logprob=True))
    assert spent is not None and spent.logprob == pytest.approx(-0.75)
    assert server.chats()[0]["logprobs"] is True
    assert asked(model_of(server))[1].logprob is None  # type: ignore[union-attr]


@pytest.mark.parametrize("cut", [1, 3, 100])
def test_what_it_thinks_is_no_part_of_the_answer(server: Server, cut: int) -> None:
    text = "\n<think>The stone, I think.</think>\n\nUnder <think> stones."
    parts = [text[at:at + cut] for at in range(0, len(text), cut)]
    server.paths["/v1/chat/completions"] = lambda _asked: [
        HEAD, word(None, delta_reasoning_content="Hm."), *map(word, parts), word(None, "stop"), DONE]
    pieces, spent = asked(model_of(server))
    assert "".join(pieces) == "Under <think> stones."
    assert spent is not None and spent.generated == len(parts) + 1


@pytest.mark.parametrize(("text", "answer"), [
    ("<think>only thoughts", ""), ("<thi", "<thi"), ("<b>bold</b>", "<b>bold</b>"), ("", ""), ("<think></think>", "")])
def test_thoughts_without_an_end_and_what_are_none(server: Server, text: str, answer: str) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: [HEAD, *map(word, text), word(None, "length"), DONE]
    assert "".join(asked(model_of(server))[0]) == answer


def test_it_stops_where_it_was_told_to(server: Server) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: [HEAD, word("One.\n"), word("\nTwo"), word(" three"), WAIT]
    pieces, spent = asked(model_of(server), Generation(64, stop=("\n\nT", "never")))
    assert "".join(pieces) == "One."
    assert spent is not None and spent.ended == "stop"
    server.paths["/v1/chat/completions"] = speaking("One.\n", "\nfour")
    assert "".join(asked(model_of(server), Generation(64, stop=("\n\nT",)))[0]) == "One.\n\nfour"


def test_comments_and_fields_and_line_ends_of_other_systems(server: Server) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: [
        HEAD, b": waiting\r\n\r\nevent: message\r\nid: 1\r\n", word("Ja, søsteren.").replace(b"\n", b"\r\n")[:20],
        word("Ja, søsteren.").replace(b"\n", b"\r\n")[20:], word(None, "stop"), DONE]
    assert asked(model_of(server))[0] == ["Ja, søsteren."]


def test_all_was_told_though_the_connection_does_not_end(server: Server) -> None:
    whole = [word("Yes."), word(None, "stop")]
    cut = [part for one in whole for part in (b"%x\r\n" % len(one), one, b"\r\n")]
    for script in ([HEAD, *whole, WAIT], [HEAD, *whole], [HEAD, *whole, b"data: {\"cho"], [CHUNKED, *cut]):
        server.paths["/v1/chat/completions"] = lambda _asked, script=script: script
        pieces, spent = asked(model_of(server), Generation(64, patience=900.0))
        assert pieces == ["Yes."] and spent is not None and spent.ended == "end"


# ------------------------------------------------------------------ what servers differ in


def formats(server: Server) -> list[str | None]:
    return [body.get("response_format", {}).get("type") for body in server.chats()]


def test_a_schema_is_asked_for_in_the_way_that_most_servers_know(server: Server) -> None:
    asked(model_of(server), Generation(64, schema=SCHEMA))
    assert server.chats()[0]["response_format"] == {
        "type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}


@pytest.mark.parametrize(("taken", "status", "tries"), [
    ("json_object", 400, ["json_schema", "json_object"]), (None, 422, ["json_schema", "json_object", None]),
    ("json_object", 500, ["json_schema", "json_schema", "json_object"])])
def test_a_server_that_knows_no_schemas_is_asked_more_plainly_and_that_is_kept(
        server: Server, taken: str | None, status: int, tries: list[str | None]) -> None:
    def choosy(asked: object) -> object:
        form = asked.body.get("response_format", {}).get("type")  # type: ignore[attr-defined]
        return speaking("{}")(asked) if form == taken else [said({"error": "unknown"}, status)]  # type: ignore[arg-type]

    server.paths["/v1/chat/completions"] = choosy  # type: ignore[assignment]
    model, wish = model_of(server), Generation(64, schema=SCHEMA)
    assert asked(model, wish)[0] == ["{}"]
    assert formats(server) == tries
    assert asked(model, wish)[0] == ["{}"]
    assert formats(server) == [*tries, taken]
    if taken:
        assert server.chats()[-1]["response_format"]["schema"] == SCHEMA


def test_a_server_that_takes_nothing_but_the_plain_request(server: Server) -> None:
    def strict(asked: object) -> object:
        known = {"model", "messages", "max_tokens", "temperature", "stream"}
        return (speaking("Yes.")(asked) if set(asked.body) == known  # type: ignore[arg-type,attr-defined]
                else [said({"detail": "extra fields"}, 422)])

    server.paths["/v1/chat/completions"] = strict  # type: ignore[assignment]
    model = model_of(server)
    for _time in range(2):
        assert asked(model, Generation(64, schema=SCHEMA, logprob=True))[0] == ["Yes."]
    assert len(server.chats()) == 9 + 1


def test_a_server_that_refuses_everything_says_so(server: Server) -> None:
    told, failed = failing(server, said({"error": "the key of the cabin is no good prompt"}, 400))
    assert told == [] and type(failed) is ModelFailed
    assert "refuses what it is asked" in failed.message and "cabin" not in str(failed)


def test_the_server_says_how_many_tokens_it_holds(server: Server) -> None:
    facts = model_of(server).facts()
    assert (facts.context, facts.place, facts.backend, facts.notes) == (2000, "own server", "server", ())
    assert facts.address == f"http://127.0.0.1:{server.port}"
    assert model_of(server, context=1000).facts().context == 1000
    more = model_of(server, context=9000).facts()
    assert more.context == 2000 and "fewer than the settings say" in more.notes[0]
    server.paths["/v1/models"] = models("small", meta={"n_ctx": 1234, "n_ctx_train": 99999})
    assert model_of(server).facts().context == 1234


def test_llama_server_tells_it_in_its_own_way(server: Server) -> None:
    server.paths["/v1/models"] = models("small")
    server.paths["/props"] = lambda _asked: [said({"default_generation_settings": {"n_ctx": 3072}})]
    assert model_of(server).facts().context == 3072


def test_ollama_serves_less_than_its_model_could_hold(server: Server) -> None:
    server.paths["/v1/models"] = models("small:latest")
    server.paths["/api/show"] = lambda _asked: [said({"model_info": {"llama.context_length": 131072}})]
    facts = model_of(server).facts()
    assert facts.context == UNKNOWN_CONTEXT and "server.context" in facts.notes[0]
    assert server.asked[-1].body == {"model": "small:latest"}
    assert model_of(server, context=16384).facts().context == 16384
    server.paths["/api/show"] = lambda _asked: [said({
        "model_info": {"llama.context_length": 131072}, "parameters": "stop \"x\"\nnum_ctx    8192\ntemperature 1"})]
    set_there = model_of(server).facts()
    assert (set_there.context, set_there.notes) == (8192, ())
    assert model_of(server, context=500_000).facts().context == 131072


def test_a_server_without_a_list_is_taken_at_its_owners_word(server: Server) -> None:
    del server.paths["/v1/models"]
    assert model_of(server).facts().context == UNKNOWN_CONTEXT
    with pytest.raises(ModelMissing, match="offers no model"):
        model_of(server, name="").facts()


def test_the_first_model_is_taken_where_none_is_named(server: Server) -> None:
    server.paths["/v1/models"] = models("first", "second", max_model_len=2000)
    model = model_of(server, name="")
    asked(model)
    assert server.chats()[0]["model"] == "first"
    assert model.model_id == f"first at http://127.0.0.1:{server.port}"


@pytest.mark.parametrize("kind", ["llama", "vllm"])
def test_the_servers_own_tokenizer_counts_each_text_once(server: Server, kind: str) -> None:
    field = {"llama": "content", "vllm": "prompt"}[kind]

    def tokenize(asked: object) -> list[bytes]:
        body = asked.body  # type: ignore[attr-defined]
        if field not in body:
            return [said({"error": "missing"}, 400)]
        return [said({"tokens": list(range(len(body[field].split())))})]

    server.paths["/tokenize"] = tokenize
    model = model_of(server)
    assert model.count(["one two three", "", "four", "one two three"]) == [3, 0, 1, 3]
    before = len(server.asked)
    assert model.count(["four", "one two three"]) == [1, 3]
    assert len(server.asked) == before
    with pytest.raises(ValueError, match="tokens are more than 2000"):
        asked(model, Generation(1990))


def test_without_a_tokenizer_it_is_never_fewer(server: Server) -> None:
    model = model_of(server)
    text = "The key of the cabin is under the third stone."
    assert 11 <= model.count([text])[0] <= len(text)
    assert [one.path for one in server.asked].count("/tokenize") == 2
    model.count([text * 2])
    assert [one.path for one in server.asked].count("/tokenize") == 2, "what it has not is asked for once"


def test_a_prompt_that_is_too_long_is_not_sent(server: Server) -> None:
    with pytest.raises(ValueError, match="are more than 2000"):
        list(model_of(server).generate((Turn("user", "word " * 2000),), WISH, never))
    assert server.chats() == []


def test_nothing_in_a_text_becomes_a_control_token(server: Server) -> None:
    text = "He wrote <|im_end|> and </s>, [INST] and <start_of_turn>; a <b>, [1] and x < y are no such thing."
    list(model_of(server).generate((Turn("user", text),), WISH, never))
    [body] = server.chats()
    sent = body["messages"][0]["content"]
    assert not any(sign in sent for sign in ("<|im_end", "</s>", "[INST]", "<start_of"))
    assert "a <b>, [1] and x < y are" in sent
    assert sent.replace("\u2060", "") == text
    server.paths["/v1/chat/completions"] = speaking("He wrote ", "<\u2060|im_end|>.")
    assert "".join(asked(model_of(server))[0]) == "He wrote <|im_end|>."


# ------------------------------------------------------------------ where it does not serve


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = ServerModel(f"http://127.0.0.1:{taken.getsockname()[1]}", "small", 0, lambda: None)
        with pytest.raises(ModelMissing, match=r"There is no connection to your server at http://127\.0\.0\.1"):
            model.facts()


def test_a_model_that_is_not_there(server: Server) -> None:
    server.paths["/v1/models"] = models("llama3.2:3b", "qwen\x1b[31m3", *(f"more-{n}" for n in range(20)))
    with pytest.raises(ModelMissing) as failed:
        model_of(server, name="gpt-9").facts()
    assert "has no model named gpt-9" in failed.value.message
    assert "llama3.2:3b, qwen" in failed.value.remedy and "…" in failed.value.remedy
    assert "\x1b" not in failed.value.remedy and "more-19" not in failed.value.remedy


def test_a_model_that_is_gone_by_now(server: Server) -> None:
    _told, failed = failing(server, said({"error": "not found"}, 404))
    assert type(failed) is ModelMissing and "has no model named small" in failed.message
    assert "It offers: small" in failed.remedy


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_it_does_not_take(server: Server, status: int) -> None:
    _told, failed = failing(server, said({"error": {"message": f"Incorrect API key {KEY}"}}, status))
    assert type(failed) is ModelFailed and "wants a key" in failed.message and "--key" in failed.remedy


def test_it_stalls_before_the_first_byte_and_in_the_middle(server: Server) -> None:
    quick = Generation(64, patience=0.2)
    told, failed = failing(server, WAIT, wish=quick)
    assert told == [] and type(failed) is ModelTimedOut and "has sent nothing for too long" in failed.message
    told, failed = failing(server, HEAD, word("Under "), WAIT, wish=quick)
    assert told == ["Under "] and type(failed) is ModelTimedOut
    told, failed = failing(server, HEAD, word("Under "), b"data: {\"choices\"", WAIT, wish=quick)
    assert told == ["Under "] and type(failed) is ModelTimedOut


def test_signs_of_life_alone_are_not_waited_for_without_end(server: Server) -> None:
    def alive() -> Iterator[bytes]:
        yield HEAD
        while not server.over.is_set():
            yield b": still here\n\n"
            server.over.wait(0.01)

    server.paths["/v1/chat/completions"] = lambda _asked: alive()
    with pytest.raises(ModelTimedOut):
        asked(model_of(server), Generation(64, patience=0.05))


@pytest.mark.parametrize("script", [
    (), (HEAD,), (HEAD, word("Under ")), (HEAD, word("Under "), b"data: {\"cho"), (CHUNKED,),
    (CHUNKED, b"%x\r\n" % len(word("Under ")), word("Under "), b"\r\n")], ids=range(6))
def test_the_line_is_cut(server: Server, script: tuple[bytes, ...]) -> None:
    told, failed = failing(server, *script)
    assert told == (["Under "] if word("Under ") in script else [])
    assert type(failed) is ModelFailed and "ended before it was whole" in failed.message


def test_it_fails_and_is_asked_once_more(server: Server) -> None:
    _told, failed = failing(server, said({"error": "out of memory"}, 500))
    assert type(failed) is ModelFailed and "failed (error 500)" in failed.message
    assert len(server.chats()) == 2
    _told, failed = failing(server, said({}, 500), wish=Generation(64, schema=SCHEMA))
    assert "failed (error 500)" in failed.message, "where it fails without a schema, too"
    answers = [lambda _asked: [said({}, 503)], speaking("Yes.")]
    server.paths["/v1/chat/completions"] = lambda asked: answers.pop(0)(asked)
    assert asked(model_of(server))[0] == ["Yes."]
    server.asked.clear()
    told, failed = failing(server, HEAD, word("Under "), event({"error": {"message": "CUDA error"}}))
    assert told == ["Under "] and failed.message.endswith(" failed.")
    assert len(server.chats()) == 1, "what was begun to be told is not asked for again"


def test_it_is_busy_and_says_for_how_long(server: Server) -> None:
    answers = [lambda _asked: [said({}, 429, retry_after="0")], speaking("Yes.")]
    server.paths["/v1/chat/completions"] = lambda asked: answers.pop(0)(asked)
    assert asked(model_of(server))[0] == ["Yes."]
    server.asked.clear()
    _told, failed = failing(server, said({}, 429, retry_after="3600"))
    assert "too much to do" in failed.message and len(server.chats()) == 1


@pytest.mark.parametrize("script", [
    [said({"choices": []})], [b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>Sign in"],
    [HEAD, event(b"{not json")], [HEAD, event([1])], [HEAD, event({"choices": {"a": 1}})], [HEAD, event(b"[" * 50_000)],
    [HEAD, event({"choices": [{"delta": {"content": 7}}]})], [HEAD, b"data: \xff\xfe\n\n"],
    [HEAD, event(b'{"choices": [], "x": ' + b"9" * 5000 + b"}")], [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], [said({}, 418)],
    [HEAD.replace(b"connection", b"content-encoding: gzip\r\nconnection"), b"\x1f\x8b\x08"]], ids=range(12))
def test_it_speaks_another_language(server: Server, script: list[bytes]) -> None:
    told, failed = failing(server, *script)
    assert told == []
    assert type(failed) is ModelFailed and "in a way that Mneme does not understand" in failed.message


def flood(piece: bytes, sent: list[int]) -> Iterator[bytes]:
    """100 MB, unless nobody listens any more."""
    yield HEAD
    for _time in range(100 * 2**20 // len(piece)):
        yield piece
        sent[0] += len(piece)


@pytest.mark.parametrize("piece", [
    word("word " * 100) * 100, b"x" * 65536, b"data: " + b"x" * 65530, b": x\n\n" * 13107,
    event({"choices": []}) * 2000], ids=["words", "line", "data", "comments", "empty"])
def test_a_hundred_megabytes(server: Server, piece: bytes) -> None:
    sent = [0]
    server.paths["/v1/chat/completions"] = lambda _asked: flood(piece, sent)
    with pytest.raises(ModelFailed, match="sends more than was asked for"):
        list(model_of(server).generate(PROMPT, WISH, never))
    assert server.left.acquire(timeout=10)
    assert sent[0] < 20 * 2**20, "the rest was never taken from the connection"


def test_a_long_line_is_not_gathered() -> None:
    taken = [0]

    def pieces() -> Iterator[bytes]:
        for _time in range(1600):
            taken[0] += 1
            yield b"x" * 65536

    with pytest.raises(TooMuch):
        list(events(pieces()))
    assert taken == [2]
    with pytest.raises(TooMuch):
        list(events([b"data: " + b"x" * 60000 + b"\n"] * 3))


def test_more_words_than_were_asked_for(server: Server) -> None:
    told, failed = failing(server, HEAD, *[word("word " * 20)] * 100, word(None, "stop"), DONE)
    assert type(failed) is ModelFailed and "sends more than was asked for" in failed.message
    assert 10 < len(told) < 60


def test_a_flood_of_headers(server: Server) -> None:
    sent = [0]

    def bomb() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        for number in range(100_000):
            yield b"x-%d: " % number + b"y" * 1000 + b"\r\n"
            sent[0] += 1000

    server.paths["/v1/chat/completions"] = lambda _asked: bomb()
    with pytest.raises(ModelFailed, match="does not understand"):
        asked(model_of(server))
    assert server.left.acquire(timeout=10)
    assert sent[0] < 20 * 2**20


def test_a_list_of_models_without_end(server: Server) -> None:
    sent = [0]
    server.paths["/v1/models"] = lambda _asked: flood(b"[" * 65536, sent)
    with pytest.raises(ModelFailed, match="sends more than was asked for"):
        model_of(server).facts()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_sends_elsewhere_and_nobody_follows(server: Server, status: int) -> None:
    with serving(Server({"/v1/chat/completions": speaking("Gotcha.")})) as other:
        _told, failed = failing(server, said({}, status, location=f"{other.url}/chat/completions"))
        assert type(failed) is ModelFailed and "another address" in failed.message
        assert other.asked == []


# ------------------------------------------------------------------ cancelling, closing, several at once


class Button:
    """A cancel button that tells when it was pressed, and hears that somebody looked."""

    def __init__(self) -> None:
        self.pressed_at = 0.0

    def __call__(self) -> bool:
        return self.pressed_at > 0

    def press(self) -> None:
        self.pressed_at = time.monotonic()


@pytest.mark.parametrize("script", [[WAIT], [b"HTTP/1.1 200 OK\r\n", WAIT], [HEAD, WAIT], [HEAD, word("Under "), WAIT]],
                         ids=["silence", "head", "headers", "middle"])
def test_cancelling_is_heard_at_once(server: Server, script: list[object]) -> None:
    server.paths["/v1/chat/completions"] = lambda _asked: script
    button = Button()

    def press() -> None:
        assert server.came.acquire(timeout=5)
        button.press()

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(Cancelled):
        asked(model_of(server), Generation(64, patience=60.0), button)
    presser.join()
    assert server.left.acquire(timeout=5), "the server hears of it, too"


def test_cancelling_while_there_is_no_connection_yet() -> None:
    with socket.socket() as full:  # its queue is full, so that a connection is neither made nor refused
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            model = ServerModel(f"http://127.0.0.1:{full.getsockname()[1]}", "small", 0, lambda: None)
            looks = iter([False] * 5)
            with pytest.raises(Cancelled):
                list(model.generate(PROMPT, WISH, lambda: next(looks, True)))


def test_closing_ends_what_is_being_told_and_the_next_call_asks_again(server: Server) -> None:
    model = model_of(server)
    server.paths["/v1/chat/completions"] = lambda _asked: [HEAD, word("Under "), WAIT]
    telling = model.generate(PROMPT, WISH, never)
    assert next(telling) == "Under "
    closers = [threading.Thread(target=model.close) for _time in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join()
    with pytest.raises(ModelFailed, match="was closed"):
        next(telling)
    server.paths["/v1/chat/completions"] = speaking("Yes.")
    assert asked(model)[0] == ["Yes."]
    assert [one.path for one in server.asked].count("/v1/models") == 2


def test_two_threads_are_answered_one_after_the_other(server: Server) -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def counting(asked: object) -> Iterator[bytes]:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        yield HEAD
        yield from (word(f"{n} ") for n in range(20))
        with lock:
            at_once[0] -= 1
        yield from (word(None, "stop"), used(9, 20), DONE)

    server.paths["/v1/chat/completions"] = counting  # type: ignore[assignment]
    model = model_of(server)
    told: list[list[str]] = []
    threads = [threading.Thread(target=lambda: told.append(asked(model)[0])) for _time in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [[f"{n} " for n in range(20)]] * 6
    assert most == [1]


def test_what_is_not_urgent_gives_way_and_begins_anew(server: Server) -> None:
    begun = threading.Event()

    def scripted(asked: object) -> list[object]:
        background = asked.body["max_tokens"] == 7  # type: ignore[attr-defined]
        if background and not begun.is_set():
            begun.set()
            return [HEAD, word("Half"), WAIT]
        return list(speaking("Background.") (asked) if background else speaking("Urgent.")(asked))  # type: ignore[arg-type]

    server.paths["/v1/chat/completions"] = scripted
    model = model_of(server)
    told: list[list[str]] = []
    quiet = threading.Thread(target=lambda: told.append(asked(model, Generation(7, urgent=False))[0]))
    quiet.start()
    assert begun.wait(5)
    assert asked(model)[0] == ["Urgent."]
    quiet.join()
    assert told == [["Background."]]


# ------------------------------------------------------------------ the key, and the address


def test_the_key_goes_into_one_header_and_nowhere_else(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asked(model_of(server, key=f" {KEY}\n"))
    assert {one.headers.get("authorization") for one in server.asked} == {f"Bearer {KEY}"}
    assert not any(KEY in json.dumps([one.path, one.body]) for one in server.asked)
    assert KEY not in caplog.text and "cabin" not in caplog.text
    server.asked.clear()
    asked(model_of(server))
    assert not any("authorization" in one.headers for one in server.asked)


@pytest.mark.parametrize("key", ["two\r\nlines: x", "schlüssel", "bell\x07"])
def test_a_key_that_cannot_be_one_is_not_sent(server: Server, key: str) -> None:
    with pytest.raises(ModelFailed) as failed:
        model_of(server, key=key).facts()
    assert key not in str(failed.value) and server.asked == []


def test_proxies_are_not_asked_for_what_is_near(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Server()) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert asked(model_of(server))[0]
        assert proxy.asked == []


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://localhost", "file:///etc/passwd", "http://", "http://[::1",
                                 "http://host:99999/", "http://host name/", "http://host/\r\nx: y", "https://"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(KnownError, match="not the address of a server"):
        ServerModel(url, "", 0, lambda: None)
    assert address_of(url) == ""


@pytest.mark.parametrize("url", [f"http://me:{KEY}@localhost/v1", f"http://{KEY}@localhost/v1",
                                 f"http://localhost/v1?key={KEY}", f"http://localhost/v1#{KEY}"])
def test_an_address_holds_no_secrets(url: str) -> None:
    with pytest.raises(KnownError) as failed:
        ServerModel(url, "", 0, lambda: None)
    assert KEY not in str(failed.value) and "--key" in failed.value.remedy


def test_an_address_is_completed_and_shown() -> None:
    plain = address(" http://localhost:11434 ")
    assert (plain.base, plain.root, plain.shown) == (
        "http://localhost:11434/v1", "http://localhost:11434", "http://localhost:11434")
    deep = address("HTTPS://Example.org/api/v1/")
    assert (deep.base, deep.root, deep.encrypted) == (
        "https://example.org/api/v1", "https://example.org/api", True)
    assert address("http://[::1]:8080").shown == "http://[::1]:8080" == address_of("http://[::1]:8080/v1")


@pytest.mark.parametrize(("url", "near"), [
    ("http://localhost", True), ("http://127.8.9.1", True), ("http://[::1]", True), ("http://192.168.1.7", True),
    ("http://10.0.0.3:1234", True), ("http://nas", True), ("http://box.local", True), ("http://8.8.8.8", False),
    ("http://example.org", False), ("http://localhost.example.org", False)])
def test_what_is_near(url: str, near: bool) -> None:
    assert address(url).near is near


def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "gopher://127.0.0.1:1")
    with pytest.raises(ModelFailed, match="The proxy that your system names cannot be used"):
        ServerModel("http://far.example", "small", 0, lambda: None).facts()


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(NOON).not_valid_after(NOON.replace(year=2099))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256()))
    both = tmp_path / "both.pem"
    both.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(both)
    with serving(Server({"/v1/models": models("small")}), trust) as script:
        with pytest.raises(ModelFailed, match="certificate of your server at https://localhost"):
            ServerModel(f"https://localhost:{script.port}", "small", 0, lambda: KEY).facts()
        assert script.asked == [], "neither question nor key was sent"


def test_texts_that_travel_unencrypted_are_told_of(server: Server) -> None:
    with serving(Server({"/v1/models": models("small", max_model_len=2000)})) as proxy:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            patch.delenv("no_proxy", raising=False)
            patch.delenv("NO_PROXY", raising=False)
            proxy.paths["http://far.example/v1/models"] = models("small", max_model_len=2000)
            facts = ServerModel("http://far.example", "small", 0, lambda: None).facts()
        assert facts.notes and "not encrypted" in facts.notes[0] and facts.address == "http://far.example"
