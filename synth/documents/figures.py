"""The pictures of a profile as plain geometry, from the contents of `profile.json`; a template writes them as SVG.

Text stays text, so that a browser shapes and orders right-to-left labels itself; colours follow the reader's light or
dark theme; every figure carries its alternative text. A plotting library would bring a hundred megabytes, text as paths
and ids that differ from release to release; dots, lines and words on a scale need none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from synth.documents.templating import worded
from synth.stats.intervals import wilson
from synth.text.escape import right_to_left
from synth.text.language import Language, message

Data = dict[str, Any]
_WIDTH, _LEFT, _PLOT, _ROW, _TOP = 800, 290, 370, 44, 74
_LONGEST = 40  # characters of a label
_MOST_ROWS = 12
_TITLES = {
    "industry": message("Industry"),
    "location": message("Location"),
    "funding": message("Funding stage"),
    "employees": message("Employees"),
    "revenue": message("Revenue"),
    "decision makers": message("Decision makers"),
    "product": message("Tools in use"),
    "lead_source": message("Lead source"),
    "growth": message("Growth stage"),
    "budget": message("Budget"),
    "clientele": message("Their own customers"),
    "maturity": message("Maturity"),
    "region": message("Region"),
    "country": message("Country"),
    "size": message("Size"),
    "outcome": message("Outcome"),
}
_VALUES = {
    "won": message("won"),
    "lost": message("lost"),
    "churned": message("churned"),
    "open": message("open"),
    "SMB": message("SMB"),
    "mid-market": message("mid-market"),
    "enterprise": message("enterprise"),
}
_STANDARD = {"all": "All accounts", "best": "Best fit", "good": "Good fit", "bad": "Bad fit"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece: text at (x, y), a line to (x2, y2), or a dot of radius x2. `css` are classes of the template."""

    kind: str
    x: float
    y: float
    css: str
    x2: float = 0
    y2: float = 0
    text: str = ""
    anchor: str = "start"
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    title: str
    alt: str
    height: float
    marks: tuple[Mark, ...]
    width: float = _WIDTH


@dataclass(frozen=True, slots=True)
class _Point:
    """A value with its interval on a scale of 0..1; `text` is written after it."""

    css: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    label: str
    points: tuple[_Point, ...]
    note: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    """The ticks below the rows, as (place of 0..1, words), and a yardstick."""

    ticks: tuple[tuple[float, str], ...]
    bar: float | None = None
    legend: tuple[tuple[str, str], ...] = ()


def figures(market: Data, spoken: Language) -> list[Figure]:
    """Every picture that the CRM gives something to show for, in the language of the documents."""
    return [figure for draw in (_traits, _bands, _segments, _coverage) if (figure := draw(market, spoken))]


def _shares(spoken: Language, one: str, two: str) -> _Scale:
    """A scale of shares, with the words for its two kinds of dots."""
    ticks = tuple((tick / 4, spoken.percent(tick / 4)) for tick in range(5))
    return _Scale(ticks, legend=(("one", one), ("two", two)))


def as_data(figure: Figure) -> Data:
    """What the template sees."""
    return asdict(figure)


def _traits(market: Data, spoken: Language) -> Figure | None:
    rows = []
    for component in market["components"]:
        told = component["typical"] or component["unlike"]
        rows += [_trait_row(component["name"], trait, spoken, faint=False) for trait in told]
        if not told and component["state"] == "no evidence":
            rows += [_trait_row(component["name"], trait, spoken, faint=True) for trait in component["seen"][:1]]
    rows = rows[:_MOST_ROWS]
    sure = [f"{row.name} {row.label}: {row.note}" for row in rows if not row.faint]
    alt = spoken.gettext("Share of best customers and of the others, with 95 % intervals:") + " "
    alt += spoken.gettext("; ").join(sure) or spoken.gettext("no evidence of a difference")
    title = spoken.gettext("What sets the best customers apart")
    return _drawn("traits", title, alt + ".", rows, _compared(spoken)) if rows else None


def _compared(spoken: Language) -> _Scale:
    return _shares(spoken, spoken.gettext("best customers"), spoken.gettext("the others"))


