"""What a cell of a spreadsheet means: numbers, dates, yes and no, lists, web addresses.

A cell is text, or a float where the workbook holds a real number; nothing is guessed from other cells except the order
of day and month, which only the whole column can tell. What cannot be read is None, never zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from synth.text.jalali import from_jalali
from synth.text.names import fold

Cell = str | float

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٬٫٪−–—’`´\u00a0\u202f\u2009", "01234567890123456789,.%---'''   ")
_PLAIN = re.compile(r"-?\d+(?:\.\d{1,2})?|-?\d(?:\.\d+)?[eE]\+?\d{1,2}")
_CORE = re.compile(r"[.,]?\d[\d.,' ]*")
_RANGE = re.compile(r"(.*\d.*?)\s*(?:-|\bto\b|\bbis\b|\bdo\b|до|تا)\s*(\D*\d.*)")
_WORD = re.compile(r"[^\W\d_]+|[^\w\s]")
_GROUPED = {sep: re.compile(rf"\d{{1,3}}(?:{re.escape(sep)}\d{{2,3}})*{re.escape(sep)}\d{{3}}") for sep in ".,' "}
_FACTORS = """
1e3: k tsd thousand тыс tys bin mii هزار teur
1e6: m mn mm mio mln million millions millionen milyon milioane млн میلیون
1e9: b bn mrd mld md billion billions milliarden milyar miliarde млрд میلیارد
"""
_MAGNITUDES = {
    word: float(factor)
    for factor, _, words in (line.partition(":") for line in _FACTORS.strip().splitlines())
    for word in words.split()
}
_POINT_IS_DECIMAL = frozenset(("k", "m", "mn", "mm", "million", "millions", "b", "bn", "billion", "billions"))
# Words and signs that may stand beside a number without changing it.
_BESIDE = """
€ $ £ ¥ ₺ ₽ zł lei eur usd gbp chf try tl ron pln rub sek nok dkk czk huf aed jpy cad aud inr irr руб р euro euros us
ریال تومان درهم + > < ~ ≈ ≥ ≤ . # employees employee people staff fte mitarbeiter mitarbeitende pers days day tage tagen
gün zile dni дней روز logins ca circa approx about rund etwa około ok yaklaşık aprox حدود %
"""
_HARMLESS = frozenset(fold(word) for word in _BESIDE.split()) | set(_BESIDE.split()) | set(_MAGNITUDES)
_YES_WORDS = "true yes y 1 x ✓ ✔ ja j oui si sì evet da tak да è بله wahr vrai waar prawda"
_NO_WORDS = "false no n 0 nein non hayir nu nie нет nee خیر falsch faux onwaar falsz ✗"
_YES = frozenset(map(fold, _YES_WORDS.split()))
_NO = frozenset(map(fold, _NO_WORDS.split()))
_LIST = re.compile(r"[;,|\n،؛]")
_SCHEME = re.compile(r"^[a-z][a-z+.-]*://|^www\d?\.|^.*@")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+", re.UNICODE)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ .\-]*)?([^\W\d_]{3,})[ .\-]*(?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})"
)
_MONTHS = """
jan oca янв sty ian ener gen; feb fev sub фев lut febr; mar maa mrt mär мар mars; apr avr nis апр kwi abr
mai may mei mag май мая maj; jun jui haz июн cze iun giu juin; jul juil tem июл lip iul lug; aug aou ago авг sie agu
sep eyl сен wrz set; oct okt eki окт paz ott; nov kas ноя lis noi; dec dez ara дек gru dic
"""
_MONTH = {
    fold(word): number
    for number, words in enumerate(_MONTHS.strip().replace("\n", ";").split(";"), 1)
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    percent: bool = False


def text(cell: Cell) -> str:
    """The cell as a person sees it; a whole number never shows a decimal point, so an id stays an id."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell


@lru_cache(maxsize=100_000)
def number(cell: Cell) -> Number | None:
    """Read `1,200`, `6'800`, `€3,4 Mio.`, `EUR 47.493.000,00`, `78%`, `۱۲۰۰`, `51-200` (its middle)."""
    if isinstance(cell, float):
        return Number(cell)
    if _PLAIN.fullmatch(cell):
        return Number(float(cell))
    written = cell.translate(_DIGITS).strip()
    if (span := _RANGE.fullmatch(written)) and (low := _one_number(span[1])) and (high := _one_number(span[2])):
        return Number((low.value + high.value) / 2, low.percent or high.percent)
    return _one_number(written)


