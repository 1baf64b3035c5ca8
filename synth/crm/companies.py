"""When two spellings are one company: legal form, accents, script and punctuation do not count.

`core` keeps the distinctive words, `key` squeezes them together: `Vlotte-Vracht BV` and `Vlotte Vracht B.V.` share one
key. A legal form is only taken from the ends, and never the last word that is left.
"""

from __future__ import annotations

import re
from functools import lru_cache

from synth.text.names import fold, latin

_INITIALS = re.compile(r"(?<=\b\w)[./](?=\s?\w\b)")
_WORD = re.compile(r"[^\W_]+")
_FORMS = """
gmbh|g mbh|mbh|gesellschaft mbh|gesellschaft mit beschränkter haftung|gmbh and co kg|gmbh co kg|co kg|ag|kg|kgaa
ohg|ug|ek|og|ug haftungsbeschränkt|eg|se|gbr|aktiengesellschaft|ltd|limited|co ltd|plc|llp|llc|lp|inc
incorporated|corp|corporation|co|company|pty ltd|pvt ltd|private limited|sas|sasu|sarl|sa rl|eurl|snc|sa
société anonyme|spa|srl|srls|sl|slu|sau|sa de cv|ltda|lda|bv|nv|cv|vof|bvba|ab|as|asa|aps|ivs|oy|oyj|oü|uab|sia
ehf|sp z oo|sp zoo|sp zo o|spółka z oo|spółka akcyjna|spółka z ograniczoną odpowiedzialnością|sp j|sp k|psa
anonim şirketi|limited şirketi|ltd şti|şti|tic ltd şti|san ve tic|sanayi ve ticaret|pfa|sca|doo|dd|ad|ood|eood
sro|spol s ro|kft|zrt|nyrt|ooo|oao|pao|zao|too|нао|ао|ооо|оао|пао|зао|ип|тоо|شرکت|سهامی خاص|سهامی عام
با مسئولیت محدود
"""
# Hosts and mail providers: an address there says nothing about a company.
_PUBLIC = """
gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.ro yahoo.com.tr icloud.com me.com gmx.de
gmx.net web.de proton.me protonmail.com aol.com mail.ru yandex.ru bk.ru list.ru wp.pl o2.pl onet.pl interia.pl chmail.ir
linkedin.com facebook.com instagram.com twitter.com x.com google.com sites.google.com github.com notion.site wixsite.com
"""
PUBLIC_DOMAINS = frozenset(_PUBLIC.split())
_LEADING_FORMS = "ооо|оао|пао|зао|ао|ип|тоо|нао|ooo|oao|pao|zao|too|شرکت"


def _table(forms: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(form).split()) for form in forms.strip().replace("\n", "|").split("|"))


_TRAILING, _LEADING = _table(_FORMS), _table(_LEADING_FORMS)
_LONGEST = max(map(len, _TRAILING))


@lru_cache(maxsize=200_000)
def core(name: str) -> tuple[str, ...]:
    """The distinctive words of a company's name, folded, in Latin letters."""
    # Initials are joined first, so that `B.V.`, `A/S` and `z o.o.` are one word each.
    words = _WORD.findall(_INITIALS.sub("", fold(name)).replace("&", " and "))
    while shorter := _without_form(words):
        words = shorter
    return tuple(latin_words(" ".join(words)))


def latin_words(text: str) -> list[str]:
    """The words of any text, folded, in Latin letters."""
    return _WORD.findall(latin(text))


def _without_form(words: list[str]) -> list[str]:
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        if tuple(words[-size:]) in _TRAILING:
            return words[:-size]
        if tuple(words[:size]) in _LEADING:
            return words[size:]
    return []


def key(name: str) -> str:
    """What the spellings of one company share."""
    return "".join(core(name))


def legal_form(name: str) -> str:
    """The legal form at the end as it is spelled, "" when there is none."""
    words, wanted = name.split(), core(name)
    kept = next(size for size in range(len(words) + 1) if size == len(words) or core(" ".join(words[:size])) == wanted)
    return " ".join(words[kept:])
