"""Words before a sentence that take something of it back: "I think", "some of", "about". Six languages, no model.

All take runs of folded words, as `Token.word` has them: without joiners, a number as its digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from synth.text.numerals import is_number_word
from synth.text.words import fold_words, words

# Phrases that say that a sentence is only thought or only possible; behind the bar those that are one only where a
# clause begins, since they also mean "can".
_HEDGES: dict[str, str] = {
    "en": """i think, i guess, i believe, i suppose, i assume, i imagine, i reckon, i hope, maybe, perhaps, probably,
        possibly, presumably, it seems, in my view, in my opinion, as far as i know, as far as i can tell,
        fairly sure, pretty sure, my guess is, my feeling is, my impression is, i'd say, i would say, i'd guess""",
    "tr": """bence, sanırım, galiba, belki, belki de, herhalde, muhtemelen, bana göre, bana kalırsa, umarım, tahminimce,
        büyük ihtimalle""",
    "ro": """cred, probabil, mi se pare, se pare, parcă, presupun, bănuiesc, după mine, după părerea mea, în opinia mea,
        sper, cel mai probabil, din câte știu | poate""",
    "fa": """فکر می‌کنم, فکر کنم, گمان می‌کنم, به نظرم, به نظر من, شاید, احتمالاً, گویا, امیدوارم,
        به احتمال زیاد, تا جایی که می‌دانم""",
    "ru": """мне кажется, кажется, я думаю, думаю, я считаю, наверное, наверно, может быть, возможно, вероятно,
        по моему, на мой взгляд, видимо, похоже, пожалуй, надеюсь, скорее всего, насколько я знаю | может""",
    "pl": """myślę, sądzę, wydaje mi się, chyba, prawdopodobnie, przypuszczam, moim zdaniem, według mnie, pewnie,
        być może, podobno, najprawdopodobniej, z tego co wiem | może""",
}
# What names a part of many: with "of" behind it ("some of our drivers"; "some drivers" names no whole), and behind the
# bar what takes a genitive instead.
_SHARES: dict[str, str] = {
    "en": "some most many few several half part parts majority minority third quarter lot handful couple percent |",
    "tr": "birçok bazı |",
    "ro": "unii unele unora câțiva câteva mulți multe parte | majoritatea jumătate",
    "fa": "بعضی برخی چند خیلی تعدادی بسیاری | اکثر بیشتر نیمی بخشی",
    "ru": "некоторые многие несколько | часть большинство половина",
    "pl": "niektórzy niektóre wielu wiele kilku kilka kilkoro | część większość połowa",
}
_OF = frozenset(words("of de din dintre из z ze spośród از"))
_LIGHT = frozenset(words("a an the o un only just about roughly doar numai только лишь tylko فقط sadece yalnızca"))
# What says that a number is none exactly.
_LIMITS: dict[str, str] = {
    "en": "about, roughly, around, approximately, circa, at least, at most, up to, more than, less than, fewer than",
    "tr": "yaklaşık, yaklaşık olarak, aşağı yukarı, en az, en fazla, en çok",
    "ro": "cam, aproximativ, circa, vreo, în jur de, cel puțin, cel mult, până la, mai mult de, mai puțin de, peste",
    "fa": "حدود, حدوداً, در حدود, حداقل, دست‌کم, حداکثر, بیش از, بیشتر از, کمتر از",
    "ru": """около, примерно, приблизительно, порядка, как минимум, как максимум, не менее, не более, более,
        менее, меньше, больше""",
    "pl": "około, mniej więcej, jakieś, co najmniej, co najwyżej, przynajmniej, najwyżej, ponad, więcej niż, mniej niż",
}
_ARTICLES = frozenset(words("a an o un bir"))


@cache
def _phrases(which: str, language: str) -> frozenset[tuple[str, ...]]:
    """Return the phrases of a language, or of English where it is none of the six."""
    anywhere, _, opening = {"hedges": _HEDGES, "limits": _LIMITS}[which].get(language, "").partition("|")
    text = f"{anywhere},{opening}" if which == "hedges" else anywhere
    return frozenset(_run(phrase) for phrase in text.split(",") if phrase.strip())


def _run(phrase: str) -> tuple[str, ...]:
    return tuple(fold_words(phrase.replace("\u200c", "")).split())


@cache
def _ambiguous(language: str) -> frozenset[tuple[str, ...]]:
    opening = _HEDGES.get(language, "").partition("|")[2]
    return frozenset(_run(phrase) for phrase in opening.split(",") if phrase.strip())


def is_hedge(run: Sequence[str], language: str) -> bool:
    """Whether a run of words says that what stands beside it is only thought or only possible."""
    return tuple(run) in _phrases("hedges", language)


def hedge_in(clause: Sequence[str], language: str) -> range:
    """Return where in the words of a clause a hedge stands; "may" that is also "can" only counts at its beginning."""
    for start in range(len(clause)):
        for end in range(len(clause), start, -1):
            run = tuple(clause[start:end])
            if is_hedge(run, language) and not (start and run in _ambiguous(language)):
                return range(start, end)
    return range(0)


def is_share(clause: Sequence[str], language: str) -> bool:
    """Whether the words name a part of what follows and nothing else: "some of", "only two thirds of"."""
    some, _, genitive = _SHARES.get(language, "").partition("|")
    of = bool(clause) and clause[-1] in _OF
    shares = frozenset(words(f"{some} {genitive}" if of else genitive))
    parts = [word for word in clause if word not in _OF and word not in _LIGHT]
    return bool(parts) and all(word in shares or (of and _is_number(word, language)) for word in parts)


def _is_number(word: str, language: str) -> bool:
    return word[:1].isdigit() or word == "%" or is_number_word(word.removesuffix("s"), language)


def limit_before(clause: Sequence[str], language: str) -> int:
    """Return of how many words the "about" or "at least" is that a clause ends with, 0 if there is none."""
    return next((n for n in (3, 2, 1) if tuple(clause[-n:]) in _phrases("limits", language) and n <= len(clause)), 0)


def begins_with_number(quoted: Sequence[str], language: str) -> bool:
    """Whether words begin with how many there are: "40 people", "a third"."""
    first = quoted[1:2] if quoted and quoted[0] in _ARTICLES else quoted[:1]
    return any(word[:1].isdigit() or word in "€$£₺" or is_number_word(word, language) for word in first)
