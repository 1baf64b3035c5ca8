"""What a model is shown of a source: answers with their questions, our own monologues shortened, in few calls.

With coverage 1 every line that may be cited and says something is shown; a long talk that would then cost more than its
own text gives up the questions of its longest answers, which are understood alone. Below 1, single lines are chosen by
their worth per token until that share of the source's tokens is used, and only short answers keep their question. Only
citable lines get a number when printed, so nobody else's words can be named as evidence. Nothing is skipped for its
size: what does not fit into one batch goes into the next.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from synth.model import Line, Passage, Transcript
from synth.text.words import content_words, listed, token_count, tokens, words

ANSWER_LINES = 6  # of one passage; a longer answer becomes several that share the question
ALONE_WORDS = 12  # of an answer that is understood without its question, where every token counts
LENGTH = 0.6  # power of a line's tokens that its worth is divided by: at 1, scraps would win
BESIDE = 0.45  # of the lower score of two neighbours, added to one when the other is shown: evidence runs on
OWN_WORDS = 22  # of our last two sentences that are shown; where they are longer, the last question alone
LINE_WORDS = 250  # of one line; the rest of a line without end is not needed to name its number
_HEAD_TOKENS = 1.2  # of a printed line: its number, and its letter now and then
NOD_WORDS = 3  # of a turn of ours that asks nothing and does not end the customer's answer

_Exchange = tuple[list[Line], list[Line]]  # what we asked, and what the customer answered


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one source for one call."""

    source: str
    lines: tuple[int, ...]


def passages(
    transcript: Transcript,
    *,
    coverage: float = 1.0,
    line_scores: Mapping[int, float] | None = None,
    room: float = math.inf,
) -> list[Passage]:
    """Return the passages to show, in the order of the source. Without scores every line is worth the same.

    `room`: tokens that full coverage should keep to, as far as giving up questions of long answers goes.
    """
    if coverage >= 1:
        found = list(_exchanges(transcript, ANSWER_LINES))
        return [_passage(transcript, question, answer) for question, answer in _fitted(found, room)]
    budget = coverage * token_count(" ".join(line.text for line in transcript.lines if line.speech))
    found = [(_terse(question, answer), answer) for question, answer in _exchanges(transcript, ANSWER_LINES)]
    kept = _chosen(found, budget, line_scores)
    chosen = ((question, [line for line in answer if line.n in kept]) for question, answer in found)
    return [_passage(transcript, question, lines) for question, lines in chosen if lines]


def _exchanges(transcript: Transcript, most: int) -> Iterable[_Exchange]:
    """Yield each question of ours with the lines that answer it, at most so many at once."""
    question: list[Line] = []
    answer: list[Line] = []
    for turn in _turns(transcript):
        shown = [line for line in turn if line.citable and _says_something(line)]
        if shown:
            answer += shown
        elif not any(line.citable for line in turn) and not _nod(turn):
            if answer:
                yield from _windows(question, answer, most)
                question, answer = [], []
            question = _shortened(turn)
    if answer:
        yield from _windows(question, answer, most)


def _terse(question: list[Line], answer: list[Line]) -> list[Line]:
    return [] if _words(answer) >= ALONE_WORDS else question[-1:]


def _fitted(found: list[_Exchange], room: float) -> list[_Exchange]:
    """Give up the questions of the longest answers until the rest fits, but never one that a short answer needs."""
    answers: dict[int, list[Line]] = {}
    for question, answer in found:
        if question:
            answers.setdefault(question[0].n, []).extend(answer)
    cost = {question[0].n: _price(question) for question, _ in found if question}
    over = sum(cost.values()) + sum(_price(answer) for _, answer in found) - room
    given_up: set[int] = set()
    for n in sorted(answers, key=lambda n: (-_words(answers[n]), n)):
        if over <= 0 or _words(answers[n]) < ALONE_WORDS:
            break
        given_up.add(n)
        over -= cost[n]
    return [([] if question and question[0].n in given_up else question, answer) for question, answer in found]


