"""Finding the accounts that a text names: whole names first, distinctive beginnings next, near spellings last.

An account is found by the words of its name without legal form, in any script we transliterate. A beginning counts only
when it is long enough, no everyday word, and begins one account's name alone; otherwise all it begins are returned, and
the caller has to ask.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from synth.crm import cells
from synth.crm.companies import core, key, latin_words
from synth.model import Account
from synth.text.names import skeleton

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_SHORTEST_BEGINNING = 4
_SHORTEST_NEAR = 6
_NEAR, _MARGIN = 90.0, 4.0  # of 100: near enough, and ahead of the next
_LONGEST_NAME = 6  # words
# Words of file names and headings, and first words that many companies share: alone they name nobody.
_EVERYDAY_WORDS = """
interview interviu mulakat gorusme wywiad intervju call calls anruf meeting meet zoom teams note notes notatka
notite customer client kunde kunden klient musteri sales team transcript transcription recording audio video demo
deal lost win loss winloss churn exit renewal onboarding kickoff qbr review security thread summary finance head
controller manager operations cfo ceo cto coo owner director accounting accounts export report final draft copy new
the part session project update support feedback discovery research user studio atelier agence agentur agency bureau
buro casa group gruppe grupa holding hotel global digital data tech technology technologies solutions services
systems software logistics logistik logistyka transport trade trading handel shop store market media design north
south east west nord best first blue green royal general national international europe european german
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())


@dataclass(frozen=True, slots=True)
class Found:
    """An account's name and, in words, why."""

    name: str
    why: str


class CompanyIndex:
    """The accounts of one CRM, ready to be looked up; our own company is never one of them."""

    def __init__(self, accounts: Sequence[Account], vendor_names: Iterable[str]) -> None:
        self._vendor = {key(name) for name in vendor_names if name}
        self._whole: defaultdict[str, list[str]] = defaultdict(list)
        self._beginning: defaultdict[str, list[str]] = defaultdict(list)
        self._domains: defaultdict[str, list[str]] = defaultdict(list)
        self._sounds: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for account in accounts:
            if key(account.name) not in self._vendor:
                self._add(account)

    def _add(self, account: Account) -> None:
        words = core(account.name)
        self._whole["".join(words)].append(account.name)
        for size in range(1, len(words)):
            self._beginning["".join(words[:size])].append(account.name)
        if account.domain:
            self._domains[account.domain].append(account.name)

    def is_vendor(self, company: str) -> bool:
        return key(company) in self._vendor

    def may_name(self, company: str) -> bool:
        """Whether it is a company at all, and not ours: not a title that stands where companies stand (`CFO`)."""
        return not self.is_vendor(company) and not _EVERYDAY.issuperset(core(company))

    def company(self, company: str) -> list[Found]:
        """The account that a company's name, or its domain, stands for; several when that is not clear."""
        by_domain = self.domain(host) if (host := cells.domain(company)) else []
        found = by_domain or self._of_words(core(company)) or self._near("".join(core(company)))
        return found or (self._of_sounds(core(company)) if _ARABIC.search(company) else [])

    def domain(self, host: str) -> list[Found]:
        """By the domain itself, the one it is a part of, or its name: `mail.alpgut.example` is Alpgut AG."""
        host = host.casefold().removeprefix("www.")
        parts = host.split(".")
        for at in range(len(parts) - 1):
            if names := self._domains.get(".".join(parts[at:])):
                return [Found(name, f"domain {host}") for name in names]
        if len(parts) < 2:
            return []
        label = max(parts[:-1], key=len)
        return self._of_words(core(label.replace("-", " "))) if len(label) >= _SHORTEST_BEGINNING else []

    def mentioned(self, *texts: str, exact: bool = False) -> list[Found]:
        """Accounts named in running words; the longest names win, and near spellings count unless `exact`."""
        words = [word for text in texts for word in (*latin_words(text), "\0")]
        whole = _longest(self._windows(words, self._whole))
        beginnings = [] if exact else _longest(self._windows(words, self._beginning, shortest=_SHORTEST_BEGINNING))
        found = whole or beginnings
        if found or exact:
            return found
        near = (found for _, joined in _joined(words) if joined not in _EVERYDAY for found in self._near(joined))
        return list({one.name: one for one in near}.values())

    def _of_words(self, words: tuple[str, ...]) -> list[Found]:
        joined = "".join(words)
        if names := self._whole.get(joined):
            return [Found(name, "same name") for name in names]
        if joined in self._vendor:
            return []
        if len(joined) >= _SHORTEST_BEGINNING and joined not in _EVERYDAY and (names := self._beginning.get(joined)):
            return [Found(name, f"begins with {' '.join(words)!r}") for name in names]
        for size in range(len(words) - 1, 0, -1):  # the text may say more than the CRM: `Alpgut Schweiz`
            shorter = "".join(words[:size])
            if shorter not in _EVERYDAY and len(shorter) >= _SHORTEST_BEGINNING and (names := self._whole.get(shorter)):
                return [Found(name, "the name and more") for name in names]
        return []

    def _of_sounds(self, words: Sequence[str]) -> list[Found]:
        """A name in Persian letters by its consonants: vowels are not written, so `زعفران` has z, f, r and n."""
        if not self._sounds:
            for name in dict.fromkeys(name for names in self._whole.values() for name in names):
                self._add_sounds(name)
        heard = _sounds(words)
        names = self._sounds.get(heard, []) if len("".join(heard)) >= _SHORTEST_BEGINNING else []
        return [Found(name, f"sounds like {' '.join(words)!r}") for name in dict.fromkeys(names)]

    def _add_sounds(self, name: str) -> None:
        words = core(name)
        for size in range(1, len(words) + 1):
            self._sounds[_sounds(words[:size])].append(name)

    def _windows(
        self, words: Sequence[str], table: dict[str, list[str]], *, shortest: int = 3
    ) -> Iterator[tuple[int, Found]]:
        for joined_words, joined in _joined(words):
            if len(joined) < shortest or joined in _EVERYDAY or joined in self._vendor:
                continue
            for name in table.get(joined, ()):
                yield len(joined), Found(name, f"names {' '.join(joined_words)!r}")

    def _near(self, joined: str) -> list[Found]:
        """Near spellings of a whole name or a beginning, when one account is ahead of all others."""
        from rapidfuzz import fuzz, process

        if len(joined) < _SHORTEST_NEAR or joined in self._vendor:
            return []
        best: dict[str, float] = {}
        for table in (self._whole, self._beginning):
            for near, score, _ in process.extract(joined, list(table), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=5):
                if near not in _EVERYDAY:
                    best.update({name: max(score, best.get(name, 0)) for name in table[near]})
        top = max(best.values(), default=0)
        ahead = {name: score for name, score in best.items() if score > top - _MARGIN}
        return [Found(name, f"spelled nearly so ({score:.0f} of 100)") for name, score in ahead.items()]


def _sounds(words: Iterable[str]) -> tuple[str, ...]:
    """The consonants of each word, in any order of words: `کیترینگ نارنج` is Narenj Catering."""
    return tuple(sorted(skeleton(word, persian=True).replace("c", "k") for word in words))


def _joined(words: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Every run of one to six words within one text, written together."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
            if words[end - 1] == "\0":
                break
            yield words[start:end], "".join(words[start:end])


def _longest(found: Iterable[tuple[int, Found]]) -> list[Found]:
    """Only what the longest run of letters names."""
    listed = list(found)
    longest = max((length for length, _ in listed), default=0)
    return list({one.name: one for length, one in listed if length == longest}.values())
