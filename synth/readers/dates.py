"""Days as files write them, as ISO 8601. A day that can be read two ways (`03/04/2025`) is no day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from synth.readers.characters import fold_name
from synth.text.jalali import from_jalali

_MONTHS = {
    fold_name(word): number
    for number, words in enumerate(
        (
            "january|jan|ocak|oca|ianuarie|ian|ژانویه|январь|января|янв|styczeń|stycznia|sty|januar|januari|janvier|janv|enero|ene|gennaio|gen|janeiro",
            "february|feb|şubat|şub|februarie|febr|فوریه|февраль|февраля|фев|luty|lutego|lut|februar|februari|février|févr|febrero|febbraio",
            "march|mar|mart|martie|مارس|март|марта|marzec|marca|märz|mrz|maart|mrt|mars|marzo|março",
            "april|apr|nisan|nis|aprilie|آوریل|апрель|апреля|апр|kwiecień|kwietnia|kwi|avril|avr|abril|abr|aprile",
            "may|mayıs|mai|مه|می|май|мая|maj|maja|mei|mayo|maggio|mag|maio",
            "june|jun|haziran|haz|iunie|iun|ژوئن|июнь|июня|июн|czerwiec|czerwca|cze|juni|juin|junio|giugno|giu|junho",
            "july|jul|temmuz|tem|iulie|iul|ژوئیه|جولای|июль|июля|июл|lipiec|lipca|lip|juli|juillet|juil|julio|luglio|lug|julho",
            "august|aug|ağustos|ağu|اوت|آگوست|август|августа|авг|sierpień|sierpnia|sie|augustus|août|agosto|ago",
            "september|sep|sept|eylül|eyl|septembrie|سپتامبر|сентябрь|сентября|сен|сент|wrzesień|września|wrz|septembre|septiembre|settembre|setembro|set",
            "october|oct|ekim|eki|octombrie|اکتبر|октябрь|октября|окт|październik|października|paź|oktober|okt|octobre|octubre|ottobre|ott|outubro|out",
            "november|nov|kasım|kas|noiembrie|noi|نوامبر|ноябрь|ноября|ноя|listopad|listopada|lis|novembre|noviembre|novembro",
            "december|dec|aralık|ara|decembrie|دسامبر|декабрь|декабря|дек|grudzień|grudnia|gru|dezember|dez|décembre|diciembre|dicembre|dic|dezembro",
        ),
        start=1,
    )
    for word in words.split("|")
}
# Of years 13xx and 14xx, which no other calendar in use here has.
_JALALI_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_MONTHS |= {fold_name(word): number for number, word in enumerate(_JALALI_MONTHS.split(), start=1)}
_FIRST_JALALI, _LAST_JALALI = 1350, 1450
_ISO = re.compile(r"(?<!\d)(\d{4})([-/._])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|(?<=\.)\d\d(?![.\d]))(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|º)?\s+(?:de\s+)?([^\W\d_]{2,12})\.?,?\s+(?:de\s+)?(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


def _iso(year: str, month: int, day: str) -> str:
    number = int(year) + (2000 if len(year) == 2 else 0)
    if _FIRST_JALALI <= number <= _LAST_JALALI:
        return solar.isoformat() if (solar := from_jalali(number, month, int(day))) else ""
    try:
        found = date(number, month, int(day))
    except ValueError:
        return ""
    return found.isoformat() if 1970 <= found.year <= 2100 else ""


def _month(word: str) -> int:
    return _MONTHS.get(fold_name(word), 0)


def _numeric(match: re.Match[str]) -> str:
    first, mark, second, year = match.groups()
    if mark == "." or int(first) > 12 or first == second:
        return _iso(year, int(second), first)
    return _iso(year, int(first), second) if int(second) > 12 else ""


_GRAMMARS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_ISO, lambda match: _iso(match[1], int(match[3]), match[4])),
    (_COMPACT, lambda match: _iso(match[1], int(match[2]), match[3])),
    (_DOTTED, _numeric),
    (_DAY_FIRST, lambda match: _iso(match[3], _month(match[2]), match[1])),
    (_MONTH_FIRST, lambda match: _iso(match[3], _month(match[1]), match[2])),
)


def day_in(text: str) -> str:
    """Return the first day that `text` names, "" when there is none or it is ambiguous."""
    text = text[:2000]
    found = [(match.start(), read(match)) for grammar, read in _GRAMMARS for match in grammar.finditer(text)]
    return next((day for _, day in sorted(found) if day), "")


def without_days(text: str) -> str:
    """Return `text` with the days it names cut out."""
    for grammar, read in _GRAMMARS:
        text = grammar.sub(lambda match, read=read: " " if read(match) else match.group(), text)  # type: ignore[misc]
    return text


def is_day(text: str) -> bool:
    """Whether `text` is nothing but a day, with or without its year: `14 May`, `Tue, 3 June 2025`."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    months = sum(_month(word) > 0 for word in words)
    numbers = sum(word.isdigit() for word in words)
    return bool(words) and (
        (numbers >= 3 and numbers == len(words)) or (months == 1 and numbers >= 1 and len(words) <= 5)
    )
