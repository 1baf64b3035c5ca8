"""What the commands share: the workspace they work in, how they print, and how they leave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.terminal import safe, table

if TYPE_CHECKING:
    from synth.documents.merge import Written
    from synth.intake import Problem
    from synth.pipeline import RunResult
    from synth.workspace import Workspace

PARTIAL, CONFLICTS, PROBLEMS, BUDGET, PENDING = 3, 4, 5, 6, 7

Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def asked(text: str) -> str:
    """Return the words to look for; wrong usage where there is no letter or digit among them."""
    if not any(char.isalnum() for char in text):
        raise typer.BadParameter("nothing to look for: write a word or a question.")
    return text


def workspace_of(context: typer.Context) -> Workspace:
    """Open the workspace that `-C` names, or the one here."""
    from synth.workspace import open_workspace

    return open_workspace(context.obj)


def leave(result: RunResult) -> None:
    """Report what a run set aside and what it could not write, and leave with the exit code for it."""
    report_problems(result.problems, leave=False)
    leave_written(result.written)
    if result.problems:
        raise typer.Exit(PARTIAL)


def leave_written(written: Written) -> None:
    """Report documents that wait for a person, and leave with `CONFLICTS` where there are some."""
    for path in written.kept:
        say(f"{path}: edited by hand and could not be merged; the new text is in {path}.new.")
    for path in written.conflicts:
        say(f"{path}: your edit and the new text conflict. Resolve the marked places, then run 'synth check'.")
    if written.conflicts or written.kept:
        raise typer.Exit(CONFLICTS)


def report_problems(problems: Iterable[Problem], *, leave: bool = True) -> None:
    """Report what was set aside, and leave with `PARTIAL` if there was something."""
    texts = [problem.text for problem in problems]
    for text in texts:
        say(f"Set aside: {text}")
    if texts and leave:
        raise typer.Exit(PARTIAL)


def print_rows(rows: Sequence[dict[str, Any]], headers: Sequence[str], *, as_json: bool) -> None:
    """Print rows as a table of `headers`, or as JSON."""
    if as_json:
        print_json(rows)
    else:
        typer.echo(table(headers, ([_cell(row[name]) for name in headers] for row in rows)))


def print_json(value: object) -> None:
    """Print a value as JSON, keys in order."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def say(text: str) -> None:
    """Say something to the person: on stderr, so that stdout holds results alone."""
    typer.echo(safe(text), err=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return "" if value is None else str(value)
