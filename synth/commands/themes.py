"""`synth themes` and what stands below it: read the themes, look at one, decide about them."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated, Any

import typer

from synth.commands.shared import Json, leave_written, print_json, workspace_of
from synth.terminal import safe, table

app = typer.Typer(
    no_args_is_help=False,
    rich_markup_mode=None,
    help="Show the themes of the last run; look at one, or decide about them: 'synth themes show ID'.",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="A theme's id, or its first characters.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of themes.")]
Title = Annotated[str, typer.Option("--title", help="The title of the new theme.")]
Why = Annotated[str, typer.Option("--why", help="A reason, for your colleagues.")]


@app.callback(invoke_without_command=True)
def themes(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also points that only one account raised.")] = False,
    as_json: Json = False,
) -> None:
    """Show the themes of the last run, counted by account. Example: synth themes --all"""
    if context.invoked_subcommand:
        return
    from synth.deciding import line_of, themes_to_read
    from synth.export import theme_rows
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        found = session.ledger.themes()
    shown = themes_to_read(found, everything=everything or as_json)
    if as_json:
        print_json(list(theme_rows(shown)))
        return
    rows = [line_of(theme) for theme in shown]
    headers = list(rows[0]) if rows else ["aspect", "id", "accounts", "title"]
    typer.echo(_narrow(table(headers, ([row[name] for name in headers] for row in rows))))
    rest = len(themes_to_read(found, everything=True)) - len(shown)
    if rest:
        typer.echo(f"{rest} more points of one account each: synth themes --all", err=True)


@app.command()
def show(context: typer.Context, name: Id, as_json: Json = False) -> None:
    """Show all evidence of one theme, for and against, with what was said around it."""
    from synth import deciding
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        shown = deciding.show(session, name)
    if as_json:
        print_json(deciding.as_row(shown))
    for line in [] if as_json else deciding.as_text(shown):
        typer.echo(safe(line))


@app.command()
def suggest(context: typer.Context, limit: Annotated[int, typer.Option("-n", min=1, help="How many.")] = 15) -> None:
    """List pairs of themes that are nearly alike, with the command that merges them."""
    from synth.deciding import suggestions
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        pairs = suggestions(session)[:limit]
    for pair in pairs:
        typer.echo(
            f"synth themes merge {pair.one.id} {pair.other.id}   # {pair.one.aspect}, distance {pair.distance:.2f}"
        )
        typer.echo(safe(f"    {pair.one.title}\n    {pair.other.title}"))
    if not pairs:
        typer.echo("No two themes are nearly alike.", err=True)


@app.command()
def rename(context: typer.Context, name: Id, title: Annotated[str, typer.Argument()], why: Why = "") -> None:
    """Give a theme your own title. Example: synth themes rename 3fa2b1c0 "Month-end close takes over ten days" """
    _decide(context, "rename", [name], to=title, why=why)


@app.command()
def merge(context: typer.Context, names: Ids, title: Title = "", why: Why = "") -> None:
    """Make one theme of several of one aspect; the first id stays."""
    _decide(context, "merge", names, title=title, why=why)


@app.command()
def split(
    context: typer.Context,
    name: Id,
    insights: Annotated[list[str], typer.Argument(metavar="KEY…", help="Keys of the evidence that leaves (e-…).")],
    title: Title = "",
    why: Why = "",
) -> None:
    """Make a theme of its own of some evidence of a theme."""
    _decide(context, "split", [name], insights=insights, title=title, why=why)


@app.command()
def move(
    context: typer.Context,
    insight: Annotated[str, typer.Argument(metavar="KEY", help="Key of the evidence (e-…).")],
    to: Annotated[str, typer.Argument(metavar="ID", help="The theme it belongs to.")],
    why: Why = "",
) -> None:
    """Put one piece of evidence into another theme of its aspect."""
    _decide(context, "move", [insight], to=to, why=why)


@app.command()
def reject(context: typer.Context, names: Ids, why: Why = "") -> None:
    """Count and print a theme no more; its evidence is kept on the evidence pages."""
    _decide(context, "reject", names, why=why)


@app.command()
def pin(context: typer.Context, names: Ids, why: Why = "") -> None:
    """Print a theme first in its section, however few accounts raised it."""
    _decide(context, "pin", names, why=why)


@app.command()
def note(
    context: typer.Context, name: Id, text: Annotated[str, typer.Argument(help="What to print below it.")]
) -> None:
    """Add a note of the team to a theme."""
    _decide(context, "note", [name], text=text)


@app.command()
def undo(context: typer.Context) -> None:
    """Take the last decision back, if it was made on this machine and nobody edited profiles/themes.yaml since."""
    from synth import deciding
    from synth.pipeline import open_session, redraft

    with open_session(workspace_of(context)) as session:
        entry = deciding.undo(session)
        written = redraft(session)
    typer.echo(safe(f"Taken back from profiles/themes.yaml:\n{entry.rstrip()}"), err=True)
    leave_written(written)


def _decide(context: typer.Context, verb: str, names: list[str], **more: Any) -> None:
    from synth import deciding
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        written = deciding.decide(session, verb, names, **more)
    typer.echo(f"profiles/themes.yaml: {verb} {' '.join(names)}; {len(written.changed)} documents changed", err=True)
    leave_written(written)


def _narrow(text: str) -> str:
    """Cut lines at the border of the window; whole where the output goes into a file or pipe."""
    if not sys.stdout.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in text.split("\n"))
