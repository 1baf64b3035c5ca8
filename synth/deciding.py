"""What `synth themes` and its commands do: look at themes closely, and take down what the team decides about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from synth.documents.evidence import Evidence, Rules, Said, collect
from synth.documents.merge import Written
from synth.drafting import rules_of
from synth.errors import WorkspaceError
from synth.extraction.decisions import (
    FILE,
    add_decision,
    entry_text,
    parse_decisions,
    read_decisions,
    replay,
    take_back,
)
from synth.extraction.grouping import Pair, similar, with_units
from synth.model import Theme
from synth.pipeline import Found, Session, found, recount, redraft
from synth.text.language import language

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One theme with its evidence, for and against, what is not sure apart."""

    theme: Theme
    support: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    unsure: tuple[Evidence, ...]


def themes_to_read(themes: Iterable[Theme], *, everything: bool, rejected: bool = False) -> list[Theme]:
    """Return the themes of two accounts and more, pinned first, or all that count anything; also `rejected` ones."""
    kept = [one for one in themes if (rejected or not one.rejected) and (one.accounts or one.against)]
    shown = [one for one in kept if everything or one.pinned or len(one.accounts) > 1]
    return sorted(shown, key=lambda one: (one.aspect, not one.pinned, -len(one.accounts), -len(one.insights), one.id))


def line_of(theme: Theme) -> Row:
    """Return a theme as one row of a table."""
    english = language("en")
    interval = english.between(theme.ci_low, theme.ci_high)
    share = f"{english.percent(len(theme.accounts) / theme.eligible)} ({interval})" if theme.eligible else ""
    marks = [("pinned", theme.pinned), ("contested", bool(theme.against)), ("yours", theme.titled)]
    return {
        "aspect": theme.aspect,
        "id": theme.id,
        "accounts": f"{len(theme.accounts)} of {theme.eligible}",
        "share (95 % CI)": share,
        "confidence": theme.confidence,
        "marks": " ".join(mark for mark, holds in marks if holds),
        "title": theme.title,
    }


def show(session: Session, name: str) -> Shown:
    """Return all evidence of theme `name`; raises WorkspaceError when there is none of that id."""
    theme = theme_of(session.ledger.themes(), name)
    rules = rules_of(session.workspace, session.ledger.transcripts(), session.engine.sure)
    found = in_context(session, theme.insights, rules)
    sure = [item for item in found if item.sure]
    return Shown(
        theme,
        tuple(item for item in sure if item.stance == "supports"),
        tuple(item for item in sure if item.stance == "contradicts"),
        tuple(item for item in found if not item.sure),
    )


def in_context(session: Session, insights: Collection[str], rules: Rules) -> tuple[Evidence, ...]:
    """Return the evidence of these insights with what was said around it; only their sources are read."""
    wanted = session.ledger.insights(insights)
    return collect(wanted, session.ledger.transcripts({one.source for one in wanted}), rules=rules)


def theme_of(themes: Sequence[Theme], name: str) -> Theme:
    """Return the theme that `name` is the id of, or its first characters; raises WorkspaceError."""
    found = [theme for theme in themes if theme.id.startswith(name) or name in theme.merged] if name else []
    exact = [theme for theme in found if theme.id == name] or found
    if len(exact) == 1:
        return exact[0]
    what = "several themes begin" if exact else "no theme begins"
    raise WorkspaceError(f"{what} with {name!r}. 'synth themes --all' lists them with their ids.")


def as_text(shown: Shown) -> Iterator[str]:
    """Yield the lines of a page to read in a terminal."""
    theme = shown.theme
    row = line_of(theme)
    yield f"{theme.title}"
    counted = f"{row['accounts']} accounts, {row['share (95 % CI)']}"
    yield f"{theme.aspect} {theme.id}: {counted}; {theme.confidence} confidence"
    yield f"won {theme.won}, lost {theme.lost}, churned {theme.churned}" + (f"; {row['marks']}" if row["marks"] else "")
    yield from (f"Note: {note}" for note in theme.notes)
    if theme.rejected:
        yield f"Rejected by the team ({FILE}): printed and counted nowhere."
    if theme.merged:
        yield f"The team merged into it: {', '.join(theme.merged)}"
    if theme.split_from:
        yield f"The team split it from {theme.split_from}"
    for heading, items in (("For", shown.support), ("Against", shown.against), ("Not sure, not counted", shown.unsure)):
        if items:
            yield f"\n{heading} ({len(items)})"
            for item in items:
                yield from _entry(item)


