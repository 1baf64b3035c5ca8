"""A second reader for the local engine: a small chat model says in one word what a doubtful line is.

A weak model that is asked to code a talk misnumbers and picks wrong codes; asked about one line at a time, the
probabilities of its first word say something that the head does not know. Each word is compared with what the model
says of the other lines of the source, since it has favourites, and moves the head's probability a little. It never
brings a line of its own, so nothing is cited that the head had not proposed, and a quote stays a slice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth.extraction.head import Reading
from synth.extraction.prompting import question_before
from synth.model import Line, Transcript
from synth.models.prompt import Prompt
from synth.models.requests import Reply, Request
from synth.people.redact import Mask

WORDS = {
    "problem": "pain_point",
    "event": "trigger_event",
    "goal": "desired_outcome",
    "result": "benefit",
    "reason": "why_us",
    "doubt": "objection",
    "nothing": "",
}  # of prompts/second.yaml
ASKED_FROM, ASKED_TO = 0.12, 0.95  # of a line's surest aspect: beyond, the head knows that it is nothing, or what it is
MOST = 40  # lines of one source that are asked about; the most doubtful
DOUBT = 0.4  # probability about which lines are doubtful: where the thresholds lie
WEIGHTS = {"en": 0.5}  # of the model's word beside the head's, by language; see docs/QUALITY.md
_WEIGHT = 0.15  # in the others, which small models know less well
_LIKELIEST = 20  # first words that are looked at
_LEAST = -8.0  # logarithm of the probability of a word that is not among them
_CONTEXT = 160  # characters of the question, and of the line before
_LONGEST = 300  # characters of the line


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One line that is asked about: its row in the head's reading, and the request."""

    row: int
    request: Request


def doubtful(transcript: Transcript, reading: Reading, prompt: Prompt, mask: Mask) -> list[Doubtful]:
    """Return the lines that a second reader is asked about, in the order of the source."""
    if not len(reading.lines):
        return []
    best = reading.probabilities.max(axis=1)
    asked = np.flatnonzero((best >= ASKED_FROM) & (best < ASKED_TO))
    nearest = sorted(asked.tolist(), key=lambda i: (abs(float(best[i]) - DOUBT), i))[:MOST]
    return [Doubtful(i, _question(transcript, reading.lines[i], prompt, mask)) for i in sorted(nearest)]


def _question(transcript: Transcript, line: Line, prompt: Prompt, mask: Mask) -> Request:
    asked = " ".join(each.text for each in question_before(transcript, line))
    before = "".join(f"{each.text} " for each in transcript.lines if each.n == line.n - 1 and each.turn == line.turn)
    asked, before, said = (mask.apply(text).text for text in (asked, before, line.text))
    values = {"asked": asked[-_CONTEXT:], "before": before[-_CONTEXT:], "line": said[:_LONGEST]}
    return Request(
        system=prompt.render("system"),
        user=prompt.render("user", **values),
        schema_name="word",
        schema={},
        max_tokens=1,
        version=prompt.version,
        stage="second reader",
        source=transcript.source.id,
        likeliest=_LIKELIEST,
    )


def opinion(reply: Reply) -> list[float]:
    """Return how likely the model finds each of WORDS, as logarithms; if it tells none, by the word it gave."""
    likely = reply.likely or ((reply.text, 0.0),)
    return [max([chance for token, chance in likely if _begins(word, token)], default=_LEAST) for word in WORDS]


def _begins(word: str, token: str) -> bool:
    plain = token.strip(" .").casefold()
    return bool(plain) and word.startswith(plain)


def weighed(reading: Reading, aspects: Sequence[str], said: Mapping[int, list[float]], language: str) -> Reading:
    """Return `reading` of a source in `language`, the opinions `said` of its rows weighed in."""
    if not said:
        return reading
    rows = sorted(said)
    words = np.maximum(np.array([said[row] for row in rows]), _LEAST)
    against_habit = words - words.mean(axis=0)
    relative = against_habit - np.log(np.exp(against_habit).sum(axis=1, keepdims=True)) + np.log(len(WORDS))
    column = [list(WORDS.values()).index(aspect) if aspect in WORDS.values() else -1 for aspect in aspects]
    moved = np.stack([relative[:, at] if at >= 0 else np.zeros(len(rows)) for at in column], axis=1)
    chances = reading.probabilities.astype(np.float64)
    chances[rows] = _sigmoid(_logit(chances[rows]) + WEIGHTS.get(language, _WEIGHT) * moved)
    return replace(reading, probabilities=chances.astype(np.float32))


def _logit(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.log(safe / (1 - safe))


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-values))
