"""Titles where the verb comes last: "mali işler direktörüyüm", "مدیر مالی هستم".

A title is given by its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth.people.titlewords import (
    MOST_WORDS,
    PERSIAN_SELF,
    Word,
    clause_end,
    is_known,
    is_no_modifier,
    is_one,
    phrase_at,
)
from synth.text.names import fold

_TURKISH_SELF = re.compile(r"(?<=[^\W\d_]{2})'?(?:y[iu]m|(?P<weak>[iu]m))$")
_TURKISH_YOU = re.compile(r"(?<=[^\W\d_]{2})'?s[iu]n[iu]z$")


def turkish_title(words: Sequence[Word], *, you: bool = False) -> tuple[int, int] | None:
    """Return the place of "mali işler direktörü" in "mali işler direktörüyüm", or before "olarak"."""
    for at, word in enumerate(words):
        ending = (_TURKISH_YOU if you else _TURKISH_SELF).search(word.folded)
        bare = word.folded[: ending.start()] if ending else word.folded
        by_role = is_one("by_role", words[at + 1].folded) if at + 1 < len(words) and not ending else False
        if not (ending or by_role) or not is_one("nouns", bare):
            continue
        weak = ending is not None and not you and ending["weak"]
        if weak and not (clause_end(words, at) == at + 1 and any(each.folded == "ben" for each in words)):
            continue  # "müdürüm" is "my manager" as well
        start = _turkish_begin(words, at)
        return words[start].start, word.start + len(bare)
    return None


def _turkish_begin(words: Sequence[Word], at: int) -> int:
    start, unknown = at, 0
    while start > 0 and at - start < MOST_WORDS - 1 and not words[start].breaks:
        before = words[start - 1]
        if not is_known(before) and (unknown or "'" in before.folded or is_no_modifier(before)):
            break
        unknown += not is_known(before)
        start -= 1
    return start


def persian_title(words: Sequence[Word], *, you: bool = False) -> tuple[int, int] | None:
    """Return the place of a title whose clause ends in "am", written as a word or to the title."""
    verb = "you_are_after" if you else "i_am_after"
    for at, word in enumerate(words):
        if not is_one("nouns", fold(PERSIAN_SELF.sub("", word.raw))):
            continue
        begin = max((index for index in range(at + 1) if words[index].breaks or index == 0), default=0)
        before = [each.folded for each in words[begin:at]]
        phrase, end = phrase_at(words, at), clause_end(words, at)
        if phrase is None or any(is_one("stops", each) or is_one("never", each) for each in before):
            continue
        final = words[end - 1]
        attached = not you and phrase.after == end and PERSIAN_SELF.search(final.raw)
        if attached:
            return phrase.start, final.start + len(PERSIAN_SELF.sub("", final.raw))
        if is_one(verb, final.folded) and end - phrase.after <= MOST_WORDS:
            return phrase.start, phrase.end
    return None
