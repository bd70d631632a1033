"""The command `mneme chat`: a conversation in the terminal, with what was said before kept in mind."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.answering import print_answer, told
from mneme.cli.running import MEMORY, Session, plain, shared_options, typed
from mneme.errors import Cancelled, KnownError
from mneme.messages import _, ngettext
from mneme.types import Answer, AnswerState, Chat, Streamed

if TYPE_CHECKING:
    from mneme.answer.writing.talk import Talk

pass_session = click.make_pass_decorator(Session)

HELP = """/deep QUESTION   take the question apart first
/why            how the last answer came about
/new            begin a new conversation
/quit           end (so does an empty line, or Ctrl-D)"""


@click.command()
@click.option("--model", metavar="NAME", default=None,
              help="Which language model writes; \"\" reads answers out. Without it, the one that was chosen.")
@click.option("--open", "opened", metavar="ID", type=MEMORY, help="Go on with a conversation.")
@click.option("--no-keep", is_flag=True, help="Do not keep this conversation.")
@click.option("--list", "listing", is_flag=True, help="List the conversations, and end.")
@click.option("--find", "words", metavar="WORDS", default="", help="List the conversations with these words, and end.")
@click.option("--show", "shown", metavar="ID", type=MEMORY, help="Show what was said in a conversation, and end.")
@click.option("--delete", "deleted", metavar="ID", type=MEMORY, help="Delete a conversation, and end; memories stay.")
@shared_options
@pass_session
def chat(session: Session, model: str | None, opened: int | None, no_keep: bool, listing: bool, words: str,
         shown: int | None, deleted: int | None) -> None:
    """Talk with Mneme: ask, follow up, tell it something to remember. Each line is one question."""
    chats = session.engine.chats
    if deleted is not None:
        chats.delete([deleted])
        if session.shared.json:
            session.emit({"deleted": deleted})
        else:
            session.out.print(_("Deleted."))
    elif shown is not None:
        _show(session, shown)
    elif listing or words:
        _list(session, chats.all(words))
    else:
        _Conversation(session, model if model is not None else session.engine.models.writer(),
                      chats.open(opened) if opened is not None else chats.new(keep=not no_keep)).run()


COMMANDS = (chat,)


class _Conversation:
    """Reads lines until there are none, and answers each."""

    def __init__(self, session: Session, model: str, talk: "Talk") -> None:
        self._session = session
        self._model = model
        self._talk = talk
        self._last: Answer | None = None

    def run(self) -> None:
        """Until an empty line, /quit, or the end of the input."""
        if sys.stdin.isatty():
            who = self._model or _("nobody: answers are read out")
            self._session.err.print(Text(_("Written by {model}. /help tells more.").format(model=plain(who)),
                                         style="dim"))
        for line in _lines():
            command, _space, rest = line.partition(" ")
            if command == "/quit":
                break
            if command == "/help":
                self._session.out.print(HELP, markup=False)
            elif command == "/new":
                self._talk = self._session.engine.chats.new(keep=self._talk.keep)
            elif command == "/why":
                self._why()
            else:
                self._ask(rest.strip() if command == "/deep" else line, deep=command == "/deep")
        with self._session.interruptible() as stopped:
            self._session.engine.studies.think_over(stopped)

    def _ask(self, question: str, *, deep: bool) -> None:
        session = self._session
        session.stopped.clear()
        try:
            with session.interruptible() as stopped, _live(session) as stream:
                self._last = session.engine.ask(
                    question, tell=True, trace=True, model=self._model, deep=deep and bool(self._model),
                    talk=self._talk, stream=stream, cancelled=stopped)
        except Cancelled:
            session.err.print(_("Stopped."))
            return
        except KnownError as error:
            session.err.print(str(error), markup=False)
            return
        self._print(self._last)

    def _print(self, answer: Answer) -> None:
        if self._session.shared.json:
            self._session.emit(shapes.answer(answer))
        elif answer.state in (AnswerState.ANSWERED, AnswerState.FROM_MODEL, AnswerState.NOT_FOUND):
            print_answer(self._session, answer, account=False)
        else:
            self._session.out.print(Text(plain(answer.message)))

    def _why(self) -> None:
        if self._last is None:
            self._session.out.print(_("Nothing was asked yet."))
        else:
            print_answer(self._session, self._last)


@contextmanager
def _live(session: Session) -> Iterator[Callable[[Streamed], None]]:
    """What is being written, on a terminal; it is replaced by the whole answer."""
    if session.shared.json or not session.out.is_terminal:
        yield lambda streamed: None
        return
    from rich.live import Live  # noqa: PLC0415 -- slow import

    with Live(console=session.out, transient=True, refresh_per_second=12) as live:
        yield lambda streamed: live.update(told(streamed.sentences, streamed.draft))


def _lines() -> Iterator[str]:
    """Lines as they are typed; an empty one ends, on a terminal."""
    typing = sys.stdin.isatty()
    while True:
        if typing:
            click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line or (typing and not line.strip()):
            return
        if line.strip():
            yield typed([line.strip()])


def _list(session: Session, found: tuple[Chat, ...]) -> None:
    if session.shared.json:
        session.emit({"chats": [shapes.chat(one) for one in found]})
        return
    for one in found:
        turns = ngettext("{n} question", "{n} questions", one.turns).format(n=one.turns)
        session.out.print(Text(f"#{one.id} ", style="green").append(plain(one.title), style="default"))
        session.out.print(Text(f"    {one.last_at.astimezone():%Y-%m-%d %H:%M}, {turns}", style="dim"))
    if not found:
        session.out.print(_("There is no such conversation."))


def _show(session: Session, chat_id: int) -> None:
    turns = session.engine.chats.turns(chat_id)
    if session.shared.json:
        session.emit({"turns": [shapes.turn(one) for one in turns]})
        return
    for one in turns:
        session.out.print(Text(plain(one.answer.question), style="bold"))
        print_answer(session, one.answer, account=False)
        if one.answer.state in (AnswerState.MODEL_MISSING, AnswerState.MODEL_FAILED, AnswerState.TIMED_OUT):
            session.out.print(Text(plain(one.answer.message)))
        session.out.print()