def _entry(item: Evidence) -> Iterator[str]:
    marks = ["second-hand"] * (item.voice == "reported") + ["prompted"] * item.prompted
    who = ", ".join(part for part in (item.speaker, item.title, item.account, item.date) if part)
    yield f"\n  {item.key}  {who}  {item.source}:{item.lines[0]}" + (f"  ({', '.join(marks)})" if marks else "")
    yield from _around(item.before)
    yield f"    > {item.quote}"
    yield from _around(item.after)


def _around(said: Iterable[Said]) -> Iterator[str]:
    for one in said:
        side = {"vendor": "us", "customer": "customer"}.get(one.role, "?")
        yield f"      {side}: {one.text or '(left out: personal data)'}"


def as_row(shown: Shown) -> Row:
    """Return a theme and its evidence for other programs."""
    theme = shown.theme
    return {
        "id": theme.id,
        "aspect": theme.aspect,
        "title": theme.title,
        "accounts": list(theme.accounts),
        "against": list(theme.against),
        "eligible_accounts": theme.eligible,
        "confidence": theme.confidence,
        "notes": list(theme.notes),
        "pinned": theme.pinned,
        "rejected": theme.rejected,
        "merged": list(theme.merged),
        "split_from": theme.split_from,
        "evidence": [
            {
                "key": item.key,
                "insight": item.insight,
                "source": item.source,
                "lines": list(item.lines),
                "account": item.account,
                "title": item.title,
                "quote": item.quote,
                "stance": item.stance,
                "voice": item.voice,
                "prompted": item.prompted,
                "sure": item.sure,
                "before": [{"role": said.role, "text": said.text} for said in item.before],
                "after": [{"role": said.role, "text": said.text} for said in item.after],
            }
            for item in (*shown.support, *shown.against, *shown.unsure)
        ],
    }


def decide(session: Session, verb: str, names: Sequence[str], **more: str | Sequence[str]) -> Written:
    """Take a decision down in `profiles/themes.yaml`, unless it does not apply, and write the documents by it."""
    take_down(session, found(session, session.ledger.transcripts()), verb, names, **more)
    return redraft(session)


def take_down(session: Session, known: Found, verb: str, names: Sequence[str], **more: str | Sequence[str]) -> None:
    """Take a decision down and count by it; the documents are as they were until they are written again.

    Raises WorkspaceError, and writes nothing, when it does not apply.
    """
    themes = session.ledger.themes()
    full = list(names) if verb == "move" else [theme_of(themes, name).id for name in names]
    if verb == "move":
        more |= {"to": theme_of(themes, str(more.get("to", ""))).id}
    text = entry_text(verb, full, **more)
    _refuse_useless(session, text, known)
    add_decision(session.workspace.root, text)
    recount(session, known)


def undo(session: Session, known: Found | None = None) -> str:
    """Take the last decision back, if it was written here and the file was not touched since; return its entry."""
    entry = take_back(session.workspace.root)
    recount(session, known or found(session, session.ledger.transcripts()))
    return entry


def _refuse_useless(session: Session, text: str, known: Found) -> None:
    """Raise WorkspaceError when the new entry, replayed after all others, has anything to report."""
    old, _ = read_decisions(session.workspace.root)
    new, unclear = parse_decisions(text, session.workspace.root / FILE)
    before = replay(session.ledger.groups(), old, known.insights)
    problems = [*unclear, *replay(before.groups, new, known.insights).problems]
    if problems:
        raise WorkspaceError(f"Not written: {problems[0].partition(': ')[2] or problems[0]}")


def suggestions(session: Session) -> list[Pair]:
    """Return pairs of themes that a person might merge."""
    transcripts = session.ledger.transcripts()
    insights = with_units(session.ledger.insights(), transcripts)
    return similar(insights, themes_to_read(session.ledger.themes(), everything=True), transcripts, session.desk)
