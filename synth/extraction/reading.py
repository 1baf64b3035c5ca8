"""The model engine: passages in, claims out. The model names line numbers and never types a quote.

A bare number can slip by a line, so each item also carries the first words of its first line, and code puts the number
right. What cannot be read is a failure with its lines and cause; it is never counted as "nothing was found".
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth.errors import AnswerError
from synth.extraction.gate import Doubt, Judged, in_own_words, judge, one_answer
from synth.extraction.passages import Batch, batches, halves, render_lines
from synth.model import Aspect, Claim, Insight, Passage, Transcript
from synth.models.calls import Chat
from synth.models.prompt import Prompt, language_name
from synth.models.requests import Request
from synth.models.retrying import Allowance
from synth.models.sidebyside import in_order
from synth.settings import Model
from synth.text.words import LIKE, likeness, token_count, tokens

_FULL = 0.97  # of a source's tokens; the rest is for counts that differ from ours
_LONG = 5000  # tokens of a talk; of a shorter one the instructions alone are a seventh and more
CONTEXT = 3  # lines around a doubtful item that a second look is shown


def _as_it_is(text: str) -> str:
    return text


def _any(_statement: str, _lines: Sequence[str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Coder:
    """Who reads, and by which rules.

    `mask` hides a line's personal data; `unmask` words a statement's placeholders; `about` tells whether a statement is
    about what its lines say.
    """

    chat: Chat
    codebook: tuple[Aspect, ...]
    prompt: Prompt
    language: str = "en"
    max_output_tokens: int = Model().max_output_tokens
    batch_tokens: int = Model().batch_tokens
    mask: Callable[[str], str] = _as_it_is
    unmask: Callable[[str], str] = _as_it_is
    about: Callable[[str, Sequence[str]], bool] = _any
    example: bool = True  # show a worked example; costs about 200 tokens a call


@dataclass(frozen=True, slots=True)
class Failure:
    """Lines that could not be read, and why."""

    source: str
    lines: tuple[int, ...]
    cause: str
    problem: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model found in one source."""

    claims: tuple[Claim, ...] = ()
    failures: tuple[Failure, ...] = ()
    items: int = 0  # as the model gave them
    slips: int = 0  # of these, put right by their first words
    calls: int = 0
    cached_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


def read_with_model(transcript: Transcript, passages: Sequence[Passage], coder: Coder) -> Reading:
    """Read the passages of one source."""
    return read_sources([(transcript, passages)], coder)[0]


def read_sources(sources: Sequence[tuple[Transcript, Sequence[Passage]]], coder: Coder) -> list[Reading]:
    """Read many sources, batches side by side; one Reading a source, in their order.

    Raises ModelError or BudgetReached when going on is useless; finished calls are in the store by then.
    """
    jobs = [
        (place, transcript, batch)
        for place, (transcript, shown) in enumerate(sources)
        for batch in batches(transcript, shown, coder.batch_tokens)
    ]
    _system(coder)  # a prompt that does not fit is found before anything is sent
    done = in_order(lambda job: _read(job[1], job[2], coder, Allowance()), jobs, coder.chat.workers)
    found: list[Reading] = [Reading() for _ in sources]
    for (place, _, _), reading in zip(jobs, done, strict=True):
        found[place] = _together(found[place], reading)
    return found


def planned(transcript: Transcript, passages: Sequence[Passage], coder: Coder) -> list[Request]:
    """Return what would be asked first about one source; what is asked again depends on the answers."""
    return [_request(transcript, batch, coder) for batch in batches(transcript, passages, coder.batch_tokens)]


def room(transcript: Transcript, coder: Coder) -> float:
    """Return the tokens of lines with which a long talk, instructions included, costs no more than its own text."""
    said = token_count(" ".join(line.text for line in transcript.lines if line.speech))
    if said < _LONG:
        return math.inf
    return _FULL * said - math.ceil(said / coder.batch_tokens) * tokens(_system(coder))