def _turns(transcript: Transcript) -> Iterable[list[Line]]:
    """Yield the lines of each turn; a turn of a note may hold reported lines and our own, which are told apart."""
    spoken = (line for line in transcript.lines if line.speech)
    for _, turn in groupby(spoken, key=lambda line: (line.turn, line.citable)):
        yield list(turn)


def _says_something(line: Line) -> bool:
    """Whether a line has content, or denies: a bare "no" may be the whole answer, a bare "yes" gives our words back."""
    denies = listed("negations", line.language)
    return bool(content_words(line.text, line.language)) or any(word in denies for word in words(line.text))


def _words(lines: Sequence[Line]) -> int:
    return sum(len(words(line.text)) for line in lines)


def _nod(turn: Sequence[Line]) -> bool:
    """Whether a turn of ours only shows that we listen: the customer's answer goes on after it."""
    if not any(_says_something(line) for line in turn):
        return True
    return _words(turn) <= NOD_WORDS and not _asks(turn[-1])


def _asks(line: Line) -> bool:
    return line.text.rstrip(" \"'”»").endswith(("?", "؟"))


def _shortened(turn: list[Line]) -> list[Line]:
    """Return of a turn of ours what the customer answers to: its last sentences, of a long one its last question."""
    last = [line for line in turn if _says_something(line)][-2:] or turn[-1:]
    if _words(last) <= OWN_WORDS:
        return last
    asked = [line for line in turn if _asks(line)]
    return asked[-1:] or turn[-1:]


