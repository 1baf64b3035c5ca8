"""How documents are written in one language: its messages with their plural forms, its numbers, dates and lists.

Messages are gettext catalogues (`templates/locales/<code>.po`), read as they are; numbers and dates follow the Unicode
CLDR through Babel. English is the language of the messages themselves and needs no catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from synth.resources import resource_dir

LANGUAGES = ("en", "tr", "ro", "fa", "ru", "pl")
_RIGHT_TO_LEFT = ("fa",)
# British English has no comma before "or", and a space before the per cent sign is our own habit.
_LOCALES = {"en": "en_GB"}
_SHORT = {"en": "en_US"}  # K and M, as employees and revenue are banded
_PERCENT = {"en": "{} %"}
_DIGITS = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
_NONE = "–"
_LARGE = 10_000  # from here on a number is shortened


class Language:
    """One language of documents. Every method returns text for people, in its own digits."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.rtl = code in _RIGHT_TO_LEFT
        self._locale = _LOCALES.get(code, code)
        self._messages = _catalogue(code)

    def gettext(self, message: str, **values: Any) -> str:
        """Translate `message` and fill its `%(name)s` places, if any; numbers among `values` are written as such."""
        return self._filled(self._messages.gettext(message), values)

    def ngettext(self, one: str, many: str, n: int, **values: Any) -> str:
        """Translate in the plural form that `n` asks for; `%(n)s` is the number itself."""
        return self._filled(self._messages.ngettext(one, many, n), {"n": n} | values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number with thousands marks; as many decimals as asked for, none if they are zero."""
        from babel.numbers import format_decimal

        if value is None:
            return _NONE
        pattern = "#,##0." + "#" * digits if digits else "#,##0"
        return self._digits(format_decimal(value, pattern, self._locale, numbering_system="default"))

    def brief(self, value: float | None) -> str:
        """Write a large number in three digits, as the language shortens it: 143,636 is 144K; below 10,000 in full."""
        from babel.numbers import format_compact_decimal

        if value is None or abs(value) < _LARGE:
            return self.number(value, 0 if value is None or abs(value) >= 100 else 1)
        leading = len(f"{abs(value):.0f}") % 3 or 3  # digits before the point
        return self._digits(
            format_compact_decimal(
                value,
                format_type="short",
                locale=_SHORT.get(self.code, self.code),
                fraction_digits=3 - leading,
                numbering_system="default",
            )
        )

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Write a share of 0..1 in percent, whole unless decimals are asked for."""
        if share is None:
            return _NONE
        return self._with_sign(self.number(share * 100, digits) if digits else self.number(_whole(share * 100)))

    def between(self, low: float, high: float) -> str:
        """Write an interval of shares: 14–61 %."""
        return self._with_sign(f"{self.number(_whole(low * 100))}–{self.number(_whole(high * 100))}")

    def day(self, iso: str) -> str:
        """Write an ISO date out: 13 March 2025. What is no full date is left as it is."""
        from babel.dates import format_date

        try:
            parsed = date.fromisoformat(iso)
        except ValueError:
            return iso
        return self._digits(format_date(parsed, "d MMMM y", self._locale))

    def clock(self, seconds: float | None) -> str:
        """Write a place in a recording as hh:mm:ss, "" when the source has no times."""
        if seconds is None:
            return ""
        whole = int(seconds)
        return self._digits(f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}")

    def either(self, values: Sequence[str]) -> str:
        """Write alternatives: A, B or C."""
        from babel.lists import format_list

        return format_list(list(values), style="or", locale=self._locale)

    def language(self, code: str) -> str:
        """Return the name of language `code`, the code itself when it has none."""
        from babel import Locale

        known = Locale.parse(self._locale).languages
        return str(known.get(code, code))

    def _filled(self, text: str, values: dict[str, Any]) -> str:
        return text % {name: self._value(value) for name, value in values.items()} if values else text

    def _value(self, value: Any) -> Any:
        return self.number(value, 1) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _with_sign(self, number: str) -> str:
        from babel import Locale

        pattern = _PERCENT.get(self.code)
        if pattern is None:
            sign = "٪" if self.code == "fa" else "%"
            pattern = Locale.parse(self._locale).percent_formats[None].pattern.replace("#,##0", "{}").replace("%", sign)
        return pattern.format(number)

    def _digits(self, text: str) -> str:
        return text.translate(_DIGITS.get(self.code, {}))


def message(text: str) -> str:
    """Mark `text` as a message of the catalogues; it is translated where it is printed."""
    return text


@cache
def language(code: str) -> Language:
    """Return the language of `code`."""
    return Language(code)


def catalogue_file(code: str) -> Path:
    """Return where the messages of a language lie."""
    return resource_dir("templates") / "locales" / f"{code}.po"


def _catalogue(code: str) -> NullTranslations:
    path = catalogue_file(code)
    if code == "en" or not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _whole(value: float) -> int:
    return int(value + 0.5)  # half up: 12.5 is 13 whatever the neighbours
