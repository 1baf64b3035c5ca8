"""Names as files write them: who it is, and what the brackets beside the name say about title, company or mail.

One person under two spellings (case, blanks, decomposed letters) is one speaker, shown as most often written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from synth.model import Speaker
from synth.readers.characters import fold_blanks, fold_name, tidy
from synth.readers.vocabulary import MARKS, PARTICLES, SEATS, TITLE_WORDS
from synth.text.names import same_person, short_for

_SUFFIX = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\]|<([^<>]*)>|\|\s*([^|]+))\s*$")
_MAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}", re.IGNORECASE)
_PRONOUNS = re.compile(r"\w{1,5}(?:\s*/\s*\w{1,6}){1,3}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.&][^\W\d_]+)*")
_SPLIT = re.compile(r"[,;،؛](?![^()]*\))|\n| & | \+ (?=\w)")
_MAX_LIST = 4_000
_TABLE = 60  # people
_LONG, _RARE, _OFTEN = 7, 2, 10  # letters of a label with a slip, its turns, and how much more the right one has
_SENTENCE_END = re.compile(r"(?<=[)\]])\.\s+|(?<=\bme)\.\s+|(?<=[^\W\d_]{3})(?<!\bInc)(?<!\bLtd)(?<!\bCorp)\.\s+")
_HONORIFIC = re.compile(r"(?<!\w)(?:(?:Dr|Prof|Доктор|دکتر)\b\.?\s*)+(?=[^\W\d_][\w.'’-]*\s+[^\W\d_])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<!\w)(Mr|Mrs|Ms|Prof)\.(?=\s)")  # its full stop ends no sentence
_CASELESS = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af\ufb50-\ufdff\ufe70-\ufefc]")


def parse_person(label: str) -> Speaker:
    """Return the person behind `Name`, `Name (Title, Company)`, `Name | Company` or `Name <mail>`."""
    name, title, company, email = fold_blanks(tidy(label)).strip(" *_:،,;-–—"), "", "", ""
    if lead := _HONORIFIC.match(name):
        name = name[lead.end() :]  # `Dr. Ana Pop` is Ana Pop; `Dr. Pop` has no other name
    for _ in range(3):
        match = _SUFFIX.search(name)
        if match is None or not name[: match.start()].strip():
            break
        said = next((group for group in match.groups() if group is not None), "").strip()
        name = name[: match.start()].strip()
        if mail := _MAIL.search(said):
            email = mail.group()
            continue
        for part in re.split(r"[,،;]| at | @ |\s[-–—|]\s", said):
            kind = _kind_of(part)
            title = title or (part.strip() if kind == "title" else "")
            company = company or (part.strip() if kind == "company" else "")
    return Speaker(name=name.strip(" ,،;"), title=title, company=company, email=email)


def _kind_of(part: str) -> str:
    """Whether a part of the brackets beside a name is a title, a company, or a mark of the meeting tool."""
    part = part.strip()
    folded = fold_name(part)
    if not part or folded in MARKS or _PRONOUNS.fullmatch(folded):
        return "mark"
    if any(fold_name(word) in TITLE_WORDS for word in _WORD.findall(part)):
        return "title"
    if part[0].islower() and not _DOMAIN.fullmatch(part):
        return "title" if " " in part else "mark"
    return "company"


def is_title(text: str) -> bool:
    return _kind_of(text) == "title"


def looks_like_name(label: str) -> bool:
    """Whether `label` is written as names are: up to five words, each with a capital or in a script without."""
    words = re.sub(r"\s*[(\[|].*$", "", label).replace(",", " ").split()
    if not 1 <= len(words) <= 5 or not any(character.isalpha() for character in label):
        return False
    return all(
        word[0].isupper()
        or word[0].isdigit()
        or word.casefold() in PARTICLES
        or _CASELESS.match(word)
        or word[0] in "('\""
        or not word[0].isalnum()
        for word in words
    ) and any(word[0].isupper() or _CASELESS.match(word) for word in words)


def caseless(label: str) -> bool:
    return _CASELESS.search(label) is not None


def people_in(value: str) -> tuple[Speaker, ...]:
    """Return the people of a list such as `Ana Pop (Acme), Jo Ray`; between semicolons the bracket is a group's."""
    people: list[Speaker] = []
    value = _SENTENCE_END.split(_ADDRESS.sub(r"\1", value[:_MAX_LIST]), maxsplit=1)[0]
    groups = value.split(";") if ";" in value else [value]
    for group in groups:
        members = [member for member in _members(group) if _is_person(member.name)]
        if len(groups) > 1 and members and members[-1].company:
            members = [replace(member, company=member.company or members[-1].company) for member in members]
        people += members
    return tuple(people)


