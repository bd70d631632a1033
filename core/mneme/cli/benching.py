"""The command that measures: how much of the owner's own memories is found, answered, and rightly refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from mneme.cli.running import Session, plain, shared_options, shortened
from mneme.messages import _, ngettext
from mneme.types import PARTS, WRITING

if TYPE_CHECKING:
    from mneme.bench import Outcome, Report, Tally

pass_session = click.make_pass_decorator(Session)
INTERRUPTED = 130  # the exit code of a command that Ctrl-C stopped
DEPTHS = (1, 5, 10)
TASKS = ("known", "unanswerable", "order")
MARKS = {"right": ("✓ ", "green"), "wrong": ("✗ ", "red"), "refused": ("– ", "yellow")}


@click.command()
@click.option("--count", type=click.IntRange(1, 10000), default=60, show_default=True,
              help="How many memories to ask about.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
              help="Another number asks about others.")
@click.option("--model", metavar="NAME", default="", help="Have this language model write the answers.")
@click.option("--without", metavar="PART", multiple=True, type=click.Choice(sorted(PARTS | WRITING)),
              help="Leave a part out, to see what it is worth; may be given again.")
@click.option("--questions", "each", is_flag=True, help="Show each question with its source and what came of it.")
@shared_options
@pass_session
def bench(session: Session, count: int, seed: int, model: str, without: tuple[str, ...], each: bool) -> int:
    """Measure recall and refusal on questions made from your own memories. Nothing is written."""
    from mneme import bench as measuring  # noqa: PLC0415 -- slow import

    engine = session.engine  # before the bar: a new memory's recovery key is printed here
    with session.interruptible() as stopped, session.progress() as progress:
        report = measuring.run(engine, count=count, seed=seed, model=model, without=frozenset(without),
                               progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit(_as_json(report, each))
    else:
        if each:
            _print_questions(session, report.outcomes)
        _print_report(session, report)
    if report.stopped:
        click.echo(_("Stopped. This is what was measured so far."), err=True)
        return INTERRUPTED
    return 0


COMMANDS = (bench,)


# ------------------------------------------------------------------ as JSON


def _as_json(report: "Report", each: bool) -> dict[str, Any]:
    """What was measured, by task and by kind of question; with `each`, every question too."""
    kinds = {kind: {task: _measures(task, report.tally(task, kind)) for task in TASKS[:2]} for kind in report.kinds()}
    shown = {"memories": report.chosen, "telling": report.telling, "looked_at": report.looked_at, "seed": report.seed,
             "stopped": report.stopped, **{task: _measures(task, report.tally(task)) for task in TASKS}, "kinds": kinds,
             "search_ms": _rounded(report.search_ms(), 1), "ask_ms": _rounded(report.ask_ms(), 1),
             "degraded": report.degraded(), "model": report.model, "prompt": report.prompt,
             "without": list(report.without)}
    return {**shown, "questions": [_question(one) for one in report.outcomes]} if each else shown


def _measures(task: str, tally: "Tally") -> dict[str, Any]:
    """asked, and the shares 0..1 (null of none): recall@1, @5, @10 of known questions, right, wrong, refused."""
    shares = {"right": tally.share(tally.right), "wrong": tally.share(tally.wrong),
              "refused": tally.share(tally.refused)}
    recalls = {f"recall@{depth}": tally.recall(depth) for depth in DEPTHS if task == "known"}
    return {"asked": tally.asked, **{name: _rounded(value) for name, value in {**recalls, **shares}.items()}}


def _question(one: "Outcome") -> dict[str, Any]:
    question = one.question
    return {"task": question.task.value, "kind": question.kind, "question": question.text,
            "expected": question.expected, "memory": question.source.id, "source": question.source.source,
            "verdict": one.verdict.value, "answer": one.given, "cited": one.cited, "rank": one.rank}


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


# ------------------------------------------------------------------ for people


def _print_questions(session: Session, outcomes: "Sequence[Outcome]") -> None:
    for one in outcomes:
        mark, style = MARKS[one.verdict.value]
        session.out.print(Text(mark, style=style).append(plain(one.question.text), style="default"))
        expected = _("no answer") if one.question.expected is None else f"“{shortened(one.question.expected)}”"
        given = _("no answer") if one.given is None else f"“{shortened(one.given)}”"
        line = _("expected {expected}; came {given}").format(expected=expected, given=given)
        if one.search_ms is not None:
            line += "; " + (_("not found") if one.rank is None else _("found as number {n}").format(n=one.rank))
        session.out.print(Text(f"    {line}", style="dim"))
        session.out.print(Text(f"    {plain(one.question.source.source)} · #{one.question.source.id}", style="dim"))


def _print_report(session: Session, report: "Report") -> None:
    for reason in report.degraded():
        session.err.print(reason, markup=False)
    sentence = ngettext("Asked about {n} memory, of {telling} that tell something, of {all} looked at.",
                        "Asked about {n} memories, of {telling} that tell something, of {all} looked at.",
                        report.chosen)
    session.out.print(sentence.format(n=report.chosen, telling=report.telling, all=report.looked_at))
    session.out.print(_table(report))
    search, ask = report.search_ms(), report.ask_ms()
    if search is not None and ask is not None:
        session.out.print(_("The median search took {search} ms, the median answer {ask} ms.").format(
            search=round(search), ask=round(ask)))
    if report.model:
        session.out.print(_("Written by {model}, prompt {prompt}, seed {seed}.").format(
            model=plain(report.model), prompt=report.prompt, seed=report.seed))
    session.out.print(_("The questions were made by rule, in the memories' own words: they are easier than people's "
                        "own. Compare one run with another."), style="dim")


def _table(report: "Report") -> Table:
    table = Table(box=None, header_style="dim")
    table.add_column(_("Questions"), no_wrap=True)
    for heading in (_("Asked"), "Recall@1", "@5", "@10", _("Right"), _("Wrong"), _("Refused")):
        table.add_column(heading, justify="right")
    titles = {"known": _("with a known source"), "unanswerable": _("that nothing answers"),
              "order": _("which came first")}
    for task in TASKS:
        table.add_row(titles[task], *_cells(task, report.tally(task)))
        for kind in report.kinds() if task != "order" else ():
            table.add_row(f"  {kind}", *_cells(task, report.tally(task, kind)), style="dim")
    return table


def _cells(task: str, tally: "Tally") -> list[str]:
    recalls = [_percent(tally.recall(depth)) if task == "known" else "" for depth in DEPTHS]
    return [str(tally.asked), *recalls, *(_percent(tally.share(n)) for n in (tally.right, tally.wrong, tally.refused))]


def _percent(part: float | None) -> str:
    return "" if part is None else f"{100 * part:.0f} %"
