"""The nouns of Synth, as plain frozen values. No module below `errors` is imported, nothing here reads or writes.

A Source is one file. Its canonical text is what its reader recovered, undone of the wrapping of the format;
every Line is a slice of that text, so a quote can be checked by comparing characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["interview", "note"]
Role = Literal["customer", "vendor", "unknown"]
Voice = Literal["said", "reported", "own"]
Stance = Literal["supports", "contradicts"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of speech or notes. `id` is a hash of what was said, so a renamed copy is the same source."""

    id: str
    path: str  # relative to the workspace, with forward slashes
    kind: Kind
    format: str
    language: str = ""  # ISO 639-1, "" when not known
    date: str = ""  # ISO 8601 day, "" when not known
    company: str = ""  # the customer's company as the file, its front matter or sources.csv names it
    account: str = ""  # name of the matched CRM account, "" when none matched


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person of one source, with the side of the table and how we know it."""

    name: str
    role: Role = "unknown"
    title: str = ""
    company: str = ""
    email: str = ""
    reason: str = ""  # in words, for `synth speakers`


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted speech, or one paragraph, bullet or row of a note: `transcript.text[start:end]`."""

    speaker: str  # "" when the file does not say
    start: int
    end: int
    start_ms: int | None = None
    end_ms: int | None = None
    speech: bool = True  # False: heading, attendee list, boilerplate, bot, AI summary
    company: str = ""  # when the file names one for this turn (a CSV of notes)
    date: str = ""
    author: str = ""  # of a note: who of our staff wrote it


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of one turn, numbered per source from 1: the unit of citing. A slice of the transcript's text."""

    n: int
    turn: int  # index into Transcript.turns
    text: str
    start: int
    end: int
    speaker: str = ""
    role: Role = "unknown"
    voice: Voice = "own"
    account: str = ""
    language: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    speech: bool = True

    @property
    def citable(self) -> bool:
        """Whether this line may be evidence: a customer's own words, or a note that reports the customer."""
        if not self.speech:
            return False
        return (self.voice == "said" and self.role == "customer") or self.voice == "reported"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a file that is not speech, and why it was set aside."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A source as read: canonical text, speakers, turns and numbered lines."""

    source: Source
    text: str
    speakers: tuple[Speaker, ...] = ()
    turns: tuple[Turn, ...] = ()
    lines: tuple[Line, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive lines of one source for retrieval and prompting: a question stays with its answer."""

    source: str  # Source.id
    lines: tuple[int, ...]
    text: str
    aspect: str = ""  # the aspect it was chosen for, "" when for all


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    language: str = "en"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One code of the codebook."""

    name: str
    title: str
    definition: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cues: dict[str, tuple[str, ...]] = field(default_factory=dict)  # language -> phrases
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What an engine proposes, before the gate: an aspect, a statement, and line numbers of one source."""

    aspect: str
    statement: str
    lines: tuple[int, ...]
    starts: str = ""  # the first words of the first line, as the model gave them
    stance: Stance = "supports"
    confidence: float = 1.0  # of the engine; 1.0 when it gives none
    prompted: bool | None = None  # None: the engine does not say, code decides from the vendor's question


@dataclass(frozen=True, slots=True)
class Insight:
    """A claim that passed the gate: lines of one source and one speaker. The quote is sliced from them, never typed."""

    id: str
    aspect: str
    statement: str
    source: str  # Source.id
    lines: tuple[int, ...]
    speaker: str
    role: Role
    voice: Voice
    account: str
    stance: Stance
    prompted: bool
    confidence: float
    engine: str
    flags: tuple[str, ...] = ()


REVIEW = "review"  # the engine of what a person fixed: a line that was added, or a kept quote without a model's words
DROPPED = "dropped"  # flag of an insight that the team found to be no evidence: counted and printed nowhere


def cut_from_lines(engine: str) -> bool:
    """Whether an engine's statements are lines themselves, shortened, and no word of a model."""
    return engine in ("local", REVIEW) or engine.startswith("local+")


@dataclass(frozen=True, slots=True)
class Theme:
    """Insights of one aspect that say the same. `accounts` support it, `against` contradict it."""

    id: str
    aspect: str
    title: str
    insights: tuple[str, ...]  # Insight ids, the most central first
    accounts: tuple[str, ...]
    against: tuple[str, ...] = ()
    eligible: int = 0  # accounts with a source in which it could have come up
    ci_low: float = 0.0  # Wilson 95 % interval of accounts / eligible
    ci_high: float = 0.0
    won: int = 0
    lost: int = 0
    churned: int = 0
    confidence: Literal["high", "medium", "low"] = "low"
    titled: bool = False  # by the team
    pinned: bool = False
    rejected: bool = False
    notes: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()  # ids of the themes that the team put into this one
    split_from: str = ""


Outcome = Literal["won", "lost", "churned", "open", "unknown"]


@dataclass(frozen=True, slots=True)
class Account:
    """One company of the CRM, cleaned. `None` means the export does not say. Money is in the export's own currency."""

    id: str
    name: str
    domain: str = ""
    industry: str = ""
    country: str = ""
    city: str = ""
    employees: float | None = None
    revenue: float | None = None
    funding_stage: str = ""
    tech_stack: tuple[str, ...] = ()
    outcome: Outcome = "unknown"
    close_date: str = ""
    created_date: str = ""
    churn_date: str = ""
    amount: float | None = None  # yearly value of the contract
    acquisition_cost: float | None = None
    gross_margin: float | None = None  # share, 0..1
    nps: float | None = None
    referrals: float | None = None
    usage: float | None = None  # logins in the last 30 days or alike
    decision_makers: float | None = None
    sales_cycle_days: float | None = None
    lead_source: str = ""
    growth_stage: str = ""
    maturity: str = ""
    budget: float | None = None
    customer_base: float | None = None  # size of the account's own clientele
    reference: float | None = None  # 1.0 when the account may be named as a reference, 0.0 when not
    extra: tuple[tuple[str, str], ...] = ()  # columns without a field of their own, as (header, cell)


@dataclass(frozen=True, slots=True)
class Trait:
    """One value of one firmographic trait: its share among the best customers against the rest."""

    trait: str
    value: str
    best: int
    best_n: int
    rest: int
    rest_n: int
    lift: float | None
    odds_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    q: float | None
    verdict: Literal["trait", "no evidence", "insufficient data"]
