"""`synth evidence` and what stands below it: what the team decides about single lines, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from synth.commands.shared import Json, leave_written, print_json, print_rows, say, workspace_of
from synth.terminal import safe

if TYPE_CHECKING:
    from synth.documents.merge import Written

app = typer.Typer(
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Say which quotes are right or no evidence, and add lines that were missed: 'synth evidence keep KEY'.",
)
Keys = Annotated[list[str], typer.Argument(metavar="KEY…", help="Keys of quotes (e-…).")]
Why = Annotated[str, typer.Option("--why", help="A reason, for your colleagues.")]
_HEADERS = ("decision", "entry", "aspect", "place", "says", "became")


@app.callback(invoke_without_command=True)
def evidence(context: typer.Context, as_json: Json = False) -> None:
    """List the decisions about single lines and what became of them. Example: synth evidence --json"""
    if context.invoked_subcommand:
        return
    from synth import marking
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        rows, taught = marking.decided_lines(session), marking.taught(session)
    if as_json:
        print_json({"decisions": rows, "learned": taught})
        return
    print_rows([{name: safe(str(value)) for name, value in row.items()} for row in rows], _HEADERS, as_json=False)
    for row in taught:
        say(marking.taught_text(row))


@app.command()
def keep(context: typer.Context, keys: Keys, why: Why = "") -> None:
    """Count and print quotes, however sure the engine is of them. Example: synth evidence keep e-1a2b3c4d"""
    from synth import marking
    from synth.pipeline import open_session, redraft

    with open_session(workspace_of(context)) as session:
        marking.judge_quotes(session, "keep", keys, why)
        _written(f"keep {' '.join(keys)}", redraft(session))


@app.command()
def drop(context: typer.Context, keys: Keys, why: Why = "") -> None:
    """Count and print quotes no more; they stay on the evidence pages. Example: synth evidence drop e-1a2b3c4d"""
    from synth import marking
    from synth.pipeline import open_session, redraft

    with open_session(workspace_of(context)) as session:
        marking.judge_quotes(session, "drop", keys, why)
        _written(f"drop {' '.join(keys)}", redraft(session))


@app.command()
def add(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file of corpora/, as 'synth search' names it.")],
    line: Annotated[str, typer.Argument(metavar="LINE", help="The line's number, or two: 12-13.")],
    aspect: Annotated[str, typer.Argument(metavar="ASPECT", help="Such as pain_point; the codebook has them.")],
    denies: Annotated[bool, typer.Option("--denies", help="The customer says the opposite.")] = False,
    why: Why = "",
) -> None:
    """Count a line that was missed. Example: synth evidence add acme_call.txt 12 pain_point"""
    from synth import marking
    from synth.pipeline import open_session, redraft

    with open_session(workspace_of(context)) as session:
        marking.add_line(session, source, line, aspect, stance="contradicts" if denies else "supports", why=why)
        _written(f"add {source}:{line}", redraft(session))


@app.command()
def undo(context: typer.Context) -> None:
    """Take the last decision back, if it was made on this machine and nobody edited profiles/evidence.yaml since."""
    from synth import marking
    from synth.pipeline import open_session, redraft

    with open_session(workspace_of(context)) as session:
        entry = marking.undo(session)
        written = redraft(session)
    say(f"Taken back from profiles/evidence.yaml:\n{entry.rstrip()}")
    leave_written(written)


def _written(what: str, written: Written) -> None:
    say(f"profiles/evidence.yaml: {what}; {len(written.changed)} documents changed")
    leave_written(written)
