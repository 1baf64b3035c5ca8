"""The grammar of job titles: where in a sentence a title begins and ends, in the languages we read.

A title is a run of words around a noun for a post ("director") or a field of work ("finance"); whatever negates it,
makes it somebody else's or a former one voids it. The words are data: `prompts/titles.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

from synth.people.cues import phrase_pattern
from synth.resources import parse_yaml, resource_file
from synth.text.names import fold

MOST_WORDS = 6
_TOKEN = re.compile(r"&|[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u0655\u200c]|['’&-](?=[^\W_]))*")
_BREAK = re.compile(r"[,;:!?()\[\]|…\"“”„«»\n،؛؟]|\.|\s[-–—/]\s|[–—]")
_ABBREVIATED = frozenset(["ds", "gen", "fin", "dir", "dr", "sr", "jr", "asst", "tech"])
_MODIFIERS = 2  # words we do not know before a title: "regional chef", "NetSuite admin"
_NOT_A_MODIFIER = re.compile(r".+(?:ing|ed|n't|'[a-z]+)$")
PERSIAN_SELF = re.compile(r"(?<=[\u0600-\u06ff]{3})\u200c?(?:ی?ا)?م$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text; `breaks` when a comma, full stop or the like stands before it."""

    start: int
    end: int
    raw: str
    folded: str
    breaks: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """A title in a text: its place, the word after it, and whether it names a post or only a field of work."""

    start: int
    end: int
    after: int  # index of the next word
    post: bool


@dataclass(frozen=True)
class Text:
    """A line or a heading with its words."""

    text: str

    @cached_property
    def words(self) -> list[Word]:
        return words_of(self.text)

    @cached_property
    def folded(self) -> str:
        """The words alone, each behind one blank, for phrases."""
        return " ".join(word.folded for word in self.words)

    def part(self, phrase: Phrase) -> str:
        return self.text[phrase.start : phrase.end]


@cache
def data() -> dict[str, Any]:
    path = resource_file("prompts", "titles.yaml")
    return cast(dict[str, Any], parse_yaml(path.read_text(encoding="utf-8")))


@cache
def phrases(kind: str) -> re.Pattern[str]:
    """The phrases of one kind, of all languages."""
    block = data()[kind]
    return phrase_pattern(one for part in (block.values() if isinstance(block, dict) else [block]) for one in part)


def is_one(kind: str, word: str) -> bool:
    return phrases(kind).fullmatch(word) is not None


def words_of(text: str) -> list[Word]:
    """Cut a text into words; the marks between them become breaks."""
    words: list[Word] = []
    last = 0
    for match in _TOKEN.finditer(text):
        between = text[last : match.start()]
        abbreviated = between == ". " and bool(words) and words[-1].folded in _ABBREVIATED
        breaks = bool(words) and not abbreviated and _BREAK.search(between) is not None
        words.append(Word(match.start(), match.end(), match[0], fold(match[0]).replace("’", "'"), breaks))
        last = match.end()
    return words


def clause_end(words: Sequence[Word], at: int) -> int:
    """Return the index after the last word of the clause that the word `at` stands in."""
    return next((index for index in range(at + 1, len(words)) if words[index].breaks), len(words))


def phrase_at(words: Sequence[Word], at: int, own: Collection[str] = ()) -> Phrase | None:
    """Return the title that begins at word `at`, behind articles and the person's `own` name."""
    at = _begin(words, at, own)
    if at >= len(words):
        return None
    end = min(clause_end(words, at), at + MOST_WORDS)
    last = _last_of(words, at, end)
    if last < at:
        return None
    post = any(_is_post(words, index) for index in range(at, last + 1))
    if not post and not is_known(words[at]):
        return None
    return Phrase(words[at].start, words[last].end, last + 1, post)


def _begin(words: Sequence[Word], at: int, own: Collection[str]) -> int:
    first = at
    while at < len(words) and (at == first or not words[at].breaks):
        if not (words[at].folded in own or is_one("fillers", words[at].folded)) or _is_capital(words[at]):
            break
        at += 1
    return at


