"""Personas: the people behind the evidence, grouped by the function their titles name, else by the title itself.

A persona is written when at least five insights carry it; a thinner one is only named, as emerging. People without a
known title are no persona: the documents say how many they are and how to add titles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from synth.documents.evidence import Evidence
from synth.documents.findings import AspectFindings, Finding, best_quotes, find_echoes
from synth.documents.vocabulary import Spoken, Term, distinctive
from synth.extraction.mentions import ENGINE
from synth.model import Outcome, Speaker, Transcript
from synth.people.roles import leads, role_of
from synth.text.names import same_person, short_for

ENOUGH = 5  # insights a persona needs
_POINTS = {"desired_outcome": 3, "pain_point": 3}  # of an aspect; of any other
_POINTS_ELSE = 2


@dataclass(frozen=True, slots=True)
class Point:
    theme: str  # Finding.id, "" for a statement that stands alone
    title: str
    page: str
    accounts: int
    quote: str  # evidence key


@dataclass(frozen=True, slots=True)
class Heard:
    """What one persona said under one aspect: theme ids with this persona's own accounts and quotes, best first."""

    aspect: str
    title: str
    section: str
    insights: int
    accounts: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Persona:
    name: str  # of roles.role_of; the word for it is the template's
    titles: tuple[str, ...]
    people: int
    leading: int
    units: int
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    insights: int
    won: int
    lost: int
    churned: int
    heard: tuple[Heard, ...]
    mentioned: tuple[Heard, ...]  # channels, influences, attitudes: of no engine, and not part of `insights`
    denied: tuple[str, ...]  # evidence with which this persona contradicts a theme
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A title as written, and how many people we met with it."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Cast:
    """All personas. `emerging` have too little evidence; `untitled` counts statements by people without a title."""

    titles: tuple[Title, ...]
    personas: tuple[Persona, ...]
    emerging: tuple[Persona, ...]
    untitled: int


def build_personas(
    evidence: Sequence[Evidence],
    aspects: Sequence[AspectFindings],
    transcripts: Sequence[Transcript],
    *,
    outcomes: Mapping[str, Outcome],
    regions: Mapping[str, str],
    language: str = "en",
) -> Cast:
    """Group sure evidence by the role of its speaker; mentions stand beside it and make no persona.

    Quotes in `language`, that of the documents, come first.
    """
    order = _Order(language, find_echoes(evidence))
    groups = _by_role(item for item in evidence if item.sure and item.engine != ENGINE)
    beside = _by_role(item for item in evidence if item.engine == ENGINE)
    untitled = groups.pop("", [])
    found = [
        replace(
            _persona(name, items, transcripts, outcomes=outcomes, regions=regions),
            heard=tuple(heard for aspect in aspects if (heard := _heard(aspect, items, order))),
            mentioned=tuple(heard for aspect in aspects if (heard := _heard(aspect, beside.get(name, []), order))),
        )
        for name, items in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    ]
    return Cast(
        titles=_titles(transcripts),
        personas=tuple(one for one in found if one.insights >= ENOUGH),
        emerging=tuple(one for one in found if one.insights < ENOUGH),
        untitled=len(untitled),
    )


