"""What `synth evidence` and the Review page do: take down what the team decides about single lines, and list it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth.documents.evidence import quote_parts
from synth.drafting import names_to_hide
from synth.errors import WorkspaceError
from synth.extraction.linedecisions import (
    EVIDENCE,
    FILE,
    LineDecision,
    Mark,
    Place,
    Verb,
    decision_text,
    first_words,
    parse_line_decisions,
    place_of,
    plain_key,
    spot,
)
from synth.extraction.reviewed import refusal, settle
from synth.model import Insight, Stance, Transcript
from synth.pipeline import Session, found, recount, regroup, review_lines

Row = dict[str, Any]
_LEAST_WORDS = 2  # by which a line is known again


def judge_quotes(session: Session, verb: Verb, keys: Sequence[str], why: str = "") -> None:
    """Take down that quotes are right (`keep`) or no evidence (`drop`), and count by it.

    Raises WorkspaceError, and writes nothing, when a key is not that of one quote.
    """
    transcripts = session.ledger.transcripts()
    sources = {transcript.source.id: transcript for transcript in transcripts}
    known = session.ledger.insights()
    quotes = [_quote(key, known) for key in keys]
    for one in quotes:
        place = _place(session, sources[one.source], one.lines, transcripts)
        more = {"aspect": one.aspect, "stance": one.stance if one.stance == "contradicts" else "", "why": why}
        EVIDENCE.add(session.workspace.root, decision_text(verb, place, key=f"e-{plain_key(one.id)[:8]}", **more))
    _follow(session, transcripts)


def _quote(key: str, known: Sequence[Insight]) -> Insight:
    wanted = plain_key(key)
    found = [one for one in known if one.id.startswith(wanted)] if wanted else []
    if len(found) != 1:
        what = "several quotes have" if found else "no quote has"
        raise WorkspaceError(
            f"{what} the key {key!r}. 'synth themes show ID' prints the keys of a theme's quotes (e-…)."
        )
    return found[0]


def add_line(
    session: Session, source: str, lines: str, aspect: str, *, stance: Stance = "supports", why: str = ""
) -> None:
    """Take down that lines of a source are evidence of an aspect, and count them.

    `lines` is a number, or two with a hyphen. Raises WorkspaceError, and writes nothing, when the gate refuses them.
    """
    transcripts = session.ledger.transcripts()
    transcript = _source(source, transcripts)
    asked = place_of(f"{transcript.source.path}:{lines}")
    if asked is None or asked.last < asked.first:
        raise WorkspaceError(f"{lines!r} is no line: give its number, or the first and the last one, as in 12-13.")
    numbers = tuple(range(asked.first, asked.last + 1))
    if numbers[-1] > len(transcript.lines) or not numbers[0]:
        raise WorkspaceError(f"{source}: there is no line {lines}; its last one is {len(transcript.lines)}.")
    mark = Mark(LineDecision("add", 0, "", asked, aspect, stance), transcript.source.id, aspect, stance, numbers)
    if why_not := refusal(mark, transcript, session.codebook):
        raise WorkspaceError(f"Not written: {spot(asked)}: {why_not}.")
    _refuse_found(session, mark)
    place = _place(session, transcript, numbers, transcripts)
    more = {"aspect": aspect, "stance": stance if stance == "contradicts" else "", "why": why}
    EVIDENCE.add(session.workspace.root, decision_text("add", place, **more))
    _follow(session, transcripts)


def _source(name: str, transcripts: Sequence[Transcript]) -> Transcript:
    wanted = {name, f"corpora/{name}", name.replace("\\", "/")}
    for transcript in transcripts:
        if transcript.source.path in wanted:
            return transcript
    raise WorkspaceError(f"{name}: no such source. 'synth speakers' lists them by their paths.")


def _refuse_found(session: Session, mark: Mark) -> None:
    """Raise WorkspaceError when the lines stand in a quote of the aspect already: that one can be kept."""
    for one in session.ledger.insights():
        if mark.overlaps(one):
            key = f"e-{plain_key(one.id)[:8]}"
            raise WorkspaceError(f"Not written: it is in a quote of {one.aspect} already: synth evidence keep {key}")


def _place(session: Session, transcript: Transcript, lines: Sequence[int], transcripts: Sequence[Transcript]) -> Place:
    """Return where lines stand, with first words that name nobody whom documents do not name.

    Raises WorkspaceError when too few are left to know the line again.
    """
    hide = names_to_hide(transcripts, session.workspace).find
    says = first_words(quote_parts(transcript, lines[:1], hide))
    place = Place(transcript.source.path, lines[0], lines[-1], says)
    if len(re.findall(r"\w+", says)) < _LEAST_WORDS:
        raise WorkspaceError(
            f"Not written: {spot(place)}: without the names in it, too little is left to know it again."
        )
    return place


def undo(session: Session) -> str:
    """Take the last decision about a line back, if it was written here and the file was not touched since."""
    entry = EVIDENCE.take_back(session.workspace.root)
    _follow(session, session.ledger.transcripts())
    return entry


def last_mark(root: Path) -> LineDecision | None:
    """Return the decision that `undo` would take back."""
    decisions, _ = parse_line_decisions(EVIDENCE.last(root) or "[]", root / FILE)
    return decisions[0] if decisions else None


def _follow(session: Session, transcripts: Sequence[Transcript]) -> None:
    """Count by the decisions as they are now; what was added joins the groups of the last run."""
    before = {one.id for one in session.ledger.insights()}
    review_lines(session, transcripts)
    if before == {one.id for one in session.ledger.insights()}:
        recount(session, found(session, transcripts))
    else:
        regroup(session, transcripts)


def decided_lines(session: Session) -> list[Row]:
    """Return every entry of the file with what became of it, in the order of the file."""
    transcripts = session.ledger.transcripts()
    settled = settle(session.workspace.root, session.ledger, transcripts, session.codebook)
    paths = {transcript.source.id: transcript.source.path for transcript in transcripts}
    rows = [_row(mark.decision, fate, mark, paths[mark.source]) for mark, fate in settled.reviewed.fates]
    lost = (*settled.marks.lost, *settled.reviewed.refused)
    rows += [_row(decision, f"does not apply: {why}") for decision, why in lost]
    rows += [{**_EMPTY, "entry": FILE, "became": why} for why in settled.unclear]
    return sorted(rows, key=lambda row: int(row["line"] or 0))


def taught(session: Session) -> list[Row]:
    """Return what the decisions taught the local engine, aspect by aspect, and where nothing, why."""
    return [
        {"aspect": one.aspect, "right": one.right, "wrong": one.wrong, "used": bool(one.weights), "why": one.why}
        for one in session.engine.learned.lessons
    ]


def taught_text(row: Row) -> str:
    """Say one of them in words."""
    if row["used"]:
        return f"{row['aspect']}: learned from {row['right'] + row['wrong']} decisions; 'synth run' reads by it"
    return f"{row['aspect']}: learned nothing yet: {row['why']}"


_EMPTY: Row = dict.fromkeys(("line", "decision", "entry", "aspect", "place", "says", "became"), "")


def _row(decision: LineDecision, became: str, mark: Mark | None = None, path: str = "") -> Row:
    place = Place(path, mark.lines[0], mark.lines[-1]) if mark else decision.place
    return {
        "line": decision.line,
        "decision": decision.verb,
        "entry": decision.name,
        "aspect": mark.aspect if mark else decision.aspect,
        "place": spot(place) if place else "",
        "says": decision.place.says if decision.place else "",
        "became": became,
    }
