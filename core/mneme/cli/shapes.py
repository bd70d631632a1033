"""Values as the JSON that scripts rely on; the names are a promise."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mneme.types import (
    AddReport,
    Answer,
    Chat,
    ChatTurn,
    Citation,
    ConditionReport,
    Conflict,
    DoctorReport,
    Entry,
    Fact,
    Hit,
    JournalEntry,
    LogLine,
    Memory,
    MemoryDetail,
    Moment,
    Outline,
    PendingQuestion,
    PortraitLine,
    ReviewCard,
    SecretsReport,
    Sentence,
    Skip,
    SourceInfo,
    StepReport,
    SubQuestion,
    Topic,
    Trace,
    Written,
)

if TYPE_CHECKING:
    from mneme.demo import Outcome
    from mneme.jobs.work import JobStatus
    from mneme.memory.simulation import Simulation


def answer(value: Answer) -> dict[str, Any]:
    """state, answer, confidence, citations, reasons, contradicts, refusal, took_ms; written where a model wrote it.

    trace where it was asked for.
    """
    told: dict[str, Any] = {
        "state": value.state.value, "answer": value.text, "confidence": round(value.confidence, 4),
        "citations": [citation(one) for one in value.citations], "reasons": list(value.reasons),
        "contradicts": [citation(one) for one in value.contradicts],
        "refusal": None if value.refusal is None else value.refusal.value, "took_ms": round(value.took_ms, 1)}
    told |= {} if value.written is None else {"written": written(value.written)}
    return told | ({} if value.trace is None else {"trace": trace(value.trace)})


def turn(value: ChatTurn) -> dict[str, Any]:
    """asked, answer, state, model, at; citations and memories, those that it stands on."""
    said = value.answer
    cited = (*said.citations, *said.nearest, *said.contradicts)
    return {"asked": said.question, "answer": said.text or said.message, "state": said.state.value,
            "model": "" if said.written is None else said.written.model, "at": value.at.isoformat(),
            "citations": [citation(one) for one in said.citations], "memories": sorted({one.memory for one in cited})}


def condition(value: ConditionReport) -> dict[str, Any]:
    """counts, layers, facts, fading (now and later), concerns by name, disk in bytes, made_at."""
    fading = value.fading
    return {
        "counts": condition_counts(value), "layers": dict(value.counts.layers), "facts": dict(value.counts.facts),
        "fading": {"sampled": fading.sampled, "of": fading.memories, "faded_below": fading.faded_below,
                   "forecast": [{"days": one.days, "bands": list(one.bands), "faded": one.faded}
                                for one in (fading.now, *fading.later)]},
        "concerns": {one.name: one.count for one in value.concerns},
        "disk": {**value.disk.parts, "free": value.disk.free}, "made_at": value.made_at.isoformat()}


def condition_counts(value: ConditionReport) -> dict[str, int]:
    """How much there is, by name."""
    counts = value.counts
    return {"memories": counts.memories, **counts.kinds, "items": counts.items, "old_versions": counts.old_versions,
            "sources": counts.sources, "people": counts.people, "faded": counts.faded, "in_bin": counts.in_bin,
            "bytes": value.disk.used}


def secrets(value: SecretsReport) -> dict[str, Any]:
    """secrets: how many by kind, and where they stand, never which."""
    return {"secrets": {"kinds": dict(value.kinds), "texts": value.texts, "places": [
        {"place": one.place, "kinds": dict(one.kinds), "memory": one.memory} for one in value.places]}}


def written(value: Written) -> dict[str, Any]:
    """How a language model wrote an answer: its sentences with what supports them, what was dropped, the budget."""
    return {
        "model": value.model, "prompt": value.prompt, "address": value.address, "message": value.message,
        "sentences": [sentence(one) for one in value.sentences], "dropped": [sentence(one) for one in value.dropped],
        "notes": [{"memory": note.memory, "bears": note.bears, "note": note.text} for note in value.notes],
        "segments": {one.name: one.tokens for one in value.segments}, "context": value.context,
        "evaluated": value.evaluated, "generated": value.generated, "first_ms": round(value.first_ms, 1),
        "calls": [{"tool": one.tool, "arguments": dict(one.arguments), "result": one.result} for one in value.calls],
        "graph": [sub_question(one) for one in value.graph], "searched": list(value.searched),
        "thoughts": list(value.thoughts)}


def sentence(value: Sentence) -> dict[str, Any]:
    """A sentence that a language model wrote: `citations` are indices, `doubtful` spans in code points."""
    return {"text": value.text, "support": value.support.value, "citations": list(value.cites),
            "doubtful": [list(span) for span in value.doubtful], "why": value.why}


def sub_question(value: SubQuestion) -> dict[str, Any]:
    """A node of a deep question."""
    return {"id": value.id, "question": value.text, "needs": list(value.needs), "state": value.state,
            "answer": value.answer, "confidence": round(value.confidence, 4), "source": value.source,
            "evidence": list(value.evidence), "rounds": value.rounds}


def chat(value: Chat) -> dict[str, Any]:
    """A conversation."""
    return {"id": value.id, "title": value.title, "turns": value.turns, "begun_at": value.begun_at.isoformat(),
            "last_at": value.last_at.isoformat()}


def trace(value: Trace) -> dict[str, Any]:
    """How an answer came about: question, understood, stages (ms), hits with why, considered answers with parts."""
    return {"question": value.question, "understood": [list(pair) for pair in value.understood],
            "stages": {stage.name: round(stage.took_ms, 1) for stage in value.stages},
            "hits": [hit(one) for one in value.hits],
            "considered": [{"memory": one.memory, "answer": one.text, "score": round(one.score, 3),
                            "parts": {name: round(part, 3) for name, part in one.parts.items()}}
                           for one in value.considered]}


def log_line(value: LogLine) -> dict[str, Any]:
    """What was taken in or left out, and why."""
    return {"at": value.at.isoformat(), "what": value.what, "state": value.state, "why": value.why,
            "items": value.items}


def source(value: SourceInfo) -> dict[str, Any]:
    """A source with the counts of its places."""
    return {"id": value.id, "kind": value.kind, "place": value.place, "paused": value.paused,
            "when_gone": value.when_gone, "keep_days": value.keep_days, "done": value.done, "waiting": value.waiting,
            "failed": value.failed, "skipped": value.skipped, "problem": value.problem,
            "looked_at": None if value.looked_at is None else value.looked_at.isoformat()}


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
            "retention": round(value.retention, 4), "layer": value.layer, "nature": value.nature,
            "pinned": value.pinned, "private": value.private, "forgotten_at": at(value.forgotten_at)}


def detail(value: MemoryDetail) -> dict[str, Any]:
    """A memory with the whole parsed text of its item, what it stands on, and what stands on it."""
    return {**listed(value.memory), "item_text": value.item_text, "path": value.path, "version": value.version,
            "current": value.current, "authors": list(value.authors), "recorded_at": at(value.memory.recorded_at),
            "uses": [{"at": at(moment), "what": what} for moment, what in value.uses],
            "fades_at": at(value.fades_at), "evidence": [citation(one) for one in value.evidence],
            "standing": [placed(one) for one in value.standing],
            "linked": [{"link": kind, **placed(one)} for kind, one in value.linked]}


def lasting(value: MemoryDetail) -> dict[str, Any]:
    """What an act made of a memory: how it is retained now, and when it will have faded (null: never)."""
    memory = value.memory
    return {"memory": memory.id, "text": memory.text, "pinned": memory.pinned,
            "retention": round(memory.retention, 4), "layer": memory.layer, "fades_at": at(value.fades_at)}


def history(value: MemoryDetail, known: Fact | None) -> dict[str, Any]:
    """The life of a memory: captured, uses, changes, version, what superseded it, and its curve of retention."""
    return {**lasting(value), "nature": value.memory.nature, "happened_at": when(value.memory.happened_at),
            "captured_at": at(value.memory.recorded_at), "forgotten_at": at(value.memory.forgotten_at),
            "version": value.version, "current": value.current,
            "superseded_by": None if known is None else known.superseded_by,
            "uses": [{"at": at(moment), "what": what} for moment, what in value.uses],
            "changes": [change(one) for one in value.revisions],
            "curve": [{"at": at(moment), "retention": round(retained, 4)} for moment, retained in value.curve]}


def change(value: JournalEntry) -> dict[str, Any]:
    """A change-set of the journal."""
    return {"change": value.id, "at": at(value.at), "what": value.what, "by": value.by, "counts": dict(value.counts),
            "undone_at": at(value.undone_at), "undoable": value.undoable}


def fact(value: Fact) -> dict[str, Any]:
    """A fact with its times; `subject` "me" is the owner, and the first place of `evidence` told it first."""
    return {"fact": value.memory.id, "text": value.memory.text, "subject": value.subject, "relation": value.relation,
            "topic": value.topic, "object": value.object, "state": value.state, "since": when(value.valid_from),
            "until": when(value.valid_to), "said_at": when(value.said_at), "certainty": round(value.certainty, 4),
            "by_owner": value.by_owner, "superseded_by": value.superseded_by, "conflicts": list(value.conflicts),
            "evidence": [citation(one) for one in value.evidence]}


def conflict(value: Conflict) -> dict[str, Any]:
    """Facts that cannot all hold, each side whole."""
    return {"subject": value.subject, "relation": value.relation, "topic": value.topic,
            "sides": [fact(one) for one in value.sides]}


def card(value: ReviewCard) -> dict[str, Any]:
    """Something to be decided: the sides of a conflict, a fact nobody vouches for, or a memory that will fade."""
    return {**placed(value.memory), "card": value.kind, "why": value.why,
            "sides": [fact(one) for one in value.sides], "fades_at": at(value.fades_at)}


def line(value: PortraitLine) -> dict[str, Any]:
    """A line of the portrait, and the fact that it stands on."""
    return {"section": value.section, "text": value.text, "fact": fact(value.fact)}


def outline(value: Outline) -> dict[str, Any]:
    """An event or a summary: what it stands for, its sentences with their places, the memories it is made of."""
    return {"memory": value.memory.id, "level": value.level, "key": value.key, "text": value.memory.text,
            "happened_at": when(value.memory.happened_at), "keywords": list(value.keywords),
            "sentences": [citation(one) for one in value.sentences], "parts": list(value.parts),
            "told": value.told}


def topic(value: Topic) -> dict[str, Any]:
    """A topic; `count` memories belong to it or to a topic below it."""
    return {"topic": value.id, "name": value.name, "parent": value.parent, "count": value.count,
            "by_owner": value.by_owner}


def question(value: PendingQuestion) -> dict[str, Any]:
    """A question that found nothing when it was asked, and what it found later."""
    return {"question": value.id, "text": value.text, "asked_at": at(value.asked_at),
            "answered_at": at(value.answered_at), "answer": value.answer, "memory": value.memory}


def step(value: StepReport) -> dict[str, Any]:
    """What a step of upkeep did or would do, and the change-sets that undo it."""
    return {"step": value.name, "counts": dict(value.counts), "examples": list(value.examples),
            "waiting": value.waiting, "took_ms": round(value.took_ms, 1), "changes": list(value.change_sets)}


def job(value: "JobStatus") -> dict[str, Any]:
    """How a background job stands."""
    return {"job": value.name, "title": value.title, "paused": value.paused, "running": value.running,
            "last_started": at(value.last_started), "seconds": value.seconds, "result": value.result,
            "problem": value.problem, "next_at": at(value.next_at), "waits": value.waits}


def simulation(value: "Simulation") -> dict[str, Any]:
    """A simulated life; times are days since its start, and `fades_on` null is never."""
    def day(moment: datetime) -> float:
        return round((moment - value.start).total_seconds() / 86_400, 2)

    return {"days": round(day(value.end)), "curve": value.curve.shape, "faded_below": value.curve.faded_below,
            "memories": [{"name": one.name, "text": one.text, "retention": round(one.samples[-1][1], 4),
                          "layer": one.layer, "fades_on": None if one.fades is None else day(one.fades),
                          "samples": [{"day": day(moment), "retention": round(retained, 4)}
                                      for moment, retained in one.samples]} for one in value.examples],
            "crowd": [{"day": round(day(one.at)), "captured": one.captured, "kept": one.kept, "faded": one.faded,
                       "layers": dict(one.layers)} for one in value.crowd]}


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
            "items": value.items, "updated_at": at(value.updated_at)}


def when(value: Moment | None) -> str | None:
    """Reduced ISO: only as much as is known."""
    return None if value is None else value.iso()


def at(value: datetime | None) -> str | None:
    """An instant in whole seconds, with its zone."""
    return None if value is None else value.isoformat(timespec="seconds")
