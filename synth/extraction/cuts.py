"""What a quote was cut off from: the "not", the "if" or the "I think" beside it that governs it.

A place is a verdict already: a quote cut out beside the "not" that governs it is altered, however exact the slice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile

from synth.extraction.places import Place, Stretch
from synth.extraction.quotewords import Token
from synth.text.hedges import begins_with_number, hedge_in, is_hedge, is_share, limit_before
from synth.text.negation import is_almost, is_condition, is_even, is_knowing, is_negation, is_that
from synth.text.words import words

# A mark that ends a clause; a hyphen within a word is none.
BORDER = re.compile(r"[^\w\s\u200c\"'“”«»*-]|\s-|-\s")
_BEFORE, _BEHIND = 6, 3  # words beside a cut-out quote in which a "not" still governs it
_AND: dict[str, str] = {
    "en": "and but so because then",
    "tr": "ve ama fakat ancak çünkü",
    "ro": "și dar iar însă fiindcă",
    "fa": "و ولی اما چون پس",
    "ru": "и а но потому",
    "pl": "i a ale bo więc",
}
_WHEN: dict[str, str] = {
    "en": "when while after before since although though who which where until once whereas",
    "ro": "când după deși unde care",
    "fa": "وقتی بعد قبل تا",
    "ru": "когда после пока хотя где зато",
    "pl": "kiedy gdy gdzie chociaż choć zanim aż zato",
}
_WOULD = frozenset(words("would бы"))
_THE = frozenset(words("the this that these those my our your his her their"))
_SENTENCE_END = re.compile(r"[.!?؟…]\s")
_KNOWING = re.compile(r"know\w*|ask\w*|wonder\w*|see|sure|check\w*|tell|stiu|stie|stim|intreb\w*|vad|sigur\w*")
_SUBJECT = 2  # words of a quote that names a thing and says nothing of it
_HEDGE = 4  # words of the longest hedge behind a quote
_COMMAS = ("", ",", "،")
_VERB_LAST = frozenset({"tr", "fa"})


def uncut(place: Place) -> Place:
    """Take back a verdict where the quote is cut out of a sentence beside the "not" or the "if" that governs it."""
    tokens = place.stretch.tokens
    first = next(i for i, token in enumerate(tokens) if token.end > place.start)
    after = next((i for i, token in enumerate(tokens) if token.start >= place.end), len(tokens))
    governing = [*_governing_before(place, first, after), *_governing_behind(place, first, after)]
    governing += [*_hedging_before(place, first, after), *_hedging_behind(place, first, after)]
    for token in governing:
        written = place.stretch.text[token.start : token.end]
        return replace(place, verdict="altered", why=f"the {written!r} beside it was cut off")
    return place


def _governing_before(place: Place, first: int, after: int) -> list[Token]:
    """Return what denies a quote from before, or makes it hold only in a case; "the report" says nothing to deny."""
    language, tokens = place.stretch.language, place.stretch.tokens
    before = _clause(tokens[:first][::-1], place.stretch, place.start)[:_BEFORE]
    opened = first and place.stretch.text[tokens[first - 1].end : place.start].strip() in _COMMAS
    if opened and not before and is_that(tokens[first].word):
        before = _clause(tokens[:first][::-1], place.stretch, tokens[first - 1].end)[:_BEFORE]
    if any(is_knowing(token.word) for token in before):
        before = []
    if first and first + _SUBJECT >= after and tokens[first - 1].word in _THE:
        return []
    near = [token for token in before[:2] if not is_that(token.word)][:1]
    found = [token for token in before if _turns(token, language) or token.word in _WOULD]
    return found + [token for token in near if is_almost(token.word)] + _condition_before(place, first)


def _governing_behind(place: Place, first: int, after: int) -> list[Token]:
    """Return what denies a quote from behind, or makes it hold only in a case."""
    language, tokens, text = place.stretch.language, place.stretch.tokens, place.stretch.text
    quoted = tokens[first:after]
    behind = list(takewhile(lambda t: not is_that(t.word), _clause(tokens[after:], place.stretch, place.end)))[:_BEHIND]
    names_only = len(quoted) <= _SUBJECT and language not in _VERB_LAST
    if names_only or any(is_negation(token.word, language) for token in quoted):
        behind = []
    found = [token for token in behind if is_negation(token.word, language)]
    follows = [token for token in tokens[after : after + 1] if is_if(tokens, after) and not names_only]
    if any(BORDER.search(text[place.end : token.start]) for token in follows) and not _comma_before_if(language):
        return found
    last = [token.word for token in quoted[-1:]]
    apart = any(_KNOWING.fullmatch(word) or word in _and(language) for word in last)  # "…, and if …"
    return found if apart or _ends_line(place) else found + follows


def _hedging_before(place: Place, first: int, after: int) -> list[Token]:
    """Return the "I think", "some of" or "about" of the clause before a quote that takes something of it back."""
    text, language, tokens = place.stretch.text, place.stretch.language, place.stretch.tokens
    said = [token for token in place.stretch.wordings[1].tokens if token.end <= place.start][::-1]
    before = _clause(said, place.stretch, place.start)[::-1]
    if said and not before and text[said[0].end : place.start].strip() in _COMMAS:
        before = _aside(said, place.stretch)
    quoted = tokens[first:after]
    limit = limit_before(_words(before), language) if begins_with_number(_words(quoted), language) else 0
    if limit:
        return [_as_one(before[-limit:])]
    if len(quoted) <= _SUBJECT or not _ends_clause(place, after):
        return []
    if is_share(_words(before), language):
        return [_as_one(before)]
    near = before[-_BEFORE:]
    hedge = hedge_in(_words(near), language)
    return [_as_one(near[hedge.start : hedge.stop])] if hedge else []


def _aside(said: Sequence[Token], stretch: Stretch) -> list[Token]:
    """Return the hedge that ends the words `said`, latest first, if it opens a sentence; else it may end another."""
    aside = _clause(said, stretch, said[0].end)[::-1]
    if not is_hedge(_words(aside), stretch.language):
        return []
    earlier = said[len(aside) : len(aside) + 1]
    goes_on = [token for token in earlier if token.word not in _joints(stretch.language)]
    ended = any(_SENTENCE_END.search(stretch.text[token.end : aside[0].start]) for token in goes_on)
    return aside if ended or not goes_on else []


def _hedging_behind(place: Place, first: int, after: int) -> list[Token]:
    """Return the "I think" with which a sentence ends whose beginning is the quote."""
    text, language, tokens = place.stretch.text, place.stretch.language, place.stretch.tokens
    behind = tokens[after : after + _HEDGE]
    if after - first <= _SUBJECT or not behind or text[tokens[after - 1].end : behind[0].start].strip() not in _COMMAS:
        return []
    ends = [n for n in range(1, len(behind) + 1) if _ends_sentence(place, behind[n - 1])]
    run = behind[: ends[0]] if ends else behind[:0]
    return [_as_one(run)] if is_hedge(_words(run), language) else []


@cache
def _and(language: str) -> frozenset[str]:
    """Return the words that go on with another clause of the same weight."""
    return frozenset(words(_AND.get(language, _AND["en"])))


@cache
def _joints(language: str) -> frozenset[str]:
    """Return the words with which another clause begins."""
    return _and(language) | frozenset(words(_WHEN.get(language, "")))


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.word for token in tokens]


def _as_one(tokens: Sequence[Token]) -> Token:
    return replace(tokens[0], end=tokens[-1].end)


def _ends_clause(place: Place, after: int) -> bool:
    """Whether a quote goes on to the next mark, the next clause or the end of its line."""
    tokens, text = place.stretch.tokens, place.stretch.text
    following = tokens[after : after + 1]
    marked = any(BORDER.search(text[tokens[after - 1].end : token.start]) for token in following)
    return not following or marked or following[0].word in _joints(place.stretch.language) or _ends_line(place)


def _ends_line(place: Place) -> bool:
    return any(line.end - place.stretch.lines[0].start <= place.end + 1 for line in place.lines[-1:])


def _ends_sentence(place: Place, token: Token) -> bool:
    """Whether a full stop or the end of a line follows a word."""
    text, offset = place.stretch.text, place.stretch.lines[0].start
    stop = _SENTENCE_END.match(f"{text[token.end :]} ")
    return bool(stop) or any(token.end <= line.end - offset <= token.end + 1 for line in place.stretch.lines)


def is_if(tokens: Sequence[Token], i: int, language: str = "") -> bool:
    following = tokens[i + 1].word if i + 1 < len(tokens) else ""
    return is_condition(tokens[i].word, language, following)


def _comma_before_if(language: str) -> bool:
    """Whether a comma stands before every "if" by rule, so that it tells nothing."""
    return language in ("ru", "pl", "fa", "tr")


def _turns(token: Token, language: str) -> bool:
    return is_negation(token.word, language) or is_condition(token.word, language)


def _condition_before(place: Place, first: int) -> list[Token]:
    """Return the "if" of the clause that ends with a comma right before the quote, in the same line and sentence."""
    text, language = place.stretch.text, place.stretch.language
    line = place.lines[0].start - place.stretch.lines[0].start
    ends = [line, *(line + found.end() for found in _SENTENCE_END.finditer(text[line : place.start]))]
    sentence = [token for token in place.stretch.tokens[:first] if token.start >= ends[-1]]
    if not sentence or not text[sentence[-1].end : place.start].strip().startswith((",", "،")):
        return []
    clause = _clause(sentence[::-1], place.stretch, sentence[-1].end)[::-1]
    if language == "tr":
        return [token for token in clause[-1:] if is_condition(token.word, language)]
    even = any(is_even(token.word) for token in clause[:2])
    return [] if even else [token for i, token in enumerate(clause[:2]) if is_if(clause, i, language)]


def _clause(tokens: Sequence[Token], stretch: Stretch, edge: int) -> list[Token]:
    """Return the words next to `edge`, going away from it, up to the next mark or the next clause."""
    found: list[Token] = []
    here, text, joints = edge, stretch.text, _joints(stretch.language)
    for token in tokens:
        between = text[token.end : here] if token.end <= here else text[max(0, here - 1) : token.start]
        reaches = token.end <= here and found and is_that(found[-1].word) and between.strip() in (",", "،")
        if (BORDER.search(between) and not reaches) or token.word in joints:
            break
        found.append(token)
        here = token.start if token.end <= here else token.end
    return found


def asked(quote: str, place: Place) -> Place:
    """Take back a verdict where a question became a statement, or a full stop ends what goes on."""
    follows = place.stretch.text[place.end :].lstrip(" \"'”»*_)]")[:1]
    mark = quote.rstrip(" \"'”»*_)]")[-1:]
    if mark not in (".", "!", "?", "؟") or quote.rstrip().endswith("..") or not follows:
        return place
    if (mark in "?؟") != (follows in "?؟"):
        return replace(place, verdict="altered", why="it is a question in one and a statement in the other")
    if not _ends_line(place) and _goes_on(place, follows):
        return replace(place, verdict="altered", why="the sentence goes on where the quote ends")
    return place


def _goes_on(place: Place, follows: str) -> bool:
    """Whether what a place says goes on behind it in the same clause, or behind a comma with an "if"."""
    tokens, language = place.stretch.tokens, place.stretch.language
    after = next((i for i, token in enumerate(tokens) if token.start >= place.end), len(tokens))
    if follows in (",", "،"):
        return after < len(tokens) and is_if(tokens, after, language)
    following = tokens[after].word if after < len(tokens) else ""
    return follows.isalnum() and following not in _and(language)
