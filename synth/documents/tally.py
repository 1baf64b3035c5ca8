"""Who stands behind a theme, counted over the evidence shown: accounts first, people and mentions beside them.

The denominator is every account with a source in which the theme could have come up. Flags say why a number may mean
less than it seems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synth.documents.evidence import Evidence
from synth.model import Outcome, Theme, Transcript
from synth.people.roles import role_of
from synth.stats.intervals import wilson

_DOMINATES = 0.5  # more than this share of the statements
_FEWEST = 3  # statements from which on dominance is worth a word


@dataclass(frozen=True, slots=True)
class Part:
    """How many of a theme's accounts are of one segment, or have someone of one role who says so."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Accounts behind a theme. `second_hand` and `only_prompted` are part of `accounts`."""

    accounts: int
    eligible: int
    low: float
    high: float
    won: int
    lost: int
    churned: int
    second_hand: int
    only_prompted: int
    against: int
    open: int = 0
    people: int = 0
    mentions: int = 0
    amount: float | None = None  # yearly value of the accounts for which the CRM says it
    amount_n: int = 0
    segments: tuple[Part, ...] = ()
    roles: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Background:
    """What is known besides the evidence. Accounts by name; `people` by insight; `interviewers` by source."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    amounts: Mapping[str, float] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    interviewers: Mapping[str, str] = field(default_factory=dict)
    newest: str = ""  # date of the newest source
    stale_months: int = 12
    language: str = "en"  # quotes should be in
    echoes: frozenset[str] = frozenset()  # evidence that is quoted first under another aspect


def interviewers(transcripts: Sequence[Transcript]) -> dict[str, str]:
    """Return who of our side led each source, by path and by id: the one with most lines, of a note its author."""
    found: dict[str, str] = {}
    for transcript in transcripts:
        ours = Counter(line.speaker for line in transcript.lines if line.role == "vendor" and line.speaker)
        ours = ours or Counter(turn.author for turn in transcript.turns if turn.author)
        if ours:
            name = min(ours, key=lambda one: (-ours[one], one))
            found |= {transcript.source.path: name, transcript.source.id: name}
    return found


def tally(theme: Theme, evidence: Sequence[Evidence], known: Background) -> Tally:
    """Count the sure evidence of one theme."""
    support = [item for item in evidence if item.stance == "supports"]
    units = {item.unit for item in support}
    first_hand = {item.unit for item in support if item.voice == "said"}
    unprompted = {item.unit for item in support if not item.prompted}
    eligible = max(theme.eligible, len(units))
    interval = wilson(len(units), eligible)
    ends = Counter(known.outcomes.get(unit, "unknown") for unit in units)
    amounts = [known.amounts[unit] for unit in sorted(units) if unit in known.amounts]
    return Tally(
        accounts=len(units),
        eligible=eligible,
        low=interval.low,
        high=interval.high,
        won=ends["won"],
        lost=ends["lost"],
        churned=ends["churned"],
        second_hand=len(units - first_hand),
        only_prompted=len(units - unprompted),
        against=len({item.unit for item in evidence if item.stance == "contradicts"}),
        open=ends["open"],
        people=len({(item.unit, known.people.get(item.insight, "")) for item in support}),
        mentions=len(support),
        amount=sum(amounts) if amounts else None,
        amount_n=len(amounts),
        segments=_parts((unit, known.segments.get(unit, "")) for unit in units),
        roles=_parts((item.unit, role_of(item.title)) for item in support),
    )


def _parts(pairs: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    counted = Counter(name for _, name in set(pairs) if name)
    return tuple(Part(name, n) for name, n in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def dominant(evidence: Sequence[Evidence]) -> str:
    """Return the account with more than half of the statements, "" if none or too few statements to tell."""
    units = Counter(item.unit for item in evidence if item.stance == "supports")
    return _more_than_half(units) if units.total() > _FEWEST else ""


def flags(evidence: Sequence[Evidence], counted: Tally, known: Background) -> tuple[str, ...]:
    """Return why the number of a theme may mean less than it seems, by name."""
    support = [item for item in evidence if item.stance == "supports"]
    dates = [item.date for item in support if item.date]
    judged = {
        "one account": bool(dominant(support)),
        "one interviewer": _one_interviewer(support, known),
        "prompted only": 0 < counted.accounts == counted.only_prompted,
        "single source": len(support) > 1 and len({item.source for item in support}) == 1,
        "old": bool(dates) and _months_between(max(dates), known.newest) > known.stale_months,
        "lost deals only": counted.accounts > 1 and counted.lost == counted.accounts,
    }
    return tuple(name for name, holds in judged.items() if holds)


def _one_interviewer(support: Sequence[Evidence], known: Background) -> bool:
    """Whether one of us heard more than half of it, from two sources or more, though others asked as well."""
    heard = Counter(known.interviewers.get(item.source, "") for item in support)
    name = _more_than_half(heard) if heard.total() >= _FEWEST else ""
    others = {who for who in known.interviewers.values() if who != name}
    return bool(name and others) and len({item.source for item in support}) > 1


def _more_than_half(counted: Counter[str]) -> str:
    return next((one for one in sorted(counted) if counted[one] > _DOMINATES * counted.total()), "")


def _months_between(earlier: str, later: str) -> int:
    """Return the whole months from one ISO date to the other; 0 where one is not known."""
    try:
        one, other = date.fromisoformat(earlier), date.fromisoformat(later)
    except ValueError:
        return 0
    return (other.year - one.year) * 12 + other.month - one.month - (other.day < one.day)
