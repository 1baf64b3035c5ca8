"""The command line. Results go to stdout, everything else to stderr; a command reads like its help and holds no logic.

Exit codes: 0 done · 1 nothing could be done, the error says why · 2 wrong usage · 3 done, but some input set aside ·
4 done, but documents have conflicts to resolve · 5 `check` or `doctor` found problems · 6 budget reached ·
7 answers of a batch are on their way · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import json
import logging
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from synth import __version__
from synth.errors import BatchPending, BudgetReached, SynthError
from synth.interrupts import EXIT_CODE as INTERRUPTED
from synth.interrupts import two_steps
from synth.terminal import StageProgress, safe, table
from synth.themes_cli import app as themes_app

if TYPE_CHECKING:
    from synth.documents.merge import Written
    from synth.intake import Problem
    from synth.pipeline import RunResult
    from synth.workspace import Workspace

PARTIAL, CONFLICTS, PROBLEMS, BUDGET, PENDING = 3, 4, 5, 6, 7

_DISK = {getattr(errno, name, 0) for name in ("ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EIO", "EFBIG")}


class Commands(TyperGroup):
    """The one place where errors become text and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        try:
            with two_steps():
                return super().invoke(ctx)
        except (BudgetReached, BatchPending) as error:
            _say(str(error))
            raise typer.Exit(BUDGET if isinstance(error, BudgetReached) else PENDING) from None
        except SynthError as error:
            _say(f"Error: {error}")
            raise typer.Exit(1) from None
        except OSError as error:
            if error.errno not in _DISK:
                raise
            name = error.filename or "a temporary file"
            _say(f"Error: {name}: {error.strerror}. Make room or correct the rights, then run it again.")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _say("Stopped. What is done is kept: run the same command again to go on.")
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
app.add_typer(themes_app, name="themes")


def _asked(text: str) -> str:
    if not any(char.isalnum() for char in text):
        raise typer.BadParameter("nothing to look for: write a word or a question.")
    return text


Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


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


class ScoreForm(StrEnum):
    """How `synth score` writes."""

    table = "table"
    json = "json"
    csv = "csv"


class DiffForm(StrEnum):
    """How `synth diff` writes."""

    text = "text"
    markdown = "markdown"


class CostGroup(StrEnum):
    """What `synth cost` can sum up by."""

    run = "run"
    stage = "stage"
    source = "source"
    month = "month"
    model = "model"


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


@app.command()
def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="Folder to lay out; made if missing.")] = Path(),
) -> None:
    """Lay out a new workspace. Example: synth init my-icp"""
    from synth.workspace import init_workspace

    root = context.obj / directory
    made = init_workspace(root)
    _say(f"{root}: {', '.join(made) or 'nothing to do, it is a workspace already'}")
    _say("Next: copy transcripts and notes into corpora/, the CRM export to crm/accounts.csv,")
    _say("write your company and people into synth.toml, then: synth run")


@app.command()
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Transcripts and notes, or folders of them.")],
    as_json: Json = False,
) -> None:
    """Copy files into corpora/ and show what was recognised. Example: synth add ~/calls/*.vtt notes.md slack-export/"""
    from synth.adding import copy_in, describe, displaced, recognised
    from synth.pipeline import decide, open_session

    workspace = _workspace(context)
    copied = copy_in(workspace, files)
    problems = [item.problem for item in copied if item.problem]
    found = []
    if any(item.path for item in copied):
        with open_session(workspace) as session:
            intake = decide(session)
        found = [recognised(item.path, intake) for item in copied if item.path]
        problems += displaced(copied, intake)
    if as_json:
        _print_json([asdict(one) for one in found])
    for one in [] if as_json else found:
        typer.echo(safe(describe(one)))
    for problem in problems:
        _say(f"Set aside: {problem}")
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

    _remember_speakers(_workspace(context), decided or [])
    with open_session(_workspace(context)) as session:
        intake = decide(session)
    rows = speaker_table(intake.transcripts)
    headers = ("source", "speaker", "role", "lines", "reason")
    _print_rows([asdict(row) for row in rows], headers, as_json=as_json)
    _report(intake.problems)


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
    workspace = _workspace(context).capped(max_usd)
    if dry_run:
        _estimate(workspace, batch=batch, as_json=as_json)
        return
    with StageProgress() as progress, pipeline.open_session(workspace, progress) as session:
        result = pipeline.run(session, batch=batch)
    if as_json:
        _print_json(run_json(result, time.monotonic() - begun))
    else:
        typer.echo(run_text(result))
    _leave(result)


