"""What a file says about itself before anybody speaks: front matter, `Key: value` lines, attendee lists, a title."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synth.errors import SourceUnreadable
from synth.model import Speaker
from synth.readers import vocabulary as words
from synth.readers.characters import fold_blanks, fold_name
from synth.readers.dates import day_in, is_day, without_days
from synth.readers.markup import strip_inline
from synth.readers.people import names_in, people_in

_MAX_FRONT_MATTER = 20_000
_MAX_COMPANY = 80
_MAX_FLOWS = 100  # brackets of YAML lists
_NOTE_LINES = 15
_FEW_WORDS = 8
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=\S)(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_KEY = re.compile(r"\s*(?:#.*\n\s*)*[\w\"' -]{1,40}:(?:\s|$)")
_SEGMENTS = re.compile(r"\s{2,}|\t|\s[|•·]\s|\s[-–—]\s")
_KEY = re.compile(r"(?P<key>[^:：\n]{2,40}?)\s{0,9}[:：](?P<value>.*)")
_BULLET = re.compile(r"^\s*(?:[-*+•–·]|\d{1,2}[.)])\s+")
_WORD = re.compile(r"[^\W_]+(?:[-'’\u200c][^\W_]+)*")
_OTTER_HEAD = "summary keywords"  # above every transcript of Otter
_EDGES = " \t-–—:|,·•#"


@dataclass(frozen=True, slots=True)
class Header:
    """Facts about a source. `owner` is who of the writers' side is named: interviewer, author, account manager."""

    title: str = ""
    date: str = ""
    company: str = ""
    owner: str = ""
    kind: str = ""
    people: tuple[Speaker, ...] = ()
    listed: frozenset[str] = frozenset()  # folded names of the attendee lists, nicknames too


def split_front_matter(path: Path, text: str) -> tuple[Header, str]:
    """Return what YAML front matter says and the text below it; raises SourceUnreadable when it is broken."""
    match = _FRONT_MATTER.match(text[: _MAX_FRONT_MATTER + 100])
    if match is None or not _FRONT_KEY.match(match["yaml"]):
        return Header(), text
    return _header_of(_load_yaml(path, match["yaml"])), text[match.end() :]


def _load_yaml(path: Path, yaml_text: str) -> dict[str, Any]:
    import yaml

    remedy = "Correct the lines between the two '---' at the top of the file"
    try:
        if max(yaml_text.count("["), yaml_text.count("{")) > _MAX_FLOWS:
            raise SourceUnreadable(path, "the front matter is nested too deep", remedy)
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(yaml_text)):
            raise SourceUnreadable(path, "the front matter uses YAML aliases", remedy)
        loaded = yaml.safe_load(yaml_text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 2}" if where is not None else ""
        raise SourceUnreadable(path, f"the front matter is not valid YAML{line}", remedy) from None
    return loaded if isinstance(loaded, dict) else {}


def _header_of(fields: dict[str, Any]) -> Header:
    header = Header()
    for key, value in fields.items():
        header = _with_field(header, str(key), _as_text(value))
    return header


def _as_text(value: Any) -> str:
    """YAML values as a person would have written them; a list of people may be names or mappings."""
    if isinstance(value, list):
        return "; ".join(_as_text(item) for item in value)
    if isinstance(value, dict):
        said = {fold_name(str(key)): fold_blanks(str(item)) for key, item in value.items()}
        extra = ", ".join(said[key] for key in ("title", "role", "company") if said.get(key))
        return f"{said.get('name', '')} ({extra})" if extra else said.get("name", "")
    return "" if value is None else fold_blanks(str(value))


def read_header(lines: Iterable[str], known: Collection[str] = ()) -> Header:
    """Read the lines before the speech. `known` are folded names of speakers, found in lines without a key too."""
    header = Header()
    pending = ""
    for raw in lines:
        line = strip_inline(raw).strip().lstrip("#").strip()
        if not line:
            pending = pending if raw.strip() else ""
            continue
        if fold_name(line) in words.TRANSCRIPT_HEADINGS:
            pending = ""
            continue
        fields = list(_fields(line))
        if pending and not fields:
            header = _with_field(header, pending, _BULLET.sub("", line))
            continue
        pending = fields[-1][0] if fields and not fields[-1][1] else ""
        for key, value in fields:
            header = _with_field(header, key, value)
        if not fields:
            header = _without_key(header, line, known)
    return header


def _fields(line: str) -> Iterable[tuple[str, str]]:
    """Yield the known keys of one line with their values; one line may hold several."""
    line = _BULLET.sub("", line)
    if _key(alone := line.rstrip(":：* ")) in words.METADATA_KEYS:
        yield alone, ""
        return
    for segment in _SEGMENTS.split(line):
        match = _KEY.match(segment)
        if match and _key(match["key"]) in words.METADATA_KEYS:
            yield match["key"], match["value"].strip()
        elif match is None and (bare := _bare_key(segment)):
            yield bare


def _bare_key(segment: str) -> tuple[str, str] | None:
    """Match `تاریخ 20.03.2025`: a key without its colon."""
    first, _, rest = segment.strip().partition(" ")
    if _key(first) in words.DATE_KEYS and day_in(rest):
        return first, rest
    if _key(first) in words.PEOPLE_KEYS and people_in(rest) and "(" in rest:
        return first, rest
    return None


