"""When two spellings are one person: case, accents, the Turkish i, script, a missing surname.

Names are compared folded, never as typed. Across scripts the consonants decide, because vowels are what transliteration
loses; the whole spelling must still be near, so that two short names with the same consonants stay two people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_FOLD = str.maketrans(
    {"ı": "i", "İ": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"}
    | {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": None, "\u200c": None, "\u200f": None, "\u200e": None}
    | {"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " "}
)
_CYRILLIC = (
    "абвгдежзиклмнопрстуфхцчшщъыьэюяіїєґ",
    "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i i e g",
)
_PERSIAN = (
    "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیء",
    "a b p t s j ch h kh d z r z zh s sh s z t z  gh f gh k g l m n v h i ",
)
_LATIN = str.maketrans(
    {a: b for here, there in (_CYRILLIC, _PERSIAN) for a, b in zip(here, there.split(" "), strict=True)}
)
# Digraphs of several spellings of one sound, longest first.
_SOUNDS = (
    ("dzh", "j"), ("shch", "s"), ("sch", "s"), ("sh", "s"), ("sz", "s"), ("tch", "c"), ("ch", "c"), ("cz", "c"),
    ("dz", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ts", "c"), ("tz", "c"),
    ("x", "ks"), ("w", "v"), ("q", "k"),
)  # fmt: skip
_LEADING_J = re.compile(r"^[ijy](?=[aeiouv])")
_VOWELS = re.compile(r"[aeiouy']+")
_SILENT_H = re.compile(r"(?<=.)h")
_DOUBLED = re.compile(r"(.)\1+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_BRACKETS = re.compile(r"[(\[{][^)\]}]{0,80}[)\]}]")
_NEAR = 70.0  # of 100, for whole spellings across scripts

_SMALL_WORDS = "van von der den de di da du del della la le el al bin ibn ter ten zu dos das mc st"
PARTICLES = frozenset(_SMALL_WORDS.split())
_TITLES = "mr mrs ms dr prof hr fr pan pani domnul doamna dl dna bey hanım sayın господин госпожа آقای خانم دکتر"


def fold(text: str) -> str:
    """Return `text` without case, accents, dotted and dotless i, and Arabic letter variants."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLD).casefold())
    seen = (char for char in decomposed if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return "".join(seen).translate(_FOLD)


_HONORIFICS = frozenset(fold(_TITLES).split())


def latin(text: str) -> str:
    """Return folded `text` with Cyrillic and Persian letters written in Latin ones."""
    return fold(text).translate(_LATIN)


def name_words(name: str) -> list[str]:
    """The folded words of a person's name, without what stands in brackets and without Mr and Hanım."""
    return list(_name_words(name))


@lru_cache(maxsize=4096)  # the speakers of a talk are compared with each other, line by line
def _name_words(name: str) -> tuple[str, ...]:
    words = _WORD.findall(fold(_BRACKETS.sub(" ", name)))
    return tuple(word for word in words if word not in _HONORIFICS) or tuple(words)


def same_person(one: str, other: str) -> bool:
    """Whether two names in full are one person's: any order, script, extra middle name or initial."""
    if one.strip() and fold(one).strip() == fold(other).strip():
        return True
    for left, right in ((one, other), (one.translate(_UMLAUTS), other.translate(_UMLAUTS))):
        if _same_words(name_words(left), name_words(right)):
            return True
    return _same_sounds(one, other)


def short_for(short: str, full: str) -> bool:
    """Whether `short` is the first or the last name of `full` alone, in any script."""
    words, whole = name_words(short), [word for word in name_words(full) if word not in PARTICLES]
    if len(words) != 1 or len(whole) < 2:
        return False
    return words[0] in (whole[0], whole[-1]) or any(_same_sounds(words[0], word) for word in (whole[0], whole[-1]))


def unambiguous(short: str, among: Iterable[str]) -> bool:
    """Whether no more than one of the names can be meant by `short`."""
    return sum(same_person(short, name) or short_for(short, name) for name in among) <= 1


def _same_words(left: list[str], right: list[str]) -> bool:
    if not left or not right:
        return False
    few, many = sorted((left, right), key=len)
    if len(few) < 2:
        return few == many
    if all(word in many for word in few):
        return True
    return _with_initial(few, many) or _with_initial(many, few)


def _with_initial(one: list[str], other: list[str]) -> bool:
    """`Jonas W.` or `J. Weber` for Jonas Weber: one word in full, the other by its first letter."""
    if len(one) != 2 or len(other) != 2:
        return False
    return any(
        len(one[i]) == 1 and other[i].startswith(one[i]) and one[1 - i] == other[1 - i] and len(one[1 - i]) > 2
        for i in (0, 1)
    )


def _same_sounds(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    if _script(one) == _script(other):
        return False
    left, right = latin(" ".join(name_words(one))).split(), latin(" ".join(name_words(other))).split()
    persian = "fa" in (_script(one), _script(other))
    if len(left) != len(right) or not left:
        return False
    sounds = [skeleton(word, persian=persian) for word in left]
    if sounds != [skeleton(word, persian=persian) for word in right] or sum(map(len, sounds)) < 3:
        return False
    vowels_of_persian = 8 if persian else 0  # short vowels are not written
    return ratio(" ".join(map(_one_spelling, left)), " ".join(map(_one_spelling, right))) >= _NEAR - vowels_of_persian


def skeleton(word: str, *, persian: bool = False) -> str:
    """The consonants of a Latin word, one letter a sound; Persian writes v and u alike, so there v goes too."""
    word = _one_spelling(word)
    if persian:
        word = word[:1] + word[1:].replace("v", "")
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", _SILENT_H.sub("", word)))


def _one_spelling(word: str) -> str:
    for sound, letter in _SOUNDS:
        word = word.replace(sound, letter)
    return _LEADING_J.sub("j", word)


def _script(text: str) -> str:
    """`ru`, `fa` or `latin`, by the first letter that tells."""
    for char in text:
        if "\u0400" <= char <= "\u04ff":
            return "ru"
        if "\u0600" <= char <= "\u06ff":
            return "fa"
    return "latin"