def _last_of(words: Sequence[Word], at: int, end: int) -> int:
    """Return the index of the last word of the title, -1 when there is none."""
    last, unknown = -1, 0
    for index in range(at, end):
        word = words[index]
        if is_one("never", word.folded):
            return -1
        if is_known(word):
            last = index
        elif last >= 0:
            if _opens(words, index, end):
                last = index + 1
            elif not _leads_on(words, index, end):
                break
        elif unknown == _MODIFIERS or is_no_modifier(word):
            return -1
        else:
            unknown += 1
    return last


def is_known(word: Word) -> bool:
    """Whether a word belongs to titles; abbreviations only as they are written."""
    plain = PERSIAN_SELF.sub("", word.raw)
    return (
        _is_capital(word)
        or is_one("nouns", word.folded)
        or is_one("areas", word.folded)
        or (plain != word.raw and (is_one("nouns", fold(plain)) or is_one("areas", fold(plain))))
    )


def _is_capital(word: Word) -> bool:
    return word.raw in data()["capitals"]


def _is_post(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.folded in {"guy", "person"}:
        return at > 0 and is_known(words[at - 1])
    return is_one("nouns", word.folded) or is_one("nouns", fold(PERSIAN_SELF.sub("", word.raw)))


def _opens(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether `по` or `ds.` stands here, which any word may follow."""
    return is_one("open_links", words[at].folded) and at + 1 < end and words[at + 1].raw[0].islower()


def _leads_on(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether a word inside of a title is followed by more of it: "head OF finance", "head of THE kitchen"."""
    linked = is_one("links", words[at].folded)
    following = at + 1
    while linked and following < end and is_one("links", words[following].folded):
        following += 1
    if following >= end or not is_known(words[following]):
        return False
    return linked or (not is_one("stops", words[at].folded) and _is_post(words, following))


def is_no_modifier(word: Word) -> bool:
    folded = word.folded
    if is_one("stops", folded) or is_one("fillers", folded) or is_one("links", folded):
        return True
    return _NOT_A_MODIFIER.match(folded) is not None or folded.isdigit()


def ends_here(words: Sequence[Word], phrase: Phrase) -> bool:
    """Whether nothing follows the title that could belong to it: a mark, "at …", or the name of a company."""
    if phrase.after >= len(words) or words[phrase.after].breaks:
        return True
    following = words[phrase.after]
    if is_one("links", following.folded) or is_one("stops", following.folded):
        return not _is_object(words, phrase.after)
    if not _is_english(words[phrase.after - 1]):
        return True  # elsewhere the noun comes first, and what we do not know behind it is a place or a name
    return following.raw[0].isupper() or is_one("tails", following.folded) or is_one("fillers", following.folded)


def _is_english(word: Word) -> bool:
    """Whether a word's compounds grow to the right, so that a word behind it may change what it means."""
    return any(_english(kind).fullmatch(word.folded) for kind in ("nouns", "areas"))


@cache
def _english(kind: str) -> re.Pattern[str]:
    return phrase_pattern(data()[kind]["en"])


def whole_title(shown: Text) -> str:
    """Return the title when the first clause is nothing else, but for the place: "head of food at Acme"."""
    phrase = phrase_at(shown.words, 0) if shown.words else None
    return shown.part(phrase) if phrase and ends_here(shown.words, phrase) else ""


def is_title_word(word: Word) -> bool:
    return is_one("nouns", word.folded) or is_one("areas", word.folded)


def _is_object(words: Sequence[Word], at: int) -> bool:
    """Whether `of the problem` follows: something small that makes "owner" or "head" another word."""
    rest = [word for word in words[at + 1 : at + 3] if word.folded not in {"the", "a", "an", "this", "that"}]
    company = {"company", "business", "group", "firm", "place", "restaurant", "agency", "hotel", "shop", "trust"}
    return words[at].folded == "of" and bool(rest) and rest[0].raw[0].islower() and rest[0].folded not in company


def any_is(kind: str, words: Iterable[Word]) -> bool:
    return any(is_one(kind, word.folded) for word in words)
