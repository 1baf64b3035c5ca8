"""A transcript written as text, line by line: labels open turns, everything else goes on with the turn it follows.

All text formats (`Name: text`, Otter, Google Meet, bold Markdown, Word) share this reading and differ in recognition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from synth.readers import times
from synth.readers.characters import unescape
from synth.readers.draft import Block
from synth.readers.labels import Label, accepted, key_of, match_label
from synth.readers.layouts import with_clocks, with_colons
from synth.readers.markup import heading_in, strip_inline
from synth.readers.noise import BOILERPLATE, is_boilerplate
from synth.readers.people import looks_like_name
from synth.readers.vocabulary import AI_SECTIONS, METADATA_KEYS, SECTIONS

HEADING = "a heading"
SECTION = "a section mark, not a speaker"
AI_NOTE = "a note of the meeting tool, not speech"
QUOTED = "a block quote below the speech (a translation or a comment)"
_BULLET = re.compile(r"\s*(?:[-*+•‣–]|\d{1,2}[.)]|\[[ x]\])\s+\S")
_HEADER_LINES = 60
_HEADER_PARAGRAPH = 12
_LEAST_QUOTED = 3
_BOLD_ALONE = re.compile(r"(?:\*\*|__)[^*_\n]{1,70}(?:\*\*|__):?(?:\s*\(?[\d:]{4,8}\)?)?")
_RULE = re.compile(r"(?:[-*_=~—–]\s{0,3}){3,}")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]()])")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was found. `head` are the lines before the first speaker; `labelled` of `lines` open a turn."""

    head: tuple[str, ...]
    blocks: tuple[Block, ...]
    names: Counter[str] = field(default_factory=Counter)  # label as written -> turns it opens
    lines: int = 0
    headers: int = 0  # labels without a colon
    timed: bool = False  # a bare time stands before every piece of speech

    @property
    def labelled(self) -> int:
        return sum(self.names.values())


def read_dialogue(lines: Sequence[str], *, known: Collection[str] = (), markdown: bool = False) -> Dialogue:
    """Read `lines`; `known` are folded names of people the file lists as present."""
    lines = with_clocks(_without_quote_marks(lines) if markdown else lines)
    labels, speakers = _labels(lines, known, markdown)
    if not speakers and (laid_out := with_colons(lines)) is not None:
        lines = laid_out
        labels, speakers = _labels(lines, known, markdown)
    metadata = _metadata_lines(labels, speakers, lines)
    labels = [None if at in metadata or _unbelieved(label, speakers) else label for at, label in enumerate(labels)]
    timed = _lines_start_with_time(lines)
    first = _first_of_speech(lines, labels, speakers, timed)
    reading = _Reading(speakers, timed, markdown)
    blocks = [
        block for line, label in zip(lines[first:], labels[first:], strict=True) for block in reading.read(line, label)
    ]
    opened = [label for label in labels[first:] if label is not None and key_of(label.name) in speakers]
    return Dialogue(
        head=tuple(lines[:first]),
        blocks=tuple(blocks),
        names=Counter(label.name for label in opened),
        lines=sum(bool(line.strip()) for line in lines[first:]),
        headers=sum(label.header for label in opened),
        timed=timed,
    )


def _labels(lines: Sequence[str], known: Collection[str], markdown: bool) -> tuple[list[Label | None], frozenset[str]]:
    """Return the label of each line, and the keys of those that name a speaker; where names are bold, only those."""
    labels = [_label(lines, at, markdown) for at in range(len(lines))]
    if any(label is not None and label.bold for label in labels):
        labels = [label if label is None or label.bold or key_of(label.name) in known else None for label in labels]
    filled = sum(bool(line.strip()) for line in lines)
    return labels, accepted((label for label in labels if label is not None), known, lines=filled)


def _without_quote_marks(lines: Sequence[str]) -> Sequence[str]:
    """A whole transcript may stand in a block quote, or all that is said below the names."""
    filled = [line for line in lines if line.strip()]
    quoted = sum(line.startswith(">") for line in filled)
    plain = [line for line in filled if not line.startswith(("#", ">"))]
    below_names = quoted >= _LEAST_QUOTED and all(_BOLD_ALONE.fullmatch(line.strip()) for line in plain)
    return [line.lstrip("> ") for line in lines] if quoted * 2 > len(filled) or below_names else lines


def _label(lines: Sequence[str], at: int, markdown: bool) -> Label | None:
    """Return the label of one line; what has a list below it opens a list and not a turn."""
    line = lines[at]
    if (heading := heading_in(line)) is not None:
        label = match_label(heading, markdown=markdown)
        return label if label is not None and label.header and label.start_ms is not None else None
    label = match_label(line, markdown=markdown) or _below_time(lines, at)
    if (
        label is not None
        and not label.rest.strip()
        and label.start_ms is None
        and _BULLET.match(_next_filled(lines, at))
    ):
        return None
    return label


def _below_time(lines: Sequence[str], at: int) -> Label | None:
    """Match the name of `00:12 / Name / speech`, each on a line of its own."""
    line = lines[at].strip()
    if not line or at == 0 or not times.time_alone(lines[at - 1]) or len(line.split()) > 4:
        return None
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return Label(line, header=True, weak=True) if below and looks_like_name(line) and line[-1] not in ".,!?…" else None


def _next_filled(lines: Sequence[str], at: int) -> str:
    return next((line for line in lines[at + 1 : at + 4] if line.strip()), "")