def reconsider(transcript: Transcript, doubts: Sequence[Doubt], coder: Coder) -> Reading:
    """Ask once more about claims that the gate doubts, with its reasons."""
    if not doubts:
        return Reading()
    citable = {line.n for line in transcript.lines if line.citable}
    wanted = {n + step for doubt in doubts for n in doubt.claim.lines for step in range(-CONTEXT, CONTEXT + 1)}
    lines = tuple(line.n for line in transcript.lines if line.n in wanted and line.speech)
    shown = [
        {
            "aspect": doubt.claim.aspect,
            "lines": ", ".join(map(str, doubt.claim.lines)),
            "statement": doubt.claim.statement,
            "reason": doubt.reason,
        }
        for doubt in doubts
    ]
    request = _request(transcript, Batch(transcript.source.id, lines), coder, doubts=shown)
    return _asked(transcript, tuple(n for n in lines if n in citable), request, coder, Allowance(2))


def read_and_judge(
    transcript: Transcript, passages: Sequence[Passage], coder: Coder, names: Sequence[str] = ()
) -> tuple[Judged, Reading]:
    """Read one source, let the gate judge, ask once more about what it doubts, and judge that."""
    reading = read_with_model(transcript, passages, coder)
    return settle(transcript, reading, coder, names)


def settle(transcript: Transcript, reading: Reading, coder: Coder, names: Sequence[str] = ()) -> tuple[Judged, Reading]:
    """Judge a reading. A doubted claim is replaced by what the second look says of it; else its line speaks for it."""
    engine = coder.chat.model
    first = judge(reading.claims, transcript, coder.codebook, engine, names=names, language=coder.language)
    doubts = (*first.to_reask, *_astray(transcript, reading.claims, first, coder))
    if not doubts:
        return first, reading
    second = reconsider(transcript, doubts, coder)
    doubted = [doubt.claim for doubt in doubts]
    settled = [claim for claim in reading.claims if not any(claim is each for each in doubted)]
    for claim in doubted:
        better = next(
            (new for new in second.claims if new.aspect == claim.aspect and {*new.lines} & {*claim.lines}), None
        )
        settled.append(better or claim)
    both = _together(reading, replace(second, claims=(), items=0, slips=0))
    last = judge(settled, transcript, coder.codebook, engine, names=names, language=coder.language)
    return replace(last, insights=tuple(_borne_out(insight, transcript, coder) for insight in last.insights)), both


def _astray(transcript: Transcript, claims: Sequence[Claim], judged: Judged, coder: Coder) -> list[Doubt]:
    """Doubt the claims that passed but whose statement is not about their lines: a line was named by mistake."""
    passed = {(i.aspect, i.statement) for i in judged.insights if "check" not in i.flags}
    return [
        Doubt(claim, "its lines are about something else")
        for claim in claims
        if (claim.aspect, claim.statement) in passed
        and not coder.about(claim.statement, _texts(transcript, claim.lines))
    ]


def _borne_out(insight: Insight, transcript: Transcript, coder: Coder) -> Insight:
    if "check" not in insight.flags and not coder.about(insight.statement, _texts(transcript, insight.lines)):
        insight = replace(insight, flags=(*insight.flags, "check"))
    return in_own_words(insight, transcript)


def _texts(transcript: Transcript, numbers: Sequence[int]) -> list[str]:
    return [line.text for line in transcript.lines if line.n in set(numbers)]


def _read(transcript: Transcript, batch: Batch, coder: Coder, allowance: Allowance) -> Reading:
    citable = {line.n for line in transcript.lines if line.citable}
    shown = tuple(n for n in batch.lines if n in citable)
    reading = _asked(transcript, shown, _request(transcript, batch, coder), coder, allowance)
    too_long = reading.failures and reading.failures[0].cause in {"truncated", "overflow"}
    parts = halves(transcript, batch)
    if not too_long or len(parts) < 2 or allowance.left < 2:
        return reading
    spent = replace(reading, failures=())
    for part in parts:
        shown = tuple(n for n in part.lines if n in citable)
        spent = _together(spent, _asked(transcript, shown, _request(transcript, part, coder), coder, allowance))
    return spent


def _asked(
    transcript: Transcript, shown: tuple[int, ...], request: Request, coder: Coder, allowance: Allowance
) -> Reading:
    before = allowance.left
    try:
        answer = coder.chat.ask(request, allowance)
    except AnswerError as error:
        failure = Failure(transcript.source.id, shown, error.cause, str(error).partition(": ")[2])
        return Reading(failures=(failure,), calls=before - allowance.left)
    texts = {line.n: coder.mask(line.text) for line in transcript.lines if line.n in set(shown)}
    items = answer.data["insights"]
    claims = [_claim(item, coder) for item in items]
    righted = [_together_only(_righted(claim, texts), transcript) for claim in claims]
    return Reading(
        claims=tuple(righted),
        items=len(items),
        slips=sum(a.lines != b.lines for a, b in zip(claims, righted, strict=True)),
        calls=before - allowance.left,
        cached_calls=int(answer.usage.requests == 0),
        tokens_in=answer.usage.tokens_in,
        tokens_out=answer.usage.tokens_out,
    )


