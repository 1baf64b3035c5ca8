"""The gate: what an engine claims becomes an insight only if code can see that a customer said it.

Numbers must exist, belong to one speaker, and be lines that may be evidence; the quote is sliced by whoever prints it.
A statement that says more than its lines is asked about once more; if it still does, the flag `check` stays and the
line speaks in its place, as in all of a source that speaks to the model. What is refused is counted by cause, and the
causes are shown to the user: nothing disappears.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from synth.extraction.agreement import disagreement, hidden_text, same_words
from synth.extraction.head import shortened
from synth.extraction.prompting import prompted, question_before
from synth.model import Aspect, Claim, Insight, Line, Transcript
from synth.people.injection import addressed_to_model
from synth.people.personal import structured
from synth.text.words import begins, content_words, words

MOST_LINES = 5
WIDEST_GAP = 2  # between neighbouring numbers: one line, perhaps our nod, may lie between
QUESTION_WORDS = 14  # a longer line that ends with a question mark mostly tells what somebody asked
ECHO_WORDS = 4  # of content; a longer answer in our words is still an answer
NEAR_INJECTION = 4  # lines around text addressed to a model that are flagged with it


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim whose statement says more than its lines, and what."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What passed, what was refused and how often by cause, and what is worth asking once more."""

    insights: tuple[Insight, ...]
    refused: Mapping[str, int]
    to_reask: tuple[Doubt, ...] = ()


def judge(
    claims: Iterable[Claim],
    transcript: Transcript,
    codebook: Sequence[Aspect],
    engine: str,
    *,
    names: Sequence[str] = (),
    language: str = "en",
) -> Judged:
    """Judge the claims of one source. `names`: ours and the account's, free to use; `language`: of the statements."""
    court = _Court(transcript, {aspect.name for aspect in codebook}, engine, tuple(names), language)
    refused: Counter[str] = Counter()
    kept: dict[str, Insight] = {}
    doubts: list[Doubt] = []
    for claim in claims:
        if cause := court.cause_against(claim):
            refused[cause] += 1
            continue
        new = [i for i in court.insights(claim) if not any(_covers(other, i) for other in kept.values())]
        refused["duplicate"] += not new
        for insight in new:
            kept = {key: other for key, other in kept.items() if not _covers(insight, other)} | {insight.id: insight}
        if any("check" in insight.flags for insight in new):
            doubts.append(Doubt(claim, court.doubt(claim)))
    refused = +refused
    return Judged(tuple(kept.values()), dict(sorted(refused.items())), tuple(doubts))


def _covers(one: Insight, other: Insight) -> bool:
    """Whether `one` already says `other`: same code and stance, and no line of its own in it."""
    return one.aspect == other.aspect and one.stance == other.stance and set(other.lines) <= set(one.lines)


