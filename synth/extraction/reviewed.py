"""What the decisions about lines make of an engine's insights. Pure: insights in, insights out.

A kept quote is sure. A dropped one stays where it is, flagged, and is counted and printed nowhere. An added line
becomes an insight by the same gate as an engine's claims. What an engine found and what overlaps with a line the team
fixed under the same aspect gives way to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth.extraction.gate import judge
from synth.extraction.head import shortened
from synth.extraction.linedecisions import FILE, LineDecision, Mark, Marks, find_marks, read_line_decisions
from synth.ledger import Ledger
from synth.model import DROPPED, REVIEW, Aspect, Claim, Insight, Transcript, cut_from_lines

_ADVICE = {
    "not the customer's words": "it is neither a customer's line nor a note's report of one. Where the speaker is "
    "taken for one of ours, or is unknown, correct that: synth speakers --set 'NAME=customer'",
    "several speakers": "the lines are of several people: add them one by one",
    "too many lines": "give five lines at most",
    "lines far apart": "the lines answer different questions: add them one by one",
    "hidden text": "it holds text that cannot be seen",
    "addressed to a model": "it speaks to a model: such a line is never evidence",
    "nothing of its own": "it says nothing of its own: choose the line that does",
    "a question": "it is a question",
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What differs from the engine's insights, by id (None gave way), and what became of each mark."""

    rows: Mapping[str, Insight | None]
    refused: tuple[tuple[LineDecision, str], ...]
    fates: tuple[tuple[Mark, str], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """The file's decisions as they stand: which were found, and what they make of the insights."""

    marks: Marks
    reviewed: Reviewed
    unclear: tuple[str, ...]  # entries that are no decisions

    @property
    def problems(self) -> list[str]:
        """What applies to nothing, in words, each with its line of the file."""
        lost = sorted((*self.marks.lost, *self.reviewed.refused), key=lambda pair: pair[0].line)
        told = [f"{FILE}:{one.line}: {one.verb} {one.name}: {why}." for one, why in lost]
        return [*(f"{FILE}: {one}." for one in self.unclear), *told]


def settle(root: Path, ledger: Ledger, transcripts: Sequence[Transcript], codebook: Sequence[Aspect]) -> Settled:
    """Find what the workspace's decisions about lines are about; nothing is written. Raises SettingsInvalid."""
    decisions, unclear = read_line_decisions(root)
    found = ledger.engine_insights() if decisions else []
    marks = find_marks(decisions, transcripts, [aspect.name for aspect in codebook], found)
    return Settled(marks, review(marks, found, transcripts, codebook), tuple(unclear))


def keep(ledger: Ledger, settled: Settled) -> None:
    """Let the ledger's insights be as the decisions leave them."""
    rows = settled.reviewed.rows
    found = {one.id: one.source for one in ledger.engine_insights()} if None in rows.values() else {}
    ledger.keep_reviewed(rows, {name: one.source if one else found[name] for name, one in rows.items()})


def review(
    marks: Marks, found: Sequence[Insight], transcripts: Sequence[Transcript], codebook: Sequence[Aspect]
) -> Reviewed:
    """Return what the decisions make of what an engine `found`."""
    sources = {transcript.source.id: transcript for transcript in transcripts}
    of_source: dict[str, list[Insight]] = {}
    for insight in found:
        of_source.setdefault(insight.source, []).append(insight)
    rows: dict[str, Insight | None] = {}
    refused: list[tuple[LineDecision, str]] = []
    fates: list[tuple[Mark, str]] = []
    for mark in marks.found:
        near = [one for one in of_source.get(mark.source, ()) if mark.overlaps(one)]
        if mark.decision.verb == "drop":
            gone = [one for one in near if set(one.lines) <= set(mark.lines)]
            rows |= {one.id: replace(one, flags=(*one.flags, DROPPED)) for one in gone}
            fates.append((mark, "dropped" if gone else "not found by the engine"))
            continue
        fixed = {one.id: one for one in _fixed(mark, near, sources[mark.source], codebook)}
        if not fixed:
            refused.append((mark.decision, refusal(mark, sources[mark.source], codebook)))
            continue
        rows.update({one.id: None for one in near if one.id not in fixed})
        rows.update(fixed)
        fates.append((mark, "kept" if mark.decision.verb == "keep" else "counted"))
    return Reviewed(rows, tuple(refused), tuple(fates))


def _fixed(
    mark: Mark, near: Iterable[Insight], transcript: Transcript, codebook: Sequence[Aspect]
) -> Iterable[Insight]:
    """Return the insights of a mark: the engine's where it found them, in its words, else of the lines alone."""
    known = {one.id: one for one in near}
    for one in judge([_claim(mark, transcript)], transcript, codebook, REVIEW).insights:
        theirs = known.get(one.id, one)
        engine = REVIEW if cut_from_lines(theirs.engine) else theirs.engine
        yield replace(theirs, confidence=1.0, engine=engine)


def refusal(mark: Mark, transcript: Transcript, codebook: Sequence[Aspect]) -> str:
    """Return why the gate lets nothing of a mark through, and what to do; "" when it does."""
    judged = judge([_claim(mark, transcript)], transcript, codebook, REVIEW)
    if judged.insights:
        return ""
    cause = next(iter(judged.refused), "no such line")
    if cause == "unknown aspect":
        return f"there is no aspect {mark.aspect!r}; known are {', '.join(aspect.name for aspect in codebook)}"
    return _ADVICE.get(cause, cause)


def _claim(mark: Mark, transcript: Transcript) -> Claim:
    texts = [line.text for line in transcript.lines if line.n in set(mark.lines)]
    statement = shortened(max(texts, key=len)) if texts else ""
    return Claim(mark.aspect, statement, mark.lines, stance=mark.stance)