def _together(one: Reading, other: Reading) -> Reading:
    return Reading(
        claims=one.claims + other.claims,
        failures=one.failures + other.failures,
        items=one.items + other.items,
        slips=one.slips + other.slips,
        calls=one.calls + other.calls,
        cached_calls=one.cached_calls + other.cached_calls,
        tokens_in=one.tokens_in + other.tokens_in,
        tokens_out=one.tokens_out + other.tokens_out,
    )


def _system(coder: Coder) -> str:
    language = language_name(coder.language)
    return coder.prompt.render("system", aspects=coder.codebook, language=language, example=coder.example)


def _request(transcript: Transcript, batch: Batch, coder: Coder, doubts: Sequence[Mapping[str, str]] = ()) -> Request:
    lines = render_lines(transcript, batch.lines, lambda line: coder.mask(line.text))
    values: dict[str, Any] = {"lines": lines, "mark": delimiter(lines)}
    user = coder.prompt.render("again", **values, doubts=doubts) if doubts else coder.prompt.render("user", **values)
    return Request(
        system=_system(coder),
        user=user,
        schema_name="insights",
        schema=answer_schema(coder.codebook),
        max_tokens=coder.max_output_tokens,
        version=coder.prompt.version,
        stage="second look" if doubts else "extract",
        source=transcript.source.id,
    )


def _together_only(claim: Claim, transcript: Transcript) -> Claim:
    """Cut a list of lines that runs on over our next question; whether the statement still holds, the gate will see."""
    wanted = set(claim.lines)
    lines = one_answer(transcript, [line for line in transcript.lines if line.n in wanted])
    return replace(claim, lines=tuple(line.n for line in lines)) if lines and len(lines) < len(wanted) else claim


def delimiter(lines: str, length: int = 6) -> str:
    """Return a mark that the lines do not contain, the same for the same lines: as much of their hash as it takes."""
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return next(digest[:size] for size in range(length, len(digest)) if digest[:size] not in lines)


def answer_schema(codebook: Sequence[Aspect]) -> dict[str, Any]:
    """Return the JSON schema of an answer, in the strict subset that providers enforce."""
    item = {
        "aspect": {"type": "string", "enum": [aspect.name for aspect in codebook]},
        "lines": {"type": "array", "items": {"type": "integer"}},
        "starts": {"type": "string"},
        "statement": {"type": "string"},
        "stance": {"type": "string", "enum": ["supports", "contradicts"]},
        "prompted": {"type": "boolean"},
    }
    insight = {"type": "object", "properties": item, "required": list(item), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"insights": {"type": "array", "items": insight}},
        "required": ["insights"],
        "additionalProperties": False,
    }


def _claim(item: Mapping[str, Any], coder: Coder) -> Claim:
    return Claim(
        aspect=item["aspect"],
        statement=coder.unmask(" ".join(item["statement"].split())),
        lines=tuple(sorted(set(item["lines"]))),
        starts=item["starts"],
        stance=item["stance"],
        prompted=item["prompted"],
    )


def _righted(claim: Claim, texts: Mapping[int, str]) -> Claim:
    """Return the claim with its lines moved to where its first words stand, when they stand elsewhere.

    A weak model may give the first words of our question; if its statement copies a line, that line is meant.
    """
    if not claim.lines or not texts:
        return claim
    first, order = claim.lines[0], list(texts)
    for starts in (claim.starts, claim.statement):
        best = _best_place(texts, starts, first)
        if likeness(texts[best], starts) >= LIKE:
            start, size = order.index(best), min(len(claim.lines), claim.lines[-1] - first + 1)
            lines = claim.lines if best == first else tuple(order[start : start + size])
            return replace(claim, lines=lines, starts=starts)
    return claim


def _best_place(texts: Mapping[int, str], starts: str, first: int) -> int:
    """Return the line that begins with `starts`: exact before similar, and of equals the nearest to `first`."""
    like = {n: likeness(text, starts) for n, text in texts.items()}
    return max(texts, key=lambda n: (like[n] == 1, like[n] >= LIKE, -abs(n - first), -n))