def _members(group: str) -> list[Speaker]:
    """Return the entries between commas; in `Ana Pop, CFO, Acme` the title and the company are hers, not people."""
    members: list[Speaker] = []
    parts = [part.strip() for part in _SPLIT.split(_outside(group)) if part.strip(" .")]
    for at, part in enumerate(parts):
        person = parse_person(part)
        bare = person.name == part and bool(members) and members[-1].name != ""
        if bare and is_title(part) and not (members[-1].title or members[-1].company):
            members[-1] = replace(members[-1], title=part)
        elif bare and at == len(parts) - 1 == 2 and members[-1].title and " " not in part and looks_like_name(part):
            members[-1] = replace(members[-1], company=members[-1].company or part)
        else:
            members.append(person)
    return members


def names_in(value: str) -> tuple[str, ...]:
    """Return every entry of a list of people as a name, also nicknames that are not written as names are."""
    names = (person.name for person in _members(value[:_MAX_LIST]))
    return tuple(name for name in names if name and len(name.split()) <= 5)


def _outside(group: str) -> str:
    """`A and B` are two; but not inside of brackets."""
    return re.sub(r"\s+(?:and|ve|și|و|и|i|oraz|und|et|y|en)\s+(?=[^\W\d_])(?![^()]*\))", ", ", group).strip(" .")


def _is_person(name: str) -> bool:
    return bool(name) and len(name) <= 60 and looks_like_name(name) and fold_name(name) not in MARKS


def unify(labels: Iterable[str], hints: Iterable[Speaker]) -> Mapping[str, Speaker]:
    """Return for every label its person, with what the hints know of it.

    Spellings that fold to one name share one, and so do `Dana`, `Dana W.` and `Dana Whitfield`, when nobody else of the
    file can be meant, and a seat with a slip of the pen (`Particpant`). Alike names may be two people, and stay two.
    """
    counted = Counter(labels)
    hints = tuple(hints)
    people = {label: parse_person(label) for label in counted}
    companies: dict[str, set[str]] = {}
    for person in people.values():
        companies.setdefault(fold_name(person.name), set()).update({fold_name(person.company)} - {""})
    known: dict[str, Speaker] = {}
    for hint in hints:
        key = fold_name(hint.name)
        known[key] = _joined(known[key], hint) if key in known else hint
    merged: dict[str, Speaker] = {}
    counts: Counter[str] = Counter()
    for label, count in counted.most_common():
        person = people[label]
        key = fold_name(person.name)
        if len(companies[key]) > 1:  # two people of one name, told apart by their companies
            person, key = replace(person, name=fold_blanks(tidy(label))), fold_name(label)
        merged[key] = _joined(merged[key], person) if key in merged else _joined(person, known.get(key, person))
        counts[key] += count
        people[label] = replace(person, name=merged[key].name)
    for key, other in _renamed(merged, counts, [hint.name for hint in hints]).items():
        merged[other] = _joined(merged[other], merged[key])
        merged[key] = merged[other]
    return {label: merged.get(fold_name(people[label].name), people[label]) for label in counted}


def _renamed(merged: Mapping[str, Speaker], counts: Mapping[str, int], listed: Sequence[str]) -> dict[str, str]:
    """Return the keys of labels that are another spelling of somebody, each with the key of the fuller one."""
    found: dict[str, str] = {}
    everybody = list(dict.fromkeys([*(person.name for person in merged.values()), *listed]))
    if len(everybody) > _TABLE:  # each is compared with each, and in a crowd a first name means anybody
        return found
    for key in sorted(merged, key=lambda one: (-len(one), one)):
        fuller = [other for other in merged if other != key and other not in found and _spells(key, other, merged)]
        others = [name for name in everybody if fold_name(name) not in (key, *found)]
        meant = {fold_name(name) for name in others if _may_mean(merged[key].name, name)}
        typed = [other for other in merged if other not in (key, *found) and _is_slip(key, other, counts)]
        if len(fuller) == 1 and len(meant) == 1:
            found[key] = fuller[0]
        elif not fuller and len(typed) == 1:
            found[key] = typed[0]
    return found


def _spells(key: str, other: str, merged: Mapping[str, Speaker]) -> bool:
    one, two = merged[key], merged[other]
    companies = {fold_name(person.company) for person in (one, two)} - {""}
    return len(companies) < 2 and len(two.name) > len(one.name) and _may_mean(one.name, two.name)


def _may_mean(one: str, other: str) -> bool:
    """Whether a label may be a name written shorter; labels with a number are seats, and each is another person."""
    if any(character.isdigit() for character in one + other) or fold_name(one) in SEATS:
        return False
    return short_for(one, other) or same_person(one, other)


def _is_slip(key: str, other: str, counts: Mapping[str, int]) -> bool:
    """Whether a label that hardly ever comes is a frequent seat with one letter wrong."""
    if other not in SEATS or len(key) < _LONG or counts[key] > _RARE or counts[other] < _OFTEN * counts[key]:
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(key, other, score_cutoff=1) == 1


def _joined(first: Speaker, second: Speaker) -> Speaker:
    return replace(
        first,
        title=first.title or second.title,
        company=first.company or second.company,
        email=first.email or second.email,
        reason=first.reason or second.reason,
    )
