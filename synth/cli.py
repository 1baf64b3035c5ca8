"""The command line, put together; here errors become text and exit codes. Results go to stdout, the rest to stderr.

Exit codes: 0 done · 1 nothing could be done, the error says why · 2 wrong usage · 3 done, but some input set aside ·
4 done, but documents have conflicts to resolve · 5 `check` or `doctor` found problems · 6 budget reached ·
7 answers of a batch are on their way · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from synth import __version__
from synth.commands import answers, evidence, inputs, review, runs, serve, themes
from synth.commands.shared import BUDGET, PENDING, say
from synth.errors import BatchPending, BudgetReached, SynthError
from synth.interrupts import EXIT_CODE as INTERRUPTED
from synth.interrupts import two_steps

_DISK = {getattr(errno, name, 0) for name in ("ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EIO", "EFBIG")}


class Commands(TyperGroup):
    """The one place where errors become text and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        try:
            with two_steps():
                return super().invoke(ctx)
        except (BudgetReached, BatchPending) as error:
            say(str(error))
            raise typer.Exit(BUDGET if isinstance(error, BudgetReached) else PENDING) from None
        except SynthError as error:
            say(f"Error: {error}")
            raise typer.Exit(1) from None
        except OSError as error:
            if error.errno not in _DISK:
                raise
            name = error.filename or "a temporary file"
            say(f"Error: {name}: {error.strerror}. Make room or correct the rights, then run it again.")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            say("Stopped. What is done is kept: run the same command again to go on.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turn customer interviews and a CRM export into ICP and persona documents with evidence for every claim.",
    epilog="Start with 'synth demo' to see it work, or 'synth init my-icp' for your own.",
)
for commands in (inputs, runs, answers, review, serve):
    app.add_typer(commands.app)
app.add_typer(themes.app, name="themes")
app.add_typer(evidence.app, name="evidence")


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Option("-C", metavar="DIR", help="Work in the workspace DIR instead of here.")
    ] = Path(),
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say more about what happens.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    context.obj = directory
    if version:
        typer.echo(__version__)
        raise typer.Exit
