"""Answers as a conversation keeps them: what was said, and where it stands, without a copy of what stands there."""

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mneme.answer.citing import nearest
from mneme.expressions import expression
from mneme.store.chats import KeptPlace, KeptTurn, Part
from mneme.types import Answer, AnswerState, ChatTurn, Citation, Memory, Refusal, Sentence, Span, Support, Written

_NUMBERS = expression(r"\s?(?:\[\d{1,4}\])+")
_TEXT = (AnswerState.ANSWERED, AnswerState.FROM_MODEL)


def places(answer: Answer) -> list[tuple[Part, Citation]]:
    """What an answer cites, in the order in which it is numbered."""
    return ([("cited", one) for one in answer.citations] + [("nearest", one) for one in answer.nearest]
            + [("contradicts", one) for one in answer.contradicts])


def kept(answer: Answer, memories: Mapping[int, Memory], now: datetime) -> KeptTurn:
    """An answer for keeping. `memories` are those that it cites; one that is gone by now is left out.

    Not kept are the trace, the reasons and the sentences that were left out: they may tell of memories that are not
    cited, and would stay when those are erased.
    """
    written = answer.written
    said = {"message": answer.message, "confidence": answer.confidence, "refusal": answer.refusal}
    if written is not None and written.sentences:
        said |= {"address": written.address, "sentences": [
            [one.text, one.cites, one.support, one.doubtful, one.why] for one in written.sentences]}
    return KeptTurn(
        asked=answer.question, answer=answer.text or answer.message, state=answer.state,
        model=written.model if written is not None and written.sentences else "", at=now,
        said=json.dumps(said, ensure_ascii=False),
        places=tuple(_place(number, part, one, memories[one.memory])
                     for number, (part, one) in enumerate(places(answer), 1) if one.memory in memories))


def read(turn: KeptTurn, memories: Mapping[int, Memory]) -> ChatTurn:
    """A turn with its answer, citing what stands there now. `confidence` is NaN where none was kept."""
    told: dict[str, Any] = json.loads(turn.said) if turn.said else {}
    cited: dict[Part, list[Citation]] = {"cited": [], "nearest": [], "contradicts": []}
    there: dict[int, int] = {}  # the index of each citation that is still there -> its index now
    for place in turn.places:
        if place.memory in memories:
            there[place.number - 1] = len(cited[place.part])
            cited[place.part].append(_citation(place, memories[place.memory]))
    state = AnswerState(turn.state)
    refusal = told.get("refusal")
    answer = Answer(
        question=turn.asked, state=state, text=turn.answer if state in _TEXT else None,
        confidence=told.get("confidence", math.nan), citations=tuple(cited["cited"]), took_ms=0.0,
        message=told.get("message", "" if state in _TEXT else turn.answer), nearest=tuple(cited["nearest"]),
        contradicts=tuple(cited["contradicts"]), refusal=None if refusal is None else Refusal(refusal),
        written=_written(turn, told, state, there))
    return ChatTurn(answer, turn.at)


def _place(number: int, part: Part, citation: Citation, memory: Memory) -> KeptPlace:
    base = memory.span[0]
    span = _moved(citation.span, -base)
    if memory.text[slice(*span)] != citation.text:  # changed while it was answered
        return KeptPlace(part, citation.memory, number=number)
    inner = None if citation.answer_span is None else _moved(citation.answer_span, -base)
    return KeptPlace(part, citation.memory, span, inner, _checksum(citation.text), number)


def _citation(place: KeptPlace, memory: Memory) -> Citation:
    base = memory.span[0]
    if place.span is None or _checksum(memory.text[slice(*place.span)]) != place.checksum:
        return nearest(memory)
    return replace(nearest(memory, place.span), text=memory.text[slice(*place.span)], span=_moved(place.span, base),
                   answer_span=None if place.answer_span is None else _moved(place.answer_span, base))


def _written(turn: KeptTurn, told: dict[str, Any], state: AnswerState, there: Mapping[int, int]) -> Written | None:
    if not turn.model:
        return None
    if "sentences" not in told:  # kept when only the text was: its numbers stand for nothing any more
        support = Support.OWN if state is AnswerState.FROM_MODEL else Support.SUPPORTED
        return Written(turn.model, "", (Sentence(_NUMBERS.sub("", turn.answer), (), support),))
    sentences = tuple(
        Sentence(text, tuple(there[cite] for cite in cites if cite in there), Support(support),
                 tuple((start, end) for start, end in doubtful), why)
        for text, cites, support, doubtful, why in told["sentences"])
    return Written(turn.model, "", sentences, address=told.get("address", ""))


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
