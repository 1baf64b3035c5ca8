"""Time stamps as people and tools write them, in the digits of any script, as milliseconds.

`STAMP` is the grammar for use inside larger patterns; its group names start with `a` (start) and `z` (end).
"""

from __future__ import annotations

import re

_CLOCK = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
STAMP = (
    r"(?:[\[(<]\s*)?@?(?P<a>" + _CLOCK + r")(?!\d)(?P<day>\s?[AaPp]\.?[Mm]\b\.?)?"
    r"(?:\s*(?:-->|--|->|to|[-–—])\s*(?P<z>" + _CLOCK + r")(?!\d))?(?:\s*[\])>])?(?:\(https?://[^\s)]*\))?"
)
BRACKETED = re.compile(
    r"\s*[\[(<]\s*@?(?P<a>" + _CLOCK + r")(?:\s*(?:-->|--|->|to|[-–—])\s*(?P<z>" + _CLOCK + r"))?\s*[\])>]"
    r"(?:\(https?://[^\s)]*\))?\s*[-–—:]?\s*"
)
INLINE = re.compile(r"\[(?P<a>" + _CLOCK + r")\]")
ALONE = re.compile(r"\s*#{0,6}\s*" + STAMP + r"\s*$")
LEADING = re.compile(r"\s*" + STAMP + r"(?:\s+[-–—]\s+|\s*\t\s*|\s+)")
_CUE = re.compile(
    r"\s*(?P<a>" + _CLOCK + r")\s*-{1,2}>\s*(?P<z>" + _CLOCK + r")(?:\s|$)",
)


def milliseconds(clock: str | None) -> int | None:
    """Return `H:MM:SS.mmm`, `MM:SS` or a part of it in milliseconds; None for no clock."""
    if clock is None:
        return None
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + (int(fraction.ljust(3, "0")) if fraction else 0)


def start_of(match: re.Match[str]) -> int | None:
    """Return the start of a `STAMP`; a time of the day (`10:32 AM`) is no position in a recording."""
    groups = match.groupdict()
    return None if groups.get("day") else milliseconds(groups.get("a"))


def end_of(match: re.Match[str]) -> int | None:
    return milliseconds(match.groupdict().get("z"))


def cue_times(line: str) -> tuple[int, int] | None:
    """Return start and end of the timing line of a cue, None when `line` is none."""
    match = _CUE.match(line)
    if match is None:
        return None
    start, end = milliseconds(match["a"]), milliseconds(match["z"])
    assert start is not None
    assert end is not None
    return start, max(start, end)
