"""Notes by our own staff in Markdown or text: one bullet, paragraph or line is one turn, and nobody is said to speak.

Headings, attendee lists, rules and to-do boxes stay in the text as what nobody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.dates import day_in
from synth.readers.dialogue import HEADING
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.header import Header, company_in_title, is_metadata, merge_headers, read_header, split_front_matter
from synth.readers.markup import heading_in, html_text, looks_html, strip_inline
from synth.readers.spoken_text import DETAILS

TODO = "a to-do of our own"
_EXTENSIONS = (".md", ".markdown", ".txt", ".text", ".note", "")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-{3,})\s*$")
_RULE = re.compile(r"(?:[-*_=~—–]\s{0,3}){3,}|\|?(?:\s{0,9}:?-{2,}:?\s{0,9}\|)+(?:\s{0,9}:?-{2,}:?)?|(?:```|~~~).*")
_TODO = re.compile(r"\s*(?:[-*+]\s+)?(?:\[[ xX✓-]?\]|[☐☑☒✅])\s*(?P<text>.+)")
_BULLET = re.compile(r"\s*(?:(?:[-*+•‣◦▪–—·]|\d{1,3}[.)]|[a-z][.)])\s+|[-•–—](?=[^\W\d_]|[\"“„«]))(?P<text>.+)")
_BOLD_KEY = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,40}(?::(?:\*\*|__)|(?:\*\*|__)\s*:)(?P<value>.*)")
_ENDS = re.compile(r"[.!?…؟:;»”\"')\]]\s*$")
_ALL_BOLD = re.compile(r"(?:\*\*|__)[^*_]{1,80}(?:\*\*|__):?")
_WRAPPED = 55
_SHORT_VALUE = 12
_FEW_WORDS = 6
_LONG_TITLE = 120


@dataclass(frozen=True, slots=True)
class _Item:
    """One line of the note, with the lines it was wrapped into."""

    text: str
    kind: str  # "heading", "todo", "details", "text"


def _recognise(raw: RawFile) -> int:
    return 10 if raw.text is not None and raw.extension in _EXTENSIONS and any(c.isalpha() for c in raw.text) else 0


def _parse(raw: RawFile) -> Draft:
    front, text = split_front_matter(raw.path, raw.text or "")
    if looks_html(text[:2000]) and text.lstrip().startswith("<"):
        text = html_text(text)
    return draft_of_note(raw.path, text.split("\n"), front=front)


def draft_of_note(path: Path, lines: Sequence[str], *, front: Header, left_out: tuple[LeftOut, ...] = ()) -> Draft:
    """Return the Draft of a note whose lines are given."""
    items = _items(lines)
    details = read_header([item.text for item in items if item.kind in {"details", "title"}])
    header = merge_headers(front, details)
    blocks = tuple(_blocks(items, header.owner))
    if not blocks:
        raise SourceUnreadable(path, "no line of text in this note")
    last_dated = max((block.date for block in blocks), default="")
    return Draft(
        "note",
        blocks,
        speakers=header.people,
        date=header.date or last_dated or day_in(path.stem),
        company=header.company or company_in_title(header.title),
        left_out=left_out,
    )


def _blocks(items: Sequence[_Item], owner: str) -> Iterator[Block]:
    """A heading with a date dates the lines below it, until the next one."""
    asides = {"heading": HEADING, "title": HEADING, "todo": TODO, "details": DETAILS, "text": ""}
    section = ""
    for item in items:
        if item.kind == "heading":
            section = day_in(item.text) or section
        if text := strip_inline(item.text):
            yield Block(
                text, aside=asides[item.kind], apart=True, date=section, author=owner if item.kind == "text" else ""
            )


def _items(lines: Sequence[str]) -> list[_Item]:
    reading = _Reading()
    for at, line in enumerate(lines):
        reading.read(line, lines[at + 1] if at + 1 < len(lines) else "")
    return reading.items


class _Reading:
    """The lines classified so far, and what the next line may go on with."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self.before = ""  # the last line, "" after a blank one
        self.bullet = False  # the open item is a bullet
        self.content = False  # something was said already
        self.titled = False

    def read(self, line: str, following: str) -> None:
        if not line.strip() or _RULE.fullmatch(line.strip()):
            self.before, self.bullet = "", False
            return
        item = self._item(line, following)
        if item.kind == "text" and self._wraps(line):
            self.items[-1] = replace(self.items[-1], text=f"{self.items[-1].text} {line.strip()}")
        else:
            self.items.append(item)
            self.bullet = bool(_BULLET.match(line))
        self.before = line.rstrip()
        self.titled = self.titled or item.kind in {"title", "heading"}
        self.content = self.content or item.kind in {"text", "todo"}

    def _wraps(self, line: str) -> bool:
        """Whether `line` goes on with the one before: indented under a bullet, or after a full line without an end."""
        if not self.before or _BULLET.match(line) or self.items[-1].kind != "text":
            return False
        return (self.bullet and line[0].isspace()) or (len(self.before) >= _WRAPPED and not _ENDS.search(self.before))

    def _item(self, line: str, following: str) -> _Item:
        headline = "heading" if self.titled or self.content else "title"
        if (heading := heading_in(line)) is not None:
            return _Item(heading, headline)
        if match := _TODO.match(line):
            return _Item(match["text"], "todo")
        bullet = _BULLET.match(line)
        text = (bullet["text"] if bullet else line).strip().strip("|").lstrip("> ").strip()
        if self._is_detail(line, text, bullet is not None):
            return _Item(text, "details")
        if bullet is None and (self._is_title(text) or _is_headline(text, following)):
            return _Item(text, headline)
        return _Item(text, "text")

    def _is_detail(self, line: str, text: str, bullet: bool) -> bool:
        if is_metadata(text, within=self.content) and not (self.content and bullet):
            return True
        bold = _BOLD_KEY.match(line)
        return bold is not None and not self.content and len(bold["value"].split()) <= _SHORT_VALUE

    def _is_title(self, text: str) -> bool:
        """The first line of a text file is its title when it is short and not a sentence, or in capitals."""
        if self.content or self.titled or len(text) > _LONG_TITLE:
            return False
        return text.isupper() or (text[-1:] not in ".!?…؟:;," and len(text.split()) <= _SHORT_VALUE)


def _is_headline(text: str, following: str) -> bool:
    """Whether a line without a mark is a heading: underlined, all bold, or a few words and a colon above a list."""
    if _UNDERLINE.match(following) or _ALL_BOLD.fullmatch(text):
        return True
    return text.endswith(":") and len(text.split()) <= _FEW_WORDS and _BULLET.match(following) is not None


FORMATS = (Format("note", "Notes (.md, .txt): headings, bullets, paragraphs", "note", _EXTENSIONS, _recognise, _parse),)
