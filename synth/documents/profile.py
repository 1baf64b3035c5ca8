"""The Ideal Customer Profile as values: everything its template prints, and nothing a person could not check.

A Profile holds ids, numbers and slices of what customers said; every sentence around them is the template's. There is
no clock here: dates come from the sources, the next review is due half a year after the newest one.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synth.documents.evidence import Evidence, Rules, anonymous, collect
from synth.documents.findings import AspectFindings, Finding, by_aspect
from synth.documents.misfit import Misfit, Standing, find_misfits
from synth.documents.outcomes import Link, LossReason, link_outcomes, loss_reasons
from synth.documents.prose import Sentence
from synth.documents.reality import Beliefs, Reality, compare_beliefs
from synth.documents.recipe import Recipe
from synth.documents.tally import Background, interviewers
from synth.extraction.counting import could_speak
from synth.extraction.mentions import Mentions
from synth.model import DROPPED, Account, Aspect, Insight, Outcome, Theme, Transcript
from synth.settings import Themes
from synth.stats.firmographics import size
from synth.stats.market import Market
from synth.stats.saturation import Saturation, saturation

_REVIEW_MONTHS = 6
_THIN = 3  # accounts; an aspect heard from fewer is called thin
_LATEST = 3  # interviews looked at for saturation


@dataclass(frozen=True, slots=True)
class Material:
    """What the stages before have found."""

    transcripts: Sequence[Transcript]
    insights: Sequence[Insight]
    themes: Sequence[Theme]
    codebook: Sequence[Aspect]
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)  # by account name
    regions: Mapping[str, str] = field(default_factory=dict)  # by account name
    standing: Mapping[str, Standing] = field(default_factory=dict)  # by account name
    beliefs: Beliefs = field(default=Beliefs())
    accounts: Sequence[Account] = ()  # of the CRM
    counting: Themes = Themes()  # noqa: RUF009 - frozen
    mentions: Mentions = Mentions()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read, and what of it could not be used."""

    sources: int
    interviews: int
    notes: int
    first: str
    last: str
    languages: tuple[Count, ...]
    accounts: int
    evidence: int
    unsure: int
    second_hand: int
    unmatched: tuple[str, ...]  # sources without an account
    undated: tuple[str, ...]
    unknown_speakers: tuple[Count, ...]  # sources with lines nobody could attribute
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many themes an interview brought that none before it had."""

    source: str
    date: str
    new: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Where the evidence is weak, by theme id or aspect name."""

    contradicted: tuple[str, ...]
    dominated: tuple[str, ...]
    only_prompted: tuple[str, ...]
    thin: tuple[str, ...]
    silent: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    saturation: Saturation | None = None  # None: too few accounts


@dataclass(frozen=True, slots=True)
class Profile:
    vendor: str
    language: str  # of the documents
    sample: Sample
    market: Market
    misfits: tuple[Misfit, ...]
    reality: Reality
    aspects: tuple[AspectFindings, ...]
    evidence: tuple[Evidence, ...]
    unknown: Unknown
    review_on: str  # "" when no source has a date
    prose: tuple[Sentence, ...] = ()  # a summary by a chat model, as far as its records bear it out
    links: tuple[Link, ...] = ()  # themes and how the story ended
    losses: tuple[LossReason, ...] = ()
    counting: Mapping[str, int] = field(default_factory=dict)  # the team's rule of confidence
    made_with: Recipe | None = None  # what it depends on, for `synth diff`


def build_profile(
    material: Material, market: Market, *, rules: Rules, vendor: str = "", made_with: Recipe | None = None
) -> Profile:
    """Assemble the profile. Only what `rules` calls sure is counted.

    Mentions (channels, influences, attitudes) have evidence and aspects like all else, but no figure of the whole
    counts them: no engine read them.
    """
    beside = material.mentions
    every = collect((*material.insights, *beside.insights), material.transcripts, rules=rules)
    apart = {aspect.name for aspect in beside.aspects}
    evidence = [item for item in every if item.aspect not in apart]
    known, named = background(material, rules), _named(rules)
    aspects = by_aspect(material.codebook, material.themes, evidence, known=known)
    by_key = {item.key: item for item in evidence}
    heard = {named(name) for name in could_speak(material.transcripts)}
    return Profile(
        vendor=vendor,
        language=rules.language,
        sample=_sample(material, evidence, rules),
        market=market,
        misfits=find_misfits(market, evidence, material.standing, rules.language),
        reality=compare_beliefs(material.beliefs, aspects, evidence, material.standing, rules.language),
        aspects=(*aspects, *by_aspect(beside.aspects, beside.themes, every, known=known)),
        evidence=every,
        unknown=_unknown(aspects, evidence),
        review_on=_half_year_after(max((item.source.date for item in material.transcripts), default="")),
        links=link_outcomes(findings(aspects), by_key, heard, known.outcomes),
        losses=loss_reasons(material.accounts, evidence, named),
        counting=material.counting.model_dump(),
        made_with=made_with,
    )


