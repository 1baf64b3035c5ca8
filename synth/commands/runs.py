"""Commands that do the work: the run, the documents again, the demo, and what a run costs and needs."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.commands.shared import PROBLEMS, Json, leave, leave_written, print_json, report_problems, workspace_of
from synth.terminal import StageProgress, safe

if TYPE_CHECKING:
    from synth.workspace import Workspace

app = typer.Typer()


class CostGroup(StrEnum):
    """What `synth cost` can sum up by."""

    run = "run"
    stage = "stage"
    source = "source"
    month = "month"
    model = "model"


@app.command()
def run(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost; send and write nothing.")] = False,
    max_usd: Annotated[float | None, typer.Option(min=0, help="Spend at most so many US dollars in this run.")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Ask by OpenAI's Batch API: half the price, collect later.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Do the whole job: read, find evidence, group and count it, write profiles/. Stop and run again at any time."""
    from synth import pipeline
    from synth.report import run_json, run_text

    begun = time.monotonic()
    workspace = workspace_of(context).capped(max_usd)
    if dry_run:
        _estimate(workspace, batch=batch, as_json=as_json)
        return
    with StageProgress() as progress, pipeline.open_session(workspace, progress) as session:
        result = pipeline.run(session, batch=batch)
    if as_json:
        print_json(run_json(result, time.monotonic() - begun))
    else:
        typer.echo(run_text(result))
    leave(result)


@app.command()
def draft(
    context: typer.Context,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would change; write nothing.")] = False,
) -> None:
    """Write the documents again from what the last run found: after a change of templates, or of a file by hand."""
    from synth import pipeline

    with pipeline.open_session(workspace_of(context)) as session:
        if preview:
            typer.echo(safe(pipeline.preview(session)), nl=False)
            return
        written = pipeline.redraft(session)
    for path in (*written.changed, *written.removed):
        typer.echo(path)
    leave_written(written)


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="Where to put the demo workspace.")] = Path("demo"),
) -> None:
    """Copy the demo corpus, run the whole job on it without a key, and say where the documents are."""
    from synth import pipeline
    from synth.report import run_text
    from synth.workspace import copy_demo, open_workspace

    copy_demo(directory)
    with StageProgress() as progress, pipeline.open_session(open_workspace(directory), progress) as session:
        result = pipeline.run(session)
    typer.echo(run_text(result))
    typer.echo(f"Read {directory / 'profiles' / 'ICP.md'} first; every number in it leads to what was said.")
    leave(result)


@app.command()
def cost(
    context: typer.Context,
    by: Annotated[CostGroup, typer.Option(help="What a line of the table is.")] = CostGroup.run,
    as_json: Json = False,
) -> None:
    """Show what was sent to models and what it cost, by run, stage, source, month or model."""
    from synth.costs import cost_json, cost_text
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        if as_json:
            print_json(cost_json(session.ledger.calls))
        else:
            typer.echo(cost_text(session.ledger.calls, by.value))


@app.command()
def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no model anything.")] = False,
    as_json: Json = False,
) -> None:
    """Look whether key, models, index, disk and locale are fit for a run, and say what to do where they are not."""
    from synth.doctor import examine, findings_json, findings_text
    from synth.pipeline import open_session

    with open_session(workspace_of(context)) as session:
        found = examine(session, offline=offline)
    if as_json:
        print_json(findings_json(found))
    else:
        typer.echo(safe(findings_text(found)))
    if any(finding.state == "error" for finding in found):
        raise typer.Exit(PROBLEMS)


@app.command(name="eval")
def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(help="Folder with gold.jsonl, sources/ and the other labels.")],
    engine: Annotated[str, typer.Option(help="'local' or a model name; default is synth.toml's.")] = "",
    as_json: Json = False,
) -> None:
    """Measure an engine against labelled interviews: precision, recall and F1 by aspect and language."""
    from synth.quality.measure import measure
    from synth.quality.printed import table as score_table
    from synth.settings import load_settings

    with StageProgress() as progress:
        score = measure(gold, load_settings(context.obj), engine, progress)
    typer.echo(score.to_json() if as_json else score_table(score))


def _estimate(workspace: Workspace, *, batch: bool, as_json: bool) -> None:
    from synth.estimate import estimate, estimate_json, estimate_text
    from synth.pipeline import open_session

    with StageProgress() as progress, open_session(workspace, progress) as session:
        found = estimate(session, batch=batch)
    if as_json:
        print_json(estimate_json(found))
    else:
        typer.echo(estimate_text(found))
    report_problems(found.problems)
