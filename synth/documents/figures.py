"""The pictures of a profile as plain geometry, from the contents of `profile.json`; a template writes them as SVG.

Text stays text, so that a browser shapes and orders right-to-left labels itself; colours follow the reader's light or
dark theme; every figure carries its alternative text. A plotting library would bring a hundred megabytes, text as paths
and ids that differ from release to release; dots, lines and words on a scale need none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from synth.documents.templating import joined
from synth.stats.intervals import wilson
from synth.text.escape import right_to_left
from synth.text.figures import number, percent

Data = dict[str, Any]
_WIDTH, _LEFT, _PLOT, _ROW, _TOP = 800, 290, 370, 44, 74
_LONGEST = 40  # characters of a label
_MOST_ROWS = 12
_TITLES = {"product": "Tools in use", "revenue": "Revenue", "employees": "Employees"}
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

    ticks: tuple[tuple[float, str], ...] = tuple((tick / 4, f"{tick * 25} %") for tick in range(5))
    bar: float | None = None
    legend: tuple[tuple[str, str], ...] = field(default=(("one", "best customers"), ("two", "the others")))


def figures(market: Data) -> list[Figure]:
    """Every picture that the CRM gives something to show for."""
    return [figure for draw in (_traits, _bands, _segments, _coverage) if (figure := draw(market))]


def as_data(figure: Figure) -> Data:
    """What the template sees."""
    return asdict(figure)


def _traits(market: Data) -> Figure | None:
    rows = []
    for component in market["components"]:
        told = component["typical"] or component["unlike"]
        rows += [_trait_row(component["name"], trait, faint=False) for trait in told]
        if not told and component["state"] == "no evidence":
            rows += [_trait_row(component["name"], trait, faint=True) for trait in component["seen"][:1]]
    rows = rows[:_MOST_ROWS]
    sure = [row for row in rows if not row.faint]
    alt = "Share of best customers and of the others, with 95 % intervals. " + (
        "; ".join(f"{row.name} {row.label}: {row.note}" for row in sure) or "No difference is beyond chance"
    )
    return _drawn("traits", "What sets the best customers apart", alt + ".", rows, _Scale()) if rows else None


def _trait_row(component: str, trait: Data, *, faint: bool) -> _Row:
    lift = "no evidence" if faint else f"lift {number(trait['lift'], 1)}" if trait["lift"] else "none of the best"
    if not faint and trait["lift"] is None:
        lift = "none of the rest"
    return _Row(
        _TITLES.get(component, component.replace("_", " ").capitalize()),
        " or ".join(joined(trait["value"].split(" or "))),
        (_share("two", trait["rest"], trait["rest_n"]), _share("one", trait["best"], trait["best_n"])),
        lift,
        faint,
    )


def _share(css: str, k: int, n: int) -> _Point:
    interval = wilson(k, n)
    return _Point(css, k / n if n else 0.0, interval.low, interval.high)


def _bands(market: Data) -> Figure | None:
    rows = [
        _Row(
            trait["trait"].capitalize(),
            trait["value"],
            (_share("two", trait["rest"], trait["rest_n"]), _share("one", trait["best"], trait["best_n"])),
            f"{trait['best']} and {trait['rest']} accounts",
        )
        for trait in market["bands"]
        if trait["best_n"] and trait["rest_n"]
    ]
    alt = "Share of best customers and of the others in each band. " + "; ".join(
        f"{row.name} {row.label}: {percent(others.value)} of the others, {percent(best.value)} of the best"
        for row in rows
        for others, best in [row.points]
    )
    return _drawn("bands", "Employees and revenue, band by band", alt + ".", rows, _Scale()) if rows else None


def _coverage(market: Data) -> Figure | None:
    coverage = market["coverage"]
    if not coverage or not coverage["heard"]:
        return None
    rows = [
        _Row(
            one["dimension"].capitalize(),
            one["value"],
            (_share("two", one["crm"], one["crm_n"]), _share("one", one["interviewed"], one["interviewed_n"])),
            f"heard {one['interviewed']} of {one['crm']}",
        )
        for one in coverage["rows"]
        if one["crm_n"] and one["interviewed_n"]
    ][:_MOST_ROWS]
    scale = _Scale(legend=(("one", "accounts heard"), ("two", "all of the CRM")))
    alt = "Share among the accounts heard and in the CRM. " + "; ".join(
        f"{row.name} {row.label}: {percent(row.points[1].value)} heard, {percent(row.points[0].value)} in the CRM"
        for row in rows
    )
    return _drawn("coverage", "Whom we heard, and who is in the CRM", alt + ".", rows, scale) if rows else None


def _segments(market: Data) -> Figure | None:
    """Three blocks under one another: the chance to win, LTV:CAC and payback, each against its yardstick."""
    segments = market["segments"]
    blocks = (
        ("Win rate", "win_rate", _Scale(legend=()), lambda value: value, percent),
        ("LTV:CAC, at least 3", "ltv_to_cac", _up_to(9, 3, ""), _of(9), _tenth),
        ("Payback, at most 12 months", "payback_months", _up_to(24, 12, " months"), _of(24), _tenth),
    )
    marks: list[Mark] = []
    told: list[str] = []
    y = 44.0
    for title, name, scale, place, words in blocks:
        rows = [_segment_row(segment, segment["figures"][name], place, words) for segment in segments]
        if not any(row.points for row in rows):
            continue
        marks += [Mark("text", 16, y + 8, "name", text=title), *_plot(rows, scale, y + 20)]
        told += [f"{title}: " + "; ".join(f"{row.label} {row.note}".replace("\n", ", ") for row in rows)]
        y += 20 + _ROW * len(rows) + 44
    if not told:
        return None
    title = "What the segments earn"
    return Figure("segments", title, ". ".join(told) + ".", y, (Mark("text", 16, 28, "title", text=title), *marks))


def _tenth(value: float) -> str:
    return number(value, 1)


def _of(end: int) -> Callable[[float], float]:
    return lambda value: min(value / end, 1)


def _up_to(end: int, bar: int, unit: str) -> _Scale:
    ticks = ((0.0, "0"), (bar / end, f"{bar}{unit}"), (1.0, f"{end}+{unit}"))
    return _Scale(ticks, bar / end, ())


def _segment_row(segment: Data, measure: Data, place: Callable[[float], float], words: Callable[[float], str]) -> _Row:
    label = _STANDARD.get(segment["name"], segment["name"]) or "\n".join(map(_condition, segment["rule"]))
    note = f"unknown (n = {measure['n']})"
    if measure["value"] is None:
        return _Row("", label, (), note)
    interval = measure["interval"] or {"low": None, "high": None}
    low, high = (None if end is None else place(end) for end in (interval["low"], interval["high"]))
    return _Row(
        "",
        label,
        (_Point("one", place(measure["value"]), low, high),),
        f"{words(measure['value'])} (n = {measure['n']})",
    )


def _condition(condition: Data) -> str:
    among = joined(condition["among"])
    words = ", ".join(among[:-1]) + " or " + among[-1] if len(among) > 1 else among[0]
    return ("" if not condition["unlike"] else "none of " if len(among) > 1 else "not ") + words


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