def _named(rules: Rules) -> Callable[[str], str]:
    """Return how evidence calls an account."""
    return (lambda name: name) if rules.reveal_account else anonymous


def background(material: Material, rules: Rules) -> Background:
    """What is known of accounts, under the names that evidence counts them by."""
    named = _named(rules)
    return Background(
        outcomes={named(name): outcome for name, outcome in material.outcomes.items()},
        amounts={named(one.name): one.amount for one in material.accounts if one.amount is not None},
        segments={named(one.name): size(one) for one in material.accounts},
        people={one.id: one.speaker for one in (*material.insights, *material.mentions.insights)},
        interviewers=interviewers(material.transcripts),
        newest=max((each.source.date for each in material.transcripts), default=""),
        stale_months=material.counting.stale_months,
        language=rules.language,
    )


def findings(aspects: Sequence[AspectFindings]) -> list[Finding]:
    """Return all themes of several accounts, aspect by aspect."""
    return [finding for aspect in aspects for finding in aspect.findings]


def _sample(material: Material, evidence: Sequence[Evidence], rules: Rules) -> Sample:
    sources = [transcript.source for transcript in material.transcripts]
    dates = sorted(source.date for source in sources if source.date)
    names = {source.id: source.path if rules.reveal_account else source.id for source in sources}
    matched = {
        names[each.source.id]
        for each in material.transcripts
        if each.source.account or any(line.account for line in each.lines)
    }
    sure = [item for item in evidence if item.sure]
    return Sample(
        sources=len(sources),
        interviews=sum(source.kind == "interview" for source in sources),
        notes=sum(source.kind == "note" for source in sources),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
        languages=_count(source.language for source in sources if source.language),
        accounts=len({item.unit for item in sure}),
        evidence=len(sure),
        unsure=sum(not item.sure and DROPPED not in item.flags for item in evidence),
        second_hand=sum(item.voice == "reported" for item in sure),
        unmatched=tuple(sorted(set(names.values()) - matched)),
        undated=tuple(sorted(names[source.id] for source in sources if not source.date)),
        unknown_speakers=tuple(
            _unattributed(transcript, names) for transcript in material.transcripts if _unheard(transcript)
        ),
        engines=tuple(sorted({item.engine for item in evidence})),
    )


def _unheard(transcript: Transcript) -> int:
    if transcript.source.kind == "note":
        return 0
    return sum(line.speech and line.role == "unknown" for line in transcript.lines)


def _unattributed(transcript: Transcript, names: Mapping[str, str]) -> Count:
    return Count(names[transcript.source.id], _unheard(transcript))


def _unknown(aspects: Sequence[AspectFindings], evidence: Sequence[Evidence]) -> Unknown:
    themes = findings(aspects)
    return Unknown(
        contradicted=tuple(one.id for one in themes if one.against),
        dominated=tuple(one.id for one in themes if one.dominated_by),
        only_prompted=tuple(one.id for one in themes if one.tally.only_prompted == one.tally.accounts),
        thin=tuple(aspect.name for aspect in aspects if 0 < aspect.accounts < _THIN),
        silent=tuple(aspect.name for aspect in aspects if not aspect.accounts),
        arrivals=_arrivals(themes, evidence),
        saturation=saturation(_raised(aspects, evidence)),
    )


def _raised(aspects: Sequence[AspectFindings], evidence: Sequence[Evidence]) -> dict[str, set[str]]:
    """Return the themes of each account that spoke; what stands alone is a theme of its own."""
    by_key = {item.key: item for item in evidence}
    raised: dict[str, set[str]] = {}
    for aspect in aspects:
        themes = [(one.id, one.support) for one in (*aspect.findings, *aspect.narrow)]
        alone = [(key, (key,)) for key in aspect.single if by_key[key].stance == "supports"]
        for theme, keys in (*themes, *alone):
            for key in keys:
                raised.setdefault(by_key[key].unit, set()).add(theme)
    return raised


def _arrivals(themes: Sequence[Finding], evidence: Sequence[Evidence]) -> tuple[Arrival, ...]:
    """Count what the latest interviews brought that was new. Empty when too few sources have a date to tell."""
    by_key = {item.key: item for item in evidence}
    dated = sorted(
        {(item.date, item.source) for item in evidence if item.sure and item.date and item.kind == "interview"}
    )
    if len(dated) <= _LATEST:
        return ()
    first = Counter(min((by_key[key].date, by_key[key].source) for key in one.support) for one in themes)
    return tuple(Arrival(source, day, first[day, source]) for day, source in dated[-_LATEST:])


def _half_year_after(day: str) -> str:
    if not day:
        return ""
    start = date.fromisoformat(day)
    month = start.month - 1 + _REVIEW_MONTHS
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


def _count(names: Iterable[str]) -> tuple[Count, ...]:
    counted = Counter(names)
    return tuple(Count(name, n) for name, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])))
