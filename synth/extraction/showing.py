"""Which lines of a source a model is shown when it is not shown all: those that promise evidence."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from synth.extraction.desk import ONE_AT_A_TIME, Desk, built_in_head
from synth.extraction.head import read_lines
from synth.extraction.passages import passages
from synth.model import Passage, Transcript
from synth.search.embed import BUNDLED, embed_texts
from synth.search.retrieval import examples, line_scores

_RANK_WEIGHT = 0.05  # of a line's rank beside its probability; rank fusion of equals lost a fifth of the evidence


def choose_passages(
    desk: Desk, transcript: Transcript, aspect: str = "", *, coverage: float | None = None, room: float = math.inf
) -> list[Passage]:
    """Return what a model would be shown of one source, under the workspace's coverage if none is given.

    `room` is the number of tokens that full coverage should keep to.
    """
    coverage = desk.workspace.settings.model.coverage if coverage is None else coverage
    if coverage >= 1:
        return passages(transcript, room=room)
    return passages(transcript, coverage=coverage, line_scores=worth(desk, transcript, aspect))


def worth(desk: Desk, transcript: Transcript, aspect: str = "") -> dict[int, float]:
    """Return what each line is worth showing: how likely it is evidence, by the head if it can judge this embedder's
    vectors and this aspect; its rank by meaning and cue phrases decides between equals, or alone.
    """
    embed = partial(embed_texts, desk.embedder, desk.ledger)
    with ONE_AT_A_TIME:
        vectors, wanted = embed([line.text for line in transcript.lines]), embed(examples(desk.codebook, aspect))
    ranks = line_scores(transcript, vectors, wanted=wanted, codebook=desk.codebook, aspect=aspect)
    head = built_in_head(desk.embedder.name) if desk.embedder.name in BUNDLED else None
    if head is None or aspect not in ("", *head.aspects):
        return ranks
    reading = read_lines(transcript, vectors, head)
    mine = [i for i, name in enumerate(head.aspects) if aspect in ("", name)]
    likely = 1 - np.prod(1 - reading.probabilities[:, mine], axis=1)
    if not aspect:
        likely = (likely + reading.coded) / 2
    order = sorted(ranks, key=lambda n: (ranks[n], -n))
    place = {n: i / max(1, len(order) - 1) for i, n in enumerate(order)}
    return {
        line.n: float(chance) + _RANK_WEIGHT * place.get(line.n, 0.0)
        for line, chance in zip(reading.lines, likely, strict=True)
    }
