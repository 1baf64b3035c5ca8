"""The themes of the last run as Review lists them: with who stands behind each, to be filtered by what was heard.

What is dear (every insight with its speaker, account and words) is worked out once for what the ledger has found; a
decision only counts the themes again. Filters look at evidence: a theme stays when one of its statements meets all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal

from synth.deciding import themes_to_read
from synth.documents.evidence import Evidence, Rules, collect
from synth.documents.findings import page_of
from synth.documents.profile import Material, background
from synth.documents.tally import Background, Tally, flags, tally
from synth.drafting import rules_of
from synth.model import Theme
from synth.people.roles import role_of
from synth.pipeline import Found, Session, found
from synth.text.words import fold_words, words
from synth.web.site import Site

State = Literal["", "all", "open", "kept", "rejected"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One statement, with what filters ask for. `evidence` is without what was said around it."""

    evidence: Evidence
    segment: str
    outcome: str
    function: str
    words: str  # folded


@dataclass(frozen=True)
class Heap:
    """All that was heard, by insight; made anew when the sources, what was found in them, settings or CRM change."""

    heard: Mapping[str, Heard]
    rules: Rules
    known: Background
    found: Found
    aspects: Mapping[str, str]  # title by name, in the order of the codebook
    _rows: dict[str, Row] = field(default_factory=dict)  # as they were counted last: most stay as they are

    def row(self, theme: Theme) -> Row:
        """Return the row of a theme."""
        known = self._rows.get(theme.id)
        if known is None or known.theme != theme:
            known = self._rows[theme.id] = _row(theme, self)
        return known

    @cached_property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """What the filters offer: the values that occur, by filter."""
        names = ("segment", "outcome", "function")
        found = {name: {getattr(one, name) for one in self.heard.values()} for name in names}
        found["language"] = {one.evidence.language for one in self.heard.values()}
        return {name: tuple(sorted(values - {"", "unknown"})) for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One theme, counted over the evidence that is sure enough; `unsure` statements are shown and not counted."""

    theme: Theme
    tally: Tally
    flags: tuple[str, ...]
    support: tuple[Heard, ...]
    against: tuple[Heard, ...]
    unsure: tuple[Heard, ...]

    @property
    def decided(self) -> bool:
        theme = self.theme
        ours = theme.titled or theme.pinned or theme.rejected or theme.notes or theme.merged or theme.split_from
        return bool(ours)

    @property
    def page(self) -> str:
        """The evidence page of the documents, relative to `profiles/`."""
        return page_of(self.theme.aspect, self.theme.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for; "" asks for nothing. `show` "" is what the documents print: two accounts or pinned."""

    aspect: str = ""
    segment: str = ""
    outcome: str = ""
    function: str = ""
    language: str = ""
    since: str = ""  # ISO days, both inclusive
    until: str = ""
    text: str = ""
    show: State = ""

    @property
    def of_evidence(self) -> bool:
        """Whether anything is asked of the statements."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("aspect", "show"))


def heap(site: Site) -> Heap:
    """Return all that was heard."""
    with site.looking() as session:
        stamp = (session.ledger.found(), site.rule_stamp())
    return site.kept("heap", _heap, stamp)


def rows(site: Site, known: Heap) -> Sequence[Row]:
    """Return every theme of the last run, the strongest of each aspect first."""
    return site.kept("rows", lambda session: _rows(session, known))


def _heap(session: Session) -> Heap:
    transcripts = session.ledger.transcripts()
    counted = found(session, transcripts)
    sure = counted.census.sure
    rules = rules_of(session.workspace, transcripts, sure)
    outcomes = {account.name: account.outcome for account in session.crm.accounts}
    insights = list(counted.insights.values())
    material = Material(
        transcripts, insights, (), session.codebook, outcomes,
        accounts=session.crm.accounts, counting=session.workspace.settings.themes,
    )  # fmt: skip
    known = background(material, rules)
    # Nothing of this is printed, so no name has to be looked for in it: that takes most of the time.
    bare = Rules(sure=sure, reveal_person=rules.reveal_person, reveal_account=rules.reveal_account)
    return Heap(
        heard={one.insight: _heard(one, known) for one in collect(insights, transcripts, rules=bare, around=False)},
        rules=rules,
        known=known,
        found=counted,
        aspects={aspect.name: aspect.title for aspect in session.codebook},
    )


def _heard(one: Evidence, known: Background) -> Heard:
    return Heard(
        evidence=one,
        segment=known.segments.get(one.unit, ""),
        outcome=known.outcomes.get(one.unit, "unknown"),
        function=role_of(one.title),
        words=fold_words(f"{one.quote}\n{one.statement}\n{one.account}\n{one.title}"),
    )


def _rows(session: Session, known: Heap) -> list[Row]:
    order = {name: n for n, name in enumerate(known.aspects)}
    made = [known.row(theme) for theme in themes_to_read(session.ledger.themes(), everything=True, rejected=True)]
    return sorted(made, key=lambda row: order.get(row.theme.aspect, len(order)))


def _row(theme: Theme, known: Heap) -> Row:
    heard = [known.heard[i] for i in theme.insights if i in known.heard]
    sure = [one.evidence for one in heard if one.evidence.sure]
    counted = tally(theme, sure, known.known)
    return Row(
        theme,
        counted,
        flags(sure, counted, known.known),
        tuple(one for one in heard if one.evidence.sure and one.evidence.stance == "supports"),
        tuple(one for one in heard if one.evidence.sure and one.evidence.stance == "contradicts"),
        tuple(one for one in heard if not one.evidence.sure),
    )


def choose(every: Iterable[Row], wanted: Wanted) -> list[Row]:
    """Return the rows that a reader asked for, in their order."""
    asked = words(wanted.text)
    meets = _meets(wanted, asked)
    return [row for row in every if _shown(row, wanted) and (not wanted.of_evidence or _holds(row, asked, meets))]


def _shown(row: Row, wanted: Wanted) -> bool:
    theme = row.theme
    if wanted.aspect and theme.aspect != wanted.aspect:
        return False
    if theme.rejected or wanted.show == "rejected":
        return theme.rejected and wanted.show == "rejected"
    if wanted.show == "open":
        return not row.decided
    if wanted.show == "kept":
        return theme.pinned
    return bool(wanted.show == "all" or theme.pinned or row.tally.accounts > 1)


def _holds(row: Row, asked: Sequence[str], meets: Callable[[Heard, str], bool]) -> bool:
    beside = fold_words("\n".join((row.theme.title, *row.theme.notes))) if asked else ""
    return any(meets(one, beside) for part in (row.support, row.against, row.unsure) for one in part)


def _meets(wanted: Wanted, asked: Sequence[str]) -> Callable[[Heard, str], bool]:
    """Return whether a statement, with its theme's title and notes, is what was asked for."""

    def meets(one: Heard, beside: str) -> bool:
        return (
            wanted.segment in ("", one.segment)
            and wanted.outcome in ("", one.outcome)
            and wanted.function in ("", one.function)
            and wanted.language in ("", one.evidence.language)
            and (not wanted.since or one.evidence.date >= wanted.since)
            and (not wanted.until or "" < one.evidence.date <= wanted.until)
            and all(word in one.words or word in beside for word in asked)
        )

    return meets
