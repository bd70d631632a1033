"""The names in a trace as words for people: rankings, parts of a score, stages; an unknown name stays as it is."""

from collections.abc import Mapping

from mneme.messages import _, ngettext
from mneme.types import Progress, ReadingNote, ToolCall
from mneme_desktop.parts import texts


def working_words(progress: Progress) -> str:
    """What is being done for an answer, in words."""
    if progress.stage.startswith("search"):
        return _("Searching your memories…")
    if progress.stage.startswith("read"):
        return ngettext("Reading {n} passage…", "Reading {n} passages…", progress.total).format(
            n=texts.number(progress.total)) if progress.total else _("Reading…")
    if progress.stage == "noting" and progress.total:
        return ngettext("Looking whether {n} memory bears on it…", "Looking which of {n} memories bear on it…",
                        progress.total).format(n=texts.number(progress.total))
    return {
        "loading": _("Loading the language model…"), "planning": _("Taking the question apart…"),
        "rewriting": _("Putting the question another way…"), "tools": _("Counting and looking up…"),
        "noting": _("Looking what bears on it…"), "writing": _("Writing…"),
        "own knowledge": _("Nothing is remembered; asking the model itself…"),
    }.get(progress.stage, _("Thinking…"))


def bears_words(note: ReadingNote) -> str:
    """Whether a memory bears on the question, as a language model noted."""
    known = {"relevant": _("bears on it"), "partly": _("bears on it in part"), "not": _("does not bear on it")}
    return known[note.bears]


def call_words(call: ToolCall) -> str:
    """A tool and what it was given: "days_between (start: 2024-05-01, end: 2024-06-01)"."""
    given = ", ".join(f"{name}: {texts.one_line(str(value), 80)}" for name, value in call.arguments.items())
    name = texts.one_line(call.tool, 60)
    return f"{name} ({given})" if given else name


def found_words(why: Mapping[str, float]) -> str:
    """By which rankings a memory was found, with its rank in each: "Found by words (2), by its time"."""
    how = [words for name, value in why.items() if (words := _ranking_words(name, value))]
    return _("Found {how}").format(how=", ".join(how)) if how else ""


def measured_words(why: Mapping[str, float], retention: float) -> str:
    """What else is known of it: "holds 80% of the question's words · rank 1 after reading · 62% kept"."""
    whole = why if "retention" in why else {**why, "retention": retention}
    return " · ".join(_measure_words(name, value) for name, value in whole.items() if not _ranking_words(name, value))


def _ranking_words(name: str, rank: float) -> str:
    """By which ranking it was found; empty where the name is of something else."""
    whole = {"time": _("by its time"), "speaker": _("by who speaks")}  # whatever fits stands first alike
    ranked = {"words": _("by words"), "meaning": _("by meaning"), "words nearby": _("by the words around it"),
              "meaning nearby": _("by the meaning around it")}
    if name in whole:
        return whole[name]
    if name not in ranked:
        return ""
    return _("{how} ({n})").format(how=ranked[name], n=texts.number(round(texts.finite(rank))))


def _measure_words(name: str, value: float) -> str:
    if name == "covers":
        return _("holds {share}% of the question's words").format(share=texts.percent(value))
    if name == "retention":
        return _("{share}% kept").format(share=texts.percent(value))
    if name == "rerank":
        return _("rank {n} after reading").format(n=texts.number(round(texts.finite(value))))
    return f"{texts.one_line(name, 40)} {texts.signed(value).removeprefix('+')}"


def weighed_words(parts: Mapping[str, float]) -> str:
    """The parts of a score with their signs, the heaviest first: "+2.1 how it reads · −0.6 repeats the question"."""
    order = sorted(parts.items(), key=lambda part: -abs(texts.finite(part[1])))
    return " · ".join(f"{texts.signed(value)} {part_words(name)}" for name, value in order)


def part_words(name: str) -> str:
    """What a possible answer was weighed by."""
    known = {
        "reads": _("how it reads"), "bears": _("bearing on the question"), "margin": _("ahead of its neighbours"),
        "recall": _("place in the search"), "meaning": _("nearness in meaning"), "covers": _("words of the question"),
        "named": _("who says it"), "stranger": _("somebody else says it"), "echo": _("repeats the question"),
        "empty": _("little words alone"), "asking": _("is itself a question"), "quantity": _("lacks a number"),
        "broken": _("runs over the end of a line"), "agreement": _("said elsewhere too"), "when": _("holds a date"),
        "time": _("fits the time"), "retention": _("how well it is kept"),
    }
    return known.get(name, texts.one_line(name, 40))


def stage_words(name: str) -> str:
    """What a stage of answering does."""
    known = {
        "words": _("searching by words"), "embedding the question": _("grasping what the question means"),
        "meaning": _("searching by meaning"), "surroundings": _("looking around what was found"),
        "loading": _("fetching the memories"), "searching": _("searching"), "reading": _("reading"),
        "weighing": _("weighing"), "counting": _("counting"), "planning": _("taking the question apart"),
        "rewriting": _("putting the question another way"), "tools": _("counting and looking up"),
        "noting": _("noting what bears on it"), "writing": _("writing"),
        "own knowledge": _("asking the model itself"),
    }
    return known.get(name, texts.one_line(name, 60))
