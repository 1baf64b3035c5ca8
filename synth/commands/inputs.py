"""Commands about what goes in: a workspace, files, who speaks, the CRM export, and what must go again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.commands.shared import PARTIAL, Json, print_json, print_rows, report_problems, say, workspace_of
from synth.terminal import safe, table

if TYPE_CHECKING:
    from synth.workspace import Workspace

app = typer.Typer()


@app.command()
def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="Folder to lay out; made if missing.")] = Path(),
) -> None:
    """Lay out a new workspace. Example: synth init my-icp"""
    from synth.workspace import init_workspace

    root = context.obj / directory
    made = init_workspace(root)
    say(f"{root}: {', '.join(made) or 'nothing to do, it is a workspace already'}")
    say("Next: copy transcripts and notes into corpora/, the CRM export to crm/accounts.csv,")
    say("write your company and people into synth.toml, then: synth run")


@app.command()
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Transcripts and notes, or folders of them.")],
    as_json: Json = False,
) -> None:
    """Copy files into corpora/ and show what was recognised. Example: synth add ~/calls/*.vtt notes.md slack-export/"""
    from synth.adding import asked_about, copy_in, describe, displaced, recognised
    from synth.pipeline import decide, open_session

    workspace = workspace_of(context)
    copied = copy_in(workspace, files)
    problems = [item.problem for item in copied if item.problem]
    for item in copied:
        if item.companies:
            say(f"{item.path}: a CRM export of {item.companies} companies; 'synth crm' shows how it is read")
    sources = [item.path for item in copied if item.path and item.companies is None]
    found, questions = [], []
    if sources:
        with open_session(workspace) as session:
            intake = decide(session)
        found = [recognised(path, intake) for path in sources]
        problems += displaced(copied, intake)
        questions = asked_about(copied, intake)
    if as_json:
        print_json([asdict(one) for one in found])
    for one in [] if as_json else found:
        typer.echo(safe(describe(one)))
    for question in questions:
        say(f"Question: {question}")
    for problem in problems:
        say(f"Set aside: {problem}")
    if problems or any(one.problem for one in found):
        raise typer.Exit(PARTIAL)


@app.command()
def speakers(
    context: typer.Context,
    decided: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=SIDE", help="Remember who someone is: customer or vendor."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who is who in each source, and how synth knows. Correct it: synth speakers --set "Jo Ray=customer" """
    from synth.people.speakers import speaker_table
    from synth.pipeline import decide, open_session

    _remember_speakers(workspace_of(context), decided or [])
    with open_session(workspace_of(context)) as session:
        intake = decide(session)
    rows = speaker_table(intake.transcripts)
    headers = ("source", "speaker", "role", "lines", "reason")
    print_rows([asdict(row) for row in rows], headers, as_json=as_json)
    for question in intake.questions:
        say(f"Question: {question}")
    report_problems(intake.problems)


@app.command()
def crm(context: typer.Context, as_json: Json = False) -> None:
    """Show how the CRM export was read, and write crm/cleaning.md. Correct it in synth.toml: [accounts.columns]"""
    from synth.export import crm_summary
    from synth.pipeline import open_session, report_crm

    with open_session(workspace_of(context)) as session:
        changed = report_crm(session)
        found = crm_summary(session.crm)
    if as_json:
        print_json(found)
        return
    rows = [(one["file"], one["field"], one["column"], f"{one['empty']:.0%}") for one in found["columns"]]
    typer.echo(table(("file", "field", "column", "empty"), rows))
    for what, n in found["cleaning"].items():
        typer.echo(f"{n} × {what}")
    typer.echo(f"{found['accounts']} accounts")
    for path in changed:
        say(f"Wrote {path}")


@app.command()
def forget(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A person, by name in full.")] = "",
    account: Annotated[
        str, typer.Option(help="Instead of a person: an account, as 'synth export accounts' names it.")
    ] = "",
    source: Annotated[str, typer.Option(help="Instead of a person: one file of corpora/.")] = "",
    as_json: Json = False,
) -> None:
    """Remove a person, an account or a source from files, ledger and documents. Example: synth forget "Paula Reyes" """
    from synth.forgetting import forget_from, forgotten_text

    done = forget_from(workspace_of(context), person=name, account=account, source=source)
    if as_json:
        print_json(asdict(done))
    else:
        typer.echo(safe(forgotten_text(done)))
    if done.left:
        raise typer.Exit(PARTIAL)


def _remember_speakers(workspace: Workspace, decided: Sequence[str]) -> None:
    from synth.settingsfile import set_speakers

    for name, side in set_speakers(workspace.root, decided) if decided else ():
        say(f"synth.toml: {name} is {side}" if side else f"synth.toml: {name} is decided by the rules again")