@app.command()
def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no model anything.")] = False,
    as_json: Json = False,
) -> None:
    """Look whether key, models, index, disk and locale are fit for a run, and say what to do where they are not."""
    from synth.doctor import examine, findings_json, findings_text
    from synth.pipeline import open_session

    with open_session(_workspace(context)) as session:
        found = examine(session, offline=offline)
    if as_json:
        _print_json(findings_json(found))
    else:
        typer.echo(safe(findings_text(found)))
    if any(finding.state == "error" for finding in found):
        raise typer.Exit(PROBLEMS)


@app.command()
def cost(
    context: typer.Context,
    by: Annotated[CostGroup, typer.Option(help="What a line of the table is.")] = CostGroup.run,
    as_json: Json = False,
) -> None:
    """Show what was sent to models and what it cost, by run, stage, source, month or model."""
    from synth.costs import cost_json, cost_text
    from synth.pipeline import open_session

    with open_session(_workspace(context)) as session:
        if as_json:
            _print_json(cost_json(session.ledger.calls))
        else:
            typer.echo(cost_text(session.ledger.calls, by.value))


@app.command()
def draft(
    context: typer.Context,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would change; write nothing.")] = False,
) -> None:
    """Write the documents again from what the last run found: after a change of templates, or of a file by hand."""
    from synth import pipeline

    with pipeline.open_session(_workspace(context)) as session:
        if preview:
            typer.echo(safe(pipeline.preview(session)), nl=False)
            return
        written = pipeline.redraft(session)
    for path in (*written.changed, *written.removed):
        typer.echo(path)
    _leave_written(written)


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

    workspace = _workspace(context)
    with open_session(workspace) as session:
        found = firmographics(session)
        if as_json:
            _print_json(list(trait_rows(found.traits)))
            return
        text = standings_text(session.crm.accounts, found, workspace.settings.segments.by, every=every)
    typer.echo(safe(text))


@app.command()
def crm(context: typer.Context, as_json: Json = False) -> None:
    """Show how the CRM export was read, and write crm/cleaning.md. Correct it in synth.toml: [accounts.columns]"""
    from synth.export import crm_summary
    from synth.pipeline import open_session, report_crm

    with open_session(_workspace(context)) as session:
        changed = report_crm(session)
        found = crm_summary(session.crm)
    if as_json:
        _print_json(found)
        return
    rows = [(one["file"], one["field"], one["column"], f"{one['empty']:.0%}") for one in found["columns"]]
    typer.echo(table(("file", "field", "column", "empty"), rows))
    for what, n in found["cleaning"].items():
        typer.echo(f"{n} × {what}")
    typer.echo(f"{found['accounts']} accounts")
    for path in changed:
        _say(f"Wrote {path}")


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

    with open_session(_workspace(context)) as session:
        scores = score_file(session, targets)
    if form is ScoreForm.csv:
        typer.echo(to_csv(score_cells(scores.rows)), nl=False)
    elif form is ScoreForm.json or as_json:
        _print_json(score_rows(scores.rows))
    else:
        _print_rows(score_cells(scores.rows), ("company", "tier", "score", "reasons"), as_json=False)
    if scores.warning:
        _say(scores.warning)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(callback=_asked, help="What to look for, in any of the languages.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines to show.")] = 10,
    as_json: Json = False,
) -> None:
    """Find what was said, by meaning and by words, with citations. Example: synth search "why did they leave" """
    from synth.export import hit_row
    from synth.pipeline import open_session

    with open_session(_workspace(context)) as session:
        hits = session.index(session.ledger.transcripts()).search(query, limit)
    rows = [hit_row(hit) for hit in hits]
    if as_json:
        _print_json(rows)
    for row in [] if as_json else rows:
        typer.echo(safe(f"{row['source']}:{row['n']} [{row['role']}, {row['account'] or 'no account'}] {row['text']}"))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(callback=_asked, help="What you want to know, in any of the languages.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Without a model: how many lines to show.")] = 5,
    as_json: Json = False,
) -> None:
    """Answer with checked citations, or say that the interviews do not. Example: synth ask "why did they leave?" """
    from synth.asking import ask as answer
    from synth.asking import reply_row, reply_text
    from synth.pipeline import open_session

    with open_session(_workspace(context)) as session:
        reply = answer(session, question, limit)
    if as_json:
        _print_json(reply_row(reply))
    else:
        typer.echo(safe(reply_text(reply)))
    if reply.refused:
        _say("Not shown: " + ", ".join(f"{count} sentences ({cause})" for cause, count in reply.refused.items()))
    if reply.failure:
        _say(f"The model did not answer: {reply.failure}")
        raise typer.Exit(PARTIAL)
    if not reply.sentences and reply.engine == "local":
        _say("Without a chat model only lines near to your words are found; 'synth search' shows the nearest ones.")


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

    workspace = _workspace(context)
    if what is ExportKind.docx:
        exporting.export_docx(workspace, output)
    elif what is ExportKind.html:
        exporting.put(exporting.export_html(workspace), output)
    else:
        exporting.put(exporting.export_text(workspace, what.value, form.value, aspect), output, sheet=form == "csv")


