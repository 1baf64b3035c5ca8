"""Who wrote which lines of a mail thread: quote marks (`>`), `On … wrote:` lines and `From: … Sent: …` blocks.

The wordings of mail programs differ by language; a line counts as one only with a verb of writing, a colon and a date
or an address, so that a sentence about writing is not mistaken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from synth.model import Speaker
from synth.readers.characters import fold_blanks, fold_name
from synth.readers.dates import day_in
from synth.readers.people import parse_person

_QUOTE = re.compile(r"(?:>\s?){1,40}")
_WROTE = re.compile(
    r"\b(?:wrote|yazdı|yazmış|a scris|пишет|(?:на)?писал(?:а|\(а\))?|пише|pisze|(?:na)?pisał(?:a|\(a\))?"
    r"|schrieb|schreef|a écrit|escribió|ha scritto|escreveu)(?!\w)(?P<after>[^:]{0,200}):$"
    r"|(?:نوشت(?:ه است|ه‌اند|ند|ه)?)\s*:$",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[<\[(]?(?:mailto:)?([\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+)[>\])]?")
_ADDRESS_ENDS = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>\s?:$")  # Russian Gmail leaves the verb out
_FILLER = re.compile(
    r"^(?:(?:on|at|am|pm|a\.m|p\.m|o|godz|użytkownik|user|tarihinde|saat|de|la|ora|în|pe|г|в|um|uhr|om|à|les|alle|ore"
    r"|ساعت|در|تاریخ|utc|gmt|cet|cest|msk|trt|mon|tue|wed|thu|fri|sat|sun|pzt|sal|çar|per|cum|cmt|paz)\b[\s,.]*)+",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\*?(?:From|Von|Van|De|De la|Kimden|Gönderen|От|От кого|Od|Da|از|فرستنده)\*?\s*:\*?\s+(?P<who>.+)", re.IGNORECASE
)
_BELOW_FROM = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Gesendet|An|Betreff|Datum|Verzonden|Aan|Onderwerp"
    r"|Gönderme Tarihi|Gönderilen|Gönderildi|Tarih|Kime|Konu|Bilgi|Trimis|Data|Către|Catre|Subiect"
    r"|Отправлено|Дата|Кому|Тема|Копия|Wysłano|Do|Temat|DW|Enviado|Envoyé|À|Objet|Para|Asunto"
    r"|ارسال|تاریخ|به|موضوع|ارسال شده)\*?\s*:\*?\s",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[-_*=]{2,200}(?:[^-_*=].{0,60}[-_*=]{2,100})?")  # a rule, or `---- Original Message ----`
_ITEM = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+\S")
_MAX_ATTRIBUTION = 400


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: tuple[str, ...]
    aside: str = ""

    @property
    def text(self) -> str:
        return fold_blanks(" ".join(self.lines))


@dataclass(slots=True)
class Segment:
    """What one writer wrote at one quote level, up to the next change of either."""

    writer: Speaker
    date: str
    level: int = 0
    paragraphs: list[Paragraph] = field(default_factory=list)


def person_of(address: str) -> Speaker:
    """Return the person of `Name <mail>`, `"Last, First" <mail>` or a bare address."""
    mail = _MAIL.search(address)
    name = fold_blanks(address[: mail.start()] if mail else address).strip(" \"'<,;:*")
    if re.fullmatch(r"[^\W\d_][^,]{1,40}, [^\W\d_][^,]{1,40}", name):
        name = " ".join(reversed(name.split(", ")))
    person = parse_person(name) if name else Speaker(mail[1].split("@")[0] if mail else "")
    return Speaker(person.name, title=person.title, company=person.company, email=mail[1] if mail else "")


@dataclass(frozen=True, slots=True)
class _Attribution:
    writer: Speaker
    date: str
    length: int  # lines it takes
    quotes: bool  # what follows is quoted one level deeper


def segments_of(lines: Sequence[str], writer: Speaker, date: str) -> list[Segment]:
    """Return the segments of a mail body in the order of the file."""
    levels = [_leveled(line) for line in lines]
    thread = _Thread(writer, date)
    at = 0
    while at < len(levels):
        level, text = levels[at]
        attribution = _attribution(levels, at) if thread.at_paragraph_start(level) or _FROM.match(text) else None
        if attribution is not None:
            thread.announce(level, attribution)
            at += attribution.length
        else:
            thread.add(level, text)
            at += 1
    return thread.close()


def _leveled(line: str) -> tuple[int, str]:
    match = _QUOTE.match(line)
    return (match.group().count(">"), line[match.end() :].strip()) if match else (0, line.strip())


class _Thread:
    """The writers by quote level, and the segment that is being filled."""

    def __init__(self, writer: Speaker, date: str) -> None:
        self.writers: dict[int, tuple[Speaker, str]] = {0: (writer, date)}
        self.segments: list[Segment] = []
        self.paragraph: list[str] = []
        self.level = 0
        self.announced: tuple[int, _Attribution] | None = None

    def at_paragraph_start(self, level: int) -> bool:
        return not self.paragraph or level != self.level

    def announce(self, level: int, attribution: _Attribution) -> None:
        self._end_paragraph()
        deeper = level + 1 if attribution.quotes else level
        self.writers[deeper] = (attribution.writer, attribution.date)
        self.announced = (level, attribution) if attribution.quotes else None
        self.level = -1

    def add(self, level: int, text: str) -> None:
        if not text:
            self._end_paragraph()
            return
        if level != self.level:
            self._end_paragraph()
            self.level = level
        elif _ITEM.match(text):
            self._end_paragraph()
        if self.announced is not None:
            said_at, attribution = self.announced
            if level <= said_at:  # the mail program does not mark quotes: all that follows was written by the other
                self.writers[level] = (attribution.writer, attribution.date)
            self.announced = None
        self.paragraph.append(text)

    def _end_paragraph(self) -> None:
        if not self.paragraph:
            return
        writer, date = self.writers.get(self.level) or self.writers[max(k for k in self.writers if k <= self.level)]
        last = self.segments[-1] if self.segments else None
        if last is None or last.writer != writer or last.level != self.level or last.date != date:
            last = Segment(writer, date, self.level)
            self.segments.append(last)
        if not _SEPARATOR.fullmatch(self.paragraph[0]) or len(self.paragraph) > 1:
            last.paragraphs.append(Paragraph(tuple(self.paragraph)))
        self.paragraph = []

    def close(self) -> list[Segment]:
        self._end_paragraph()
        return [segment for segment in self.segments if segment.paragraphs]


def _attribution(levels: Sequence[tuple[int, str]], at: int) -> _Attribution | None:
    return _outlook(levels, at) or _wrote(levels, at)


def _outlook(levels: Sequence[tuple[int, str]], at: int) -> _Attribution | None:
    """Match a block `From: … / Sent: … / To: … / Subject: …`, perhaps below `-----Original Message-----`."""
    level = levels[at][0]
    start = at + 1 if _SEPARATOR.fullmatch(levels[at][1]) and at + 1 < len(levels) else at
    match = _FROM.match(levels[start][1])
    if match is None or levels[start][0] != level:
        return None
    end = start + 1
    date = ""
    while end < len(levels) and levels[end][0] == level and _BELOW_FROM.match(levels[end][1]):
        date = date or day_in(levels[end][1])
        end += 1
    return _Attribution(person_of(match["who"]), date, end - at, quotes=False) if end - start >= 3 else None


def _wrote(levels: Sequence[tuple[int, str]], at: int) -> _Attribution | None:
    """Match `On … wrote:`, which mail programs wrap over up to three lines."""
    level = levels[at][0]
    joined = ""
    for length in range(1, 4):
        if at + length > len(levels) or levels[at + length - 1][0] != level or not levels[at + length - 1][1]:
            return None
        joined = f"{joined} {levels[at + length - 1][1]}".strip()
        if len(joined) > _MAX_ATTRIBUTION:
            return None
        if match := _introduces(joined):
            return _Attribution(_writer(joined, match), day_in(joined), length, quotes=True)
    return None


def _introduces(line: str) -> re.Match[str] | None:
    """Return the verb of an attribution (or the address that ends it), when a date or an address stands with it."""
    if (match := _WROTE.search(line)) and (_MAIL.search(line) or re.search(r"\d", line)):
        return match
    return _ADDRESS_ENDS.search(line) if re.search(r"\d\d?:\d\d", line) else None


def _writer(line: str, wrote: re.Match[str]) -> Speaker:
    """Return who wrote, from the words around the address or before the verb."""
    mail = _MAIL.search(line)
    after = (wrote.groupdict().get("after") or "").strip()
    before = line[: mail.start()] if mail and mail.start() < wrote.start() else line[: wrote.start()]
    if after and not before[-1:].isalpha():
        before = after[: after.find("<")] if "<" in after else after
    elif after and not mail and re.match(r"(?:Am|Op)\b", line):
        before = after
    name = re.split(r"[,\d:]", before)[-1] if not _starts_with_name(before) else before.split(",")[0]
    name = _FILLER.sub("", fold_blanks(name).strip(" \"'(<[")).strip(" \"'")
    if after and mail and mail.start() > wrote.start():
        name = fold_blanks(after[: max(0, after.find(mail.group()))]).strip(" \"'<([")
    if not any(character.isalpha() for character in name):
        name = mail[1].split("@")[0] if mail else ""
    return Speaker(parse_person(name).name, email=mail[1] if mail else "")


def _starts_with_name(before: str) -> bool:
    """Whether the name stands first, as in `Elif Karaca <…>, 21 May 2025 tarihinde şunu yazdı:`."""
    return bool(before) and not re.search(r"\d", before) and not _FILLER.match(fold_name(before))
