"""An interview written as an article: the question is a heading or stands in bold, and the answers have no name.

The one thing that must not happen is that the interviewer's words become the customer's: a question is the
interviewer's, what follows it up to the next heading is the interviewee's, and everything before the first question is
the article's own. A file is only taken for an interview when it says so or names its guest: our own FAQ has question
headings too, and so have templates of notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth.errors import SourceUnreadable
from synth.model import LeftOut, Speaker
from synth.readers.characters import fold_name
from synth.readers.dates import day_in
from synth.readers.dialogue import HEADING, QUOTED
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.header import (
    Header,
    company_in_title,
    is_note_header,
    merge_headers,
    read_header,
    split_front_matter,
)
from synth.readers.markup import heading_in, strip_inline
from synth.readers.vocabulary import ANSWER_HEADINGS, INTERVIEW_WORDS, OUR_KEYS, QUESTION_HEADINGS

INTERVIEWER, INTERVIEWEE = "Interviewer", "Interviewee"
OWN = "the article's own words"
_ASKS = re.compile(r"[?؟;？][\s\"'»”’)*_]*$")
_EMPHASIS = re.compile(r"(?P<mark>\*\*\*|\*\*|__|\*|_)(?P<text>[^*_\n]{3,400})(?P=mark)[\s:]*")
_LIST = re.compile(r"\s*(?:[-*+•‣◦▪–]|\d{1,3}[.)])\s+")
_NUMBER = re.compile(r"^\W*(?:\d{1,3}[.):]|[QqPpSsÎîВв]\d{0,2}[.):])?\s*")
_LEAST, _LONGEST = 3, 60  # questions; words of one
_WORD = re.compile(r"[^\W\d_]+(?:[-'’\u200c][^\W\d_]+)*")
_HEAD_LINES = 15
_SAMPLE = 200_000  # characters


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph, and what it is: `question`, `heading`, `asks` or `answers` (headings that say so), `quote`, `text`.

    A bullet is a `text` too, but no answer: notes are written in bullets.
    """

    text: str
    kind: str
    bullet: bool = False


def article_of_lines(
    path: Path, lines: Sequence[str], *, front: Header, left_out: tuple[LeftOut, ...] = ()
) -> Draft | None:
    """Return the Draft of a file of questions and answers, None when it is none."""
    parts = list(_parts(lines))
    if not _asks_and_answers(parts) or is_note_header(lines):
        return None
    first = next(at for at, part in enumerate(parts) if part.kind in {"question", "asks"})
    header = merge_headers(front, read_header([part.text for part in parts[:first]][:_HEAD_LINES]))
    guest = _guest(header)
    literal = parts[first].kind == "asks"
    if not (
        guest or literal or front.kind.startswith("interview") or _calls_itself_interview(path, parts[: first + 1])
    ):
        return None
    blocks = tuple(_blocks(parts, first, guest or INTERVIEWEE))
    return Draft(
        "interview",
        blocks,
        speakers=(*header.people, Speaker(INTERVIEWER, reason="asks the questions of the article")),
        date=header.date or day_in(path.stem),
        company=header.company or company_in_title(header.title),
        left_out=left_out,
    )


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """Yield paragraphs; lines that follow each other without a blank one are one paragraph."""
    held: list[str] = []
    for line in (*lines, ""):
        heading = heading_in(line)
        ends = not line.strip() or heading is not None or _LIST.match(line)
        if held and ends:
            yield _part(" ".join(held))
            held = []
        if heading:
            yield _heading(strip_inline(heading))
        elif line.strip() and not _RULE.fullmatch(line.strip()):
            held.append(line.strip())


_RULE = re.compile(r"(?:[-*_=~—–]\s{0,3}){3,}|</?[A-Za-z][^<>]{0,200}>")


def _heading(text: str) -> _Part:
    key = fold_name(re.sub(r"[\W\d_]+", " ", text))
    if key in QUESTION_HEADINGS:
        return _Part(text, "asks")
    if key in ANSWER_HEADINGS:
        return _Part(text, "answers")
    return _Part(text, "question" if _asks(text) else "heading")


def _part(text: str) -> _Part:
    if text.startswith(">"):
        return _Part(strip_inline(text.lstrip("> ")), "quote")
    emphasis = _EMPHASIS.fullmatch(text)
    plain = strip_inline(_LIST.sub("", text))
    return _Part(plain, "question" if emphasis and _asks(plain) else "text", bullet=_LIST.match(text) is not None)


def _asks(text: str) -> bool:
    return len(text.split()) <= _LONGEST and _ASKS.search(text) is not None


def _asks_and_answers(parts: Sequence[_Part]) -> bool:
    """Whether at least three questions are followed by prose."""
    asked = [at for at, part in enumerate(parts) if part.kind in {"question", "asks"}]
    following = [parts[at + 1] for at in asked if at + 1 < len(parts)]
    answered = sum(part.kind in {"text", "answers"} and not part.bullet for part in following)
    return answered >= _LEAST and 2 * answered >= len(asked)


def _guest(header: Header) -> str:
    """Return who is interviewed when the header names one person who is not the author."""
    others = list(dict.fromkeys(person.name for person in header.people if not _writes(person)))
    return others[0] if len(others) == 1 else ""


def _writes(person: Speaker) -> bool:
    key = re.search(r"named as '([^']+)'", person.reason)
    return key is not None and fold_name(key[1]) in OUR_KEYS


def _calls_itself_interview(path: Path, parts: Sequence[_Part]) -> bool:
    shown = " ".join(
        [path.stem.replace("_", " ").replace("-", " "), *(part.text for part in parts if len(part.text) < 400)]
    )
    words = [fold_name(word) for word in _WORD.findall(shown)]
    return any(word.startswith(stem) for word in words for stem in INTERVIEW_WORDS)


def _blocks(parts: Sequence[_Part], first: int, name: str) -> Iterator[Block]:
    """Headings that ask nothing end an answer: whose the words below them are is not known."""
    speaker = ""
    for at, part in enumerate(parts):
        if at < first:
            yield Block(part.text, aside=HEADING if part.kind == "heading" else OWN, apart=True)
        elif part.kind == "question":
            yield Block(_NUMBER.sub("", part.text) or part.text, INTERVIEWER, apart=True)
            speaker = name
        elif part.kind in {"heading", "asks", "answers"}:
            yield Block(part.text, aside=HEADING, apart=True)
            speaker = {"asks": INTERVIEWER, "answers": name}.get(part.kind, "")
        elif part.kind == "quote":
            yield Block(part.text, aside=QUOTED, apart=True)
        else:
            yield Block(part.text, speaker, apart=True)


def _recognise(raw: RawFile) -> int:
    front, text = split_front_matter(raw.path, (raw.text or "")[:_SAMPLE])
    return 30 if article_of_lines(raw.path, text.split("\n"), front=front) else 0


def _parse(raw: RawFile) -> Draft:
    front, text = split_front_matter(raw.path, raw.text or "")
    draft = article_of_lines(raw.path, text.split("\n"), front=front)
    if draft is None:
        raise SourceUnreadable(raw.path, "begins as an interview and does not go on as one")
    return draft


FORMATS = (
    Format(
        "article",
        "Interview as an article: questions as headings or in bold",
        "interview",
        (".md", ".markdown", ".txt"),
        _recognise,
        _parse,
    ),
)
