"""The same talk told twice in other words: a second write-up, a tidied transcript, a summary beside the recording.

Words differ, so what is compared is what a retelling keeps: numbers (spelled or in digits) and names, also across
languages and scripts, and the order in which they first come. Only sources of one account, or with one of its people,
are compared, and never two with different days. Measured on 30 sources in seven languages (435 pairs) and three
retellings of two of them: retellings share 70 to 83 % of the weight of their facts in nearly the same order, two talks
at one account at most 53 %. What lies between is a question to the user and not an answer.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TypeAlias

from synth.model import Line, Transcript
from synth.readers.labels import is_seat, key_of
from synth.readers.twins import merit
from synth.text.names import latin, name_words, same_person, short_for
from synth.text.numerals import numbers
from synth.text.words import listed

SURE_FACTS, SURE_SHARE, SURE_ORDER = 10, 0.6, 0.6
LEAST_FACTS, LEAST_SHARE, LEAST_ORDER = 6, 0.4, 0.3
_WORD = re.compile(r"[^\W\d_]+")
_OPENS = re.compile(r"(?:^|[.!?…:;•*–—-])[\s\"“„«(]*$")
_YEARS = range(1990, 2036)
_LEAST_NUMBER, _SMALL, _SMALL_WEIGHT = 3, 10, 0.5
_STEM = 0.75  # of a name: what its endings leave alone

Fact: TypeAlias = tuple[str, float] | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Retelling:
    """Two sources, by path, that tell one talk. `sure`: `other` need not count beside `kept`; else it is asked."""

    kept: str
    other: str
    sure: bool
    shared: int  # facts that both tell
    of: int  # facts of the one that tells fewer


def find_retellings(transcripts: Sequence[Transcript]) -> list[Retelling]:
    """Return the pairs that tell, or may tell, the same talk, the more certain first for each source."""
    pairs = [pair for pair in _related(transcripts) if not _contradict(*pair)]
    facts = {one.source.path: _facts(one) for one in {t.source.path: t for pair in pairs for t in pair}.values()}
    tellers = _tellers(pairs, facts)
    found = [told for pair in pairs if (told := _compare(pair, facts, tellers))]
    gone: set[str] = set()
    kept: list[Retelling] = []
    for told in sorted(found, key=lambda one: (not one.sure, -one.shared / one.of, one.kept, one.other)):
        if not gone & {told.kept, told.other}:
            kept.append(told)
            gone |= {told.other} if told.sure else set()
    return kept


def _tellers(
    pairs: Iterable[tuple[Transcript, Transcript]], facts: Mapping[str, Mapping[Fact, int]]
) -> Mapping[Fact, set[str]]:
    """Return for each fact the accounts that tell it; retellings of one talk do not make its facts common."""
    tellers: dict[Fact, set[str]] = defaultdict(set)
    for transcript in {t.source.path: t for pair in pairs for t in pair}.values():
        for fact in facts[transcript.source.path]:
            tellers[fact].add(_teller(transcript))
    return tellers


def _teller(transcript: Transcript) -> str:
    return transcript.source.account or transcript.source.path


def _related(transcripts: Sequence[Transcript]) -> Iterator[tuple[Transcript, Transcript]]:
    """Yield the pairs with one account, or of unknown accounts with one customer's name."""
    groups: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in transcripts:
        if transcript.source.account:
            groups[f"account {transcript.source.account}"].append(transcript)
        for person in _customers(transcript):
            groups[f"person {latin(person)}"].append(transcript)
    seen: set[tuple[str, str]] = set()
    for members in groups.values():
        for one, other in combinations(sorted(members, key=lambda t: t.source.path), 2):
            pair = (one.source.path, other.source.path)
            if pair not in seen and pair[0] != pair[1]:
                seen.add(pair)
                yield one, other


def _customers(transcript: Transcript) -> list[str]:
    """Return the names of the customer's people; `Participant` is nobody's."""
    named = (speaker.name for speaker in transcript.speakers if speaker.role == "customer")
    return [name for name in named if name_words(name) and not is_seat(key_of(name))]


