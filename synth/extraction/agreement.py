"""Whether a statement says no more than its lines: numbers, names and negation, compared without a model.

Doubts, not proofs: the statement may be in another language than the lines, and paraphrase is its job. Each rule is
therefore built to stay silent unless it can name what is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from synth.model import Line
from synth.text.negation import is_negation
from synth.text.numerals import missing_numbers
from synth.text.opposites import contradiction
from synth.text.words import content_words, listed, stem, words

_NAME = re.compile(r"(?<![.!?:;]\s)(?<!^)(?<![\"“„«(])\b[^\W\d_][\w&-]*(?:['’]\w+)?")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")  # PDFs, APIs
_PLACEHOLDER = re.compile(r"[A-Z]{3,}_\d+|\[[^\]]*\]|<[^>]*>")
_COMMON = frozenset(
    words("""i i'm i've january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday english dutch german french british polish turkish romanian
    russian persian italian spanish american european new year christmas easter
    excel crm erp ceo cfo coo cto hr it vat api csv pdf""")
)
_SOUNDS = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "abvgdeezziiklmnoprstufhccss_i_eua",
            strict=True,
        )
    )
    | dict(zip("بپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیاآ", "bptsjchkdzrzzsssztzagfkkglmnvhiaa", strict=True))
)
_CONSONANTS = re.compile(r"[aeiouywvhj_'’\W]|(.)(?=\1)")
_NO_DENIAL = re.compile(
    r"\b(?:nothing but|not only|no longer|no matter|no wonder)\b", re.IGNORECASE
)  # says no to nothing
_CLAUSE = re.compile(r"[,;:.!?؟،؛–—]")
_SHORT_STATEMENT = 14  # words of a line in which a "not" is what the line is about


def disagreement(statement: str, lines: Sequence[Line], *, context: Sequence[str] = (), language: str = "en") -> str:
    """Return what `statement` says that `lines` do not, or ''. `context`: our question, and known names."""
    said = " ".join(line.text for line in lines)
    spoken = lines[0].language
    plain = _PLACEHOLDER.sub(" ", statement)
    if missing := missing_numbers(plain, said, spoken, language):
        return f"the number {missing[0]} is not in the lines"
    if name := unknown_name(plain, [said, *context]):
        return f"the name {name!r} is not in the lines"
    if turned := contradiction(plain, said, spoken=spoken, language=language):
        return turned
    return denial(plain, said, spoken, language)


def unknown_name(statement: str, said: Sequence[str]) -> str:
    """Return a name in `statement` that none of the texts `said` has, in any script, or ''."""
    there = [word for text in said for word in words(text)]
    stems = {stem(word) for word in there}
    sounds = {sound for word in (*there, *map("".join, pairwise(there))) if len(sound := _sound(word)) > 1}
    for match in _NAME.finditer(statement):
        name = match.group()
        if _ACRONYMS.fullmatch(name):
            name = name[:-1]
        if not name[0].isupper() or len(name) < 2 or name.casefold() in _COMMON:
            continue
        parts = words(name)
        if not all(
            stem(part) in stems or part in stems or _sounds_like(part, sounds) or len(part) < 3 for part in parts
        ):
            return name
    return ""


def _sounds_like(name: str, sounds: Iterable[str]) -> bool:
    """Whether a name sounds like a word that was said, which may have an ending of its own."""
    sound = _sound(name)
    return any(
        said == sound or (len(sound) > 2 and said.startswith(sound) and len(said) < len(sound) + 3) for said in sounds
    )


def _sound(word: str) -> str:
    """Return the consonants of a word in Latin letters, so that names written in another script can be compared."""
    latin = (
        word.replace("kh", "h")
        .translate(_SOUNDS)
        .replace("c", "k")
        .replace("q", "k")
        .replace("x", "ks")
        .replace("z", "s")
    )
    return _CONSONANTS.sub("", latin)


def denial(statement: str, said: str, spoken: str, language: str) -> str:
    """Doubt a 'not' that only one side knows, where the side without it has no other way of saying no either."""
    says_no, lines_no = _denies(statement, language, soft=False), _denies(said, spoken, soft=False)
    if says_no and not lines_no and not _denies(said, spoken, soft=True):
        return "the statement denies something, the lines do not"
    if (
        lines_no
        and len(words(said)) <= _SHORT_STATEMENT
        and not says_no
        and not _denies(statement, language, soft=True)
    ):
        told = {stem(word) for word in content_words(statement, language)}
        if any(
            len(told & {stem(word) for word in content_words(clause, spoken)}) > 1 for clause in _denying(said, spoken)
        ):
            return "the lines deny something, the statement does not"
    return ""


def _denying(said: str, spoken: str) -> list[str]:
    """Return the clauses that hold a "not": what another clause says is not denied by it."""
    return [clause for clause in _CLAUSE.split(said) if _denies(clause, spoken, soft=False)]


def _denies(text: str, language: str, *, soft: bool) -> bool:
    found = words(_NO_DENIAL.sub(" ", text))
    listed_words = listed("negations", language) | (listed("denials", language) if soft else frozenset())
    return any(word in listed_words or is_negation(word, language) for word in found)


def hidden_text(text: str) -> bool:
    """Whether a line holds characters that a reader cannot see: tags, format controls, control codes."""
    return any(_invisible(char) for char in text)


def _invisible(char: str) -> bool:
    if char in "\t\n\u200c\u200d\u200e\u200f\ufeff\u00ad":
        return False
    return unicodedata.category(char) in ("Cf", "Cc", "Co", "Cs") and char != "\u061c"


def same_words(line: str, others: Iterable[str], language: str = "") -> bool:
    """Whether a line has no content word of its own beside those of `others`."""
    given = {stem(word) for text in others for word in content_words(text, language)}
    return all(stem(word) in given for word in content_words(line, language))
