"""The command `mneme models test`: how a language model does here, in figures and with a grade."""

from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from mneme.cli.models import models
from mneme.cli.running import Session, plain, shared_options, shortened
from mneme.messages import _

if TYPE_CHECKING:
    from mneme.trial import Trial

pass_session = click.make_pass_decorator(Session)

COMMANDS = (models,)


@models.command("test")
@click.argument("name")
@shared_options
@pass_session
def test(session: Session, name: str) -> None:
    """Try a language model: speed, whether it keeps to a schema, ten questions about a sample life, and a grade.

    The grade counts right answers in the model's own words; with E, answers are better read out.
    """
    from mneme import trial  # noqa: PLC0415 -- slow import

    model = session.engine.models.languages.named(name)
    with session.interruptible() as stopped, session.progress() as progress:
        made = trial.run(model, progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit({
            "model": model.model_id, "context": made.facts.context, "backend": made.facts.backend,
            "threads": made.facts.threads, "gpu_layers": made.facts.gpu_layers, "address": made.facts.address,
            "tokens_per_s": round(made.tokens_per_s, 2), "first_ms": round(made.first_ms, 1),
            "schema": {"asked": made.asked, "valid": made.valid, "true": made.true},
            "quiz": {"asked": len(made.outcomes), "right": made.own}, "grade": made.grade})
        return
    _print(session, made)


def _print(session: Session, made: "Trial") -> None:
    from mneme.trial import is_own  # noqa: PLC0415 -- slow import

    out, facts = session.out, made.facts
    where = facts.address or _("{backend}, {threads} threads, {layers} layers on the graphics card").format(
        backend=facts.backend, threads=facts.threads, layers=facts.gpu_layers)
    out.print(Text(_("Runs on: {where}; context {n} tokens").format(where=plain(where), n=f"{facts.context:,}")))
    for note in facts.notes:
        out.print(Text(plain(note), style="yellow"))
    out.print(Text(_("Speed: {speed:.1f} tokens a second, the first after {first:.2f} s").format(
        speed=made.tokens_per_s, first=made.first_ms / 1000.0)))
    out.print(Text(_("Schema: {valid} of {asked} valid, {true} of them true").format(
        valid=made.valid, asked=made.asked, true=made.true)))
    table = Table("", _("Question"), _("Answer"), box=None, header_style="dim")
    for one in made.outcomes:
        mark = "+" if is_own(one) else "(+)" if one.right else "-"
        table.add_row(mark, plain(one.question), Text(shortened(one.given.text or one.given.message, 70)))
    out.print(table)
    out.print(Text(_("Quiz: {own} of {asked} right in its own words; (+) is what the built-in reader knew.").format(
        own=made.own, asked=len(made.outcomes))))
    out.print(Text(_("Grade: {grade}").format(grade=made.grade), style="bold"))
