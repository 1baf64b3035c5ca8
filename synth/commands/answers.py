"""Commands that answer a question from what the last run found."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from synth.commands.shared import PARTIAL, Json, asked, print_json, print_rows, say, workspace_of
from synth.terminal import safe

app = typer.Typer()


class ScoreForm(StrEnum):
    """How `synth score` writes."""

    table = "table"
    json = "json"
    csv = "csv"


@app.command()
def stats(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Show also the values that are no trait.")] = False,
    as_json: Json = False,
) -> None:
    """Show what the best customers share, who fits, and what segments earn. JSON has every value of every trait."""
    from synth.export import trait_rows
    from synth.pipeline import firmographics, open_session
    from synth.standings import standings_text
    from synth.text.language import language

    workspace = workspace_of(context)
    with open_session(workspace) as session:
        found = firmographics(session)
        if as_json:
            print_json(list(trait_rows(found.traits)))
            return
        spoken = language(workspace.settings.output.language)
        text = standings_text(session.crm.accounts, found, workspace.settings.segments.by, every=every, spoken=spoken)
    typer.echo(safe(text))


@app.command()
def score(
    context: typer.Context,
    targets: Annotated[Path, typer.Argument(help="Companies as CSV, TSV or XLSX, with the columns of a CRM export.")],
    form: Annotated[
        ScoreForm, typer.Option("--format", help="A table, JSON for programs, or CSV for a spreadsheet.")
    ] = ScoreForm.table,
    as_json: Json = False,
) -> None:
    """Tell which companies fit the profile: tier, score, and each reason. Example: synth score targets.csv"""
    from synth.pipeline import open_session
    from synth.publishing.tables import to_csv
    from synth.scoring import score_cells, score_file, score_rows

    with open_session(workspace_of(context)) as session:
        scores = score_file(session, targets)
    if form is ScoreForm.csv:
        typer.echo(to_csv(score_cells(scores)), nl=False)
    elif form is ScoreForm.json or as_json:
        print_json(score_rows(scores))
    else:
        print_rows(score_cells(scores), ("company", "tier", "score", "reasons"), as_json=False)
    if scores.warning:
        say(scores.warning)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(callback=asked, help="What to look for, in any of the languages.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines to show.")] = 10,
    as_json: Json = False,
) -> None:
    """Find what was said, by meaning and by words, with citations. Example: synth search "why did they leave" """
    from synth.export import hit_row
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        hits = session.index(session.ledger.transcripts()).search(query, limit)
    rows = [hit_row(hit) for hit in hits]
    if as_json:
        print_json(rows)
    for row in [] if as_json else rows:
        typer.echo(safe(f"{row['source']}:{row['n']} [{row['role']}, {row['account'] or 'no account'}] {row['text']}"))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(callback=asked, help="What you want to know, in any of the languages.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Without a model: how many lines to show.")] = 5,
    as_json: Json = False,
) -> None:
    """Answer with checked citations, or say that the interviews do not. Example: synth ask "why did they leave?" """
    from synth.asking import ask as answer
    from synth.asking import reply_row, reply_text
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        reply = answer(session, question, limit)
    if as_json:
        print_json(reply_row(reply))
    else:
        typer.echo(safe(reply_text(reply)))
    if reply.refused:
        say("Not shown: " + ", ".join(f"{count} sentences ({cause})" for cause, count in reply.refused.items()))
    if reply.failure:
        say(f"The model did not answer: {reply.failure}")
        raise typer.Exit(PARTIAL)
    if not reply.sentences and reply.engine == "local":
        say("Without a chat model only lines near to your words are found; 'synth search' shows the nearest ones.")


@app.command()
def guide(context: typer.Context, as_json: Json = False) -> None:
    """Say whom to talk to next and which open questions to ask. Example: synth guide > interview-guide.md"""
    from synth.documents.guide import guide_text, interview_guide

    root = workspace_of(context).root
    found = interview_guide(root)
    if as_json:
        print_json(found)
    else:
        typer.echo(safe(guide_text(found, root)), nl=False)
