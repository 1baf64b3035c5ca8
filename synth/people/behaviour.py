"""Who leads a talk, judged by how people talk: whoever asks most of the questions and speaks clearly less.

Only a question after which somebody else speaks counts; guests ask themselves rhetorical ones all the time.
Used only where nothing else tells. It decides in clear cases and is silent otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from synth.model import Line, Role, Transcript
from synth.people.cues import cues
from synth.text.names import fold

_QUESTION = re.compile(r"[?؟]")
_LEAST_QUESTIONS = 4
_ASKS = 0.6  # share of the questions put to others
_SPEAKS = 0.45  # at most this share of the words
_ASKS_A_GROUP = 0.75  # the same in a meeting, where somebody always asks more than the others
_TABLE = 4  # speakers; more are a meeting
_ANSWERS = 0.2  # share of a customer's turns that follow a question of the leader
_LITTLE = 0.25  # of the words of whoever answers most
_LEADS = 2  # opening phrases ("tell me about", "I'm recording") that outweigh a long-winded host


@dataclass(frozen=True, slots=True)
class Verdict:
    role: Role
    reason: str


@dataclass(slots=True)
class _Talk:
    """What one speaker did. `questions` are those put to others; `after` counts whose they answered."""

    lines: int = 0
    words: int = 0
    questions: int = 0
    openings: int = 0
    turns: int = 0
    after: Counter[str] = field(default_factory=Counter)

    def answers(self, leader: str) -> float:
        """Share of the turns that follow a question of `leader`."""
        return self.after[leader] / self.turns if self.turns else 0.0


def by_behaviour(transcript: Transcript, decided: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Roles of the speakers nothing else decided, or nothing when the talk has no clear interviewer."""
    if transcript.source.kind != "interview":
        return {}
    talks = _talks(transcript)
    leader = _leader(talks)
    if leader is None or (leader in decided and decided[leader].role == "customer"):
        return {}
    asked = round(100 * talks[leader].questions / sum(talk.questions for talk in talks.values()))
    verdicts = {leader: Verdict("vendor", f"leads the talk: asks {asked} % of the questions")}
    most = max(talk.words for name, talk in talks.items() if name != leader)
    for name, talk in talks.items():
        if name != leader:
            verdicts[name] = _other(talk, leader, asks_little=_asks_less(talk, talks[leader]), most=most)
    return verdicts


def _talks(transcript: Transcript) -> dict[str, _Talk]:
    talks: dict[str, _Talk] = {}
    lines = [line for line in transcript.lines if line.speech and line.speaker]
    padded = [None, *lines, None]
    for before, line, following in zip(padded, lines, padded[2:], strict=False):
        talk = talks.setdefault(line.speaker, _Talk())
        _count(talk, line, last=following is None or following.speaker != line.speaker)
        if before is None or before.speaker != line.speaker:
            talk.turns += 1
            if before and _QUESTION.search(before.text):
                talk.after[before.speaker] += 1
    return talks


def _count(talk: _Talk, line: Line, *, last: bool) -> None:
    talk.lines += 1
    talk.words += len(line.text.split())
    talk.questions += last and bool(_QUESTION.search(line.text))
    talk.openings += bool(cues("opening").search(fold(line.text)))


def _leader(talks: dict[str, _Talk]) -> str | None:
    if len(talks) < 2:
        return None
    name = max(talks, key=lambda who: talks[who].questions)
    first = talks[name]
    questions = sum(talk.questions for talk in talks.values())
    words = sum(talk.words for talk in talks.values())
    if first.questions < _LEAST_QUESTIONS or first.questions < _ASKS * questions:
        return None
    leads = first.openings >= _LEADS and first.openings == max(talk.openings for talk in talks.values())
    speaks_less = first.words <= _SPEAKS * words
    if len(talks) > _TABLE:
        return name if leads and speaks_less and first.questions >= _ASKS_A_GROUP * questions else None
    return name if speaks_less or leads else None


def _asks_less(talk: _Talk, leader: _Talk) -> bool:
    return talk.questions * leader.turns <= 0.6 * leader.questions * talk.turns


def _other(talk: _Talk, leader: str, *, asks_little: bool, most: int) -> Verdict:
    """Whoever is not asked and says little, or asks like the leader, may be a colleague of the leader."""
    answers = talk.answers(leader)
    if not asks_little:
        return Verdict("unknown", "may be a second interviewer: asks almost as often as the one who leads")
    if talk.turns < 2 or (answers < _ANSWERS and talk.words < _LITTLE * most):
        return Verdict("unknown", "says little and answers few of the questions: may be on either side")
    return Verdict("customer", f"answers {leader}, who leads the talk")