def _unbelieved(label: Label | None, speakers: frozenset[str]) -> bool:
    return label is not None and label.weak and key_of(label.name) not in speakers


def _first_of_speech(
    lines: Sequence[str], labels: Sequence[Label | None], speakers: frozenset[str], timed: bool
) -> int:
    """Return where the header ends: at the first speaker or the time above, without speakers at the first time."""
    first = next(
        (i for i, label in enumerate(labels) if label is not None and key_of(label.name) in speakers), len(lines)
    )
    if not speakers and timed:
        return next(i for i, line in enumerate(lines) if times.LEADING.match(line) or times.time_alone(line))
    above = next((i for i in range(first - 1, -1, -1) if lines[i].strip()), None)
    return above if above is not None and times.time_alone(_plain(lines[above])) else first


def _metadata_lines(labels: Sequence[Label | None], speakers: frozenset[str], lines: Sequence[str]) -> frozenset[int]:
    """Return the lines that stand in one paragraph with `Date:` or `Company:` and are metadata like them.

    They are labels that occur once (`Product: …`) and seats (`Interviewer: Jo Ray`, who speaks as `Interviewer:` below)
    """
    keys = ["" if label is None else key_of(label.name) for label in labels]
    counts = Counter(keys)
    found: set[int] = set()
    start = 0
    for end in range(min(len(lines), _HEADER_LINES) + 1):
        if end < len(lines) and lines[end].strip():
            continue
        known = [at for at in range(start, end) if keys[at] in METADATA_KEYS and keys[at] not in speakers]
        if known:
            last = end if end - start <= _HEADER_PARAGRAPH else known[-1]
            found.update(at for at in range(start, last) if counts[keys[at]] == 1 or keys[at] in METADATA_KEYS)
        start = end + 1
    return frozenset(found)


def _lines_start_with_time(lines: Sequence[str]) -> bool:
    """Whether the style of the file is a bare time before every piece of speech."""
    filled = [line for line in lines if line.strip()]
    stamped = sum(bool(times.LEADING.match(line) or times.time_alone(line)) for line in filled)
    return stamped >= 3 and stamped * 3 > len(filled)


class _Reading:
    """The state between two lines: who speaks, and a time stamp that waits for its speech."""

    def __init__(self, speakers: frozenset[str], timed: bool, markdown: bool) -> None:
        self.speakers = speakers
        self.timed = timed
        self.markdown = markdown
        self.speaker = ""
        self.waiting: tuple[int | None, int | None] = (None, None)

    def read(self, line: str, label: Label | None) -> Iterator[Block]:
        stripped = line.strip()
        if not stripped or _RULE.fullmatch(stripped):
            return
        if stamp := times.time_alone(_plain(stripped)):
            self.waiting = (times.start_of(stamp), times.end_of(stamp))
        elif label is None and (heading := heading_in(line)) is not None:
            yield from self._heading(heading)
        elif is_boilerplate(strip_inline(stripped)):
            yield Block(strip_inline(stripped), aside=BOILERPLATE, apart=True)
        elif label is not None and key_of(label.name) in self.speakers:
            self.speaker = label.name
            self.waiting = (label.start_ms, label.end_ms) if label.start_ms is not None else self.waiting
            yield from self._speech(label.rest)
        elif (
            label is not None
            and key_of(label.name) in SECTIONS | AI_SECTIONS
            and (label.bold or not label.rest.strip())
        ):
            self.speaker = ""
            yield Block(
                strip_inline(stripped), aside=SECTION if key_of(label.name) in SECTIONS else AI_NOTE, apart=True
            )
        elif stripped.startswith(">") and self.markdown:
            yield Block(self._clean(stripped.lstrip("> ")), aside=QUOTED, apart=True)
        else:
            yield from self._speech(stripped)

    def _heading(self, text: str) -> Iterator[Block]:
        """A heading ends the turn: what follows it without a name is nobody's, least of all after a question."""
        self.speaker = ""
        text = self._clean(text)
        if text:
            yield Block(text, aside=BOILERPLATE if is_boilerplate(text) else HEADING, apart=True)

    def _speech(self, text: str) -> Iterator[Block]:
        """Yield the speech of a line in pieces between the time stamps it holds."""
        text = _ESCAPED_BRACKET.sub(r"\1", text) if self.markdown else text
        stamp = times.BRACKETED.match(text) or (times.LEADING.match(text) if self.timed else None)
        if stamp is not None:
            self._wait(stamp)
            text = text[stamp.end() :]
        position = 0
        for stamp in times.INLINE.finditer(text):
            yield from self._piece(text[position : stamp.start()])
            self._wait(stamp)
            position = stamp.end()
        yield from self._piece(text[position:])

    def _wait(self, stamp: re.Match[str]) -> None:
        start = times.start_of(stamp)
        self.waiting = (start, times.end_of(stamp)) if start is not None else self.waiting

    def _piece(self, text: str) -> Iterator[Block]:
        if text := self._clean(text):
            start_ms, end_ms = self.waiting
            self.waiting = (None, None)
            yield Block(text, self.speaker, start_ms, end_ms)

    def _clean(self, text: str) -> str:
        return strip_inline(text) if self.markdown else unescape(text)


def _plain(line: str) -> str:
    return line.replace("\\", "").replace("*", "").strip("_ ")