def _windows(question: list[Line], answer: list[Line], most: int) -> Iterable[_Exchange]:
    count = -(-len(answer) // most)
    size = -(-len(answer) // count)
    for start in range(0, len(answer), size):
        yield question, answer[start : start + size]


def _passage(transcript: Transcript, question: list[Line], answer: list[Line]) -> Passage:
    numbers = tuple(sorted({line.n for line in [*question, *answer]}))
    return Passage(transcript.source.id, numbers, render_lines(transcript, numbers))


def _chosen(found: Sequence[_Exchange], budget: float, scores: Mapping[int, float] | None) -> set[int]:
    """Return the numbers of the answers' lines worth most per token, best first."""
    choice = _Choice(found, scores)
    heap = [(-choice.worth(n), n) for n in choice.lines]
    heapq.heapify(heap)
    while heap:
        worth, n = heapq.heappop(heap)
        price = choice.price(n)
        if n in choice.kept or price > budget or -worth < choice.worth(n):
            continue  # a line that is worth more by now stands in the heap again
        budget -= price
        for beside in choice.take(n):
            heapq.heappush(heap, (-choice.worth(beside), beside))
    return choice.kept


class _Choice:
    """Which lines are shown, while they are chosen. A line that needs a question pays for it, the next one does not."""

    def __init__(self, found: Sequence[_Exchange], scores: Mapping[int, float] | None) -> None:
        self.lines = {line.n: line for _, answer in found for line in answer}
        self.scores = {n: scores.get(n, 0.0) if scores else 1.0 for n in self.lines}
        self.questions = {line.n: question for question, answer in found for line in answer}
        self.kept: set[int] = set()
        self.asked: set[int] = set()

    def price(self, n: int) -> float:
        question = [line for line in self.questions[n] if line.n not in self.asked]
        return _price([self.lines[n], *question])

    def worth(self, n: int) -> float:
        shown = [other for other in self._beside(n) if other in self.kept]
        gain = self.scores[n] + BESIDE * sum(min(self.scores[n], self.scores[other]) for other in shown)
        return float(gain / self.price(n) ** LENGTH)

    def take(self, n: int) -> list[int]:
        """Show a line, and return the others that are worth more for it."""
        self.kept.add(n)
        question = {line.n for line in self.questions[n]} - self.asked
        self.asked |= question
        shares = [m for m, asked in self.questions.items() if question & {line.n for line in asked}] if question else []
        return [m for m in dict.fromkeys([*self._beside(n), *shares]) if m not in self.kept]

    def _beside(self, n: int) -> list[int]:
        return [m for m in (n - 1, n + 1) if m in self.lines and self.lines[m].turn == self.lines[n].turn]


def _price(lines: Sequence[Line]) -> float:
    return sum(token_count(line.text) + _HEAD_TOKENS for line in lines)


def render_lines(
    transcript: Transcript,
    lines: Iterable[int],
    text_of: Callable[[Line], str] | None = None,
    numbers: Mapping[int, int] | None = None,
) -> str:
    """Print lines as a model is shown them: `12 ...` a customer, `12 C2: ...` one of several, `13 N: ...` a note,
    `V: ...` we ourselves.

    The letter stands where a turn begins; the lines that follow in it have their number only. `text_of` may mask;
    `numbers` are other numbers for the lines, and a line without one has none then.
    """
    by_number = {line.n: line for line in transcript.lines}
    letters = _letters(transcript)
    printed: list[str] = []
    before: tuple[int, str] | None = None
    for line in (by_number[n] for n in lines if n in by_number):
        letter = letters.get(line.speaker, "") if line.citable and line.voice == "said" else "VN"[line.citable]
        head = "" if (line.turn, letter) == before or not letter else f"{letter}: "
        before = (line.turn, letter)
        shown = line.n if numbers is None else numbers.get(line.n)
        number = f"{shown} " if line.citable and shown else ""
        printed.append(f"{number}{head}{_cut((text_of or _text)(line))}")
    return "\n".join(printed)


def _letters(transcript: Transcript) -> dict[str, str]:
    """Give each customer a letter, C1, C2, ..., when there are several; of one the number tells."""
    names = list(dict.fromkeys(line.speaker for line in transcript.lines if line.citable and line.voice == "said"))
    return {name: f"C{i}" for i, name in enumerate(names, 1)} if len(names) > 1 else {}


def _text(line: Line) -> str:
    return line.text


def _cut(text: str) -> str:
    parts = text.split()
    return " ".join(parts[:LINE_WORDS]) + (" …" if len(parts) > LINE_WORDS else "")


def batches(transcript: Transcript, found: Sequence[Passage], max_tokens: int) -> list[Batch]:
    """Fill as few batches as `max_tokens` of lines allow, about equally full, cut between passages."""
    if not found:
        return []
    sizes = [tokens(passage.text) for passage in found]
    target = sum(sizes) / -(-sum(sizes) // max_tokens)
    groups: list[list[Passage]] = [[]]
    filled = total = 0.0
    for passage, size in zip(found, sizes, strict=True):
        full = filled + size > max_tokens or total >= target * len(groups)
        if groups[-1] and full:
            groups.append([])
            filled = 0.0
        groups[-1].append(passage)
        filled, total = filled + size, total + size
    return [_batch(transcript, group) for group in groups]


def _batch(transcript: Transcript, group: Sequence[Passage]) -> Batch:
    return Batch(transcript.source.id, tuple(sorted({n for passage in group for n in passage.lines})))


def halves(transcript: Transcript, batch: Batch) -> tuple[Batch, ...]:
    """Split a batch in two at a turn; a batch that has no such place is returned as it is."""
    turn_of = {line.n: line.turn for line in transcript.lines}
    middle = len(batch.lines) / 2
    cuts = [i for i in range(1, len(batch.lines)) if turn_of[batch.lines[i]] != turn_of[batch.lines[i - 1]]]
    cuts = cuts or list(range(1, len(batch.lines)))
    if not cuts:
        return (batch,)
    cut = min(cuts, key=lambda i: (abs(i - middle), i))
    return Batch(batch.source, batch.lines[:cut]), Batch(batch.source, batch.lines[cut:])
