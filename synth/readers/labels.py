"""The line grammar of transcripts written as text: who speaks, when, and what follows on the same line.

A label is only a candidate here: `accepted` looks at the whole file before a colon is believed to follow a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from synth.readers.characters import fold_name
from synth.readers.dates import is_day
from synth.readers.noise import is_bot
from synth.readers.people import caseless, looks_like_name, parse_person
from synth.readers.times import STAMP, end_of, milliseconds, start_of
from synth.readers.vocabulary import AI_SECTIONS, METADATA_KEYS, NOT_NAMES, SEATS, SECTIONS

_STAMP_2 = STAMP.replace("?P<a>", "?P<a2>").replace("?P<z>", "?P<z2>").replace("?P<day>", "?P<day2>")
_DASH = r"\s*[-–—|:]?\s*"
_COLON = re.compile(
    rf"(?:{STAMP}{_DASH})?(?P<name>[^:\n]{{1,60}}?)(?:[\s,\-–—|]{{0,20}}{_STAMP_2})?\s{{0,20}}:(?=\s|$|[\"«„“\[*_])"
)
_TIME_FIRST = re.compile(rf"{STAMP}\s*(?:[-–—|]\s*|\s+)(?P<name>[^:\n\t]{{1,60}})")
_NAME_FIRST = re.compile(
    rf"\[?(?P<name>[^:\n\t\[\]]{{1,60}}?)\]?(?P<gap>\s{{2,}}|\s*\t\s*|\s*[-–—|,]\s+|\s*(?=[\[(<])|\s+){STAMP}"
)
_BOLD = re.compile(
    r"(?P<before>[^*_\w]{0,3}|[^*_]{0,40}[\d\])]\s*[-–—]?\s*)(?P<mark>\*\*|__)(?P<name>[^*\n]{1,70}?)(?P=mark)"
)
_ITALIC = re.compile(r"^(?P<mark>[*_])(?![*_\s])(?P<name>[^*_:\n]{1,60})(?::(?P=mark)|(?P=mark):)(?![*_])\s*")
_CODE = re.compile(r"^`([^`\n]{1,40})`")  # a time
_CAPTION_MARK = re.compile(r"^\s*(?:>>|&gt;&gt;)>?\s*")  # captions mark a change of the speaker so
_IN_BRACKETS = re.compile(r"^\[([^\[\]]+)\]$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")
_SENTENCE = re.compile(r"[?؟!…;\"«»„“”]|\.(?=\s+\S+\s+\S+\s)|\.\.")
_MAX_WORDS = 8
_DENSE = 0.6
_REACH = 200  # characters within which a label ends
_NUMBERED = re.compile(r"(?P<seat>.+?)\s?[#№]?\s?(?:\d{1,3}|[A-Z])")


@dataclass(frozen=True, slots=True)
class Label:
    """A line that may open a turn.

    `header`: name and time stand alone and the speech follows below.
    `weak`: nothing but the place of the line says that it is a name, so it must come again.
    """

    name: str
    rest: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    bold: bool = False
    header: bool = False
    weak: bool = False


def match_label(line: str, *, markdown: bool = False) -> Label | None:
    """Return the label that opens `line`, None when it opens none."""
    bold = False
    line = _CAPTION_MARK.sub("", line)
    if markdown:
        line = _ITALIC.sub(r"\g<name>: ", _CODE.sub(r"\1", line.strip(), count=1), count=1)
        found = _BOLD.match(line)
        if found:
            bold = True
            line = found["before"] + found["name"] + line[found.end() :]
        line = _ESCAPED.sub(r"\1", line)
    line = line.strip()
    label = _with_colon(line, bold=bold) or _alone(line, bold=bold)
    if label is None and bold and found and not line[len(found["before"]) + len(found["name"]) :].strip():
        return _checked(Label(found["name"].strip(), bold=True, header=True, weak=True))
    return label


def _checked(label: Label) -> Label | None:
    name = label.name
    spoken = any(character.isalpha() for character in name) and len(name.split()) <= _MAX_WORDS
    return label if spoken and not _SENTENCE.search(name) and not is_day(name) else None


def _with_colon(line: str, *, bold: bool) -> Label | None:
    match = _COLON.match(line[:_REACH])
    if match is None:
        return None
    start, end = start_of(match), end_of(match)
    if match["a2"] and start is None and not match["day2"]:
        start, end = milliseconds(match["a2"]), milliseconds(match["z2"])
    name = _IN_BRACKETS.sub(r"\1", match["name"].strip(" -–—|\t"))
    return _checked(Label(name, line[match.end() :].strip(), start, end, bold))


def _alone(line: str, *, bold: bool) -> Label | None:
    """Match `Emma  2:20`, `0:00 - Travis (x.com)`, `[Emma] 10:02:01`."""
    if len(line) > 100:
        return None
    for pattern in (_NAME_FIRST, _TIME_FIRST):
        if match := pattern.fullmatch(line):
            return _checked(Label(match["name"].strip(), "", start_of(match), end_of(match), bold, True))
    return None


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    return fold_name(parse_person(name).name)


def is_seat(key: str) -> bool:
    """Whether a folded label is a default of a tool or a seat at the table: `speaker 2`, `interviewer`, `p1`."""
    match = _NUMBERED.fullmatch(key)
    return (
        key in SEATS
        or (match is not None and match["seat"].strip() in SEATS)
        or re.fullmatch(r"[a-z]{1,2}\d{1,3}", key) is not None
    )


def accepted(labels: Iterable[Label], known: Collection[str], *, lines: int) -> frozenset[str]:
    """Return the keys of the labels that name a speaker, judged by the whole file.

    `known` are keys of attendees. Where most of the `lines` open with a label, a name in a script without capitals is
    believed at once: words given to the speaker before would be worse than words given to nobody.
    """
    labels = list(labels)
    counts = Counter(key_of(label.name) for label in labels)
    dense = len(labels) >= _DENSE * lines
    first = {key_of(label.name): label for label in reversed(labels)}
    if dense:
        counts.update(key for key, label in first.items() if caseless(label.name) and len(key.split()) <= 3)
    return frozenset(key for key, label in first.items() if _names_a_speaker(label, key, counts[key], key in known))


def _names_a_speaker(label: Label, key: str, count: int, known: bool) -> bool:
    if known or is_bot(label.name):
        return True
    if is_seat(key):
        return count > 1 or key not in METADATA_KEYS
    if key in METADATA_KEYS | NOT_NAMES | SECTIONS | AI_SECTIONS:
        return False
    if label.weak or (caseless(label.name) and not label.header):
        return count > 1 and looks_like_name(label.name)
    if label.header:
        return looks_like_name(label.name) or count >= 3
    return looks_like_name(label.name) or (count >= 3 and len(key.split()) <= 3)
