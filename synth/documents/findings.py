"""Themes as documents print them: counted by account over the evidence shown, with the clearest quotes first.

A number in a document is always the number of accounts behind quotes a reader can open; what is not sure enough to be
printed is not counted either. Second-hand evidence (a note that reports the customer) is counted and named apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from synth.documents.evidence import Evidence, own_words
from synth.documents.tally import Background, Tally, dominant, flags, tally
from synth.extraction.wording import title_from
from synth.model import DROPPED, Aspect, Theme, cut_from_lines

QUOTES_SHOWN = 3  # of one theme in the ICP
_CLEAR = range(40, 221)  # characters of a quote that says one thing and can be read at a glance
_OPENING = re.compile(
    r"^\W*(?:and|but|so|or|yes|yeah|no|well|um|uh|it|that|this|they|he|she|exactly|right|ve|ama|evet|yani|și|dar|da|deci"
    r"|و|ولی|بله|نه|и|но|да|нет|ну|вот|i|ale|tak|nie|no)\b",
    re.IGNORECASE,
)
# Where an aspect is printed; every other aspect, also a team's own, tells why customers buy.
SECTIONS = {
    "objection": "against",
    "loss_reason": "against",
    "decision_process": "deciding",
    "decision_criteria": "deciding",
    "channel": "people",
    "influence": "people",
    "attitude": "people",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A theme with its evidence keys: `best` for the ICP, `support` all that say so, `against` what contradicts it."""

    id: str
    aspect: str
    title: str
    title_key: str  # evidence whose words serve as title, "" when a title was written for the theme
    page: str
    tally: Tally
    confidence: str
    dominated_by: str  # the account with more than half of the statements, "" if none
    support: tuple[str, ...]
    best: tuple[str, ...]
    against: tuple[str, ...]
    flags: tuple[str, ...] = ()  # of tally.flags
    pinned: bool = False
    notes: tuple[str, ...] = ()  # of the team


@dataclass(frozen=True, slots=True)
class AspectFindings:
    name: str
    title: str
    definition: str
    section: str  # "for", "against", "deciding" or "people"
    page: str
    accounts: int  # that said anything under this aspect
    findings: tuple[Finding, ...]  # of more than one account, or pinned by the team
    narrow: tuple[Finding, ...]  # of one account with several statements
    single: tuple[str, ...]  # evidence that stands alone
    best_single: tuple[str, ...]
    unsure: tuple[str, ...]
    rejected: tuple[str, ...] = ()  # evidence that the team dropped, or of themes that it rejected


def by_aspect(
    codebook: Sequence[Aspect], themes: Sequence[Theme], evidence: Sequence[Evidence], *, known: Background
) -> tuple[AspectFindings, ...]:
    """Sort evidence into aspects and themes, in the order of the codebook; the strongest theme first."""
    known = replace(known, echoes=find_echoes(evidence))
    return tuple(
        _aspect(
            aspect,
            [theme for theme in themes if theme.aspect == aspect.name],
            [item for item in evidence if item.aspect == aspect.name],
            known=known,
        )
        for aspect in codebook
    )