def _contradict(one: Transcript, other: Transcript) -> bool:
    """Whether two sources are surely two talks: other accounts, other days, or other people of the customer's."""
    accounts = {t.source.account for t in (one, other)} - {""}
    days = {t.source.date for t in (one, other)} - {""}
    here, there = _customers(one), _customers(other)
    strangers = bool(here and there) and not any(_meet(a, b) for a in here for b in there)
    tables = any(len({turn.company for turn in t.turns if turn.company}) > 1 for t in (one, other))
    return len(accounts) > 1 or len(days) > 1 or strangers or tables


@cache
def _meet(one: str, other: str) -> bool:
    return same_person(one, other) or short_for(one, other) or short_for(other, one)


def _compare(
    pair: tuple[Transcript, Transcript], facts: Mapping[str, Mapping[Fact, int]], tellers: Mapping[Fact, set[str]]
) -> Retelling | None:
    best, rest = sorted(pair, key=lambda t: (t.source.kind == "note", merit(t)))
    one, other = (facts[t.source.path] for t in (best, rest))
    shared = [fact for fact in one if fact in other]
    us = {_teller(t) for t in pair}
    weights = {fact: _weight(fact, len(tellers[fact] - us), len(facts)) for fact in (*one, *other)}
    fewer = min(sum(weights[fact] for fact in side) for side in (one, other))
    share = sum(weights[fact] for fact in shared) / fewer if fewer else 0.0
    order = _order([(one[fact], other[fact]) for fact in shared if not _is_small(fact)])
    much = len(shared) >= SURE_FACTS and share >= SURE_SHARE
    some = len(shared) >= LEAST_FACTS and share >= LEAST_SHARE and order >= LEAST_ORDER
    if not much and not some:  # a write-up by subject keeps the facts and not their order
        return None
    sure = much and order >= SURE_ORDER
    return Retelling(best.source.path, rest.source.path, sure, len(shared), min(len(one), len(other)))


def _weight(fact: Fact, elsewhere: int, sources: int) -> float:
    """Return more for what few other accounts tell, less for small numbers, which mean anything."""
    rare = math.log((sources + 1) / (1 + elsewhere))
    return rare * (_SMALL_WEIGHT if _is_small(fact) else 1.0)


def _is_small(fact: Fact) -> bool:
    return isinstance(fact[1], float) and fact[1] < _SMALL


def _order(places: Sequence[tuple[int, int]]) -> float:
    """Return Kendall's tau: 1 when both tell the facts in one order, 0 for none, -1 for the reverse."""
    signs = [
        1 if (a < c) == (b < d) else -1 for (a, b), (c, d) in combinations(places, 2) if a != c and b != d
    ]  # of one line nothing can be said
    return sum(signs) / len(signs) if signs else 0.0


def _facts(transcript: Transcript) -> dict[Fact, int]:
    """Return the numbers and names that a source tells, with the line in which each first comes."""
    people = {latin(word) for speaker in transcript.speakers for word in name_words(speaker.name)}
    lines = [line for line in transcript.lines if line.speech]
    small = {latin(word) for line in lines for word in _WORD.findall(line.text) if word[0].islower()}
    found: dict[Fact, int] = {}
    for at, line in enumerate(lines):
        for value in sorted(numbers(line.text, line.language)):
            if value >= _LEAST_NUMBER and value not in _YEARS:
                found.setdefault(("number", value), at)
        for name in _names(line):
            if name not in people and name not in small and name not in listed("empty", ""):
                found.setdefault(("name", name[: max(4, int(_STEM * len(name)))]), at)
    return found


def _names(line: Line) -> Iterable[str]:
    """Yield the words that have a capital though they open no sentence."""
    for match in _WORD.finditer(line.text):
        if match[0][0].isupper() and not _OPENS.search(line.text[max(0, match.start() - 4) : match.start()]):
            name = latin(match[0])
            if len(name) > 2:
                yield name
