"""What other programs read: one dictionary a row, with the names kept stable from release to release.

Quotes are sliced from the transcripts at the moment of export; times are seconds, None when the source has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from synth.extraction.engines import choose_passages
from synth.model import Account, Insight, Line, Passage, Theme, Trait, Transcript
from synth.pipeline import Session, firmographics
from synth.search.index import Hit

Row = dict[str, Any]


def insight_rows(
    insights: Iterable[Insight], transcripts: Sequence[Transcript], themes: Iterable[Theme]
) -> Iterator[Row]:
    """Yield every insight with its exact quote, by source and line."""
    sources = {t.source.id: t for t in transcripts}
    theme_of = {insight: theme.id for theme in themes for insight in theme.insights}
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


def hit_row(hit: Hit) -> Row:
    """Return one answer of a search, as a line with its score."""
    return _line_row(hit.line, hit.transcript) | {"score": round(hit.score, 6), "cosine": round(hit.cosine, 4)}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