@dataclass(frozen=True)
class _Court:
    transcript: Transcript
    aspects: set[str]
    engine: str
    names: tuple[str, ...]
    language: str

    @cached_property
    def tampered(self) -> bool:
        """Whether a model that read this source may have obeyed a text in it: then no word of the model's is kept."""
        return any(addressed_to_model(line.text) or hidden_text(line.text) for line in self.transcript.lines)

    def lines(self, claim: Claim) -> list[Line]:
        wanted = set(claim.lines)
        return [line for line in self.transcript.lines if line.n in wanted]

    def cause_against(self, claim: Claim) -> str:
        """Return why a claim is refused, '' if it is not. The words are counted and shown: keep them few and fixed."""
        lines = self.lines(claim)
        if claim.aspect not in self.aspects:
            return "unknown aspect"
        if not claim.lines or len(lines) < len(set(claim.lines)):
            return "no such line"
        return self._against_lines(lines) or self._against_words(claim, lines)

    def _against_lines(self, lines: list[Line]) -> str:
        if not all(line.citable for line in lines):
            return "not the customer's words"
        if len({(line.speaker, line.account, line.voice) for line in lines}) > 1:
            return "several speakers"
        if len(lines) > MOST_LINES:
            return "too many lines"
        if len(one_answer(self.transcript, lines)) < len(lines):
            return "lines far apart"
        if any(hidden_text(line.text) for line in lines):
            return "hidden text"
        return "addressed to a model" if any(addressed_to_model(line.text) for line in lines) else ""

    def _against_words(self, claim: Claim, lines: list[Line]) -> str:
        if claim.starts and not any(begins(line.text, claim.starts) for line in lines):
            return "misnumbered"
        text, language = " ".join(line.text for line in lines), lines[0].language
        denial = claim.stance == "contradicts" and len(words(text)) > 1  # "Not for us." says something: it denies
        if (len(content_words(text, language)) < 2 and not denial) or self._echo(lines):
            return "nothing of its own"
        if len(words(text)) <= QUESTION_WORDS and all(_asks(line.text) for line in lines):
            return "a question"
        return "" if claim.statement.strip() else "no statement"

    def _echo(self, lines: list[Line]) -> bool:
        """Whether a short answer only gives our own words back."""
        own = sum(len(content_words(each.text, each.language)) for each in lines)
        if lines[0].voice == "reported" or not 0 < own <= ECHO_WORDS:
            return False
        ours = [each.text for each in question_before(self.transcript, lines[0])]
        return bool(ours) and same_words(" ".join(each.text for each in lines), ours, lines[0].language)

    def doubt(self, claim: Claim) -> str:
        """Return what the statement says more than its lines."""
        lines = self.lines(claim)
        if claim.statement in (text := " ".join(line.text for line in lines)) or text in claim.statement:
            return ""
        asked = [line.text for line in question_before(self.transcript, lines[0])]
        source = self.transcript.source
        known = [speaker.name for speaker in self.transcript.speakers]
        context = [*asked, *known, *self.names, source.company, source.account, lines[0].account]
        return disagreement(claim.statement, lines, context=context, language=self.language)

    def insights(self, claim: Claim) -> list[Insight]:
        """One for each run of neighbouring lines of a turn: a quote is one slice, with nobody else's words in it."""
        lines = self.lines(claim)
        neighbours = groupby(enumerate(lines), key=lambda item: (item[1].turn, item[1].n - item[0]))
        runs = [[line for _, line in run] for _, run in neighbours]
        telling = [run for run in runs if len(runs) == 1 or sum(len(content_words(line.text)) for line in run) > 1]
        return [self._insight(claim, run, self._flags(claim, lines)) for run in telling or runs[:1]]

    def _insight(self, claim: Claim, lines: list[Line], flags: tuple[str, ...]) -> Insight:
        numbers = tuple(line.n for line in lines)
        own = shortened(max((line.text for line in lines), key=len))
        statement = own if claim.statement == own or self.tampered else claim.statement
        said = claim.prompted if claim.prompted is not None else prompted(self.transcript, numbers, claim.stance)
        return Insight(
            id=insight_id(self.transcript.source.id, claim.aspect, numbers, claim.stance),
            aspect=claim.aspect,
            statement=statement,
            source=self.transcript.source.id,
            lines=numbers,
            speaker=lines[0].speaker,
            role=lines[0].role,
            voice=lines[0].voice,
            account=lines[0].account or self.transcript.source.account,
            stance=claim.stance,
            prompted=said,
            confidence=claim.confidence,
            engine=self.engine,
            flags=flags,
        )

    def _flags(self, claim: Claim, lines: list[Line]) -> tuple[str, ...]:
        near = [line for line in self.transcript.lines if abs(line.n - lines[0].n) <= NEAR_INJECTION]
        flags = {
            "check": bool(self.doubt(claim)),
            "pii": any(structured(line.text) for line in lines),
            "injection": any(addressed_to_model(line.text) for line in near),
        }
        return tuple(name for name, raised in flags.items() if raised)


def in_own_words(insight: Insight, transcript: Transcript) -> Insight:
    """Let the quote speak for an insight whose statement said more than its lines, also when asked twice."""
    if "check" not in insight.flags:
        return insight
    texts = [line.text for line in transcript.lines if line.n in insight.lines]
    return replace(insight, statement=shortened(max(texts, key=len)))


def one_answer(transcript: Transcript, lines: Sequence[Line]) -> list[Line]:
    """Return the lines from the first on that are neighbours and answer the same question of ours."""
    asked = question_before(transcript, lines[0]) if lines else []
    kept = list(lines[:1])
    for line in lines[1:]:
        if line.n - kept[-1].n > WIDEST_GAP or question_before(transcript, line) != asked:
            break
        kept.append(line)
    return kept


def _asks(text: str) -> bool:
    return text.rstrip(" \"'”»)").endswith(("?", "؟"))


def insight_id(source: str, aspect: str, lines: Sequence[int], stance: str) -> str:
    """Return the id of an insight: the same evidence for the same code is the same insight, whoever found it."""
    parts = "\n".join([source, aspect, ",".join(map(str, lines)), stance])
    return hashlib.sha256(parts.encode()).hexdigest()[:12]
