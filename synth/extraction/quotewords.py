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
    r"(?P<number>(?<![\w.,])[-−–]?(?:\d{1,3}(?: \d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*))"
    r"|(?P<word>[\w\u0300-\u036f\u064b-\u0652\u200c\u200d\u00ad]+(?:['’ʼ‘`´]\w+)*)"
    r"|(?P<sign>[%٪€$£₺¥+])"
)
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,' ]\d{3})+")
_UNSAID = re.compile("[\u200b\u200c\u200d\u00ad\u2060\ufeff]")
_EZAFE = re.compile("ه‌[یي]$")  # Persian "of" behind a vowel, otherwise written as a hamza that folding drops

_NOT = re.compile(r"(do|does|did|is|are|was|were|has|have|had|could|would|should|need|must)nt")
_FULL_FORMS = """cant=cannot wont=willnot shant=shallnot im=iam ive=ihave weve=wehave youve=youhave theyve=theyhave
    youre=youare theyre=theyare its=itis thats=thatis theres=thereis hes=heis shes=sheis whats=whatis youll=youwill
    theyll=theywill itll=itwill"""
_CONTRACTED: dict[str, str] = dict(re.findall(r"(\w+)=(\w+)", _FULL_FORMS))
_SHORTENED = {"'m": "am", "'re": "are", "'ll": "will", "'ve": "have"}

# Sounds and empty phrases by language, a phrase of several words only as a whole; behind the bar what is one only where
# commas set it off.
_FILLERS: dict[str, str] = {
    "en": """um, umm, uh, uhh, uhm, er, erm, ah, eh, hm, hmm, mm, mhm, you know, i mean
        | well, like, so, right, okay, ok, yeah, you see, let me see, let's see""",
    "tr": "ee, ı, ıı, aa, hm, hmm, hı, ıhm, e | şey, yani, işte, hani, ya, ne bileyim, nasıl desem, biliyorsunuz",
    "ro": "ăă, hm, hmm, mhm, știți | ă, îî, păi, adică, deci, mă rog, știi, vedeți, na, ei bine, cum să zic, să zicem",
    "fa": "اوم, اممم | ام, خب, یعنی, دیگه, چیز, ببینید, می‌دونید, می‌دانید, آه, اه",
    "ru": """э, ээ, эм, эмм, мм, хм, хмм, ну, как бы
        | вот, типа, короче, в общем, значит, знаете, понимаете, так сказать, как сказать, скажем""",
    "pl": """yy, ee, hm, hmm, mhm
        | no, znaczy, to znaczy, wiesz, wie pan, wie pani, no wie pan, no wie pani, no wiesz, wiecie, jakby,
        że tak powiem, rozumie pan, rozumie pani""",
}
_MARK = re.compile(r"[,;:.…–—،؛-]")
_DRAWN = re.compile(r"(\w)\1{2,}")  # "ummm", "эээ"
_REPEATED = 3  # words that a speaker may start with twice


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
    word = fold_words(_UNSAID.sub("", _EZAFE.sub("ه", match[0]))).replace(" ", "")
    start, end = match.span()
    if match.lastgroup == "number":
        return Token(f"<{_value(word)}>", word, start, end, number=True, opens=opens, closes=closes)
    return Token(_key(word), word.replace("’", "'"), start, end, opens=opens, closes=closes)


def _key(word: str) -> str:
    """Return a word without apostrophes, a contraction as the words it stands for: "don't" and "do not" are one."""
    plain = re.sub("['’ʼ‘`´]", "'", word)
    bare = plain.replace("'", "")
    if bare in _CONTRACTED:
        return _CONTRACTED[bare]
    if found := _NOT.fullmatch(bare):
        return f"{found[1]}not"
    stem, mark, end = plain.partition("'")
    return stem + _SHORTENED.get(mark + end, end.replace("'", "")) if bare else word


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
        size = size or _said_twice(kept, tokens[place : place + _REPEATED])
        if not size:
            kept.append(tokens[place])
        place += size or 1
    return tuple(kept)


def _said_twice(kept: Sequence[Token], coming: Sequence[Token]) -> int:
    """Return of how many words, said a moment before, those that come are a repetition."""
    for size in range(len(coming), 0, -1):
        run = coming[:size]
        again = [token.key for token in kept[-size:]] == [token.key for token in run]
        if again and not any(token.number for token in run):
            return size
    return 0


def _filler(tokens: Sequence[Token], language: str) -> int:
    """Return of how many words the filler is that begins here, 0 when none does."""
    for phrase, anywhere in _fillers(language):
        run = tokens[: len(phrase)]
        if tuple(_drawn(token.key) for token in run) == phrase and (anywhere or (run[0].opens and run[-1].closes)):
            return len(phrase)
    return 0


def _drawn(key: str) -> str:
    return _DRAWN.sub(r"\1\1", key)


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
