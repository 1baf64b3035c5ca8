"""Which words of a quote stand for which words of a place although they differ: an ending, a prefix, a number.

This decides whether a quote is a change of what was said or made up, never whether it is what was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from synth.extraction.quotewords import Token
from synth.text.words import words

_UN = ("un", "in", "im", "dis", "ne", "не", "без", "nie", "bez", "نا", "ن", "بی")  # a "no" before a word
_HEAD = 3  # letters that two forms of one word share at least
_HOW_MANY = {
    word: language
    for language, listed in {
        "en": """everybody everyone nobody somebody someone anyone anybody everything nothing something all none always
            never""",
        "tr": "herkes kimse hiçbiri hepsi hep hiç bazı bazıları biri bütün",
        "ro": "toți toate toată nimeni niciun nicio fiecare unii cineva mereu niciodată",
        "fa": "همه هیچ هیچکس هیچکدام کسی بعضی همیشه هیچوقت هرگز",
        "ru": "все всё каждый никто ни некоторые всегда никогда кто",
        "pl": "wszyscy każdy każda nikt żaden żadna niektórzy ktoś zawsze nigdy",
    }.items()
    for word in words(listed)
}


_NUMBER = "<>"  # stands for every number


def likened(quote: Sequence[Token], there: Sequence[Token]) -> list[str]:
    """Return what aligns a quote with `there`: its keys, for a word unknown there the key of the word most like it."""
    known = {token.key for token in there}
    others = sorted(known - {token.key for token in quote})
    return [key if key in known else _most_like(key, others) for key in aligned(quote)]


def aligned(tokens: Sequence[Token]) -> list[str]:
    """Return the keys of words, one for all numbers."""
    return [_NUMBER if token.number else token.key for token in tokens]


def _most_like(key: str, others: Sequence[str]) -> str:
    return next((other for other in others if alike(key, other)), key)


@cache
def alike(one: str, other: str) -> bool:
    """Whether two words are forms of one word, or two answers to how many or how often."""
    if "<" in one[:1] + other[:1]:
        return False  # a number is aligned as one
    if one in _HOW_MANY and _HOW_MANY[one] == _HOW_MANY.get(other):
        return True
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) > _HEAD and any(long == prefix + short for prefix in _UN):
        return True
    return _common_head(short, long) >= max(_HEAD, 0.6 * len(short))


def _common_head(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
