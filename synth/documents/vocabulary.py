"""The words one group of people uses and the others do not: log-odds with an informative Dirichlet prior.

After Monroe, Colaresi and Quinn, "Fightin' Words" (2008), doi:10.1093/pan/mpn018. Groups are compared inside one
language, so words of grammar cancel out; a list of everyday words takes away what a small study leaves over.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]{5,}(?:\u200c[^\W\d_]+)*")
_USES = 3
_SCORE = 1.64  # standard deviations from even use
_PRIOR = 10.0  # words of prior, spread as in the whole text
# Words of five letters and more that anybody uses: what stands out among them is a manner of speaking, not a trade.
_EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        """
    about actually after again always another anyone anything around basically because become before being
    better between called certain coming completely could different doing during eight eighteen either eleven
    enough every everybody everyone everything exactly fifteen fifty first forty friday getting given going
    great having hello honestly hours hundred instead later least literally little looked looking maybe
    minutes moment monday month months morning myself never nobody nothing often other others ourselves
    people perhaps point probably question quite rather really right saying second seven several should
    simply since sitting sixty somebody someone something sometimes somewhere sorry still talking tell tells
    thank thanks their themselves there these thing things think thinking third thirty those though thought
    thousand three through today together tomorrow trying tuesday twelve twenty twice under until using
    usually wanted wants wednesday weeks where whether which while whole without would wrong yesterday years
    yourself aslında bazen başka belki beraber birçok bizim bunun bütün çünkü dakika demek diğer diyor doğru
    edecek ettik evvel gelen geldi gerçekten gibi hakikaten hangi hepsi herkes herkesin hiçbir içinde ikinci
    kadar kendi kendim neden nedir nerede oldu olduğu olmadı olsun onlar onların önce sadece saat sanırım
    seviye sonra şeyler şimdi sürekli tabii tamam üzerinde yalnız yani yapıyor yaptık yine zaman zaten acesta
    aceasta acolo acum adică altceva altul asta atunci bine câteva când ceva chiar cineva cumva deci despre
    dintre doar după efectiv exact fiecare foarte înainte încă întotdeauna lângă lucruri lunea minute multe
    mult nimic niciodată noastră oameni oricum pentru peste poate prima pură puțin sigur spune spus sunt
    toată toate totul trebuie undeva unele بعضی بعدی بقیه بودند بودیم بیشتر تقریبا تقریباً چندتا چیزی خودش
    خودم خودمان خودمون خیلی داریم داشتم داشتیم دقیقا دیگر دیگه روزی سالی شاید شدند طوری فقط کردم کردیم کسی
    گفتم گفتند ماهی مثلا مثلاً می‌شد میشه ندارم نداریم همان همون همه همیشه همین больше будет будто была было
    были вообще всегда второй говорит говорю годом давайте действительно деньги другие другой думаю если
    естественно затем знаете знаю иногда каждый когда который конечно короче кроме кстати людей между минут
    можно может месяц наверное нашей некоторые несколько нету нибудь никогда ничего нормально нужно обычно
    однако очень первый после потом потому почему почти просто против раньше сейчас сегодня скажем сказал
    сказала собственно совсем сразу столько тогда только точно третий хорошо часов человек через чтобы этого
    этому bardzo będzie były całkiem chyba ciągle cztery dlatego dobrze dopiero drugi dwadzieścia dzisiaj
    generalnie gdzie godzin jakby jakiś jedna jeden jednak jeszcze jeżeli każdy kiedy kilka która które który
    ludzie między miesiąc minut można może mówię myślę nagle nasze niektóre nigdy normalnie oczywiście około
    pierwszy później ponieważ potem powiem prawda przed przez przynajmniej razem również rzeczy sobie
    strasznie tego teraz tutaj tydzień tylko wcześniej właśnie wszystko wtedy zawsze znaczy zresztą already
    working comes course stayed story company april march september october november december january
    february august
    """,
    )
)


@dataclass(frozen=True, slots=True)
class Spoken:
    language: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    language: str
    uses: int


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    term: Term


def distinctive(
    mine: Iterable[Spoken], others: Iterable[Spoken], *, leave_out: frozenset[str] = frozenset(), most: int = 12
) -> tuple[Term, ...]:
    """Return the most distinctive words of `mine`: said at least three times, in more than one source."""
    spoken = list(mine)
    rest = list(others)
    scored: list[_Scored] = []
    for language in sorted({item.language for item in spoken}):
        here = [item for item in spoken if item.language == language]
        there = [item for item in rest if item.language == language]
        scored += _scores(here, there, leave_out=leave_out)
    scored.sort(key=lambda one: (-one.score, one.term.language, one.term.text))
    return tuple(one.term for one in scored[:most] if one.score >= _SCORE)


def _scores(here: list[Spoken], there: list[Spoken], *, leave_out: frozenset[str]) -> list[_Scored]:
    ours, theirs = _count(here), _count(there)
    both = ours + theirs
    sources = Counter(word for source in sorted({item.source for item in here}) for word in _count_source(here, source))
    return [
        _Scored(_log_odds(word, ours, theirs, both=both), Term(word, here[0].language, uses))
        for word, uses in ours.items()
        if uses >= _USES and sources[word] > 1 and word not in leave_out | _EVERYDAY
    ]


def _log_odds(word: str, ours: Counter[str], theirs: Counter[str], *, both: Counter[str]) -> float:
    prior = _PRIOR * both[word] / both.total()
    mine, other = ours[word] + prior, theirs[word] + prior
    difference = math.log(mine / (ours.total() + _PRIOR - mine)) - math.log(other / (theirs.total() + _PRIOR - other))
    return difference / math.sqrt(1 / mine + 1 / other)


def _count(items: Iterable[Spoken]) -> Counter[str]:
    return Counter(word for item in items for word in _WORD.findall(item.text.casefold()))


def _count_source(items: Iterable[Spoken], source: str) -> set[str]:
    return set(_count(item for item in items if item.source == source))
