"""Whether a statement says the opposite of what was said: another month, unit or currency, the other direction.

Six languages and no model. A family is a closed set of which one member cannot be another. A statement is doubted only
if it names a member, and what was said names others of the family and none that the statement does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth.text.numerals import is_number_word, numbers
from synth.text.words import content_words, fold_words, stem

# One member a row, patterns of folded words. Months that are common words too ("may", Romanian "mai") are left out.
_MONTHS = """january|ocak(?:ta)?|ianuarie|ژانویه|январ\\w*|stycz\\w*
february|subat\\w*|februarie|فوریه|феврал\\w*|lut(?:y|ego|ym)
mart(?:ta|in)?|martie|مارس|март[ае]?|marzec|marcu
april|nisan\\w*|aprilie|آوریل|апрел\\w*|kwie(?:cie|tni)\\w*
mayis\\w*|мая|мае|maju
june|haziran\\w*|iunie|ژوئن|июн\\w*|czerw(?:iec|ca|cu)
july|temmuz\\w*|iulie|ژوئیه|июл\\w*|lip(?:iec|ca|cu)
august|agustos\\w*|اوت|август\\w*|sierp\\w*
september|eylul\\w*|septembrie|سپتامبر|сентябр\\w*|wrzes\\w*
october|ekim(?:de)?|octombrie|اکتبر|октябр\\w*|pazdziernik\\w*
november|kasim\\w*|noiembrie|نوامبر|ноябр\\w*|listopad\\w*
december|aralik(?:ta)?|decembrie|دسامبر|декабр\\w*|grud(?:zie|ni)\\w*"""
_AS_MONTHS = {"March": "mart", "May": "mayis"}  # in English only a capital tells them
_CAPITAL = re.compile(r"\b(?:March|May)\b")
_UNITS = """minut\\w*|dakika\\w*|دقیقه|минут\\w*
hours?|saat\\w*|or[ae]|ساعت|час\\w*|godzin\\w*
days?|gun\\w*|zile?|روز|день|дн[яею]\\w*|dni\\w*|dzien
weeks?|hafta\\w*|saptaman\\w*|هفته|недел\\w*|tydz\\w*|tygod\\w*
months?|ay(?:da|dir|lik)?|lun[ai]|ماه|месяц\\w*|miesi\\w*
years?|yil\\w*|ani?|سال|года?|лет|rok|lata?"""
_MONEY = """euros?|€|یورو|евро
dollars?|dolar\\w*|\\$|دلار|доллар\\w*
pounds?|£|sterlin\\w*|پوند|фунт\\w*
lei|leu|ron
lira\\w*|₺
ریال\\w*
تومان\\w*
рубл\\w*|roubles?|₽
zl|zlot\\w*|pln"""
_DIRECTIONS = (
    "increas\\w*|rose|rising|risen|grew|grown|artt\\w*|yuksel\\w*|crescut|افزایش|вырос\\w*|повыси\\w*|wzros\\w*\n"
    "decreas\\w*|fell|fallen|declined|shrank|dustu\\w*|azal\\w*|scazut|کاهش|упал\\w*"
    "|снизи\\w*|сократи\\w*|spad\\w*"
)
_DOWN = re.compile(r"\b(?:went|go|gone|going|came|come) (up|down)\b")
_NO_LONGER = re.compile(r"\bno longer\b")
_ENDED = re.compile(
    r"\b(?:no|not|never|\w+n['’]t|any ?more|used to|stop\w*|former\w*|previously|before|end\w*|quit|now|switch\w*"
    r"|replac\w*|instead|since|until|eliminat\w*|remov\w*|gone)\b"
)
_PAIRS = """slower faster|cheaper dearer|better worse|easier harder|earlier later|higher lower|longer shorter|
    before after|more fewer|more less|önce sonra|ucuz pahalı|hızlı yavaş|înainte după|بعد قبل|بیشتر کمتر|до после|
    дешевле дороже|больше меньше|быстрее медленнее|przed po|szybciej wolniej|więcej mniej|tańszy droższy"""
_UN = {"en": "un", "ro": "ne", "ru": "не", "pl": "nie", "fa": "نا"}
_BASE = 5  # letters of a word behind an "un-"
_NEAR = 2  # words between a number and its unit, itself included
_SAME = 0.85  # of the statement's other words that were said, for the one that is turned to matter
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[€$£₺₽]")


def _family(rows: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row) for row in fold_words(rows).split("\n"))


_FAMILIES = {"month": _family(_MONTHS), "unit": _family(_UNITS), "currency": _family(_MONEY)}
_WAYS = _family(_DIRECTIONS)
_OPPOSITES = [tuple(pair.split()) for pair in fold_words(_PAIRS).split("|")]


def contradiction(statement: str, said: str, *, spoken: str, language: str) -> str:
    """Return what `statement` turns round of what was `said` in the language `spoken`, or ''."""
    ours, theirs = _tokens(statement, language), _tokens(said, spoken)
    for name, members in _FAMILIES.items():
        one = _named(ours, members, "" if name == "month" else language)
        other = _named(theirs, members, "" if name == "month" else spoken)
        if one and other and not one & other:
            return f"the {name} is another than in the lines"
    one, other = _named(ours, _WAYS, ""), _named(theirs, _WAYS, "")
    if one and other and not one & other and numbers(statement, language) & numbers(said, spoken):
        return "it goes up in one and down in the other"
    if language == spoken == "en" and _still(statement.casefold(), said.casefold()):
        return "it is no longer so in one of the statement and the lines alone"
    turned = _turned(ours, theirs, language) if language == spoken else ""
    return f"{turned!r} is the opposite of what the lines say" if turned else ""


def _tokens(text: str, language: str) -> list[str]:
    if language in ("", "en"):
        text = _CAPITAL.sub(lambda found: _AS_MONTHS[found[0]], text)
    return _TOKEN.findall(_DOWN.sub(_moved, fold_words(text)))


def _still(statement: str, said: str) -> bool:
    """Whether only one side says "no longer", and the other nothing to that effect."""
    if not any(_NO_LONGER.search(a) and not _ENDED.search(b) for a, b in ((statement, said), (said, statement))):
        return False
    one, other = ({stem(word) for word in content_words(text, "en")} for text in (statement, said))
    return len(one & other) > 1


def _moved(found: re.Match[str]) -> str:
    return "rose" if found[1] == "up" else "fell"


def _named(tokens: list[str], members: tuple[re.Pattern[str], ...], language: str) -> frozenset[int]:
    """Return which members of a family are named; with a `language`, only those beside a number."""
    places = range(len(tokens)) if not language else sorted(set(_beside_numbers(tokens, language)))
    return frozenset(i for place in places for i, row in enumerate(members) if row.fullmatch(tokens[place]))


def _beside_numbers(tokens: list[str], language: str) -> Iterator[int]:
    for i, token in enumerate(tokens):
        if token[0].isdigit() or is_number_word(token, language):
            yield from range(max(0, i - 1), min(len(tokens), i + _NEAR + 1))


def _turned(ours: list[str], theirs: list[str], language: str) -> str:
    """Return the word of ours of which theirs have only the opposite, where nearly all else is the same."""
    there = {stem(word) for word in theirs}
    for word in ours:
        if word in theirs or not (opposite := _opposite(word, theirs, language)):
            continue
        rest = [stem(other) for other in content_words(" ".join(ours), language) if other != word]
        if rest and opposite not in ours and sum(other in there for other in rest) >= _SAME * len(rest):
            return word
    return ""


def _opposite(word: str, theirs: list[str], language: str) -> str:
    for one, other in _OPPOSITES:
        if word in (one, other) and (found := other if word == one else one) in theirs:
            return found
    prefix = _UN.get(language, "")
    return next((w for w in theirs if prefix and prefix + word == w and len(word) >= _BASE), "")