def find_echoes(evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return evidence that is surer under another aspect: it counts under both, and is quoted first under that one."""
    surest: dict[tuple[str, int], Evidence] = {}
    for item in evidence:
        for place in ((item.source, n) for n in item.lines if item.sure):
            if place not in surest or item.confidence > surest[place].confidence:
                surest[place] = item
    return frozenset(
        item.key
        for item in evidence
        if item.sure and any(surest[item.source, n].aspect != item.aspect for n in item.lines)
    )


def page_of(aspect: str, theme: str = "") -> str:
    """Return the evidence page of a theme, or of what stands alone in an aspect, relative to `profiles/`."""
    name = "-".join(re.findall(r"\w+", f"{aspect} {theme}".casefold().replace("_", " ")))
    return f"evidence/{name}.md"


def _aspect(
    aspect: Aspect, themes: Sequence[Theme], evidence: Sequence[Evidence], *, known: Background
) -> AspectFindings:
    by_insight = {item.insight: item for item in evidence if item.sure}
    kept = [theme for theme in themes if not theme.rejected]
    found = [
        _finding(theme, [by_insight[i] for i in theme.insights if i in by_insight], known)
        for theme in kept
        if sum(i in by_insight for i in theme.insights) > (0 if theme.pinned or theme.titled or theme.notes else 1)
    ]
    found.sort(key=lambda one: (not one.pinned, -one.tally.accounts, -len(one.support), one.id))
    out = {i for theme in themes if theme.rejected for i in theme.insights}
    in_theme = {key for one in found for key in (*one.support, *one.against)}
    alone = [item for item in evidence if item.sure and item.key not in in_theme and item.insight not in out]
    return AspectFindings(
        name=aspect.name,
        title=aspect.title,
        definition=aspect.definition,
        section=SECTIONS.get(aspect.name, "for"),
        page=page_of(aspect.name),
        accounts=len({item.unit for i, item in by_insight.items() if item.stance == "supports" and i not in out}),
        findings=tuple(one for one in found if one.tally.accounts > 1 or one.pinned),
        narrow=tuple(one for one in found if one.tally.accounts <= 1 and not one.pinned),
        single=tuple(item.key for item in alone),
        best_single=_keys(
            best_quotes((item for item in _supporting(alone) if item.key not in known.echoes), language=known.language)[
                :QUOTES_SHOWN
            ]
        ),
        unsure=tuple(item.key for item in evidence if not item.sure and DROPPED not in item.flags),
        rejected=tuple(item.key for item in evidence if DROPPED in item.flags or (item.sure and item.insight in out)),
    )


def _finding(theme: Theme, evidence: Sequence[Evidence], known: Background) -> Finding:
    support = _supporting(evidence)
    counted = tally(theme, evidence, known)
    best = best_quotes(support, language=known.language, last=known.echoes)
    best = [item for item in best if item.key not in known.echoes] or best
    title, title_key = _title(theme, support, best, known.echoes)
    return Finding(
        id=theme.id,
        aspect=theme.aspect,
        title=title,
        title_key=title_key,
        page=page_of(theme.aspect, theme.id),
        tally=counted,
        confidence=theme.confidence,
        dominated_by=dominant(support),
        support=_keys(support),
        best=_keys(best[:QUOTES_SHOWN]),
        against=_keys(item for item in evidence if item.stance == "contradicts"),
        flags=flags(evidence, counted, known),
        pinned=theme.pinned,
        notes=theme.notes,
    )


def _title(
    theme: Theme, support: Sequence[Evidence], best: Sequence[Evidence], echoes: frozenset[str]
) -> tuple[str, str]:
    """Return the title and the evidence it was cut from.

    Words of the best quote where the title's are not shown, or say more under another aspect.
    """
    source = next((item for item in support if own_words(theme.title, item.parts)), None)
    echoed = source and source.key in echoes and best and best[0].key not in echoes
    if (source and not echoed) or not best or theme.titled or any(not cut_from_lines(item.engine) for item in support):
        return theme.title, source.key if source else ""
    whole = next((item for item in best if len(item.parts) == 1), best[0])
    return title_from(max(whole.parts, key=len)), whole.key


def _supporting(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [item for item in evidence if item.stance == "supports"]


def _keys(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(item.key for item in evidence)


def best_quotes(
    evidence: Iterable[Evidence], *, language: str = "en", last: frozenset[str] = frozenset()
) -> list[Evidence]:
    """Order evidence for printing: the clearest quote of each account first, then the second ones, then `last`."""
    ranked = sorted(evidence, key=lambda item: (-_clarity(item, language), item.key))
    seen: dict[str, int] = {}
    turn_of: dict[str, int] = {}
    for item in ranked:
        turn_of[item.key] = seen.get(item.unit, 0)
        seen[item.unit] = turn_of[item.key] + 1
    return sorted(ranked, key=lambda item: (item.key in last, turn_of[item.key]))


def _clarity(item: Evidence, language: str) -> float:
    quote = item.quote
    points = item.confidence
    points += 1.0 if len(quote) in _CLEAR else -1.0 if len(quote) < _CLEAR.start // 2 else 0.0
    points -= 0.7 if _OPENING.match(quote) else 0.0
    points += 0.4 if re.search(r"\d", quote) else 0.0
    points += 0.3 if len(item.parts) == 1 else 0.0
    points += 0.3 if not item.prompted else 0.0
    points += 0.5 if item.voice == "said" else 0.0
    points -= 1.0 if quote.rstrip().endswith("?") else 0.0
    return points + (0.5 if item.language == language else 0.0)
