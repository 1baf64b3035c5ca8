"""Time stamps as people and tools write them, in the digits of any script, as milliseconds.

`STAMP` is the grammar for use inside larger patterns; its group names start with `a` (start) and `z` (end).
"""

from __future__ import annotations

import re

_CLOCK = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
_SPAN = r"(?:\s{0,3}(?:-->|--|->|to|[-–—])\s{0,3}(?P<z>" + _CLOCK + r")(?!\d))?"
_LINK = r"(?:\(https?://[^\s)]{1,500}\))?"
STAMP = (
    r"(?:[\[(<]\s{0,3})?@?(?P<a>"
    + _CLOCK
    + r")(?!\d)(?P<day>\s?[AaPp]\.?[Mm]\b\.?)?"
    + _SPAN
    + r"(?:\s{0,3}[\])>])?"
    + _LINK
)
BRACKETED = re.compile(
    r"\s{0,9}[\[(<]\s{0,3}@?(?P<a>" + _CLOCK + r")" + _SPAN + r"\s{0,3}[\])>]" + _LINK + r"\s{0,9}[-–—:]?\s{0,9}"
)
INLINE = re.compile(r"\[(?P<a>" + _CLOCK + r")\]")
LEADING = re.compile(r"\s{0,9}" + STAMP + r"(?:\s{1,9}[-–—]\s{1,9}|\s{1,9})")
_ALONE = re.compile(r"#{0,6}\s{0,3}" + STAMP)
_MAX_ALONE = 600
_CUE = re.compile(
    r"\s{0,9}(?P<a>" + _CLOCK + r")\s{0,9}-{1,2}>\s{0,9}(?P<z>" + _CLOCK + r")(?:\s|$)",
)


def time_alone(line: str) -> re.Match[str] | None:
    """Match a line that holds a time stamp and nothing else."""
    line = line.strip()
    return _ALONE.fullmatch(line) if len(line) <= _MAX_ALONE else None


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
