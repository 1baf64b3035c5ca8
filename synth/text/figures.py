"""Numbers, shares, dates and times as documents write them. One place, so that a language can bring its own."""

from __future__ import annotations

from datetime import date

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with thousands marks; as many decimals as asked for, none if they are zero."""
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def brief(value: float | None) -> str:
    """Write a large number in three digits: 143,636 is 144K, 22,550 is 22.6K, 812 stays."""
    if value is None:
        return "–"
    for factor, sign in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= factor * (10 if sign == "K" else 1):
            scaled = value / factor
            return number(scaled, max(0, 2 - len(f"{abs(scaled):.0f}") + 1)) + sign
    return number(value, 0 if abs(value) >= 100 else 1)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share of 0..1 in percent, whole unless decimals are asked for."""
    return "–" if share is None else f"{share * 100:.{digits}f} %" if digits else f"{_whole(share * 100)} %"


def between(low: float, high: float) -> str:
    """Write an interval of shares: 14–61 %."""
    return f"{_whole(low * 100)}–{_whole(high * 100)} %"


def day(iso: str) -> str:
    """Write an ISO date out: 13 March 2025. What is no full date is left as it is."""
    try:
        parsed = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"


def clock(seconds: float | None) -> str:
    """Write a place in a recording as hh:mm:ss, "" when the source has no times."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _whole(value: float) -> int:
    return int(value + 0.5)  # half up: 12.5 is 13 whatever the neighbours
