"""Commands for the review in git: what changed, whether every claim holds, and what goes out."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from synth.commands.shared import PROBLEMS, Json, print_json, say, workspace_of
from synth.terminal import safe

app = typer.Typer()


class DiffForm(StrEnum):
    """How `synth diff` writes."""

    text = "text"
    markdown = "markdown"


class ExportKind(StrEnum):
    """What `synth export` can print."""

    insights = "insights"
    themes = "themes"
    lines = "lines"
    accounts = "accounts"
    traits = "traits"
    passages = "passages"
    html = "html"
    docx = "docx"


class ExportForm(StrEnum):
    """How `synth export` prints rows."""

    jsonl = "jsonl"
    csv = "csv"


@app.command(name="diff")
def compare(
    context: typer.Context,
    revision: Annotated[
        str, typer.Argument(metavar="[REV]", help="A git revision, or a profile.json file, to compare with.")
    ] = "HEAD",
    form: Annotated[
        DiffForm, typer.Option("--format", help="Text for people, or Markdown for a comment.")
    ] = DiffForm.text,
    as_json: Json = False,
) -> None:
    """Show what changed in the profile since a revision, and why. Example: synth diff origin/main --format markdown"""
    from synth.comparing import changes_since, markdown_report, text_report

    since, changes = changes_since(workspace_of(context), revision)
    if as_json:
        print_json([asdict(change) for change in changes])
    else:
        report = markdown_report if form is DiffForm.markdown else text_report
        typer.echo(safe(report(since, changes)), nl=False)


@app.command()
def check(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too, such as an overdue review.")] = False,
    as_json: Json = False,
) -> None:
    """Check the documents: every quote an exact slice, every footnote resolved, counts true, nothing personal."""
    from datetime import date

    from synth.checking import check_workspace

    problems = check_workspace(workspace_of(context), date.today())
    if as_json:
        print_json([asdict(problem) for problem in problems])
    for problem in [] if as_json else problems:
        typer.echo(safe(str(problem)))
    failing = ("error", "warning") if strict else ("error",)
    grave = [problem for problem in problems if problem.severity in failing]
    say(f"{len(grave)} problems, {len(problems) - len(grave)} remarks" if problems else "All claims hold.")
    if grave:
        raise typer.Exit(PROBLEMS)


@app.command()
def export(
    context: typer.Context,
    what: Annotated[
        ExportKind, typer.Argument(help="Rows of the last run; or the documents as one HTML page or Word.")
    ],
    form: Annotated[ExportForm, typer.Option("--format", help="Rows as JSON lines, or for a spreadsheet.")] = (
        ExportForm.jsonl
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write this file instead of stdout.")] = None,
    aspect: Annotated[str, typer.Option(help="Only for passages: the aspect they are chosen for.")] = "",
) -> None:
    """Print what the last run found, or the documents as one file. Example: synth export html -o profile.html"""
    from synth import export as exporting

    workspace = workspace_of(context)
    if what is ExportKind.docx:
        exporting.export_docx(workspace, output)
    elif what is ExportKind.html:
        exporting.put(exporting.export_html(workspace), output)
    else:
        exporting.put(exporting.export_text(workspace, what.value, form.value, aspect), output, sheet=form == "csv")
