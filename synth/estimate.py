"""What a run would cost, before it is started: the requests it would send first are built and looked up, not guessed.

Tokens in are counted on those very requests. Tokens out, second looks and titles depend on the answers; they are taken
from what this workspace's earlier answers needed, and before there are any, from shares measured with a careful coder
on labelled interviews (docs/QUALITY.md). The interval says how far these may be off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from synth.drafting import names_to_mask
from synth.extraction.engines import open_engine
from synth.intake import Problem
from synth.model import Transcript
from synth.models.prices import BATCH_SHARE, Usd, price_of
from synth.models.prompt import load_prompt
from synth.models.requests import Planned
from synth.models.thinking import thinks
from synth.pipeline import Session, decide, set_aside_crm, still_true
from synth.search.embed import BATCH
from synth.terminal import table
from synth.text.words import tokens

LINE = 2  # tokens of a line's number and break, beyond what its characters say
OUT_SHARE = 0.43  # tokens out for one token of what is shown
TOKENS_AN_ITEM = 67  # of an answer
SECOND_LOOKS = 0.35  # requests a source; each shows the few lines in doubt, about a tenth
SORTED = (28.0, 16.0)  # tokens in and out of sorting into themes, for each insight, beside what each request says first
PROSE = (2000.0, 200.0)  # tokens in and out of the summary
LOW, HIGH = 0.4, 2.0  # of what depends on the answers, while this workspace has none: models differ that much
THOUGHT = 3.0  # tokens out at most, for one of the answer, of a model that thinks with little effort
SPREAD = 0.15  # of tokens in, as long as the model's own counts are not known


@dataclass(frozen=True, slots=True)
class Part:
    """What one stage would cost for one source; `usd` is None where no price is known."""

    stage: str
    source: str
    calls: float  # expected; a second look is needed for some sources only
    cached_calls: int  # answered already, of no cost
    tokens_in: int
    tokens_out: int
    usd: float | None
    usd_low: float | None
    usd_high: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    model: str
    sources: int
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]
    batch: bool = False

    @property
    def total(self) -> Part:
        return _sum("total", "", self.parts)

    def stages(self) -> list[Part]:
        names = dict.fromkeys(part.stage for part in self.parts)
        return [_sum(name, "", [part for part in self.parts if part.stage == name]) for name in names]


def estimate(session: Session, *, batch: bool = False) -> Estimate:
    """Say what `run` would send; nothing is sent and no document is touched."""
    unread = set_aside_crm(session)
    intake = decide(session)
    known = names_to_mask(intake.transcripts, session.workspace, session.crm.accounts)
    engine = open_engine(replace(session.desk, names=known), sending=False)
    session.engine = engine
    plans = {t.source.path: _plan(session, t) for t in intake.transcripts}
    settings = session.workspace.settings.model
    price = None if settings.chat == "local" else price_of(settings)
    rates = _calibrated(plans.values(), thinking=thinks(settings.chat))
    counted = _Counted(rates, price, BATCH_SHARE if batch else 1.0)
    parts = [part for path, plan in plans.items() for part in counted.source(path, plan)]
    if engine.chat and any(part.calls for part in parts):
        parts += counted.documents(parts, session)
    parts += _embedding(session, intake.transcripts)
    return Estimate(settings.chat, len(intake.transcripts), tuple(parts), (*unread, *intake.problems), batch)


def _embedding(session: Session, transcripts: Sequence[Transcript]) -> list[Part]:
    """Return what the vectors of new lines would cost, when a provider makes them."""
    settings = session.workspace.settings.model
    if ":" not in settings.embeddings:
        return []
    texts = list(dict.fromkeys(line.text for transcript in transcripts for line in transcript.lines if line.speech))
    known = session.ledger.vectors(settings.embeddings, texts)
    new = [text for text in texts if text not in known]
    used, price = sum(map(tokens, new)), price_of(settings, settings.embeddings)
    usd = [price(round(used * factor), 0, 0) if price else None for factor in (1, 1 - SPREAD, 1 + SPREAD)]
    return [Part("embed", "", math.ceil(len(new) / BATCH), 0, used, 0, *usd)]


def _plan(session: Session, transcript: Transcript) -> list[Planned]:
    """Return the first requests; of a source that is read already only the answered ones, to learn from."""
    found = session.engine.plan(transcript)
    return [each for each in found if each.reply] if still_true(session, transcript) else found


@dataclass(frozen=True, slots=True)
class _Rates:
    """How the model's own counts compare with ours: tokens in for one of ours, tokens out for one shown."""

    tokens_in: float = 1.0
    out_share: float = OUT_SHARE
    spread: float = SPREAD
    out_low: float = LOW
    out_high: float = HIGH


def _calibrated(plans: Iterable[Sequence[Planned]], *, thinking: bool) -> _Rates:
    """Learn the rates from requests that are answered already."""
    used = [(each, each.reply.usage) for plan in plans for each in plan if each.reply]
    if len(used) < 3:
        return _Rates(out_high=HIGH * THOUGHT) if thinking else _Rates()
    ours, shown = sum(_tokens_in(each) for each, _ in used), sum(_shown(each) for each, _ in used)
    counted = sum(usage.tokens_in for _, usage in used) / ours
    return _Rates(counted, sum(usage.tokens_out for _, usage in used) / shown, SPREAD / 3, 0.75, 1.3)


