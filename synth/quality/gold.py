"""Labelled sources: what `gold.jsonl` and its neighbours say, and which lines of our reading they mean.

Letters and digits alone are compared, so wrapping, case and Markdown do not matter. Of several places with the same
words, the first that the right speaker said is taken.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from synth.errors import SourceUnreadable
from synth.model import Line, Stance, Transcript

_LEAST = 3  # characters of a line that a quote must cover
_SHARE = 0.2  # and this share of the shorter of the two


@dataclass(frozen=True, slots=True)
class Quote:
    """One labelled span: evidence, or with a `category` a tempting span that is none."""

    source: str
    speaker: str
    quote: str
    aspect: str = ""
    role: str = "customer"
    stance: Stance = "supports"
    prompted: bool = False
    category: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled corpus. `languages` and `kinds` are by source.

    `ours` and `theirs` hold the names of our and of the customers' side by source, `supporters` the accounts behind
    each theme, by aspect and theme.
    """

    evidence: tuple[Quote, ...]
    hard: tuple[Quote, ...] = ()
    ambiguous: tuple[Quote, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    theirs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    supporters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by "aspect/theme"


@dataclass(frozen=True, slots=True)
class Placed:
    """A labelled span with the numbers of the lines it covers."""

    quote: Quote
    lines: tuple[int, ...]

    @property
    def keys(self) -> list[tuple[str, int]]:
        return [(self.quote.source, n) for n in self.lines]


@dataclass(frozen=True, slots=True)
class Placement:
    """Labelled spans on the lines of our reading; `unplaced` are quotes that no line holds."""

    evidence: tuple[Placed, ...]
    hard: tuple[Placed, ...]
    ambiguous: tuple[Placed, ...]
    unplaced: tuple[Quote, ...]


def load_gold(folder: Path) -> Gold:
    """Read `gold.jsonl`, `hard_negatives.jsonl`, `ambiguous.jsonl`, `sources_index.json`, `themes.json` of `folder`."""
    if not (folder / "gold.jsonl").is_file():
        raise SourceUnreadable(folder, "no gold.jsonl", "Name a folder of labelled sources")
    index = _parsed(folder / "sources_index.json", json.loads) or []
    return Gold(
        evidence=_quotes(folder / "gold.jsonl"),
        hard=_quotes(folder / "hard_negatives.jsonl"),
        ambiguous=_quotes(folder / "ambiguous.jsonl"),
        languages={entry["source"]: entry.get("language", "") for entry in index},
        kinds={entry["source"]: entry.get("kind", "interview") for entry in index},
        ours={entry["source"]: _named(entry.get("speakers", []), "us") for entry in index},
        theirs={entry["source"]: _named(entry.get("speakers", []), "customer") for entry in index},
        supporters=_supporters(_parsed(folder / "themes.json", json.loads) or {}),
    )


def _named(speakers: Iterable[Mapping[str, str]], role: str) -> frozenset[str]:
    return frozenset(letters(person["name"]).text for person in speakers if person.get("role") == role)


def _supporters(themes: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[str, ...]]:
    """Read `themes.json`: the supporting accounts of each theme that has one."""
    return {
        f"{aspect}/{theme['theme']}": tuple(theme["supporting_accounts"])
        for aspect, every in themes.items()
        for theme in every
        if theme.get("supporting_accounts")
    }


def _parsed(path: Path, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (UnicodeDecodeError, ValueError, KeyError) as error:
        raise SourceUnreadable(path, f"not a file of labels ({error!r})", "Correct the file") from None


def _quotes(path: Path) -> tuple[Quote, ...]:
    def parse(text: str) -> tuple[Quote, ...]:
        return tuple(_quote(json.loads(row)) for row in text.splitlines() if row.strip())

    found: tuple[Quote, ...] = _parsed(path, parse) or ()
    return found


def _quote(record: Mapping[str, Any]) -> Quote:
    return Quote(
        source=record["source"],
        speaker=record.get("speaker", ""),
        quote=record["quote"],
        aspect=record.get("aspect") or record.get("tempting_aspect") or record.get("possible_aspect") or "",
        role=record.get("role", "customer"),
        stance=record.get("stance", "supports"),
        prompted=bool(record.get("prompted", False)),
        category=record.get("category", ""),
        theme=record.get("theme", ""),
    )


def place(gold: Gold, transcripts: Mapping[str, Transcript]) -> Placement:
    """Find the lines of every labelled span; `transcripts` is by the name that the labels use for a source."""
    folded = {source: letters(transcript.text) for source, transcript in transcripts.items()}
    unplaced: list[Quote] = []

    def found(quotes: Sequence[Quote]) -> tuple[Placed, ...]:
        known = [quote for quote in quotes if quote.source in transcripts]
        every = [Placed(q, _covered(transcripts[q.source].lines, folded[q.source], q)) for q in known]
        unplaced.extend(placed.quote for placed in every if not placed.lines)
        return tuple(placed for placed in every if placed.lines)

    evidence, hard, ambiguous = found(gold.evidence), found(gold.hard), found(gold.ambiguous)
    return Placement(evidence, hard, ambiguous, tuple(unplaced))


def by_label_name(gold: Gold, transcripts: Iterable[Transcript]) -> dict[str, Transcript]:
    """Match transcripts to the labels' names of sources: by path, else by the last part of the path."""
    names = {quote.source for quote in (*gold.evidence, *gold.hard, *gold.ambiguous)} | set(gold.languages)
    matched = {}
    for transcript in transcripts:
        path = transcript.source.path
        name = path if path in names else PurePosixPath(path).name
        if name in names:
            matched[name] = transcript
    return matched


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, and where each stood."""

    text: str
    places: tuple[int, ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where folded `text` occurs, as offsets of the first and the last letter in the original."""
        found = []
        at = self.text.find(text) if text else -1
        while at >= 0:
            found.append((self.places[at], self.places[at + len(text) - 1]))
            at = self.text.find(text, at + 1)
        return found


def letters(text: str) -> Letters:
    """Fold `text` to what is compared."""
    kept: list[str] = []
    places: list[int] = []
    for i, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char).casefold():
            if part.isalnum():
                kept.append(part)
                places.append(i)
    return Letters("".join(kept), tuple(places))


def _covered(lines: Sequence[Line], folded: Letters, quote: Quote) -> tuple[int, ...]:
    choices = [[line for line in lines if _overlaps(line, *span)] for span in folded.spans(letters(quote.quote).text)]
    speaker = letters(quote.speaker).text
    by_speaker = [found for found in choices if found and letters(found[0].speaker).text == speaker]
    best = next(iter([*by_speaker, *(found for found in choices if found)]), [])
    return tuple(line.n for line in best)


def _overlaps(line: Line, first: int, last: int) -> bool:
    common = min(line.end, last + 1) - max(line.start, first)
    shorter = min(line.end - line.start, last + 1 - first)
    return common >= max(1, min(_LEAST, shorter)) and common >= _SHARE * shorter
