"""How good the evidence is, against labelled sources: what `synth eval` computes. Pure: values in, one value out.

The unit is the line. A labelled quote covers the lines it overlaps; a line counts as found when an insight of that
aspect cites it. Lines where either reading is fine are left out of every figure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from synth.model import Line, Stance, Transcript, Voice
from synth.quality.gold import Gold, Placed, Placement, by_label_name, letters, place
from synth.quality.recall import Shown
from synth.quality.scoring import (
    Agreement,
    Cell,
    Score,
    agreement,
    by_group,
    by_group_and_aspect,
    mean_of,
    of_aspect,
    of_spans,
    share,
    with_interval,
)
from synth.quality.themescore import ThemeScore, theme_score

_SUREST = (20, 50)
_BLOCK = 25  # lines of one stretch, where a single source is resampled
Key = tuple[str, int]  # source and number of a line


@dataclass(frozen=True, slots=True)
class Cited:
    """One insight, as far as scoring needs it."""

    source: str  # Source.path, or its last part
    aspect: str
    lines: tuple[int, ...]
    stance: Stance = "supports"
    prompted: bool = False
    confidence: float = 1.0
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a reading took: requests, tokens as the provider counts them, seconds of the clock."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    share_of_text: float | None = None  # tokens in for the tokens of all that was read


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one run against one labelled corpus. Lines are the unit, except where spans are named."""

    aspects: dict[str, Score]
    macro: Score
    languages: dict[str, Score]  # macro over the aspects that occur
    kinds: dict[str, Score]
    language_aspects: dict[str, dict[str, float]]  # F1
    spans: Score
    span_aspects: dict[str, Score]
    span_languages: dict[str, Score]
    agreement: dict[str, Agreement]
    hard_accepted: dict[str, tuple[int, int]]  # category -> accepted, all
    hard_rate: float
    stance_right: float | None
    prompted_right: float | None
    voice_right: float | None
    vendor_lines: int
    roles: dict[str, tuple[int, int]]  # by side: lines whose speaker was put on the wrong side, all
    surest: dict[int, float]  # precision of the N surest insights
    unplaced: tuple[str, ...]  # labelled quotes that no line holds
    themes: ThemeScore | None = None
    retrieval: tuple[Shown, ...] = ()  # by share of the text that is shown
    cost: Cost = field(default_factory=Cost)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)


@dataclass(frozen=True)
class _Sheet:
    """The labels on our lines, and what was cited of the same sources."""

    gold: Gold
    transcripts: Mapping[str, Transcript]
    placed: Placement
    cited: tuple[Cited, ...]

    @cached_property
    def lines(self) -> dict[Key, Line]:
        return {(source, line.n): line for source, transcript in self.transcripts.items() for line in transcript.lines}

    @cached_property
    def labelled(self) -> dict[Key, set[str]]:
        return _by_key((key, span.quote.aspect) for span in self.placed.evidence for key in span.keys)

    @cached_property
    def taken(self) -> dict[Key, set[str]]:
        return _by_key(((item.source, n), item.aspect) for item in self.cited for n in item.lines)

    @cached_property
    def either(self) -> set[Key]:
        """Lines where either reading is fine; what is labelled counts all the same."""
        return {key for span in self.placed.ambiguous for key in span.keys} - set(self.labelled)

    def is_either(self, item: Cited) -> bool:
        return all((item.source, n) in self.either for n in item.lines)

    def is_ours(self, key: Key) -> bool:
        """Whether our side spoke this line, by the labels' list of speakers or else by our reading."""
        line, ours = self.lines[key], self.gold.ours.get(key[0], frozenset())
        said_by_us = line.speaker != "" and letters(line.speaker).text in ours
        return said_by_us or (line.role == "vendor" and line.voice != "reported")


def _by_key(pairs: Iterable[tuple[Key, str]]) -> dict[Key, set[str]]:
    found: dict[Key, set[str]] = {}
    for key, aspect in pairs:
        found.setdefault(key, set()).add(aspect)
    return found


def evaluate(
    gold: Gold,
    transcripts: Sequence[Transcript],
    cited: Iterable[Cited],
    *,
    accounts: Mapping[str, Iterable[str]] | None = None,
    seed: int = 0,
) -> Evaluation:
    """Compare what was cited with what is labelled, over the sources that `transcripts` holds.

    `accounts` are those of our themes, by the id that `Cited.theme` names.
    """
    known = by_label_name(gold, transcripts)
    sheet = _Sheet(gold, known, place(gold, known), _resolved(known, cited))
    cells = _cells(sheet)
    aspects = sorted({cell.aspect for cell in cells})
    matched = _matched(sheet)
    hard = _hard(sheet)
    return Evaluation(
        aspects={aspect: with_interval(of_aspect(cells, aspect=aspect), [aspect], seed) for aspect in aspects},
        macro=with_interval(cells, aspects, seed),
        languages=by_group(cells, gold.languages, seed),
        kinds=by_group(cells, gold.kinds, seed),
        language_aspects=by_group_and_aspect(cells, gold.languages),
        spans=_spans(sheet, seed),
        span_aspects={aspect: _spans(sheet, seed, aspect=aspect) for aspect in aspects},
        span_languages={
            language: _spans(sheet, seed, language=language)
            for language in sorted({gold.languages.get(source, "") for source in known})
        },
        agreement={aspect: agreement(of_aspect(cells, aspect=aspect)) for aspect in aspects},
        hard_accepted=hard,
        hard_rate=share(sum(yes for yes, _ in hard.values()), sum(total for _, total in hard.values())) or 0.0,
        stance_right=mean_of(span.quote.stance == item.stance for span, item in matched),
        prompted_right=mean_of(span.quote.prompted == item.prompted for span, item in matched),
        voice_right=mean_of(heard == expected for heard, expected in _voices(sheet)),
        vendor_lines=sum(sheet.is_ours(key) for key in sheet.taken),
        roles=_roles(sheet),
        surest=_surest(sheet),
        unplaced=tuple(f"{quote.source}: {quote.quote}" for quote in sheet.placed.unplaced),
        themes=_themes(sheet, matched, accounts or {}),
    )


