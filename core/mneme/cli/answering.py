"""How answers are told on a terminal: read out or written, with their places and the account of how they came about."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from mneme.cli.running import Session, plain, shortened
from mneme.cli.telling import cited_place
from mneme.messages import _, ngettext
from mneme.types import Answer, AnswerState, Citation, Sentence, SubQuestion, Support, Trace, Written


def told(sentences: Sequence[Sentence], draft: str = "") -> Text:
    """Written sentences with their [n]; what nothing supports is underlined, what is still being written is dim."""
    text = Text()
    for one in sentences:
        text.append(" " if text.plain else "")
        line = Text(plain(one.text), style="yellow" if one.support in (Support.UNSURE, Support.OWN) else "green")
        for start, end in one.doubtful:
            line.stylize("underline", start, end)
        text.append_text(line)
        if one.cites:
            text.append(" " + "".join(f"[{cite + 1}]" for cite in one.cites), style="dim green")
        if one.support is Support.UNSURE:
            text.append(" (?)", style="yellow")
    if draft:
        text.append((" " if text.plain else "") + plain(draft), style="dim")
    return text


def print_answer(session: Session, answer: Answer, *, account: bool = True) -> None:
    """An answer for people, with the places it stands in, and how it came about if that was asked for."""
    if answer.written is not None and answer.written.sentences:
        session.out.print(told(answer.written.sentences))
    elif answer.state is AnswerState.ANSWERED and answer.text is not None:
        session.out.print(Text(plain(answer.text), style="bold green"))
    elif answer.state is AnswerState.NOT_FOUND:
        session.out.print(Text(plain(answer.message)))
    if answer.state is AnswerState.FROM_MODEL:
        session.out.print(Text(plain(answer.message), style="yellow"))
    for reason in answer.reasons:
        session.out.print(Text(plain(reason)))
    if answer.written is not None:
        _print_written(session, answer.written)
    shown_places = answer.citations or answer.nearest
    for number, citation in enumerate(shown_places, 1):
        _print_citation(session, number, citation)
    if answer.contradicts:
        session.out.print(_("Something else is said here:"))
    for number, citation in enumerate(answer.contradicts, len(shown_places) + 1):
        _print_citation(session, number, citation)
    if account and answer.trace is not None:
        _print_trace(session, answer.trace)
        if answer.written is not None:
            _print_writing(session, answer.written)


def _print_trace(session: Session, trace: Trace) -> None:
    out = session.out
    out.print()
    for name, value in (("question", trace.question), *trace.understood):
        out.print(Text(f"{plain(name)}: ", style="dim").append(plain(value), style="default"))
    table = Table(_("Read"), _("Found by (rank, or share)"), box=None, header_style="dim")
    for one in trace.hits:
        why = ", ".join(f"{name} {value:.2g}" for name, value in one.why.items())
        table.add_row(Text(f"#{one.memory.id} {shortened(one.memory.text, 60)}"), Text(why, style="dim"))
    if trace.hits:
        out.print(table)
    table = Table(_("Weighed"), _("Score"), _("Made of"), box=None, header_style="dim")
    for made in trace.considered:
        parts = ", ".join(f"{name} {value:+.1f}" for name, value in made.parts.items())
        table.add_row(Text(f"#{made.memory} {shortened(made.text, 60)}"), f"{made.score:.1f}", Text(parts, style="dim"))
    if trace.considered:
        out.print(table)
    out.print(Text(", ".join(f"{stage.name} {stage.took_ms:.0f} ms" for stage in trace.stages), style="dim"))


def _print_citation(session: Session, number: int, citation: Citation) -> None:
    session.out.print(Text(f"[{number}] ", style="green").append(shortened(citation.text), style="default"))
    session.out.print(Text("    " + cited_place(citation), style="dim"))


def _print_written(session: Session, written: Written) -> None:
    """Who wrote it, and what was not let through."""
    out = session.out
    for one in written.graph:
        out.print(_node(one))
    for call in written.calls:
        arguments = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
        out.print(Text(plain(f"{call.tool}({arguments}): {call.result}"), style="dim"))
    if written.thoughts:
        thoughts = ", ".join(f"#{memory}" for memory in written.thoughts)
        out.print(Text(_("Concluded before: {thoughts}").format(thoughts=thoughts), style="dim"))
    if written.message:
        out.print(Text(plain(written.message), style="yellow"))
    if written.dropped:
        out.print(Text(ngettext("{n} sentence was left out: no memory says so.",
                                "{n} sentences were left out: no memory says so.",
                                len(written.dropped)).format(n=len(written.dropped)), style="dim"))
    if written.sentences:
        out.print(Text(_("Written by {model}").format(model=plain(written.model)), style="dim"))


def _print_writing(session: Session, written: Written) -> None:
    """The account of the writing: notes, what was dropped and why, the budget."""
    out = session.out
    for query in written.searched:
        out.print(Text(_("searched for: {query}").format(query=plain(query)), style="dim"))
    for note in written.notes:
        out.print(Text(f"#{note.memory} {note.bears}: {shortened(note.text, 100)}", style="dim"))
    for one in (*written.dropped, *(one for one in written.sentences if one.why)):
        out.print(Text(f"{one.support.value}: {shortened(one.text, 100)} ({plain(one.why)})", style="dim"))
    budget = ", ".join(f"{one.name} {one.tokens}" for one in written.segments)
    if budget:
        out.print(Text(_("tokens: {budget} of {context}; {evaluated} evaluated, {generated} written").format(
            budget=budget, context=written.context, evaluated=written.evaluated, generated=written.generated),
            style="dim"))


def _node(one: SubQuestion) -> Text:
    mark = {"answered": "+", "not_found": "-", "failed": "!", "running": "~", "waiting": " "}[one.state]
    needs = f" <- {', '.join(one.needs)}" if one.needs else ""
    text = Text(f"{mark} {one.id}{needs}: {plain(one.text)}", style="dim")
    if one.answer:
        text.append(f" = {shortened(one.answer, 100)} ({one.source}, {one.confidence:.2f})", style="dim")
    return text
