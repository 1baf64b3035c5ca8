"""Layouts in which no colon follows a name, rewritten to those in which one does.

`Name – text`, `[Name] text`, a name on a line or in a heading of its own, and a name with its time below. Whether it is
a name is judged by the whole file: a few of them, each again and again. Asked only where nothing else names a speaker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from synth.readers.labels import is_seat, key_of
from synth.readers.markup import heading_in
from synth.readers.people import looks_like_name
from synth.readers.times import time_alone
from synth.readers.vocabulary import (
    AI_SECTIONS,
    ANSWER_HEADINGS,
    METADATA_KEYS,
    NOT_NAMES,
    QUESTION_HEADINGS,
    SEATS,
    SECTIONS,
    SOUNDS,
)

_DASHED = re.compile(r"(?P<name>[^\n:\[\]()]{2,50}?)\s[-–—]\s(?P<rest>\S.*)")
_BRACKETED = re.compile(r"\[(?P<name>[^\[\]\n:]{2,60})\]\s*:?\s*(?P<rest>\S.*)?")
_HEADINGS = QUESTION_HEADINGS | ANSWER_HEADINGS
_NO_NAMES = (METADATA_KEYS | NOT_NAMES | SECTIONS | AI_SECTIONS | SOUNDS) - SEATS | _HEADINGS
_DOTTED = re.compile(r"(?P<open>\s{0,9}[\[(]?)(?P<h>0?[0-3])\.(?P<m>[0-5]\d)\.(?P<s>[0-5]\d)(?=[\])\s])")
_RISING = 0.9  # of the dotted times, which days in a row are not
_LEAST, _LEAST_NAMES = 4, 2  # lines with a name; different names
_SHARE = 0.3  # of the lines, for a name on the line of its speech
_MARKS = ".,;:!?…؟،\"'”»*_"


def with_colons(lines: Sequence[str]) -> Sequence[str] | None:
    """Return `lines` with a colon after each speaker, None when none of the layouts is theirs."""
    for pattern in (_BRACKETED, _DASHED):
        found = [pattern.fullmatch(line.strip()) for line in lines]
        names = _speakers([match["name"] for match in found if match], least=_SHARE * sum(map(bool, lines)))
        if names:
            return [
                f"{match['name'].strip()}: {match['rest'] or ''}" if match and key_of(match["name"]) in names else line
                for line, match in zip(lines, found, strict=True)
            ]
    return _alone(lines)


def with_clocks(lines: Sequence[str]) -> Sequence[str]:
    """Return `lines` with `00.01.07` at their beginning as `00:01:07`, where these rise as a recording does."""
    found = [_DOTTED.match(line) for line in lines]
    times = [(int(match["h"]), int(match["m"]), int(match["s"])) for match in found if match]
    rising = sum(one < two for one, two in pairwise(times))
    if len(times) < _LEAST or rising < _RISING * (len(times) - 1):
        return lines
    return [
        f"{match['open']}{match['h']}:{match['m']}:{match['s']}{line[match.end() :]}" if match else line
        for line, match in zip(lines, found, strict=True)
    ]


def _alone(lines: Sequence[str]) -> Sequence[str] | None:
    """Rewrite names on lines of their own; a time below a name goes above it, where other tools write it."""
    candidates = {at: name for at in range(len(lines)) if (name := _name_alone(lines, at))}
    names = _speakers(list(candidates.values()))
    if not names:
        return None
    made = list(lines)
    for at, name in candidates.items():
        if key_of(name) in names:
            below = lines[at + 1] if at + 1 < len(lines) else ""
            made[at : at + 2] = [below, f"{name}:"] if time_alone(below) else [f"{name}:", below]
    return made


def _name_alone(lines: Sequence[str], at: int) -> str:
    """Return the name that a heading is, or a line below an empty one and above a line of speech or a time."""
    heading = heading_in(lines[at])
    text = (lines[at] if heading is None else heading).strip()
    if not text or text[-1] in _MARKS or not looks_like_name(text):
        return ""
    if heading is not None:
        return text
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return text if below and (at == 0 or not lines[at - 1].strip()) else ""


def _speakers(found: Sequence[str], least: float = 0.0) -> frozenset[str]:
    """Return the keys of the names that come again and again, none when they are not the layout of the file."""
    keys = [key_of(name) for name in found if looks_like_name(name) or is_seat(key_of(name))]
    counts = Counter(key for key in keys if key not in _NO_NAMES)
    names = frozenset(key for key, count in counts.items() if count > 1)
    lines = sum(counts[key] for key in names)
    few = _LEAST_NAMES <= len(names) <= lines / 2
    return names if few and lines >= max(_LEAST, least, 0.6 * len(found)) else frozenset()
