"""Answers to a question, sentence by sentence, each with the lines it rests on: asked of a model, judged by code.

The model is shown numbered lines of several sources and names numbers. A sentence is kept only if its lines were shown,
may be evidence and agree with it; what it puts in quotation marks must be in them word for word. The rest is asked once
more with the reason, then dropped and counted. If nothing is left, the interviews do not say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from synth.errors import AnswerError
from synth.extraction.agreement import disagreement, hidden_text
from synth.extraction.matching import Attribution, Library
from synth.extraction.passages import render_lines
from synth.extraction.prompting import question_before
from synth.extraction.reading import delimiter
from synth.model import Line, Transcript
from synth.models.answers import citing_schema
from synth.models.calls import Chat
from synth.models.prompt import Prompt, language_name
from synth.models.requests import Request
from synth.models.retrying import Allowance
from synth.people.injection import addressed_to_model

MOST_SENTENCES = 8
MOST_LINES = 6  # of one sentence
_LONGEST = 400  # characters of one sentence
_QUOTED = re.compile('[“"«„]([^“”"«»„]{8,})[”"»“]')
_SCHEMA = citing_schema("lines", "integer")


@dataclass(frozen=True, slots=True)
class Cited:
    """One line that a sentence rests on."""

    transcript: Transcript
    line: Line


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    cites: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Sentences that passed the gate, what was refused by cause, and why nothing came back, if so."""

    sentences: tuple[Sentence, ...] = ()
    refused: Mapping[str, int] | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who answers, and how.

    `mask` hides personal data of a line of one source; `about` tells whether a sentence is about what its lines say.
    """

    chat: Chat
    prompt: Prompt
    mask: Callable[[Transcript, str], str]
    about: Callable[[str, Sequence[str]], bool] = lambda _sentence, _lines: True
    language: str = "en"
    names: tuple[str, ...] = ()  # free to use in a sentence
    max_output_tokens: int = 1200


def answer(question: str, found: Sequence[Cited], asker: Asker) -> Answered:
    """Ask about the lines found, judge the answer, ask once more about what does not hold, and judge that."""
    page = _Page(tuple(found))
    if not page.found:
        return Answered()
    try:
        given = _ask(question, page, asker, ())
        kept, doubts = _judge(given, question, page, asker)
        if doubts:
            again, doubts = _judge(_ask(question, page, asker, doubts), question, page, asker)
            kept += [sentence for sentence in again if sentence not in kept]
    except AnswerError as error:
        return Answered(failure=str(error))
    refused = Counter(doubt["cause"] for doubt in doubts)
    return Answered(tuple(kept[:MOST_SENTENCES]), dict(sorted(refused.items())))


@dataclass(frozen=True)
class _Page:
    """The lines that a model is shown, numbered through all sources from 1."""

    found: tuple[Cited, ...]

    @property
    def numbered(self) -> dict[int, Cited]:
        return dict(enumerate(self.found, start=1))

    def text(self, mask: Callable[[Transcript, str], str]) -> str:
        """Print the lines source by source, each answer with our question before it."""
        blocks, first = [], 1
        for _, run in groupby(self.found, key=lambda cited: cited.transcript.source.id):
            cited = list(run)
            transcript = cited[0].transcript
            blocks.append(_block(transcript, [each.line for each in cited], first, mask))
            first += len(cited)
        return "\n\n".join(blocks)


def _block(transcript: Transcript, lines: Sequence[Line], first: int, mask: Callable[[Transcript, str], str]) -> str:
    """Print the lines of one source under the numbers of the page; nobody else's lines have a number."""
    numbers = {line.n: first + i for i, line in enumerate(lines)}
    context = {line.n for each in lines for line in question_before(transcript, each)[-1:]}
    wanted = sorted({*numbers, *context})
    printed = render_lines(transcript, wanted, lambda line: mask(transcript, line.text), numbers)
    heading = f"# {lines[0].account or transcript.source.account or 'a customer'}, {transcript.source.kind}"
    return f"{mask(transcript, heading)}\n{printed}"


def _ask(question: str, page: _Page, asker: Asker, doubts: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    lines = page.text(asker.mask)
    values: dict[str, Any] = {"question": question, "lines": lines, "mark": delimiter(lines)}
    request = Request(
        system=asker.prompt.render("system", language=language_name(asker.language)),
        user=asker.prompt.render("again", **values, doubts=doubts) if doubts else asker.prompt.render("user", **values),
        schema_name="answer",
        schema=_SCHEMA,
        max_tokens=asker.max_output_tokens,
        version=asker.prompt.version,
        stage="ask",
    )
    given: list[dict[str, Any]] = asker.chat.ask(request, Allowance()).data["sentences"]
    return given


def _judge(
    given: Sequence[Mapping[str, Any]], question: str, page: _Page, asker: Asker
) -> tuple[list[Sentence], list[dict[str, str]]]:
    kept: list[Sentence] = []
    doubts: list[dict[str, str]] = []
    for item in given:
        text = " ".join(item["text"].split())
        numbers = sorted(set(item["lines"]))
        cites = tuple(page.numbered[n] for n in numbers if n in page.numbered)
        cause, reason = _against(text, numbers, cites, question, asker)
        if cause:
            doubts.append({"lines": ", ".join(map(str, numbers)), "text": text, "cause": cause, "reason": reason})
        else:
            kept.append(Sentence(text, cites))
    return kept, doubts


def _against(
    text: str, numbers: Sequence[int], cites: tuple[Cited, ...], question: str, asker: Asker
) -> tuple[str, str]:
    """Return the cause against a sentence, and the reason in words; two '' when it holds."""
    if not text or len(text) > _LONGEST or hidden_text(text) or addressed_to_model(text):
        return "not a sentence", "it is no plain sentence"
    if not cites or len(cites) < len(numbers):
        return "no such line", "a line that it names was not shown with a number"
    if len(cites) > MOST_LINES:
        return "too many lines", f"more than {MOST_LINES} lines"
    return _against_words(text, cites, question, asker)


def _against_words(text: str, cites: tuple[Cited, ...], question: str, asker: Asker) -> tuple[str, str]:
    library = Library({cited.transcript.source.id: cited.transcript for cited in cites}.values())
    for quote in _QUOTED.findall(text):
        if not any(library.find(quote, _claim(cited)).verdict == "verbatim" for cited in cites):
            return "misquoted", f"its lines do not say “{quote}”"
    if reason := _disagreement(text, cites, question, asker):
        return "says more than its lines", reason
    if not asker.about(text, [cited.line.text for cited in cites]):
        return "about something else", "its lines are about something else"
    return "", ""


def _claim(cited: Cited) -> Attribution:
    return Attribution(cited.transcript.source.id, (cited.line.n,))


def _disagreement(text: str, cites: tuple[Cited, ...], question: str, asker: Asker) -> str:
    sources = {cited.transcript.source.id: cited.transcript for cited in cites}.values()
    known = [name for each in sources for name in (each.source.account, each.source.company)]
    accounts = [cited.line.account for cited in cites]
    asked = [line.text for cited in cites for line in question_before(cited.transcript, cited.line)]
    context = [question, *known, *accounts, *asker.names, *asked, *(cited.line.text for cited in cites)]
    spoken: dict[str, list[Line]] = {}
    for cited in cites:
        spoken.setdefault(cited.line.language, []).append(cited.line)
    reasons = [disagreement(text, lines, context=context, language=asker.language) for lines in spoken.values()]
    return reasons[0] if all(reasons) else ""
