"""The training dialogues as transcripts with labels. One JSON object a line; training/README.md tells the fields."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.model import Line, Source, Transcript

ASPECTS = ("pain_point", "trigger_event", "desired_outcome", "benefit", "why_us", "objection")
DENIED, PROMPTED, CODED = len(ASPECTS), len(ASPECTS) + 1, len(ASPECTS) + 2
DIALOGUES = Path(__file__).parent / "dialogues"
GENRES = ("messy", "notes", "stories", "study")  # how the names of files of rarer genres begin
RARE = 1.5  # weight of a line of theirs
FOREIGN = 2.0  # of a line in one of the five languages that have less data than English
TEMPTING = 2.0  # of a line that must not be taken
NEIGHBOUR = 0.3  # target of an unlabelled line beside a labelled one in the same turn: spans have no sharp edges


@dataclass(frozen=True, slots=True)
class Labelled:
    """One dialogue or note: `labels[n]` of line n maps an aspect to (stance, prompted); `hard` are tempting lines."""

    transcript: Transcript
    trade: str
    labels: dict[int, dict[str, tuple[str, bool]]]
    hard: frozenset[int]


def load_dialogues(folder: Path = DIALOGUES) -> list[Labelled]:
    """Read all files of `folder` in the order of their names; a file is a trade, kept together in cross-validation."""
    files = sorted(folder.glob("*.jsonl"))
    rows = [(file.stem, json.loads(row)) for file in files for row in file.read_text("utf-8").splitlines() if row]
    return [_labelled(record, trade) for trade, record in rows]


def _labelled(record: dict[str, Any], trade: str) -> Labelled:
    lines: list[Line] = []
    labels: dict[int, dict[str, tuple[str, bool]]] = {}
    hard: set[int] = set()
    start = 0
    for number, turn in enumerate(record["turns"]):
        for sentence in turn["sentences"]:
            text, role = sentence["text"], turn["role"]
            voice = sentence.get("voice", "said" if role == "customer" else "own")
            speech = voice != "heading"
            n = len(lines) + 1
            line = Line(n, number, text, start, start + len(text), turn["speaker"], role, language=record["language"])
            lines.append(_voiced(line, voice if speech else "own", speech))
            start += len(text) + 1
            if sentence.get("hard"):
                hard.add(n)
            if found := sentence.get("labels"):
                labels[n] = {label["aspect"]: (label["stance"], label["prompted"]) for label in found}
    source = Source(record["id"], record["id"], record.get("kind", "interview"), "jsonl", record["language"])
    text = " ".join(line.text for line in lines)
    return Labelled(Transcript(source, text, lines=tuple(lines)), trade, labels, frozenset(hard))


def _voiced(line: Line, voice: Any, speech: bool) -> Line:
    return replace(line, voice=voice, speech=speech)


@dataclass(frozen=True, slots=True)
class Targets:
    """Columns: the aspects, denied, prompted, coded at all. `truth` is the labels as given, `wanted` with softened neighbours."""

    wanted: NDArray[np.float32]
    weights: NDArray[np.float32]
    truth: NDArray[np.bool_]


def targets(labelled: Labelled, lines: Iterable[Line]) -> Targets:
    """Return what the head should say about `lines` of one dialogue."""
    rows = list(lines)
    wanted = np.zeros((len(rows), len(ASPECTS) + 3), np.float32)
    weights = np.full_like(wanted, _weight(labelled))
    for i, line in enumerate(rows):
        own = labelled.labels.get(line.n, {})
        for k, aspect in enumerate(ASPECTS):
            wanted[i, k] = 1.0 if aspect in own else _softened(labelled, rows, i, aspect)
        wanted[i, DENIED] = any(stance == "contradicts" for stance, _ in own.values())
        wanted[i, PROMPTED] = any(prompted for _, prompted in own.values())
        wanted[i, CODED] = wanted[i, : len(ASPECTS)].max()
        weights[i] *= TEMPTING if line.n in labelled.hard else 1.0
        weights[i, [DENIED, PROMPTED]] *= bool(own)
    return Targets(wanted, weights, wanted[:, : len(ASPECTS)] == 1)


def _weight(labelled: Labelled) -> float:
    rare = RARE if labelled.trade.startswith(GENRES) else 1.0
    return rare * (1.0 if labelled.transcript.source.language == "en" else FOREIGN)


def _softened(labelled: Labelled, rows: list[Line], i: int, aspect: str) -> float:
    if rows[i].n in labelled.labels:
        return 0.0
    beside = [rows[j] for j in (i - 1, i + 1) if 0 <= j < len(rows) and rows[j].turn == rows[i].turn]
    return NEIGHBOUR if any(aspect in labelled.labels.get(line.n, {}) for line in beside) else 0.0