def _key(shown: str) -> str:
    return fold_name(shown.replace("_", " "))


def is_metadata(line: str, *, within: bool = False) -> bool:
    """Whether a line of a note is a detail of the meeting; `within` the text, only what can hardly be anything else."""
    return any(_is_detail(_key(shown), value, within) for shown, value in _fields(strip_inline(line).strip()))


def _is_detail(key: str, value: str, within: bool) -> bool:
    length = len(value.split())
    if key in words.DATE_KEYS:
        return length <= _FEW_WORDS or bool(day_in(value))
    if key in words.PEOPLE_KEYS | words.OUR_KEYS:
        return not value or bool(people_in(value))
    if key in words.COMPANY_KEYS:
        return length <= (_FEW_WORDS // 2 if within else _FEW_WORDS)
    return not within and length <= 2 * _FEW_WORDS


def is_note_header(lines: Iterable[str]) -> bool:
    """Whether a header names whoever wrote the note, or calls it a summary, log or the like."""
    for line in list(lines)[:_NOTE_LINES]:
        text = strip_inline(line).strip(" #")
        if fold_name(text) == _OTTER_HEAD:
            continue
        if any(_key(key) in words.NOTE_OWNER_KEYS for key, _ in _fields(text)):
            return True
        if (
            ":" not in text
            and len(text.split()) <= 12
            and any(fold_name(w) in words.NOTE_WORDS for w in _WORD.findall(text))
        ):
            return True
    return False


def _with_field(header: Header, shown: str, value: str) -> Header:
    """Take over one fact; the first one said wins, people add up. `shown` is the key as the file writes it."""
    key = _key(shown)
    if key in words.DATE_KEYS:
        header = replace(header, date=header.date or day_in(value))
    elif key == "title":
        header = replace(header, title=header.title or value)
    elif key in {"kind", "type"}:
        header = replace(header, kind=header.kind or fold_name(value))
    elif key in words.COMPANY_KEYS and 0 < len(value) <= _MAX_COMPANY:
        header = replace(header, company=header.company or value.strip(_EDGES))
    elif key in words.OUR_KEYS or key in words.PEOPLE_KEYS:
        people = tuple(replace(person, reason=f"named as '{shown}' in the file") for person in people_in(value))
        owner = people[0].name if people and key in words.OUR_KEYS else ""
        listed = header.listed | {fold_name(name) for name in names_in(value)}
        header = replace(header, owner=header.owner or owner, people=(*header.people, *people), listed=listed)
    return header


def _without_key(header: Header, line: str, known: Collection[str]) -> Header:
    if not header.title and len(line) <= 160:
        header = replace(header, title=line)
    found = [
        person
        for sentence in re.split(r"\.\s", line)
        for person in people_in(sentence)
        if fold_name(person.name) in known
    ]
    people = tuple(replace(person, reason="named in the header of the file") for person in found)
    return replace(header, date=header.date or day_in(line), people=(*header.people, *people))


def merge_headers(first: Header, second: Header) -> Header:
    return Header(
        title=first.title or second.title,
        date=first.date or second.date,
        company=first.company or second.company,
        owner=first.owner or second.owner,
        kind=first.kind or second.kind,
        people=(*first.people, *second.people),
        listed=first.listed | second.listed,
    )


def company_in_title(title: str) -> str:
    """Return the company of a title such as `QBR Acme, 14 May` or `Interviu client: Acme`; "" when it is not clear."""
    title = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\.\w{2,4}$|-?20\d{6}[_ T-]?\d{0,6}.*$", " ", title)
    title = without_days(title)
    segments = [segment.strip() for segment in re.split(r"\s[-–—|]\s|[:,–—|;]\s|\s<>\s|\s/\s|\s[xX]\s", title)]
    segments = [segment for segment in segments if _WORD.search(segment) and not is_day(segment)]
    about = [_is_about_meeting(segment) for segment in segments]
    if not any(about):
        return ""
    names = [segment for segment, generic in zip(segments, about, strict=True) if not generic]
    if not names:
        names = [stripped for segment in segments if (stripped := _strip_meeting_words(segment))]
    return names[0].strip(_EDGES) if len(names) == 1 and _named(names[0]) else ""


def _named(text: str) -> bool:
    return (
        sum(character.isalpha() for character in text) > 1
        and len(text.split()) <= 7
        and (text[0].isupper() or text[0].isdigit() or not text[0].islower())
    )


def _is_about_meeting(segment: str) -> bool:
    return any(fold_name(word) in words.MEETING_WORDS for word in _WORD.findall(segment))


def _strip_meeting_words(segment: str) -> str:
    tokens: Sequence[str] = segment.split()
    generic = [fold_name(token.strip(_EDGES)) in words.MEETING_WORDS for token in tokens]
    while tokens and generic[0]:
        tokens, generic = tokens[1:], generic[1:]
    while tokens and generic[-1]:
        tokens, generic = tokens[:-1], generic[:-1]
    return " ".join(tokens) if not any(generic) else ""