def _trait_row(component: str, trait: Data, spoken: Language, *, faint: bool) -> _Row:
    if faint:
        note = spoken.gettext("no evidence")
    elif trait["lift"] is None:
        note = spoken.gettext("none of the others")
    else:
        note = (
            spoken.gettext("lift %(value)s", value=trait["lift"])
            if trait["lift"]
            else spoken.gettext("none of the best")
        )
    return _Row(
        titled(component, spoken),
        spoken.either(worded(trait["value"].split(" or "), spoken)),
        (_share("two", trait["rest"], trait["rest_n"]), _share("one", trait["best"], trait["best_n"])),
        note,
        faint,
    )


def titled(name: str, spoken: Language) -> str:
    """Return what a component of fit or a trait is called in documents."""
    return spoken.gettext(_TITLES[name]) if name in _TITLES else name.replace("_", " ").capitalize()


def _share(css: str, k: int, n: int) -> _Point:
    interval = wilson(k, n)
    return _Point(css, k / n if n else 0.0, interval.low, interval.high)


def _bands(market: Data, spoken: Language) -> Figure | None:
    rows = [
        _Row(
            titled(trait["trait"], spoken),
            spoken.either(worded([trait["value"]], spoken)),
            (_share("two", trait["rest"], trait["rest_n"]), _share("one", trait["best"], trait["best_n"])),
            spoken.gettext("best %(best)s, others %(rest)s", best=trait["best"], rest=trait["rest"]),
        )
        for trait in market["bands"]
        if trait["best_n"] and trait["rest_n"]
    ]
    alt = spoken.gettext("Share of best customers and of the others in each band:") + " " + _told(rows, spoken)
    title = spoken.gettext("Employees and revenue, band by band")
    return _drawn("bands", title, alt, rows, _compared(spoken)) if rows else None


def _told(rows: Sequence[_Row], spoken: Language) -> str:
    """Say both shares of every row, the one that is compared first."""
    said = []
    for row in rows:
        compared_with, compared = (spoken.percent(point.value) for point in row.points)
        said.append(f"{row.name} {row.label}: {compared} / {compared_with}")
    return spoken.gettext("; ").join(said) + "."


def _coverage(market: Data, spoken: Language) -> Figure | None:
    coverage = market["coverage"]
    if not coverage or not coverage["heard"]:
        return None
    rows = [
        _Row(
            titled(one["dimension"], spoken),
            spoken.gettext(_VALUES[one["value"]]) if one["value"] in _VALUES else one["value"],
            (_share("two", one["crm"], one["crm_n"]), _share("one", one["interviewed"], one["interviewed_n"])),
            spoken.gettext("heard %(k)s of %(n)s", k=one["interviewed"], n=one["crm"]),
        )
        for one in coverage["rows"]
        if one["crm_n"] and one["interviewed_n"]
    ][:_MOST_ROWS]
    scale = _shares(spoken, spoken.gettext("accounts heard"), spoken.gettext("all of the CRM"))
    alt = spoken.gettext("Share among the accounts heard and in the CRM:") + " " + _told(rows, spoken)
    title = spoken.gettext("Whom we heard, and who is in the CRM")
    return _drawn("coverage", title, alt, rows, scale) if rows else None


def _segments(market: Data, spoken: Language) -> Figure | None:
    """Three blocks under one another: the chance to win, LTV:CAC and payback, each against its yardstick."""
    tenth = partial(spoken.number, digits=1)
    in_months = spoken.gettext("Payback in months, at most 12")
    blocks = (
        (spoken.gettext("Win rate"), "win_rate", _shares(spoken, "", ""), lambda value: value, spoken.percent),
        (spoken.gettext("LTV:CAC, at least 3"), "ltv_to_cac", _up_to(9, 3, spoken), _of(9), tenth),
        (in_months, "payback_months", _up_to(24, 12, spoken), _of(24), tenth),
    )
    marks: list[Mark] = []
    told: list[str] = []
    y = 44.0
    for title, name, scale, place, words in blocks:
        rows = [_segment_row(segment, segment["figures"][name], place, words, spoken) for segment in market["segments"]]
        if not any(row.points for row in rows):
            continue
        marks += [Mark("text", 16, y + 8, "name", text=title), *_plot(rows, scale, y + 20)]
        told += [
            f"{title}: " + spoken.gettext("; ").join(f"{row.label} {row.note}".replace("\n", ", ") for row in rows)
        ]
        y += 20 + _ROW * len(rows) + 44
    if not told:
        return None
    title = spoken.gettext("What the segments earn")
    return Figure("segments", title, ". ".join(told) + ".", y, (Mark("text", 16, 28, "title", text=title), *marks))


