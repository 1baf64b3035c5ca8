"""The words of a quote with their places, in a form in which two writings of the same words are equal.

Case, accents, apostrophes, letter variants, joiners and digits of any script are folded; numbers keep their value, and
signs that change one (%, €, minus) are words of their own. Fillers are what a transcriber may leave out without anybody
noticing: sounds, and phrases that never carry meaning where they are set off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from synth.text.words import fold_words

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.,])[-−–]?\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*(?![^\W\d_]))"
    r"|(?P<word>[\w\u0300-\u036f\u064b-\u0652\u200c\u200d\u00ad]+(?:['’ʼ‘`´]\w+)*)"
    r"|(?P<sign>[%٪€$£₺¥+])"
)
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,' ]\d{3})+")
_UNSAID = re.compile("[\u200b\u200c\u200d\u00ad\u2060\ufeff]")

# Sounds and empty phrases by language, a phrase of several words only as a whole; behind the bar what is one only where
# commas set it off.
_FILLERS: dict[str, str] = {
    "en": "um, umm, uh, uhm, er, erm, ah, eh, hm, hmm, mm, mhm, you know, i mean | well, like, so, right, okay, yeah",
    "tr": "ee, eee, ı, ıı, ııı, aa, hmm, hı, e | şey, yani, işte, hani, ya",
    "ro": "ă, ăă, ăăă, îî, hm, hmm, mhm, știți | păi, adică, deci, mă rog",
    "fa": "ام, اوم, اممم | خب, یعنی, دیگه, چیز",
    "ru": "э, ээ, эээ, эм, мм, ммм, хм, ну, как бы | вот, типа, короче, в общем, значит",
    "pl": "yyy, yy, eee, ee, hm, hmm, mhm | no, znaczy, wiesz, wie pan, wie pani, no wie pan, no wie pani, no wiesz",
}
_MARK = re.compile(r"[,;:.…–—-]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: `text[start:end]`. `key` is what is compared, `word` keeps the apostrophe."""

    key: str
    word: str
    start: int
    end: int
    number: bool = False
    opens: bool = False  # nothing or a mark such as a comma stands before it
    closes: bool = False  # the same behind it


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words, numbers and signs of `text` in order."""
    found = list(_TOKEN.finditer(text))
    edges = [0, *(edge for match in found for edge in match.span()), len(text)]
    marked = [bool(_MARK.search(text[a:b])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    marked[0] = marked[-1] = True
    return tuple(_token(match, marked[i], marked[i + 1]) for i, match in enumerate(found))


def _token(match: re.Match[str], opens: bool, closes: bool) -> Token:
    word = fold_words(_UNSAID.sub("", match[0])).replace(" ", "")
    start, end = match.span()
    if match.lastgroup == "number":
        return Token(f"<{_value(word)}>", word, start, end, number=True, opens=opens, closes=closes)
    key = re.sub("['’ʼ‘`´]", "", word) or word
    return Token(key, word.replace("’", "'"), start, end, opens=opens, closes=closes)


def _value(digits: str) -> str:
    """Return a number without its grouping: 1.500, 1,500 and 1 500 are one, 1.5 is another."""
    plain = re.sub("[−–]", "-", digits).replace("٫", ".").replace("٬", ",").replace("’", "'")
    if _GROUPED.fullmatch(plain):
        return re.sub("[.,' ]", "", plain)
    return plain.replace(",", ".")


def numbers_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.word for token in tokens if token.number)


def lean(tokens: Sequence[Token], language: str) -> tuple[Token, ...]:
    """Return the words without fillers and without what a stutter says twice."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        size = _filler(tokens[place:], language)
        twice = kept and kept[-1].key == tokens[place].key and not tokens[place].number
        if not size and not twice:
            kept.append(tokens[place])
        place += size or 1
    return tuple(kept)


def _filler(tokens: Sequence[Token], language: str) -> int:
    """Return of how many words the filler is that begins here, 0 when none does."""
    for phrase, anywhere in _fillers(language):
        run = tokens[: len(phrase)]
        if tuple(token.key for token in run) == phrase and (anywhere or (run[0].opens and run[-1].closes)):
            return len(phrase)
    return 0


@cache
def _fillers(language: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the phrases, the longest first, and whether one is a filler wherever it stands."""
    anywhere, _, set_off = _FILLERS.get(language, _FILLERS["en"]).partition("|")
    listed = [(phrase, True) for phrase in anywhere.split(",")] + [(phrase, False) for phrase in set_off.split(",")]
    phrases = [(tuple(token.key for token in tokenize(phrase)), always) for phrase, always in listed]
    return tuple(sorted(phrases, key=lambda item: (-len(item[0]), item)))


def letters(tokens: Sequence[Token]) -> str:
    return "".join(token.key for token in tokens)


class Wording:
    """Words in a row, prepared for looking up others in them however those are divided."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self._letters = letters(tokens)
        ends = list(accumulate(len(token.key) for token in tokens))
        self._begins = {end - len(token.key): i for i, (end, token) in enumerate(zip(ends, tokens, strict=True))}
        self._ends = {end: i + 1 for i, end in enumerate(ends)}

    def runs(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield the runs `tokens[i:j]` that have these letters."""
        at = self._letters.find(wanted)
        while at >= 0:
            if at in self._begins and at + len(wanted) in self._ends:
                yield self._begins[at], self._ends[at + len(wanted)]
            at = self._letters.find(wanted, at + 1)
