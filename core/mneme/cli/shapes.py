"""Values as the JSON that scripts rely on; the names are a promise."""

from typing import TYPE_CHECKING, Any

from mneme.types import AddReport, Answer, Citation, DoctorReport, Entry, Hit, Memory, MemoryDetail, Moment, Skip, Trace

if TYPE_CHECKING:
    from mneme.demo import Outcome


def answer(value: Answer) -> dict[str, Any]:
    """state, answer, confidence, citations, reasons, contradicts, refusal, took_ms; trace where it was asked for."""
    told = {"state": value.state.value, "answer": value.text, "confidence": round(value.confidence, 4),
            "citations": [citation(one) for one in value.citations], "reasons": list(value.reasons),
            "contradicts": [citation(one) for one in value.contradicts],
            "refusal": None if value.refusal is None else value.refusal.value, "took_ms": round(value.took_ms, 1)}
    return told | ({} if value.trace is None else {"trace": trace(value.trace)})


def trace(value: Trace) -> dict[str, Any]:
    """How an answer came about: question, understood, stages (ms), hits with why, considered answers with parts."""
    return {"question": value.question, "understood": [list(pair) for pair in value.understood],
            "stages": {stage.name: round(stage.took_ms, 1) for stage in value.stages},
            "hits": [hit(one) for one in value.hits],
            "considered": [{"memory": one.memory, "answer": one.text, "score": round(one.score, 3),
                            "parts": {name: round(part, 3) for name, part in one.parts.items()}}
                           for one in value.considered]}


def citation(value: Citation) -> dict[str, Any]:
    """Where an answer stands: `text` is the item's text at `span`, in code points."""
    return {"memory": value.memory, "text": value.text, "source": value.source, "span": list(value.span),
            "happened_at": when(value.happened_at)}


def hit(value: Hit) -> dict[str, Any]:
    """A memory found, its score and why."""
    return {**placed(value.memory), "score": round(value.score, 6), "why": dict(value.why)}


def placed(value: Memory) -> dict[str, Any]:
    """A memory with its place."""
    return {"memory": value.id, "kind": value.kind.value, "text": value.text, "source": value.source,
            "span": list(value.span), "happened_at": when(value.happened_at)}


def outcome(value: "Outcome") -> dict[str, Any]:
    """One question of the demonstration: question, expected, answer, citation, right."""
    citations = value.given.citations
    return {"question": value.question, "expected": None if value.expected is None else list(value.expected),
            "answer": value.answer, "citation": citation(citations[0]) if citations else None,
            "right": value.right, "state": value.given.state.value}


def listed(value: Memory) -> dict[str, Any]:
    """A memory in a list."""
    return {**placed(value), "title": value.title, "speaker": value.speaker, "origin": value.origin.value,
            "retention": round(value.retention, 4),
            "forgotten_at": None if value.forgotten_at is None else value.forgotten_at.isoformat(timespec="seconds")}


def detail(value: MemoryDetail) -> dict[str, Any]:
    """A memory with the whole parsed text of its item."""
    return {**listed(value.memory), "item_text": value.item_text, "path": value.path, "version": value.version,
            "current": value.current, "authors": list(value.authors),
            "recorded_at": value.memory.recorded_at.isoformat(timespec="seconds"),
            "uses": [{"at": at.isoformat(timespec="seconds"), "what": what} for at, what in value.uses]}


def report(value: AddReport) -> dict[str, Any]:
    """What taking in did; added, unchanged and updated count items."""
    return {"added": value.added, "unchanged": value.unchanged, "updated": value.updated,
            "files": {"seen": value.seen, "done": value.done, "skipped": [left_out(one) for one in value.skipped],
                      "failed": [left_out(one) for one in value.failed]}}


def left_out(value: Skip) -> dict[str, Any]:
    """A path and the reason."""
    return {"path": value.path, "reason": value.reason}


def doctor(value: DoctorReport) -> dict[str, Any]:
    """Findings, counts and the digest."""
    return {"healthy": value.healthy, "counts": dict(value.counts), "digest": value.digest,
            "findings": [{"check": one.check, "message": one.message, "repairable": one.repairable,
                          "repaired": one.repaired} for one in value.findings]}


def entry(value: Entry) -> dict[str, Any]:
    """A place of the queue."""
    return {"entry": value.id, "path": value.path, "state": value.state.value, "reason": value.reason,
            "items": value.items, "updated_at": value.updated_at.isoformat(timespec="seconds")}


def when(value: Moment | None) -> str | None:
    """Reduced ISO: only as much as is known."""
    return None if value is None else value.iso()