def _shown(each: Planned) -> int:
    return tokens(each.request.user) + LINE * each.request.user.count("\n")


def _tokens_in(each: Planned) -> int:
    return tokens(each.request.system) + _shown(each)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Turns requests into money."""

    rates: _Rates
    price: Usd | None
    first_share: float  # of the price, for what is asked first

    def source(self, path: str, plan: Sequence[Planned]) -> list[Part]:
        """Return the first requests of one source, and the second look that may follow."""
        unasked = [each for each in plan if each.reply is None]
        shown = sum(map(_shown, unasked))
        most = sum(each.request.max_tokens for each in unasked)
        used = sum(map(_tokens_in, unasked)) * self.rates.tokens_in, min(most, shown * self.rates.out_share)
        first = replace(self._part("extract", path, len(unasked), used), cached_calls=len(plan) - len(unasked))
        if not unasked or unasked[0].request.likeliest:
            return [first] if plan else []
        again = (tokens(unasked[0].request.system) + 0.1 * shown) * self.rates.tokens_in, 0.3 * used[1]
        look = self._part("second look", path, SECOND_LOOKS, (SECOND_LOOKS * again[0], SECOND_LOOKS * again[1]))
        return [first, look]

    def documents(self, parts: Sequence[Part], session: Session) -> list[Part]:
        """Return the requests, one an aspect, that sort what was found into themes, and the one for the summary."""
        items = sum(part.tokens_out for part in parts) / TOKENS_AN_ITEM
        aspects, prompt = len(session.codebook), load_prompt("group", session.workspace.root)
        first = aspects * tokens(prompt.render("system", language="English"))
        sorting = (first + items * SORTED[0]) * self.rates.tokens_in, items * SORTED[1]
        return [self._part("themes", "", aspects, sorting), self._part("prose", "", 1, PROSE)]

    def _part(self, stage: str, path: str, calls: float, used: tuple[float, float]) -> Part:
        first = stage == "extract"
        spread = (1 - self.rates.spread, 1 + self.rates.spread) if first else (LOW, HIGH)
        bounds = zip(spread, (self.rates.out_low, self.rates.out_high), strict=True)
        span = [(used[0] * a, used[1] * b) for a, b in bounds]
        usd = [self._usd(*pair, self.first_share if first else 1.0) for pair in (used, *span)]
        return Part(stage, path, calls, 0, round(used[0]), round(used[1]), *usd)

    def _usd(self, tokens_in: float, tokens_out: float, share: float) -> float | None:
        return share * self.price(round(tokens_in), round(tokens_out), 0) if self.price else None


def _sum(stage: str, source: str, parts: Sequence[Part]) -> Part:
    usd = [_total(getattr(part, name) for part in parts) for name in ("usd", "usd_low", "usd_high")]
    counts = [sum(getattr(part, name) for part in parts) for name in ("tokens_in", "tokens_out")]
    cached = sum(part.cached_calls for part in parts)
    return Part(stage, source, sum(part.calls for part in parts), cached, *counts, *usd)


def _total(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def estimate_json(found: Estimate) -> dict[str, Any]:
    """Return the fields other programs rely on."""
    return {
        "model": found.model,
        "batch": found.batch,
        "sources": found.sources,
        **_fields(found.total),
        "by_stage": [_fields(part) for part in found.stages()],
        "by_source": [_fields(part) for part in found.parts if part.source],
        "problems": [problem.text for problem in found.problems],
    }


def _fields(part: Part) -> dict[str, Any]:
    rounded = {name: round(value, 6) for name, value in asdict(part).items() if isinstance(value, float)}
    return asdict(part) | rounded | {"calls": round(part.calls, 1)}


def estimate_text(found: Estimate) -> str:
    """Return the estimate as a table by stage, and one by source, for a person."""
    if found.model == "local":
        return f"{found.sources} sources, read by the local engine: no call, no cost."
    by_source = {part.source: [] for part in found.parts if part.source}  # type: dict[str, list[Part]]
    for part in found.parts:
        by_source.get(part.source, []).append(part)
    headers = ("calls", "cached", "tokens in", "tokens out", "USD", "USD from - to")
    stages = table(("stage", *headers), [_row(part.stage, part) for part in (*found.stages(), found.total)])
    sources = table(("source", *headers), [_row(name, _sum("", name, parts)) for name, parts in by_source.items()])
    said = f"{found.sources} sources with {found.model}" + (", first requests by batch" if found.batch else "")
    return f"{said}. Nothing was sent.\n\n{stages}\n\n{sources}"


def _row(name: str, part: Part) -> tuple[object, ...]:
    span = "" if part.usd_low is None else f"{part.usd_low:.4f} - {part.usd_high:.4f}"
    money = "no price known" if part.usd is None else f"{part.usd:.4f}"
    return name, f"{part.calls:.0f}", part.cached_calls, part.tokens_in, part.tokens_out, money, span
