"""Taking one person or one company out of texts, in every case and with the endings of six languages.

A text is only touched when it names whom to forget in full, or when it is known to be about them; then their first name
alone goes too. Names that share a word with theirs (a colleague, a company called after its founder) are spared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from synth.people.nameindex import NameIndex
from synth.people.personal import structured
from synth.text.names import PARTICLES, fold, name_words

REMOVED = "[removed]"
_PIECE = re.compile(r"[^\W_]+")
_COMPANY_ENDING = r"(?:['’]?[^\W\d_]{0,4})"


@dataclass(frozen=True)
class Erasure:
    """Whom to take out: a person by name, companies by their spellings. `spared` are names to leave as they are."""

    person: str = ""
    companies: tuple[str, ...] = ()
    spared: tuple[str, ...] = field(default=())

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex.of([self.person] if self.person else [])

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for word in name_words(self.person) if word not in PARTICLES)

    @cached_property
    def _company(self) -> re.Pattern[str] | None:
        return _any_of(self.companies, _COMPANY_ENDING)

    @cached_property
    def _spared(self) -> re.Pattern[str] | None:
        return _any_of(self.spared, "")

    def mentions(self, text: str) -> bool:
        """Whether `text` names the person in full, writes their address, or names the company."""
        return next(self._spans(text, about=False), None) is not None

    def without(self, text: str, *, about: bool = False) -> str:
        """Return `text` with what names them replaced; `about` when a first or last name alone means them too."""
        about = about or (bool(self.person) and self.mentions(text))
        parts, done = [], 0
        for start, end in sorted(self._spans(text, about=about), key=lambda span: (span[0], -span[1])):
            if start >= done:
                parts += [text[done:start], REMOVED]
                done = end
        return "".join([*parts, text[done:]])

    def _spans(self, text: str, *, about: bool) -> Iterator[tuple[int, int]]:
        spared = [match.span() for match in self._spared.finditer(text)] if self._spared else []
        for found in self._index.find(text):
            meant = about or self._in_full(text[found.start : found.end])
            if meant and not any(start <= found.start and found.end <= end for start, end in spared):
                yield found.start, found.end
        for piece in structured(text) if self.person and "@" in text else []:
            address = text[piece.start : piece.end].partition("@")[0]
            if piece.kind == "email" and self._in_full(re.sub(r"[._+\d-]+", " ", address), least=1 if about else 2):
                yield piece.start, piece.end
        if self._company:
            yield from (match.span() for match in self._company.finditer(text))

    def _in_full(self, mention: str, least: int = 2) -> bool:
        found = {key for key in map(self._index.key_of, _words(mention)) if key}
        return len(found) >= min(least, max(1, len(self._words)))


def _words(text: str) -> Iterator[str]:
    return (fold(match[0]) for match in _PIECE.finditer(text))


def _any_of(names: Iterable[str], ending: str) -> re.Pattern[str] | None:
    """Match names whatever stands between their words, the longest first."""
    spellings = [_PIECE.findall(name) for name in sorted(set(names), key=len, reverse=True)]
    patterns = [r"[\W_]{1,3}".join(map(re.escape, words)) + ending for words in spellings if words]
    if not patterns:
        return None
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])", re.IGNORECASE)


def sharing(name: str, others: Collection[str]) -> tuple[str, ...]:
    """Return those of `others` that share a word with `name` and are not it."""
    own = set(name_words(name))
    return tuple(sorted(one for one in set(others) if own & set(name_words(one)) and fold(one) != fold(name)))