def _themes(
    sheet: _Sheet, matched: Sequence[tuple[Placed, Cited]], accounts: Mapping[str, Iterable[str]]
) -> ThemeScore | None:
    """Compare themes over what both sides know; an insight that covers two labels counts under each."""
    pairs = [
        (item.theme, f"{item.aspect}/{span.quote.theme}") for span, item in matched if item.theme and span.quote.theme
    ]
    return theme_score(pairs, accounts, sheet.gold.supporters)


def _roles(sheet: _Sheet) -> dict[str, tuple[int, int]]:
    """Count the lines of the labelled speakers of each side, and those whose speaker we put on another side."""
    sides = {"vendor": sheet.gold.ours, "customer": sheet.gold.theirs}
    found: dict[str, tuple[int, int]] = {}
    for role, names in sides.items():
        lines = [
            line
            for (source, _), line in sheet.lines.items()
            if line.speech and line.voice != "reported" and letters(line.speaker).text in names.get(source, ())
        ]
        found[role] = (sum(line.role != role for line in lines), len(lines))
    return found


def _resolved(known: Mapping[str, Transcript], cited: Iterable[Cited]) -> tuple[Cited, ...]:
    """Name sources as the labels do; what points elsewhere is left out."""
    names = {transcript.source.path: name for name, transcript in known.items()} | {name: name for name in known}
    named = [(names.get(item.source) or names.get(PurePosixPath(item.source).name), item) for item in cited]
    return tuple(replace(item, source=name) for name, item in named if name)


def _cells(sheet: _Sheet) -> list[Cell]:
    """Every line that could be evidence, is labelled or was cited, under every aspect that occurs."""
    aspects = sorted(set().union(*sheet.labelled.values(), *sheet.taken.values()))
    counted = [
        key
        for key, line in sheet.lines.items()
        if key not in sheet.either and (line.citable or key in sheet.labelled or key in sheet.taken)
    ]
    nothing: set[str] = set()
    return [
        Cell(
            key[0],
            aspect,
            aspect in sheet.labelled.get(key, nothing),
            aspect in sheet.taken.get(key, nothing),
            key[1] // _BLOCK,
        )
        for key in counted
        for aspect in aspects
    ]


def _spans(sheet: _Sheet, seed: int, *, aspect: str = "", language: str = "") -> Score:
    """A labelled quote is found, and an insight is right, when they overlap under one aspect."""
    rows: dict[str, tuple[int, int, int, int]] = {}
    for source in sheet.transcripts:
        if language and sheet.gold.languages.get(source, "") != language:
            continue
        spans = [s for s in sheet.placed.evidence if s.quote.source == source and aspect in ("", s.quote.aspect)]
        said = [i for i in sheet.cited if i.source == source and aspect in ("", i.aspect) and not sheet.is_either(i)]
        found = sum(any(_meet(span, item) for item in said) for span in spans)
        right = sum(any(_meet(span, item) for span in spans) for item in said)
        rows[source] = (found, len(spans), right, len(said))
    return of_spans(rows, seed)


def _meet(span: Placed, item: Cited) -> bool:
    same = (span.quote.source, span.quote.aspect) == (item.source, item.aspect)
    return same and not set(span.lines).isdisjoint(item.lines)


def _matched(sheet: _Sheet) -> list[tuple[Placed, Cited]]:
    return [(span, item) for span in sheet.placed.evidence for item in sheet.cited if _meet(span, item)]


def _hard(sheet: _Sheet) -> dict[str, tuple[int, int]]:
    """Tempting spans taken for their aspect, and all, by category; lines that are evidence too do not count."""
    every: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for span in sheet.placed.hard:
        own = [key for key in span.keys if key not in sheet.labelled]
        every[span.quote.category] += 1
        taken[span.quote.category] += any(span.quote.aspect in sheet.taken.get(key, ()) for key in own)
    return {category: (taken[category], every[category]) for category in sorted(every)}


def _voices(sheet: _Sheet) -> list[tuple[Voice, Voice]]:
    """For each line of a labelled span: the voice it was read in, and the voice it should have."""
    pairs: list[tuple[Voice, Voice]] = []
    for span in (*sheet.placed.evidence, *sheet.placed.hard):
        told: Voice = "reported" if sheet.gold.kinds.get(span.quote.source) == "note" else "said"
        expected: Voice = told if span.quote.role == "customer" else "own"
        for line in (sheet.lines[key] for key in span.keys):
            heard: Voice = "own" if line.voice == "said" and line.role != "customer" else line.voice
            pairs.append((heard, expected))
    return pairs


def _surest(sheet: _Sheet) -> dict[int, float]:
    kept = [item for item in sheet.cited if not sheet.is_either(item)]
    ranked = sorted(kept, key=lambda item: (-item.confidence, item.source, item.lines, item.aspect))
    right = [any(item.aspect in sheet.labelled.get((item.source, n), ()) for n in item.lines) for item in ranked]
    sizes = [size for size in _SUREST if size < len(right)] + ([len(right)] if right else [])
    return {size: sum(right[:size]) / size for size in sizes}
