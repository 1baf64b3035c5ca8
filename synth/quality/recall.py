"""How much labelled evidence reaches a model when it is shown only a part of the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from synth.model import Passage, Transcript
from synth.quality.gold import Gold, by_label_name, place
from synth.quality.scoring import share
from synth.text.words import tokens

COVERAGES = (0.2, 0.35, 0.5, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """Under one `coverage`: the share of labelled lines that are shown, of labelled spans of which every line is, of
    which one is; tokens of the passages."""

    coverage: float
    lines: float | None
    whole: float | None
    part: float | None
    tokens: int
    of_text: float | None  # tokens for the tokens of all that was said


def shown(
    gold: Gold, transcripts: Sequence[Transcript], chosen: Mapping[str, Sequence[Passage]], coverage: float
) -> Shown:
    """Compare the passages `chosen` (by Source.id) with the labels."""
    known = by_label_name(gold, transcripts)
    lines = {name: {n for p in chosen.get(t.source.id, ()) for n in p.lines} for name, t in known.items()}
    placed = place(gold, known).evidence
    spans = [(lines[span.quote.source], set(span.lines)) for span in placed]
    labelled = {(s.quote.source, n) for s in placed for n in s.lines}
    sent = sum(tokens(passage.text) for t in known.values() for passage in chosen.get(t.source.id, ()))
    said = sum(_tokens(transcript) for transcript in known.values())
    return Shown(
        coverage=coverage,
        lines=share(sum(n in lines[source] for source, n in labelled), len(labelled)),
        whole=share(sum(wanted <= there for there, wanted in spans), len(spans)),
        part=share(sum(bool(wanted & there) for there, wanted in spans), len(spans)),
        tokens=sent,
        of_text=share(sent, said),
    )


def text_tokens(transcripts: Iterable[Transcript]) -> int:
    """Return about how many tokens all that was said has."""
    return sum(_tokens(transcript) for transcript in transcripts)


def _tokens(transcript: Transcript) -> int:
    return tokens(" ".join(line.text for line in transcript.lines if line.speech))
