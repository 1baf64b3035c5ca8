"""Personal data that has a form: e-mail, phone, URL, IBAN, card, IP and street address.

Every pattern is bounded, so time grows with the length of the text only; checksums and context decide what a run of
digits is, because amounts and dates must stay readable.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from synth.text.names import fold

PersonalKind = Literal["email", "phone", "url", "iban", "card", "ip", "address", "person"]


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: `text[start:end]`."""

    kind: PersonalKind
    start: int
    end: int


_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"'«»“”)\]]{1,2000}", re.IGNORECASE)
_IBAN_HEAD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ \u00a0-]?[A-Za-z0-9])")
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IR": 26, "IS": 26, "IT": 27, "KZ": 20, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MD": 24, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22,
    "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29, "AE": 23, "SA": 24, "IL": 23, "AZ": 28, "GE": 22, "BY": 28,
}  # fmt: skip
_CARD = re.compile(r"(?<![\w-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{5})(?![\w-])")
_IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39})(?![\w:]|\.\d)")
_DIGITS = re.compile(r"(?<![\w.,:/+-])(?:\+|\(\+?)?\d[\d \u00a0().\/-]{5,24}\d(?![\w]|[.,:/-]\d)")
_DATE = re.compile(
    r"(?:19|20)\d\d[ ./-]\d{1,2}[ ./-]\d{1,2}(?!\d)|\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)\d\d(?!\d)"
    r"|(?:19|20|13|14)\d\d\s?[-/–]\s?(?:19|20|13|14)\d\d|1[34]\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
)
_AMOUNT = re.compile(r"\d{1,3}(?:([ .,\u00a0])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_GROUPED = re.compile(r"(?:\d{1,3}[-.])?\d{3}(?:[ .-]\d{2,4}){2,3}")
_MONEY = re.compile(
    r"(?:[$€£₺₽%]|\b(?:eur|euro|euros|usd|gbp|pln|ron|lei|tl|try|zł|chf|rub|руб\w*|dollars?|million|percent|процент\w*"
    r"|tomans?|تومان|ریال|درصد|zlotych|złotych|lira|people|rows|units|orders|records|hours)\b)",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?<!\w)(?:phone|tel|telephone|mobile|mob|cell|call|fax|gsm|whatsapp|number|t|m|telefon\w*|cep|numara\w*|mobil|numar\w*"
    r"|komork\w*|numer\w*|тел\w*|моб\w*|номер\w*|звон\w*|تلفن|موبایل|شماره|همراه|تماس)(?!\w)"
)
_STREET_BEFORE = (
    r"strada|str\.|bulevardul|bd\.|calea|aleea|ulica|ul\.|aleja|al\.|plac|pl\.|rue|calle|улица|ул\.|проспект|пр-т|переулок"
    r"|خیابان|بلوار|کوچه"
)
_STREET_AFTER = r"sokak|sokağı|sok\.|caddesi|cad\.|cd\.|bulvarı|mahallesi|mah\."
_ROAD_AFTER = r"street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|square|boulevard"
_HOUSE = r"(?:nr\.?\s?|no\.?:?\s?|д\.\s?|дом\s|پلاک\s)?\d{1,4}\w?(?:/\d{1,4})?"
_STREETS = (
    rf"(?:{_STREET_BEFORE})\s[^\W\d_][\w.’'-]{{0,30}}(?:\s[^\W\d_][\w.’'-]{{0,30}}){{0,3}},?\s{{1,2}}{_HOUSE}",
    rf"\d{{1,4}}\w?\s(?:[^\W\d_][\w’'-]{{1,30}}\s){{1,3}}(?:{_ROAD_AFTER})(?!\w)",
    r"[^\W\d_][\w’'-]{1,30}(?:straße|strasse|str\.|straat|gasse|weg|laan)\s\d{1,4}\w?(?!\w)",
    rf"[^\W\d_][\w’'-]{{1,30}}\s(?:{_STREET_AFTER})[\s,]{{1,2}}{_HOUSE}",
)
_FLAT = r"(?:,?\s(?:apartament|ap\.|apt\.?|et\.|sc\.|m\.|lok\.|кв\.|квартира|daire|kat|واحد|flat)\s?:?\d{1,4}\w?){0,3}"
_ADDRESS = re.compile(rf"(?<![\w’'-])(?:{'|'.join(_STREETS)}){_FLAT}", re.IGNORECASE)


def structured(text: str) -> list[Found]:
    """Every structured piece; what a surer kind has found is hidden from the next."""
    taken: list[Found] = []
    for finder in (_emails, _urls, _ibans, _cards, _ips, _phones, _addresses):
        found = list(finder(text))
        text = _hidden(text, found)
        taken += found
    return sorted(taken, key=lambda found: found.start)


def _hidden(text: str, found: list[Found]) -> str:
    parts, done = [], 0
    for item in found:
        parts += [text[done : item.start], "\0" * (item.end - item.start)]
        done = item.end
    return "".join([*parts, text[done:]])


def _emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found("email", match.start(), match.start() + len(match[0].rstrip("._-")))


def _urls(text: str) -> Iterator[Found]:
    for match in _URL.finditer(text):
        yield Found("url", match.start(), match.start() + len(match[0].rstrip(".,;:!?…")))


def _ibans(text: str) -> Iterator[Found]:
    for head in _IBAN_HEAD.finditer(text):
        length = _IBAN_LENGTHS.get(head[0][:2].upper(), 0)
        match = _signs(length).match(text, head.start()) if length else None
        if match and _mod97("".join(sign for sign in match[0] if sign.isalnum())) == 1:
            yield Found("iban", match.start(), match.end())


@cache
def _signs(length: int) -> re.Pattern[str]:
    """So many letters and digits, with a blank or hyphen between any two."""
    return re.compile(rf"[A-Za-z0-9](?:[ \u00a0-]?[A-Za-z0-9]){{{length - 1}}}(?![A-Za-z0-9])")


def _mod97(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits = [int(sign) for sign in match[0] if sign.isdigit()]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
        if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and any(digits):
            yield Found("card", match.start(), match.end())


def _ips(text: str) -> Iterator[Found]:
    for match in _IP.finditer(text):
        if (
            match[0].count(":") == 1
            or not (":" in match[0] or "." in match[0])
            or not any(s.isalnum() for s in match[0])
        ):
            continue
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            continue  # digits with dots that are no address, such as a section number
        yield Found("ip", match.start(), match.end())


def _phones(text: str) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        number = match[0].strip(" .-/" if ")" in match[0] else " .-/(")
        start = match.start() + match[0].index(number)
        if _is_phone(number, before=text[max(0, start - 24) : start], after=text[match.end() : match.end() + 14]):
            yield Found("phone", start, start + len(number))


def _is_phone(number: str, *, before: str, after: str) -> bool:
    digits = sum(sign.isdigit() for sign in number)
    if not 8 <= digits <= 15 or _DATE.search(number):
        return False
    if number.startswith(("+", "00", "(+")):
        return True
    if _MONEY.search(before[-6:]) or _MONEY.match(after.lstrip()):
        return False
    return _PHONE_WORD.search(fold(before)) is not None or _local(number, digits)


def _local(number: str, digits: int) -> bool:
    """A number without country code, and no word says what it is: it starts with 0, or is grouped as no amount is."""
    if number.lstrip("(").startswith(("0", "۰", "٠")):
        return digits >= 9
    if number.isdigit():
        return digits in (10, 11)
    if number.startswith("("):
        return True
    return digits >= 9 and _AMOUNT.fullmatch(number) is None and _GROUPED.fullmatch(number) is not None


def _addresses(text: str) -> Iterator[Found]:
    for match in _ADDRESS.finditer(text):
        yield Found("address", match.start(), match.end())
