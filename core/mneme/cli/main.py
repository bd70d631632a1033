"""The group of commands, the options they share, and how errors end: 0 done, 1 known error, 2 usage."""

import os
import sys

import click

from mneme import __version__
from mneme.cli import (
    acquainting,
    benching,
    capturing,
    chatting,
    keeping,
    knowing,
    living,
    looking,
    models,
    profile,
    reworking,
    trying,
    upkeeping,
)
from mneme.cli.running import Session, Shared, interrupted, report_error, shared_options
from mneme.errors import Cancelled, KnownError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mneme")
@shared_options
def mneme() -> None:
    """Mneme: a private memory for one person's computer.

    Take in a folder with `mneme add`, ask with `mneme ask`. Everything stays on this computer.
    """


for command in (*looking.COMMANDS, *chatting.COMMANDS, *keeping.COMMANDS, *capturing.COMMANDS, *living.COMMANDS,
                *reworking.COMMANDS, *knowing.COMMANDS, *acquainting.COMMANDS, *upkeeping.COMMANDS, *profile.COMMANDS,
                *models.COMMANDS, *trying.COMMANDS, *benching.COMMANDS):
    mneme.add_command(command)


def main() -> None:
    """Run the command line; never returns."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Paths can hold bytes that are no text, and a pipe on Windows is not UTF-8.
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    shared = Shared()
    try:
        with Session(shared) as session:
            return _code(mneme.main(arguments, "mneme", standalone_mode=False, obj=session))
    except KnownError as error:
        report_error(error, shared.json)
        return 1
    except (Cancelled, KeyboardInterrupt, click.Abort):
        interrupted(shared.json)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        _hush()
        return 0


def _code(returned: object) -> int:
    return returned if isinstance(returned, int) else 0


def _hush() -> None:
    """Whoever read our output has gone: point it nowhere, so that Python does not complain when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
