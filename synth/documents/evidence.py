"""From an insight back to what was said: the quote, who said it, where, and what was said around it.

A quote is cut from the source, never copied from anywhere else. Neighbouring lines of one turn are one part; a quote
over several turns has several parts. Names of people stay out unless the team reveals them, because evidence is
committed: a quote that names somebody is cut there, and what is left are exact slices still.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from synth.extraction.counting import sure_enough
from synth.model import Insight, Line, Role, Stance, Transcript, Voice

Hide = Callable[[str], Sequence[tuple[int, int]]]
_CUT_EDGES = " \t\n,;:–—-"  # what is left hanging where a name was cut out
_CUT_ENDING = re.compile(r"^['’](?:s\b|\w{1,5}(?=\W|$))")  # of a name: "Ruth's letter", "Elif'in raporu"
_AROUND = 2  # lines of the same turn shown before and after a quote; one more of the neighbouring turn


@dataclass(frozen=True, slots=True)
class Said:
    """What was said beside a quote. `text` is "" when it was left out as personal."""

    role: Role
    title: str
    text: str
    cut: bool  # only a part of the turn


@dataclass(frozen=True, slots=True)
class Evidence:
    """One insight as documents show it. `key` is its footnote and anchor."""

    key: str
    insight: str
    aspect: str
    statement: str
    source: str
    kind: str
    lines: tuple[int, ...]
    parts: tuple[str, ...]
    sha256: str
    speaker: str  # "" unless revealed
    title: str
    account: str  # "" when not known or not revealed
    unit: str  # what is counted: the account, else the company, else the source
    date: str
    start: float | None  # seconds
    end: float | None
    language: str
    voice: Voice
    stance: Stance
    prompted: bool
    confidence: float
    engine: str
    flags: tuple[str, ...]
    sure: bool
    before: tuple[Said, ...] = ()
    after: tuple[Said, ...] = ()

    @property
    def quote(self) -> str:
        return " […] ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Rules:
    """What of the evidence may be shown."""

    sure: Mapping[str, float]  # by aspect: from this confidence on an insight is counted and printed
    reveal_person: bool = False
    reveal_account: bool = True
    language: str = "en"  # of the documents: its quotes come first where there are some
    private: Callable[[str], bool] = lambda _text: False  # whether a text beside a quote holds personal data
    hide: Hide = lambda _text: ()  # spans of a quote that are cut out: names of people


def collect(
    insights: Iterable[Insight], transcripts: Sequence[Transcript], *, rules: Rules, around: bool = True
) -> tuple[Evidence, ...]:
    """Turn insights into evidence, in the order of path and line. What is flagged as personal stays out.

    Most of the time goes into what was said before and after; without `around` that is left out.
    """
    sources = {transcript.source.id: transcript for transcript in transcripts}
    shown = [insight for insight in insights if insight.source in sources and "pii" not in insight.flags]
    shown.sort(key=lambda insight: (sources[insight.source].source.path, insight.lines, insight.aspect, insight.id))
    keys = _keys([insight.id for insight in shown])
    made = (_evidence(insight, sources[insight.source], keys[insight.id], rules, around) for insight in shown)
    return tuple(item for item in made if item.parts)


def quote_parts(transcript: Transcript, numbers: Iterable[int], hide: Hide = lambda _text: ()) -> tuple[str, ...]:
    """Cut the lines `numbers` out of the source: one slice for each run of neighbouring lines of one turn.

    A slice is cut in two at whatever `hide` finds in it.
    """
    by_number = {line.n: line for line in transcript.lines}
    lines = [by_number[n] for n in sorted(set(numbers)) if n in by_number]
    runs = groupby(enumerate(lines), key=lambda item: (item[1].n - item[0], item[1].turn))
    slices = (_slice(transcript, [line for _, line in run]) for _, run in runs)
    return tuple(part for text in slices for part in _cut_at(text, hide(text)))


def _cut_at(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return what is left of `text` without the spans, the pieces with a word in them."""
    if not spans:
        return [text]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [
        _CUT_ENDING.sub("", text[start:end]).strip(_CUT_EDGES)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [piece for piece in pieces if any(map(str.isalnum, piece))]


def checksum(parts: Iterable[str]) -> str:
    """Return the fingerprint of a quote, as `profile.json` keeps it."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _evidence(insight: Insight, transcript: Transcript, key: str, rules: Rules, around: bool) -> Evidence:
    source = transcript.source
    parts = quote_parts(transcript, insight.lines, rules.hide)
    cited = [line for line in transcript.lines if line.n in set(insight.lines)]
    account = insight.account or source.account or source.company
    before, after = _context(transcript, cited, rules) if around else ((), ())
    return Evidence(
        key=key,
        insight=insight.id,
        aspect=insight.aspect,
        statement="" if own_words(insight.statement, parts) else _stated(insight.statement, transcript, rules),
        source=_shown_path(source.path, rules) or source.id,
        kind=source.kind,
        lines=insight.lines,
        parts=parts,
        sha256=checksum(parts),
        speaker=insight.speaker if rules.reveal_person else "",
        title=title_of(transcript, insight.speaker),
        account=account if rules.reveal_account else "",
        unit=account or source.path if rules.reveal_account else anonymous(account or source.path),
        date=_date(transcript, cited),
        start=_seconds(cited[0].start_ms if cited else None),
        end=_seconds(cited[-1].end_ms if cited else None),
        language=(cited[0].language if cited else "") or source.language,
        voice=insight.voice,
        stance=insight.stance,
        prompted=insight.prompted,
        confidence=round(insight.confidence, 4),
        engine=insight.engine,
        flags=insight.flags,
        sure=sure_enough(insight, rules.sure),
        before=before,
        after=after,
    )


def _stated(statement: str, transcript: Transcript, rules: Rules) -> str:
    """Return the statement with people cut out; one that is only the quote with its names says nothing more."""
    spans = rules.hide(statement)
    if spans and own_words(statement, [transcript.text]):
        return ""
    return " […] ".join(_cut_at(statement, spans))


def _shown_path(path: str, rules: Rules) -> str:
    """Return the path of a source, "" when it would name an account or a person that is not revealed."""
    named = rules.hide(re.sub(r"[\W_]+", " ", path))
    return path if rules.reveal_account and not named else ""


def own_words(statement: str, parts: Iterable[str]) -> bool:
    """Whether a statement is only the quote again, perhaps cut: then the quote says it better."""
    said = " ".join(" ".join(parts).casefold().split())
    return " ".join(statement.rstrip(" .…").casefold().split()) in said


def title_of(transcript: Transcript, name: str) -> str:
    """Return the title of speaker `name`, "" when the source does not tell."""
    return next((speaker.title for speaker in transcript.speakers if speaker.name == name), "")


def _keys(ids: Sequence[str]) -> dict[str, str]:
    short = {insight: re.sub(r"[^0-9a-z]", "", insight.casefold())[:8] for insight in ids}
    taken = Counter(short.values())
    return {insight: f"e-{key if taken[key] == 1 else checksum([insight])[:16]}" for insight, key in short.items()}


def anonymous(name: str) -> str:
    """Return what stands for an account that must not be named."""
    return "#" + hashlib.sha256(name.encode()).hexdigest()[:6]


def _slice(transcript: Transcript, lines: Sequence[Line]) -> str:
    return transcript.text[lines[0].start : lines[-1].end]


def _date(transcript: Transcript, cited: Sequence[Line]) -> str:
    own = transcript.turns[cited[0].turn].date if cited and cited[0].turn < len(transcript.turns) else ""
    return own or transcript.source.date


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _context(transcript: Transcript, cited: Sequence[Line], rules: Rules) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    if not cited:
        return (), ()
    spoken = [line for line in transcript.lines if line.speech]
    first, last = cited[0], cited[-1]
    same_before = [line for line in spoken if line.turn == first.turn and line.n < first.n]
    same_after = [line for line in spoken if line.turn == last.turn and line.n > last.n]
    about = transcript.turns[first.turn].company if first.turn < len(transcript.turns) else ""
    previous = _turn(transcript, max((line.turn for line in spoken if line.turn < first.turn), default=-1), about)
    following = _turn(transcript, min((line.turn for line in spoken if line.turn > last.turn), default=-1), about)
    before = (_said(transcript, previous, -_AROUND - 1, rules), _said(transcript, same_before, -_AROUND, rules))
    after = (_said(transcript, same_after, _AROUND, rules), _said(transcript, following, _AROUND, rules))
    return tuple(said for said in before if said), tuple(said for said in after if said)


def _turn(transcript: Transcript, turn: int, about: str) -> list[Line]:
    """Return the lines of a turn, none if it is about another company: a table of notes has a row for each."""
    if turn < 0 or transcript.turns[turn].company != about:
        return []
    return [line for line in transcript.lines if line.turn == turn and line.speech]


def _said(transcript: Transcript, lines: Sequence[Line], most: int, rules: Rules) -> Said | None:
    """Show the last (`most` < 0) or the first `most` lines of a turn, as far as they are nobody's private matter."""
    if not lines:
        return None
    nearest = list(reversed(lines[most:])) if most < 0 else list(lines[:most])
    open_ones = list(takewhile(lambda line: not rules.private(line.text), nearest))
    kept = list(reversed(open_ones)) if most < 0 else open_ones
    line = nearest[0]
    title = title_of(transcript, line.speaker) if line.role == "customer" else ""
    return Said(line.role, title, _slice(transcript, kept) if kept else "", cut=len(kept) < len(lines))
