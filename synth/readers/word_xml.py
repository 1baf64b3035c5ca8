"""The paragraphs and tables of a Word document in the order of its body, with line breaks and tracked insertions.

Text that a reader of the page does not see (hidden, white, tiny), boxes and deletions are set aside and told.
No tree is built, so a document of empty paragraphs costs no memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.draft import RawFile

MAX_DEPTH = 256
TINY_HALF_POINTS = 8
_SKIPPED = {
    "tbl": "a table inside of a table",
    "txbxContent": "a text box",
    "del": "deleted with tracked changes",
    "moveFrom": "moved away with tracked changes",
}
_HIDDEN = "hidden, white or tiny text"
_HEADING_STYLE = re.compile(
    r"heading|title|berschrift|titel|titre|titlu|balk|nag[lł]?[oó]?wek|^[1-6]$|toc", re.IGNORECASE
)
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table by row; paragraphs in one cell are apart by line ends."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class _State:
    """Where the parser stands in the document. `rows` is None outside of a table."""

    path: list[str] = field(default_factory=list)
    parts: list[Paragraph | Table] = field(default_factory=list)
    rows: list[list[list[str]]] | None = None  # row -> cell -> paragraphs
    text: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # elements whose text is set aside, innermost last
    aside: dict[str, list[str]] = field(default_factory=dict)  # reason -> texts
    heading: bool = False
    hidden: bool = False
    shaded: bool = False


def parts_of(raw: RawFile, document: bytes) -> tuple[list[Paragraph | Table], tuple[LeftOut, ...]]:
    """Return the paragraphs and tables, and what was set aside."""
    state = _State()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: _start(state, _local(name), attributes)
    parser.EndElementHandler = lambda name: _end(state, _local(name))
    parser.CharacterDataHandler = lambda data: _characters(state, data)
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise SourceUnreadable(raw.path, f"damaged: {error}", "Open it in Word and save it again") from None
    except _TooDeepError:
        raise SourceUnreadable(raw.path, f"nested deeper than {MAX_DEPTH} levels") from None
    return state.parts, tuple(_told(state))


class _TooDeepError(Exception):
    pass


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _value(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if _local(key) == "val"), "")


def _start(state: _State, name: str, attributes: dict[str, str]) -> None:
    state.path.append(name)
    if len(state.path) > MAX_DEPTH:
        raise _TooDeepError
    if _opens_table(state, name):
        return
    if name in _SKIPPED or name == "Fallback":
        state.skipped.append(name)
    elif name == "p" and not state.skipped:
        state.text, state.heading = [], False
    elif name == "r":
        state.hidden = state.shaded = False
    elif name in {"pStyle", "outlineLvl"} and not state.skipped:
        state.heading = state.heading or name == "outlineLvl" or bool(_HEADING_STYLE.search(_value(attributes)))
    elif "r" in state.path[-4:] and "rPr" in state.path[-3:]:
        _property(state, name, _value(attributes))
    elif name in _BREAKS and not state.skipped and "rPr" not in state.path and "pPr" not in state.path:
        state.text.append(_BREAKS[name])


def _opens_table(state: _State, name: str) -> bool:
    """Open a table, row or cell; a table inside of a table is set aside."""
    if state.skipped or name not in {"tbl", "tr", "tc"} or (name == "tbl" and state.rows is not None):
        return False
    state.rows = [] if state.rows is None else state.rows
    if name == "tr":
        state.rows.append([])
    elif name == "tc" and state.rows:
        state.rows[-1].append([])
    return True


def _property(state: _State, name: str, value: str) -> None:
    """Take note of run properties that hide text; white on a shaded ground is seen."""
    if name in {"shd", "highlight"}:
        state.shaded = True
    if name in {"vanish", "webHidden"}:
        state.hidden = state.hidden or value not in {"0", "false", "off"}
    elif name == "color":
        state.hidden = state.hidden or (
            bool(re.fullmatch(r"[Ff][A-Fa-f0-9]([Ff][A-Fa-f0-9]){2}", value)) and not state.shaded
        )
    elif name == "sz":
        state.hidden = state.hidden or (value.isdecimal() and int(value[:6]) < TINY_HALF_POINTS)


def _characters(state: _State, data: str) -> None:
    if not state.path or state.path[-1] not in {"t", "delText"}:
        return
    if state.skipped:
        if state.skipped[-1] != "Fallback":
            state.aside.setdefault(_SKIPPED.get(state.skipped[0], _HIDDEN), []).append(data)
    elif state.hidden:
        state.aside.setdefault(_HIDDEN, []).append(data)
    else:
        state.text.append(data)


def _end(state: _State, name: str) -> None:
    state.path.pop()
    if state.skipped and name == state.skipped[-1]:
        state.skipped.pop()
    elif name == "p" and not state.skipped:
        text = "".join(state.text)
        if text.strip():
            _keep(state, text)
        state.text = []
    elif name == "tbl" and state.rows is not None and not state.skipped:
        state.parts.append(Table(tuple(tuple("\n".join(cell) for cell in row) for row in state.rows)))
        state.rows = None


def _keep(state: _State, text: str) -> None:
    """A paragraph belongs to the open cell, else to the body."""
    if state.rows is None or not state.rows or not state.rows[-1]:
        state.parts.append(Paragraph(text, state.heading))
    else:
        state.rows[-1][-1].append(text)


def _told(state: _State) -> list[LeftOut]:
    told = []
    for why, texts in state.aside.items():
        joined = " ".join("".join(texts).split())
        if joined:
            shown = joined if len(joined) <= 50 else joined[:50].rstrip() + "…"
            told.append(LeftOut(f"{shown!r} ({len(joined.split())} words)", why))
    return told
