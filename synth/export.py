"""What other programs read: one dictionary a row, with the names kept stable from release to release.

Quotes are sliced from the transcripts at the moment of export; times are seconds, None when the source has none.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth.crm.load import Crm
from synth.documents.merge import write_whole
from synth.documents.render import ICP
from synth.errors import WorkspaceError
from synth.extraction.showing import choose_passages
from synth.model import Account, Insight, Line, Passage, Theme, Trait, Transcript
from synth.pipeline import Session, firmographics, open_session
from synth.publishing.page import write_page
from synth.publishing.tables import to_csv
from synth.publishing.word import write_docx
from synth.search.index import Hit
from synth.workspace import Workspace

Row = dict[str, Any]


def insight_rows(
    insights: Iterable[Insight], transcripts: Sequence[Transcript], themes: Iterable[Theme]
) -> Iterator[Row]:
    """Yield every insight with its exact quote, by source and line."""
    sources = {t.source.id: t for t in transcripts}
    theme_of = {insight: theme.id for theme in themes if not theme.rejected for insight in theme.insights}
    order = sorted(insights, key=lambda i: (sources[i.source].source.path, i.lines, i.aspect, i.id))
    for insight in order:
        transcript = sources[insight.source]
        cited = [line for line in transcript.lines if line.n in set(insight.lines)]
        yield {
            "id": insight.id,
            "aspect": insight.aspect,
            "statement": insight.statement,
            "source": transcript.source.path,
            "account": insight.account,
            "speaker": insight.speaker,
            "role": insight.role,
            "voice": insight.voice,
            "stance": insight.stance,
            "prompted": insight.prompted,
            "theme": theme_of.get(insight.id, ""),
            "lines": list(insight.lines),
            "quote": transcript.text[cited[0].start : cited[-1].end],
            "start": _seconds(cited[0].start_ms),
            "end": _seconds(cited[-1].end_ms),
            "flags": list(insight.flags),
            "confidence": round(insight.confidence, 4),
            "engine": insight.engine,
        }


def theme_rows(themes: Iterable[Theme]) -> Iterator[Row]:
    for theme in themes:
        if theme.rejected:
            continue
        yield {
            "id": theme.id,
            "aspect": theme.aspect,
            "title": theme.title,
            "accounts": list(theme.accounts),
            "account_count": len(theme.accounts),
            "against": list(theme.against),
            "eligible_accounts": theme.eligible,
            "ci_low": round(theme.ci_low, 4),
            "ci_high": round(theme.ci_high, 4),
            "won": theme.won,
            "lost": theme.lost,
            "churned": theme.churned,
            "confidence": theme.confidence,
            "insights": list(theme.insights),
        }


def line_rows(transcripts: Iterable[Transcript]) -> Iterator[Row]:
    for transcript in transcripts:
        for line in transcript.lines:
            yield _line_row(line, transcript)


def _line_row(line: Line, transcript: Transcript) -> Row:
    return {
        "source": transcript.source.path,
        "n": line.n,
        "speaker": line.speaker,
        "role": line.role,
        "voice": line.voice,
        "account": line.account,
        "language": line.language,
        "text": line.text,
        "start": _seconds(line.start_ms),
        "end": _seconds(line.end_ms),
        "speech": line.speech,
    }


def account_rows(accounts: Iterable[Account]) -> Iterator[Row]:
    for account in accounts:
        row = asdict(account)
        row["tech_stack"] = list(account.tech_stack)
        row["extra"] = dict(account.extra)
        yield row


def crm_summary(crm: Crm) -> Row:
    """How an export was read: the column of each field of each file, what was done how often, pairs to decide."""
    return {
        "accounts": len(crm.accounts),
        "columns": [
            {"file": file.name, "kind": file.kind, "field": field, "column": header, "empty": file.missing[header]}
            for file in crm.files
            for field, header in file.columns.items()
        ],
        "cleaning": dict(sorted(Counter(one.done for one in crm.cleaning).items())),
        "pairs": [asdict(pair) for pair in crm.pairs],
        "problems": list(crm.problems),
    }


def trait_rows(traits: Iterable[Trait]) -> Iterator[Row]:
    for trait in traits:
        yield asdict(trait)


def passage_rows(passages: Iterable[Passage], path: str, aspect: str = "") -> Iterator[Row]:
    for passage in passages:
        yield {
            "source": path,
            "aspect": passage.aspect or aspect,
            "lines": list(passage.lines),
            "text": passage.text,
        }


def export_rows(session: Session, what: str, aspect: str = "") -> Iterator[Row]:
    """Yield what the last run found, or, for passages, what retrieval would send now."""
    ledger, transcripts = session.ledger, session.ledger.transcripts()
    if what == "insights":
        yield from insight_rows(ledger.insights(), transcripts, ledger.themes())
    elif what == "themes":
        yield from theme_rows(ledger.themes())
    elif what == "lines":
        yield from line_rows(transcripts)
    elif what == "accounts":
        yield from account_rows(session.crm.accounts)
    elif what == "traits":
        yield from trait_rows(firmographics(session).traits)
    else:
        for transcript in transcripts:
            yield from passage_rows(choose_passages(session.desk, transcript, aspect), transcript.source.path, aspect)


def export_text(workspace: Workspace, what: str, form: str, aspect: str = "") -> Iterator[str]:
    """Yield the text of rows, piece by piece: JSON lines, or one CSV table."""
    with open_session(workspace) as session:
        rows = export_rows(session, what, aspect)
        if form == "csv":
            yield to_csv(rows)
        else:
            yield from (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def export_html(workspace: Workspace) -> Iterator[str]:
    """Yield the page of the documents on disk."""
    yield write_page(workspace)


def export_docx(workspace: Workspace, output: Path | None) -> None:
    """Write ICP and personas as Word; raises WorkspaceError when it cannot be done."""
    if output is None:
        raise WorkspaceError("A Word file cannot be printed: name it, synth export docx -o profile.docx")
    documents = [workspace.root / ICP, *sorted((workspace.profiles / "personas").glob("*.md"))]
    if not documents[0].is_file():
        raise WorkspaceError(f"{documents[0]}: no documents to export. Run 'synth run' first.")
    write_docx(documents, output)


def put(pieces: Iterable[str], output: Path | None, *, sheet: bool = False) -> None:
    """Print `pieces`, or write them to `output`, whole or not at all. A `sheet` tells its encoding by a mark."""
    if output is None:
        for piece in pieces:
            sys.stdout.write(piece)
        return
    text = "".join(pieces)
    try:
        write_whole(output, "\ufeff" + text if sheet else text)
    except OSError as error:
        raise WorkspaceError(f"{output}: cannot be written ({error.strerror}). Name another place.") from None


def hit_row(hit: Hit) -> Row:
    """Return one answer of a search, as a line with its score."""
    return _line_row(hit.line, hit.transcript) | {"score": round(hit.score, 6), "cosine": round(hit.cosine, 4)}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