def _by_role(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    groups: dict[str, list[Evidence]] = {}
    for item in evidence:
        groups.setdefault(role_of(item.title), []).append(item)
    return groups


def _persona(
    name: str,
    items: Sequence[Evidence],
    transcripts: Sequence[Transcript],
    *,
    outcomes: Mapping[str, Outcome],
    regions: Mapping[str, str],
) -> Persona:
    units = sorted({item.unit for item in items})
    ends = [outcomes.get(unit) for unit in units]
    people = [person for person in _people(transcripts) if role_of(person.title) == name]
    return Persona(
        name=name,
        titles=tuple(_by_count(item.title for item in items)),
        people=len(people),
        leading=sum(leads(person.title) for person in people),
        units=len(units),
        accounts=tuple(sorted({item.account for item in items if item.account})),
        regions=tuple(_by_count(regions[unit] for unit in units if regions.get(unit))),
        languages=tuple(_by_count(item.language for item in items if item.language)),
        insights=len(items),
        won=ends.count("won"),
        lost=ends.count("lost"),
        churned=ends.count("churned"),
        heard=(),
        mentioned=(),
        denied=tuple(item.key for item in items if item.stance == "contradicts"),
        terms=_terms(name, transcripts),
    )


@dataclass(frozen=True, slots=True)
class _Person:
    company: str
    name: str
    title: str


def _people(transcripts: Sequence[Transcript]) -> list[_Person]:
    """Customers with a title who said something, each once, however their name is written."""
    met: list[_Person] = []
    for transcript in sorted(transcripts, key=lambda each: each.source.path):
        heard = {line.speaker for line in transcript.lines if line.citable}
        for speaker in transcript.speakers:
            if speaker.name in heard and role_of(speaker.title):
                person = _Person(_company(transcript, speaker), speaker.name, speaker.title)
                if not any(_same(person, other) for other in met):
                    met.append(person)
    return met


def _same(one: _Person, other: _Person) -> bool:
    alike = same_person(one.name, other.name) or short_for(one.name, other.name) or short_for(other.name, one.name)
    return one.company == other.company and alike


def _company(transcript: Transcript, speaker: Speaker) -> str:
    source = transcript.source
    return source.account or speaker.company or source.company or source.id


def _titles(transcripts: Sequence[Transcript]) -> tuple[Title, ...]:
    counted = Counter(person.title for person in _people(transcripts))
    return tuple(Title(name, n) for name, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class _Order:
    """Which quotes come first: those in a language; and last: those that say more under another aspect."""

    language: str
    echoes: frozenset[str]

    def best(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        return best_quotes(evidence, language=self.language, last=self.echoes)


def _heard(aspect: AspectFindings, items: Sequence[Evidence], order: _Order) -> Heard | None:
    mine = [item for item in items if item.aspect == aspect.name and item.stance == "supports"]
    if not mine:
        return None
    keys = {item.key: item for item in mine}
    findings = [one for one in (*aspect.findings, *aspect.narrow) if any(key in keys for key in one.support)]
    points = [_point(one, [keys[key] for key in one.support if key in keys], order) for one in findings]
    points.sort(key=lambda point: (point.quote in order.echoes, -point.accounts))
    in_theme = {key for one in findings for key in one.support}
    alone = order.best(item for item in mine if item.key not in in_theme | order.echoes)
    points += [Point("", item.statement or item.quote, aspect.page, 1, item.key) for item in alone]
    return Heard(
        aspect=aspect.name,
        title=aspect.title,
        section=aspect.section,
        insights=len(mine),
        accounts=len({item.unit for item in mine}),
        points=tuple(points[: _POINTS.get(aspect.name, _POINTS_ELSE)]),
    )


def _point(finding: Finding, mine: Sequence[Evidence], order: _Order) -> Point:
    return Point(finding.id, finding.title, finding.page, len({item.unit for item in mine}), order.best(mine)[0].key)


def _by_count(values: Iterable[str]) -> list[str]:
    return [value for value, _ in sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))]


def _terms(function: str, transcripts: Sequence[Transcript]) -> tuple[Term, ...]:
    mine: list[Spoken] = []
    others: list[Spoken] = []
    for transcript in transcripts:
        titles = {speaker.name: role_of(speaker.title) for speaker in transcript.speakers}
        for line in transcript.lines:
            if line.speech:
                is_mine = line.role == "customer" and line.voice == "said" and titles.get(line.speaker) == function
                language = line.language or transcript.source.language
                (mine if is_mine else others).append(Spoken(language, transcript.source.id, line.text))
    return distinctive(mine, others, leave_out=_names(transcripts))


def _names(transcripts: Sequence[Transcript]) -> frozenset[str]:
    sources = [transcript.source for transcript in transcripts]
    names = [speaker.name for transcript in transcripts for speaker in transcript.speakers]
    names += [name for source in sources for name in (source.company, source.account)]
    return frozenset(word for name in names for word in re.findall(r"\w+", name.casefold()))