def _of(end: int) -> Callable[[float], float]:
    return lambda value: min(value / end, 1)


def _up_to(end: int, bar: int, spoken: Language) -> _Scale:
    ticks = ((0.0, spoken.number(0)), (bar / end, spoken.number(bar)), (1.0, f"{spoken.number(end)}+"))
    return _Scale(ticks, bar / end)


def _segment_row(
    segment: Data, measure: Data, place: Callable[[float], float], words: Callable[[float], str], spoken: Language
) -> _Row:
    n = f"(n = {spoken.number(measure['n'])})"
    if segment["name"] in _STANDARD:
        label = spoken.gettext(_STANDARD[segment["name"]])
    else:
        label = segment["name"] or "\n".join(_condition(one, spoken) for one in segment["rule"])
    if measure["value"] is None:
        return _Row("", label, (), f"{spoken.gettext('unknown')} {n}")
    interval = measure["interval"] or {"low": None, "high": None}
    low, high = (None if end is None else place(end) for end in (interval["low"], interval["high"]))
    return _Row("", label, (_Point("one", place(measure["value"]), low, high),), f"{words(measure['value'])} {n}")


def _condition(condition: Data, spoken: Language) -> str:
    values = spoken.either(worded(condition["among"], spoken))
    return spoken.gettext("not %(values)s", values=values) if condition["unlike"] else values


def _drawn(name: str, title: str, alt: str, rows: Sequence[_Row], scale: _Scale) -> Figure:
    marks = [Mark("text", 16, 28, "title", text=title), *_legend(scale), *_plot(rows, scale, _TOP)]
    return Figure(name, title, alt, _TOP + _ROW * len(rows) + 40, tuple(marks))


def _legend(scale: _Scale) -> Iterator[Mark]:
    for at, (css, words) in enumerate(scale.legend):
        x = _LEFT + 150 * at
        yield Mark("dot", x, 50, f"dot {css}", x2=5)
        yield Mark("text", x + 12, 54, "small", text=words)


def _plot(rows: Sequence[_Row], scale: _Scale, top: float) -> Iterator[Mark]:
    bottom = top + _ROW * len(rows)
    for place, words in scale.ticks:
        x = _at(place)
        yield Mark("line", x, top, "axis", x2=x, y2=bottom)
        yield Mark("text", x, bottom + 16, "small", text=words, anchor="middle")
    if scale.bar is not None:
        yield Mark("line", _at(scale.bar), top, "bar", x2=_at(scale.bar), y2=bottom)
    for at, row in enumerate(rows):
        yield from _row(row, top + _ROW * at)


def _row(row: _Row, y: float) -> Iterator[Mark]:
    middle = y + _ROW / 2
    if row.name:
        yield _label(row.name, y + 17, "name")
    lines = row.label.split("\n")[:2]
    for at, line in enumerate(lines):
        yield _label(line, y + (34 if row.name else 26 if len(lines) == 1 else 18 + 16 * at), "")
    faint = " faint" if row.faint else ""
    offsets = (5.0, -5.0) if len(row.points) > 1 else (0.0,)
    for point, offset in zip(row.points, offsets, strict=False):
        if point.low is not None and point.high is not None:
            ends = _at(point.low), _at(point.high)
            yield Mark("line", ends[0], middle + offset, f"range {point.css}{faint}", x2=ends[1], y2=middle + offset)
        yield Mark("dot", _at(point.value), middle + offset, f"dot {point.css}{faint}", x2=5)
    yield Mark("text", _LEFT + _PLOT + 14, middle + 4, "small", text=row.note)


def _label(text: str, y: float, css: str) -> Mark:
    """A label that ends at the scale. In right-to-left text the end is on the left, so its start is put there."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
    rtl = right_to_left(text)
    return Mark("text", _LEFT - 14, y, css, text=short, anchor="start" if rtl else "end", rtl=rtl)


def _at(place: float) -> float:
    return round(_LEFT + _PLOT * place, 1)
