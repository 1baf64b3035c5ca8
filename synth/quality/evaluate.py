"""How good the evidence is, against labelled sources: what `synth eval` computes. Pure: values in, one value out.

The unit is the line. A labelled quote covers the lines it overlaps; a line counts as found when an insight of that
aspect cites it. Lines where either reading is fine are left out of every figure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from synth.model import Line, Stance, Transcript, Voice
from synth.quality.gold import Gold, Placed, Placement, by_label_name, letters, load_gold, place
from synth.quality.scoring import Agreement, Cell, Score, agreement, by_group, mean_of, of_aspect, share, with_interval

__all__ = ["Cited", "Evaluation", "evaluate", "load_gold", "table"]
_SUREST = (20, 50)
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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one run against one labelled corpus."""

    aspects: dict[str, Score]
    macro: Score
    languages: dict[str, float]  # macro F1 of the aspects that occur
    kinds: dict[str, float]
    spans: Score
    agreement: dict[str, Agreement]
    hard_accepted: dict[str, tuple[int, int]]  # category -> accepted, all
    hard_rate: float
    stance_right: float | None
    prompted_right: float | None
    voice_right: float | None
    vendor_lines: int
    surest: dict[int, float]  # precision of the N surest insights
    unplaced: tuple[str, ...]  # labelled quotes that no line holds

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


def evaluate(gold: Gold, transcripts: Sequence[Transcript], cited: Iterable[Cited], *, seed: int = 0) -> Evaluation:
    """Compare what was cited with what is labelled, over the sources that `transcripts` holds."""
    known = by_label_name(gold, transcripts)
    sheet = _Sheet(gold, known, place(gold, known), _resolved(known, cited))
    cells = _cells(sheet)
    aspects = sorted({cell.aspect for cell in cells})
    matched = _matched(sheet)
    hard = _hard(sheet)
    return Evaluation(
        aspects={aspect: with_interval(of_aspect(cells, aspect=aspect), [aspect], seed) for aspect in aspects},
        macro=with_interval(cells, aspects, seed),
        languages=by_group(cells, gold.languages),
        kinds=by_group(cells, gold.kinds),
        spans=_spans(sheet),
        agreement={aspect: agreement(of_aspect(cells, aspect=aspect)) for aspect in aspects},
        hard_accepted=hard,
        hard_rate=share(sum(yes for yes, _ in hard.values()), sum(total for _, total in hard.values())) or 0.0,
        stance_right=mean_of(span.quote.stance == item.stance for span, item in matched),
        prompted_right=mean_of(span.quote.prompted == item.prompted for span, item in matched),
        voice_right=mean_of(heard == expected for heard, expected in _voices(sheet)),
        vendor_lines=sum(sheet.is_ours(key) for key in sheet.taken),
        surest=_surest(sheet),
        unplaced=tuple(f"{quote.source}: {quote.quote}" for quote in sheet.placed.unplaced),
    )


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
        Cell(key[0], aspect, aspect in sheet.labelled.get(key, nothing), aspect in sheet.taken.get(key, nothing))
        for key in counted
        for aspect in aspects
    ]


def _spans(sheet: _Sheet) -> Score:
    """A labelled quote is found, and an insight is right, when they overlap under one aspect."""
    said = [item for item in sheet.cited if not sheet.is_either(item)]
    found = sum(any(_meet(span, item) for item in said) for span in sheet.placed.evidence)
    right = sum(any(_meet(span, item) for span in sheet.placed.evidence) for item in said)
    precision, recall = share(right, len(said)) or 0.0, share(found, len(sheet.placed.evidence)) or 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(precision, recall, f1, len(sheet.placed.evidence), len(said))


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


def table(result: Evaluation) -> str:
    """Return the figures as text for a terminal."""
    rows = [f"{'':18}{'precision':>10}{'recall':>8}{'F1':>7}{'95 %':>15}{'gold':>6}{'cited':>7}{'kappa':>7}{'AC1':>6}"]
    for name, score in [*result.aspects.items(), ("macro", result.macro), ("spans", result.spans)]:
        rows.append(_row(name, score, result.agreement.get(name)))
    rows.append("languages: " + ", ".join(f"{name or '?'} {value:.2f}" for name, value in result.languages.items()))
    rows.append("kinds: " + ", ".join(f"{name or '?'} {value:.2f}" for name, value in result.kinds.items()))
    rows.append("surest: " + ", ".join(f"{size}: {value:.2f}" for size, value in result.surest.items()))
    taken = ", ".join(f"{name} {yes}/{total}" for name, (yes, total) in result.hard_accepted.items() if yes)
    rows.append(f"hard negatives accepted: {result.hard_rate:.1%} ({taken or 'none'})")
    rights = {"stance": result.stance_right, "prompted": result.prompted_right, "voice": result.voice_right}
    rows.append("right: " + ", ".join(f"{name} {value:.2f}" for name, value in rights.items() if value is not None))
    rows.append(f"lines of our own side cited: {result.vendor_lines}; labels without a line: {len(result.unplaced)}")
    return "\n".join(rows)


def _row(name: str, score: Score, agreement: Agreement | None) -> str:
    interval = f"{score.low:.2f}–{score.high:.2f}" if score.low is not None and score.high is not None else ""
    both = f"{agreement.kappa:7.2f}{agreement.ac1:6.2f}" if agreement else ""
    head = f"{name:18}{score.precision:10.2f}{score.recall:8.2f}{score.f1:7.3f}{interval:>15}"
    return f"{head}{score.gold:6}{score.cited:7}{both}"
