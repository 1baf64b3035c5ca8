"""Review: the themes, the evidence of each in context, and what the team decides about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from synth import deciding, marking
from synth.documents.evidence import Evidence, collect
from synth.documents.findings import best_quotes
from synth.documents.merge import Written
from synth.extraction.decisions import FILE, Decision, last_decision, parse_decisions
from synth.model import Theme
from synth.pipeline import Session
from synth.web.rendering import page
from synth.web.site import Here, Site
from synth.web.themes import Heap, Row, Wanted, choose, heap, rows

router = APIRouter()
PER_PAGE = 25
QUOTES_PER_PAGE = 20
_OURS = re.compile(r"/review(?:/[\w-]+)?(?:\?[\w=&%.+-]*)?(?:#[\w-]+)?")
_LONG = 500  # characters of a title or a search
Verb = Literal["rename", "merge", "split", "move", "reject", "pin", "note"]
_TAKES: dict[str, tuple[str, ...]] = {
    "rename": ("to",), "merge": ("title",), "split": ("insights", "title"), "move": ("to",), "note": ("text",),
    "reject": (), "pin": (),
}  # fmt: skip
Name = Annotated[str, Field(max_length=100)]
Title = Annotated[str, Field(max_length=_LONG)]
Text = Annotated[str, Query(max_length=_LONG)]
Number = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@dataclass(frozen=True, slots=True)
class Last:
    """The decision that can be taken back: its verb, and the title of the theme, or the words, it is about."""

    verb: str
    title: str


Asked = Annotated[Wanted, Depends()]


class Marked(BaseModel):
    """A form with a decision about one line: a quote by its `key`, or a line of a source that becomes one."""

    verb: Literal["keep", "drop", "add"]
    key: Name = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    line: Annotated[str, Field(max_length=20)] = ""
    aspect: Name = ""
    back: Annotated[str, Field(max_length=2000)] = "/review"

    def take_down(self, session: Session) -> None:
        """Write it into the file of the team and count by it; raises WorkspaceError when it does not apply."""
        if self.verb == "add":
            marking.add_line(session, self.source, self.line, self.aspect)
        else:
            marking.judge_quotes(session, self.verb, [self.key])


class Decided(BaseModel):
    """A form with a decision. One about marked evidence of a `theme` splits it off, or moves it `to` another theme."""

    verb: Verb
    names: Annotated[list[Name], Field(max_length=100)] = []
    theme: Name = ""
    insights: Annotated[list[Name], Field(max_length=200)] = []
    to: Title = ""
    title: Title = ""
    text: Annotated[str, Field(max_length=5000)] = ""
    back: Annotated[str, Field(max_length=2000)] = "/review"

    def decision(self) -> tuple[list[str], dict[str, Any]]:
        """Return what the decision is about, and the rest of it as `deciding.take_down` takes it."""
        about = {"split": [self.theme], "move": self.insights}.get(self.verb, self.names)
        more = {key: value for key in _TAKES[self.verb] if (value := getattr(self, key))}
        return about, more


@router.get("/review")
def themes(request: Request, site: Here, wanted: Asked, n: Number = 1) -> Response:
    """List the themes that meet the filters, a page at a time."""
    known = heap(site)
    every = rows(site, known)
    found = choose(every, wanted)
    last = max(1, -(-len(found) // PER_PAGE))
    shown = found[(min(n, last) - 1) * PER_PAGE : min(n, last) * PER_PAGE]
    return page(
        request,
        "review",
        known=known,
        wanted=wanted,
        rows=shown,
        quotes=_quotes(site, known, shown),
        every=len(every),
        found=len(found),
        counts=_counts(known, every, wanted),
        n=min(n, last),
        last=last,
        query=_query(wanted),
        back=_here("/review", wanted, n),
        **_standing(site, every),
    )


@router.get("/review/search")
def search(request: Request, site: Here, q: Text = "") -> Response:
    """Find lines by meaning and by words, as `synth search` does."""
    hits, aspects = [], {}
    if q.strip():
        with site.looking() as session:
            aspects = {aspect.name: aspect.title for aspect in session.codebook}
            hits = session.index(session.ledger.transcripts()).search(q.strip(), PER_PAGE)
    back = f"/review/search?{urlencode({'q': q})}"
    return page(request, "search", q=q, hits=hits, aspects=aspects, back=back, undoable_line=_last_line(site))


@router.get("/review/{name}")
def theme(request: Request, site: Here, name: str, wanted: Asked, n: Number = 1) -> Response:
    """Show one theme with its quotes, each with what was said around it."""
    known = heap(site)
    every = rows(site, known)
    row = _row(site, known, name)
    listed = choose(every, wanted)
    ids = [one.theme.id for one in listed]
    at = ids.index(row.theme.id) if row.theme.id in ids else -1
    quotes = [one.evidence for part in (row.support, row.against, row.unsure) for one in part]
    last = max(1, -(-len(quotes) // QUOTES_PER_PAGE))
    shown = quotes[(min(n, last) - 1) * QUOTES_PER_PAGE : min(n, last) * QUOTES_PER_PAGE]
    with site.looking() as session:
        found = deciding.in_context(session, [one.insight for one in shown], known.rules)
    in_full = {one.insight: one for one in found}
    return page(
        request,
        "theme",
        known=known,
        row=row,
        parts=_parts(row, [one for one in shown if one.insight in in_full], in_full),
        others=[one.theme for one in every if one.theme.aspect == row.theme.aspect and one is not row],
        n=min(n, last),
        last=last,
        query=_query(wanted),
        before=ids[at - 1] if at > 0 else "",
        after=ids[at + 1] if 0 <= at < len(ids) - 1 else "",
        back=_here(f"/review/{row.theme.id}", wanted, n),
        **_standing(site, every),
    )


@router.post("/review/decide")
def decide(request: Request, site: Here, form: Annotated[Decided, Form()]) -> Response:
    """Take a decision down and count by it at once; the documents follow."""
    known = heap(site)
    about, more = form.decision()
    site.do("decide", lambda session: deciding.take_down(session, known.found, form.verb, about, **more))
    request.app.state.drafts.ask()
    return _to(form.back)


@router.post("/review/undo")
def undo(request: Request, site: Here, back: Annotated[str, Form(max_length=2000)] = "/review") -> Response:
    """Take the last decision back."""
    known = heap(site)
    site.do("decide", lambda session: deciding.undo(session, known.found))
    request.app.state.drafts.ask()
    return _to(back)


@router.post("/review/evidence")
def mark(request: Request, site: Here, form: Annotated[Marked, Form()]) -> Response:
    """Take a decision about one line down and count by it at once; the documents follow."""
    site.do("decide", form.take_down)
    request.app.state.drafts.ask()
    return _to(form.back)


@router.post("/review/evidence/undo")
def unmark(request: Request, site: Here, back: Annotated[str, Form(max_length=2000)] = "/review") -> Response:
    """Take the last decision about a line back."""
    site.do("decide", marking.undo)
    request.app.state.drafts.ask()
    return _to(back)


def _to(back: str) -> Response:
    return RedirectResponse(back if _OURS.fullmatch(back) else "/review", 303)


def _standing(site: Site, every: Sequence[Row]) -> dict[str, Any]:
    """What both pages say of decisions: the one that can be taken back, and where the documents conflict."""
    written: Written | None = site.work.result("draft")
    return {
        "undoable": _last(site, every),
        "undoable_line": _last_line(site),
        "conflicts": [*written.conflicts, *written.kept] if written else [],
        "failure": site.work.failure("draft"),
    }


def _last(site: Site, every: Sequence[Row]) -> Last | None:
    entry = last_decision(site.root)
    if not entry:
        return None
    decisions, _ = parse_decisions(entry, site.root / FILE)
    return Last(decisions[0].verb, _about(decisions[0], every)) if decisions else None


def _last_line(site: Site) -> Last | None:
    decision = marking.last_mark(site.root)
    return Last(decision.verb, decision.place.says if decision.place else decision.name) if decision else None


def _about(decision: Decision, every: Sequence[Row]) -> str:
    name = decision.to if decision.verb == "move" else decision.names[0]
    return next((row.theme.title for row in every if row.theme.id == name), name)


def _row(site: Site, known: Heap, name: str) -> Row:
    """Return the row of theme `name`, or of the one it was merged into, also when nothing of it counts (any more).

    Raises WorkspaceError.
    """
    with site.looking() as session:
        found: Theme = deciding.theme_of(session.ledger.themes(), name)
    return known.row(found)


def _quotes(site: Site, known: Heap, shown: Sequence[Row]) -> Mapping[str, Evidence]:
    """Return the clearest quote of each theme, cut as documents cut it, by theme."""
    best = {
        row.theme.id: best_quotes((one.evidence for one in row.support or row.against), language=known.rules.language)
        for row in shown
    }
    wanted = {name: found[0].insight for name, found in best.items() if found}
    with site.looking() as session:
        insights = session.ledger.insights(set(wanted.values()))
        transcripts = session.ledger.transcripts({one.source for one in insights})
        cut = {one.insight: one for one in collect(insights, transcripts, rules=known.rules, around=False)}
    return {name: cut[insight] for name, insight in wanted.items() if insight in cut}


def _parts(row: Row, shown: Sequence[Evidence], in_full: Mapping[str, Evidence]) -> list[tuple[str, int, Any]]:
    """Return (name, how many in all, those of this page as (key, evidence)) of each part that has any here."""
    parts = (("for", row.support), ("against", row.against), ("not counted", row.unsure))
    here = {one.insight for one in shown}
    made = [
        (
            name,
            len(all_of_it),
            [(o.evidence.key, in_full[o.evidence.insight]) for o in all_of_it if o.evidence.insight in here],
        )
        for name, all_of_it in parts
    ]
    return [part for part in made if part[2]]


def _counts(known: Heap, every: Sequence[Row], wanted: Wanted) -> list[tuple[str, str, int]]:
    """Return (name, title, how many themes) of each aspect, under all filters but that of the aspect."""
    elsewhere = [row.theme.aspect for row in choose(every, Wanted(**{**asdict(wanted), "aspect": ""}))]
    return [(name, title, elsewhere.count(name)) for name, title in known.aspects.items()]


def _query(wanted: Wanted) -> str:
    return urlencode({key: value for key, value in asdict(wanted).items() if value})


def _here(path: str, wanted: Wanted, n: int) -> str:
    """Return the address of the present page, for a form to lead back to."""
    query = "&".join(part for part in (_query(wanted), f"page={n}" if n > 1 else "") if part)
    return f"{path}?{query}" if query else path