def _one_number(written: str) -> Number | None:
    core = _CORE.search(written)
    if core is None or any(char.isdigit() for char in written[core.end() :]):
        return None
    before, after = written[: core.start()].strip(), written[core.end() :].strip()
    negative = before.endswith("-") or after == "-" or (before.endswith("(") and after.startswith(")"))
    beside = {fold(word) for word in _WORD.findall(f"{before.strip('-(')} {after.strip('-)')}")}
    factors = sorted(beside & _MAGNITUDES.keys())
    if len(factors) > 1 or not _HARMLESS.issuperset(beside):
        return None
    value = _decimal(core[0].strip(), factors[0] if factors else "")
    if value is None:
        return None
    percent = "%" in beside
    value = value * (_MAGNITUDES[factors[0]] if factors else 1) / (100 if percent else 1)
    return Number(round(-value if negative else value, 10), percent)


def _decimal(core: str, magnitude: str) -> float | None:
    """Tell the separator of thousands from the decimal one. `1,200` and `1.200` are both 1200, `0.764` is a decimal."""
    core = core.rstrip(".,'")
    for sep in "' ":
        if sep in core:
            whole = re.split(r"[.,]", core)[0]
            if not _GROUPED[sep].fullmatch(whole):
                return None
            core = core.replace(sep, "")
    marks = [char for char in core if char in ".,"]
    if len(set(marks)) == 2:
        decimal = marks[-1]
        thousands = "," if decimal == "." else "."
        if marks.count(decimal) > 1:
            return None
        return float(core.replace(thousands, "").replace(decimal, "."))
    if len(marks) > 1:
        return float(core.replace(marks[0], "")) if _GROUPED[marks[0]].fullmatch(core) else None
    grouped = marks and _GROUPED[marks[0]].fullmatch(core) and not core.startswith("0")
    if grouped and not _is_decimal(marks[0], magnitude):
        return float(core.replace(marks[0], ""))
    return float(core.replace(",", "."))


def _is_decimal(mark: str, magnitude: str) -> bool:
    """Beside k, M or Mio. one mark and three digits follow the language of the word: `1.234M`, `1,234 Mio.`."""
    return bool(magnitude) and mark == ("." if magnitude in _POINT_IS_DECIMAL else ",")


@lru_cache(maxsize=1_000)
def yes(cell: Cell) -> bool | None:
    word = fold(text(cell)).strip()
    return True if word in _YES else False if word in _NO else None


def items(cell: Cell) -> tuple[str, ...]:
    """The parts of a list cell, trimmed, the first spelling of each."""
    seen: dict[str, str] = {}
    for part in (" ".join(part.split()) for part in _LIST.split(text(cell))):
        if part:
            seen.setdefault(fold(part), part)
    return tuple(seen.values())


def domain(cell: Cell) -> str:
    """The bare host of a web or e-mail address, "" when there is none."""
    host = text(cell).strip().casefold()
    while (shorter := _SCHEME.sub("", host)) != host:
        host = shorter
    found = _HOST.match(host)
    return found[0] if found else ""


def day_first(column: Iterable[Cell]) -> bool:
    """Whether `03/04/2024` is the third of April in this column: a part above 12 tells, else the mark does."""
    slashes = 0
    for cell in column:
        found = _SLASHED.match(cell.translate(_DIGITS).strip()) if isinstance(cell, str) else None
        if found is None:
            continue
        if int(found[1]) > 12 or int(found[3]) > 12:
            return int(found[1]) > 12
        slashes += found[2] == "/"
    return slashes == 0


@lru_cache(maxsize=100_000)
def day(cell: Cell, *, day_first: bool = True) -> str | None:
    """The day as ISO 8601; None when the cell is no day of the years 1970 to 2099."""
    try:
        found = _day(text(cell).translate(_DIGITS).strip(), day_first)
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found and 1970 <= found.year < 2100 else None


def _day(written: str, day_first: bool) -> date | None:
    if found := _ISO.match(written):
        year, month, day_ = int(found[1]), int(found[2]), int(found[3])
        return from_jalali(year, month, day_) if year < 1600 else date(year, month, day_)
    if found := _SLASHED.match(written):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        return date(year, second, first) if day_first else date(year, first, second)
    if found := _NAMED.search(written):
        month = _month(found[2])
        return date(int(found[4]), month, int(found[1] or found[3] or 1)) if month else None
    return _stamp(written)


def _month(word: str) -> int:
    folded = fold(word)
    return next((_MONTH[folded[:n]] for n in (4, 3) if folded[:n] in _MONTH), 0)


def _stamp(written: str) -> date | None:
    """Days since 1900 of a spreadsheet (five digits), or seconds and milliseconds since 1970."""
    if not written.replace(".0", "").isdigit():
        return None
    value = int(float(written))
    if 20_000 <= value < 75_000:
        return date(1899, 12, 30) + timedelta(days=value)
    if value >= 10**9:
        return datetime.fromtimestamp(value / (1000 if value >= 10**11 else 1), tz=UTC).date()
    return None