@app.command()
def check(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too, such as an overdue review.")] = False,
    as_json: Json = False,
) -> None:
    """Check the documents: every quote an exact slice, every footnote resolved, counts true, nothing personal."""
    from datetime import date

    from synth.checking import check_workspace

    problems = check_workspace(_workspace(context), date.today())
    if as_json:
        _print_json([asdict(problem) for problem in problems])
    for problem in [] if as_json else problems:
        typer.echo(safe(str(problem)))
    failing = ("error", "warning") if strict else ("error",)
    grave = [problem for problem in problems if problem.severity in failing]
    _say(f"{len(grave)} problems, {len(problems) - len(grave)} remarks" if problems else "All claims hold.")
    if grave:
        raise typer.Exit(PROBLEMS)


@app.command()
def guide(context: typer.Context, as_json: Json = False) -> None:
    """Say whom to talk to next and which open questions to ask. Example: synth guide > interview-guide.md"""
    from synth.documents.guide import guide_text, interview_guide

    root = _workspace(context).root
    found = interview_guide(root)
    if as_json:
        _print_json(found)
    else:
        typer.echo(safe(guide_text(found, root)), nl=False)


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

    since, changes = changes_since(_workspace(context), revision)
    if as_json:
        _print_json([asdict(change) for change in changes])
    else:
        report = markdown_report if form is DiffForm.markdown else text_report
        typer.echo(safe(report(since, changes)), nl=False)


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

    done = forget_from(_workspace(context), person=name, account=account, source=source)
    if as_json:
        _print_json(asdict(done))
    else:
        typer.echo(safe(forgotten_text(done)))
    if done.left:
        raise typer.Exit(PARTIAL)


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
    _leave(result)


def _remember_speakers(workspace: Workspace, decided: Sequence[str]) -> None:
    from synth.settingsfile import set_speakers

    for name, side in set_speakers(workspace.root, decided) if decided else ():
        _say(f"synth.toml: {name} is {side}" if side else f"synth.toml: {name} is decided by the rules again")


def _workspace(context: typer.Context) -> Workspace:
    from synth.workspace import open_workspace

    return open_workspace(context.obj)


def _estimate(workspace: Workspace, *, batch: bool, as_json: bool) -> None:
    from synth.estimate import estimate, estimate_json, estimate_text
    from synth.pipeline import open_session

    with StageProgress() as progress, open_session(workspace, progress) as session:
        found = estimate(session, batch=batch)
    if as_json:
        _print_json(estimate_json(found))
    else:
        typer.echo(estimate_text(found))
    _report(found.problems)


def _leave(result: RunResult) -> None:
    _report(result.problems, leave=False)
    _leave_written(result.written)
    if result.problems:
        raise typer.Exit(PARTIAL)


def _leave_written(written: Written) -> None:
    for path in written.kept:
        _say(f"{path}: edited by hand and could not be merged; the new text is in {path}.new.")
    for path in written.conflicts:
        _say(f"{path}: your edit and the new text conflict. Resolve the marked places, then run 'synth check'.")
    if written.conflicts or written.kept:
        raise typer.Exit(CONFLICTS)


def _report(problems: Iterable[Problem], *, leave: bool = True) -> None:
    texts = [problem.text for problem in problems]
    for text in texts:
        _say(f"Set aside: {text}")
    if texts and leave:
        raise typer.Exit(PARTIAL)


def _print_rows(rows: Sequence[dict[str, Any]], headers: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        _print_json(rows)
    else:
        typer.echo(table(headers, ([_cell(row[name]) for name in headers] for row in rows)))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return "" if value is None else str(value)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def _say(text: str) -> None:
    typer.echo(safe(text), err=True)
