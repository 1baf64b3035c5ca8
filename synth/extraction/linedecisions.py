"""What a team decides about single lines: `profiles/evidence.yaml`, written by people, replayed on every run.

The file is a list; each entry names one decision:

    - keep: e-1a2b3c4d          # the key of a footnote: this quote is right
    - drop: e-99aa10ff          # this quote is no evidence
    - add: corpora/acme_call.txt:12      # or 12-13: lines of one turn that are evidence and were not found
      aspect: pain_point
      says: We spent four hours every morning
      stance: contradicts       # optional: the customer denies it

Commands write `at`, `aspect` and `says` beside a key too, so that its lines are found again after the source was
edited. Other keys (`why`, `by`, …) are the team's own. What applies to nothing is reported with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from synth.extraction.decidedfile import DecidedFile, Item, entry_text, parse_items, texts
from synth.extraction.gate import MOST_LINES, insight_id
from synth.model import Insight, Line, Stance, Transcript
from synth.text.words import words

FILE = "profiles/evidence.yaml"
HEADER = """\
# What we decided about single lines: keep, drop, add. Every 'synth run' replays it.
# 'synth evidence keep KEY' and its like add entries at the end; see docs/EVIDENCE.md. Comments and your own keys stay.
"""
EVIDENCE = DecidedFile(FILE, HEADER, ".synth/evidence.json")
Verb = Literal["keep", "drop", "add"]
VERBS: tuple[Verb, ...] = ("keep", "drop", "add")
STANCES: tuple[Stance, ...] = ("supports", "contradicts")
Found = tuple[str, str, Stance, tuple[int, ...]]  # source, aspect, stance, lines
_PLACE = re.compile(r"(?P<path>.+):(?P<first>\d{1,7})(?:-(?P<last>\d{1,7}))?")
_LEAST_KEY = 6  # characters of a key that must be given
SAID = 8  # words of a line that an entry repeats


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a source by its path, and their first words."""

    path: str
    first: int
    last: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class LineDecision:
    """One entry: `key` is that of a quote, "" for `add`; `place` may be missing beside a key."""

    verb: Verb
    line: int  # of the file
    key: str = ""
    place: Place | None = None
    aspect: str = ""
    stance: Stance = "supports"

    @property
    def name(self) -> str:
        """What the entry is about, as it is written."""
        return self.key or (spot(self.place) if self.place else "")


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision with the lines it is about found: `source` is Source.id."""

    decision: LineDecision
    source: str
    aspect: str
    stance: Stance
    lines: tuple[int, ...]

    def overlaps(self, other: Mark | Insight) -> bool:
        """Whether both are about a common line of one source, under the same aspect."""
        same = (self.source, self.aspect) == (other.source, other.aspect)
        return same and not set(self.lines).isdisjoint(other.lines)


@dataclass(frozen=True, slots=True)
class Marks:
    """The decisions that stand, in their order, and what does not apply, by decision."""

    found: tuple[Mark, ...] = ()
    lost: tuple[tuple[LineDecision, str], ...] = ()


def spot(place: Place) -> str:
    """Return a place as it is written: path and number, or numbers."""
    return f"{place.path}:{place.first}" + (f"-{place.last}" if place.last > place.first else "")


def read_line_decisions(root: Path) -> tuple[list[LineDecision], list[str]]:
    """Read the file of a workspace; return decisions, and what in it is none. Raises SettingsInvalid."""
    return _decisions(EVIDENCE.items(root))


def parse_line_decisions(text: str, path: Path) -> tuple[list[LineDecision], list[str]]:
    """Return the decisions of `text`, and what in it is none; raises SettingsInvalid when it is no list in YAML."""
    return _decisions(parse_items(text, path))


def _decisions(items: Iterable[Item]) -> tuple[list[LineDecision], list[str]]:
    read = [one for line, entry in items for one in _entry(entry, line)]
    return [one for one in read if isinstance(one, LineDecision)], [one for one in read if isinstance(one, str)]


def _entry(entry: Any, line: int) -> list[LineDecision | str]:
    """Return the decisions of one entry, one a key, else what is wrong with it."""
    verbs = [verb for verb in VERBS if isinstance(entry, dict) and verb in entry]
    if len(verbs) != 1:
        return [f"line {line}: not one of {', '.join(VERBS)}"]
    verb, names = verbs[0], texts(entry[verbs[0]])
    aspect, says = " ".join(texts(entry.get("aspect"))), " ".join(texts(entry.get("says")))
    stance = next((one for one in STANCES if one in texts(entry.get("stance"))), None)
    if entry.get("stance") and not stance:
        return [f"line {line}: stance is one of {', '.join(STANCES)}"]
    if not names:
        return [f"line {line}: {verb} needs {'a place, path:line' if verb == 'add' else 'a key, e-…'}"]
    if verb != "add":
        place = place_of(" ".join(texts(entry.get("at"))), says) if len(names) == 1 else None
        return [LineDecision(verb, line, name, place, aspect, stance or "supports") for name in names]
    missing = next((key for key, value in (("aspect", aspect), ("says", says)) if not value), "")
    place = place_of(names[0], says)
    if missing or place is None or len(names) > 1:
        return [f"line {line}: add needs {missing!r}" if missing else f"line {line}: add needs one place, path:line"]
    return [LineDecision(verb, line, "", place, aspect, stance or "supports")]


def place_of(text: str, says: str = "") -> Place | None:
    """Return the place that `path:line` or `path:line-line` names, None when it is none."""
    found = _PLACE.fullmatch(text)
    if not found:
        return None
    first = int(found["first"])
    return Place(found["path"], first, int(found["last"] or first), says)


def find_marks(
    decisions: Iterable[LineDecision],
    transcripts: Sequence[Transcript],
    aspects: Sequence[str],
    insights: Iterable[Insight] = (),
) -> Marks:
    """Find the lines of each decision; one about the same lines as an earlier one takes its place.

    A key is a hash of its lines, so that `insights` only shorten the search: the answer is the same without them.
    """
    seeker = _Seeker(transcripts, tuple(aspects), tuple(insights))
    found: list[Mark] = []
    lost: list[tuple[LineDecision, str]] = []
    for decision in decisions:
        mark = seeker.added(decision) if decision.verb == "add" else seeker.keyed(decision)
        if isinstance(mark, str):
            lost.append((decision, mark))
        else:
            found = [one for one in found if not one.overlaps(mark)] + [mark]
    return Marks(tuple(found), tuple(lost))


class _Seeker:
    """The sources while decisions are looked up in them."""

    def __init__(
        self, transcripts: Sequence[Transcript], aspects: tuple[str, ...], insights: tuple[Insight, ...]
    ) -> None:
        self._by_path = {transcript.source.path: transcript for transcript in transcripts}
        known = {transcript.source.id for transcript in transcripts}
        self._aspects, self._insights = aspects, [one for one in insights if one.source in known]

    @cached_property
    def _every(self) -> dict[str, Found]:
        return _hashed(self._by_path.values(), self._aspects)

    def added(self, decision: LineDecision) -> Mark | str:
        """Return the lines that an entry adds, or of what a key's place says; else why there are none."""
        assert decision.place
        transcript = self._by_path.get(decision.place.path) or self._by_path.get(f"corpora/{decision.place.path}")
        if transcript is None:
            return f"there is no source {decision.place.path}"
        lines = lines_at(transcript, decision.place)
        if not lines:
            return f"line {decision.place.first} does not say that (any more), and no other line of the source does"
        return Mark(decision, transcript.source.id, decision.aspect, decision.stance, lines)

    def keyed(self, decision: LineDecision) -> Mark | str:
        """Return the lines that a key stands for, wherever they were found; else why there are none."""
        wanted = plain_key(decision.key)
        if len(wanted) < _LEAST_KEY:
            return "a key has six characters or more"
        near = self._by_path.get(decision.place.path) if decision.place else None
        found = {(i.source, i.aspect, i.stance, i.lines) for i in self._insights if i.id.startswith(wanted)}
        places = (_hashed([near], self._aspects) if near else self._every) if not found else {}
        found |= {place for name, place in places.items() if name.startswith(wanted)}
        if len(found) == 1:
            return Mark(decision, *next(iter(found)))
        if found:
            return "several quotes have a key that begins like this"
        return self.added(decision) if decision.place and decision.aspect else "there is no quote of this key any more"


