"""A line as the local engine sees it: its own vector, the question it answers, its neighbours, and counted cues.

All vectors are taken relative to the middle of their source, so that trade, language and recording do not pull on the
answer; a short source leans on the middle of the training data. Only citable lines get a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.extraction.linecues import line_cues, place_cues, question_cues, words_of
from synth.model import Line, Transcript

Vectors = NDArray[np.float32]
_LEAN = 15  # a source counts fully once it has many more lines than this
_BACKCHANNEL = 4  # a turn of ours with at most so many words is a nod, not a question


# Which vectors of a row a net looks at; all see the cues. In the order of _Talk.row: the line, the question as a whole
# and its last sentence, the turn, two neighbours before and two after.
VIEWS = {"all": range(8), "line": (0,), "answer": (0, 1, 2), "place": (0, 3, 4, 5, 6, 7)}


@dataclass(frozen=True, slots=True)
class Features:
    """One row, and one question that is answered, a citable line."""

    lines: tuple[Line, ...]
    matrix: Vectors
    questions: tuple[str, ...]


def columns(view: str, vector: int, row: int) -> NDArray[np.intp]:
    """Return the columns of a row, `row` wide with vectors `vector` wide, that a view sees."""
    blocks = [range(at * vector, (at + 1) * vector) for at in VIEWS[view]]
    return np.array([place for block in (*blocks, range(len(VIEWS["all"]) * vector, row)) for place in block], np.intp)


@dataclass(slots=True)
class _Question:
    """What our side, or the heading of a note, last put to the customer."""

    text: str
    mean: Vectors
    last: Vectors


def line_features(transcript: Transcript, vectors: Vectors) -> Features:
    """Return the rows of all citable lines; `vectors[i]` belongs to `lines[i]`, zero is the middle of training."""
    lines = transcript.lines
    talk = _Talk(transcript, vectors - vectors.sum(axis=0) / (len(lines) + _LEAN))
    nothing = np.zeros(vectors.shape[1], np.float32)
    question = _Question("", nothing, nothing)
    kept: list[Line] = []
    rows: list[Vectors] = []
    asked: list[str] = []
    for i, line in enumerate(lines):
        if line.citable:
            kept.append(line)
            rows.append(talk.row(i, question))
            asked.append(question.text)
        elif talk.puts(i):
            question = talk.question(i)
    return Features(tuple(kept), np.stack(rows) if rows else np.zeros((0, 0), np.float32), tuple(asked))


class _Talk:
    """One source while its rows are made: turns, and the flow of lines without nods and boilerplate."""

    def __init__(self, transcript: Transcript, centred: Vectors) -> None:
        self.lines = transcript.lines
        self.centred = centred
        self.is_note = transcript.source.kind == "note"
        self.turns: dict[int, list[int]] = {}
        for i, line in enumerate(self.lines):
            self.turns.setdefault(line.turn, []).append(i)
        self.flow = [i for i, line in enumerate(self.lines) if line.citable or self._is_talk(i)]
        self.place = {i: at for at, i in enumerate(self.flow)}

    def _is_talk(self, i: int) -> bool:
        return self.lines[i].speech and len(words_of(self._own_text(i))) > _BACKCHANNEL

    def _own(self, i: int) -> list[int]:
        return [j for j in self.turns[self.lines[i].turn] if not self.lines[j].citable]

    def _own_text(self, i: int) -> str:
        return " ".join(self.lines[j].text for j in self._own(i))

    def puts(self, i: int) -> bool:
        """Whether what follows answers this line: the end of a turn of ours, or the heading of a part of a note."""
        if self.is_note:
            return not self.lines[i].speech
        return self.lines[i].role == "vendor" and i == self._own(i)[-1] and i in self.place

    def question(self, i: int) -> _Question:
        own = self._own(i)
        return _Question(self._own_text(i), self.centred[own].mean(axis=0), self.centred[i])

    def row(self, i: int, question: _Question) -> Vectors:
        line = self.lines[i]
        same = [j for j in self.turns[line.turn] if self.lines[j].citable]
        around = [self._neighbour(self.place[i] + step) for step in (-2, -1, 1, 2)]
        vectors = [self.centred[i], question.mean, question.last, self.centred[same].mean(axis=0), *around]
        whole = self.place[i] / len(self.flow)
        cues = [
            *line_cues(line.text),
            *question_cues(question.text, line.text),
            *place_cues(same.index(i), len(same), whole),
            float(line.voice == "reported"),
        ]
        return np.concatenate([*vectors, np.array(cues, np.float32)])

    def _neighbour(self, at: int) -> Vectors:
        inside = 0 <= at < len(self.flow)
        return self.centred[self.flow[at]] if inside else np.zeros_like(self.centred[0])