def plain_key(key: str) -> str:
    """Return a key as the beginning of an insight's id."""
    return re.sub(r"[^0-9a-z]", "", key.strip().casefold().removeprefix("e-"))


def _hashed(transcripts: Iterable[Transcript], aspects: Sequence[str]) -> dict[str, Found]:
    """Return every place an insight can have, lines of one turn under an aspect, by the insight's id."""
    return {
        insight_id(transcript.source.id, aspect, numbers, stance): (transcript.source.id, aspect, stance, numbers)
        for transcript in transcripts
        for numbers in _runs(transcript.lines)
        for aspect in aspects
        for stance in STANCES
    }


def _runs(lines: Sequence[Line]) -> Iterable[tuple[int, ...]]:
    for i, line in enumerate(lines):
        if line.citable:
            same = [other for other in lines[i : i + MOST_LINES] if other.turn == line.turn]
            yield from (tuple(one.n for one in same[: size + 1]) for size in range(len(same)))


def lines_at(transcript: Transcript, place: Place) -> tuple[int, ...]:
    """Return the numbers of the lines of a place, moved to where its first words stand now; none if nowhere."""
    known = {line.n: line for line in transcript.lines}
    starts = [n for n, line in known.items() if _says(line, place.says)]
    if not starts:
        return ()
    first = min(starts, key=lambda n: (abs(n - place.first), n))
    numbers = tuple(range(first, first + place.last - place.first + 1))
    return numbers if all(n in known for n in numbers) else ()


def _says(line: Line, says: str) -> bool:
    """Whether the words stand in a line one after the other."""
    return f" {' '.join(words(says))} " in f" {' '.join(words(line.text))} "


def first_words(parts: Sequence[str]) -> str:
    """Return the words by which a quote is known again, of its `parts` as documents show them."""
    best = max(parts, key=lambda part: len(words(part)[:SAID]), default="")
    return " ".join(best.split()[:SAID])


def decision_text(verb: Verb, place: Place, *, key: str = "", **more: str) -> str:
    """Return one decision as YAML."""
    about = {"says": place.says} | more
    return entry_text(verb, key, at=spot(place), **about) if key else entry_text(verb, spot(place), **about)
