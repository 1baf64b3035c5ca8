"""PDF: the lines of its pages as a document, without what is not seen and without what repeats on every page.

Text drawn invisibly, in white, outside of the page or too small to read is set aside and told. A page without any text
is a picture of one: it is refused, because nothing here reads pictures.
"""

from __future__ import annotations

import copy
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.characters import fold_blanks, tidy
from synth.readers.document import draft_of_document
from synth.readers.draft import Draft, Format, RawFile

if TYPE_CHECKING:
    from pdfminer.layout import LTChar

MAX_PAGES = 500
TINY = 3.0  # points
_INVISIBLE = frozenset({3, 7})  # text rendering modes: neither filled nor stroked; clipping only
_WHITE = 0.93  # of 1, each colour
_REPEATED = 0.6  # share of the pages on which a line is a header or footer
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|sayfa|pagina|strona|стр\.?|страница|صفحه|seite)?\W*\d{1,4}(?:\s*(?:/|of|din|z|из|از|von)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_MIRRORED = {"(": ")", ")": "(", "[": "]", "]": "[", "«": "»", "»": "«"}
_LEFT_TO_RIGHT = re.compile(
    r"[A-Za-z0-9\u06f0-\u06f9\u0660-\u0669](?:[A-Za-z0-9\u06f0-\u06f9\u0660-\u0669_.,:/@%+-]*[A-Za-z0-9\u06f0-\u06f9\u0660-\u0669%])?"
)
_GAP = 1.6  # line heights between two paragraphs
_REMEDY = "Open it and print it to a new PDF, or save its text as .txt or .docx"


@dataclass(slots=True)
class _Row:
    """One line of a page: its place from above, and its text."""

    top: float
    height: float
    text: str


@dataclass(slots=True)
class _Pages:
    rows: list[list[_Row]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def _recognise(raw: RawFile) -> int:
    return 100 if raw.data.startswith(b"%PDF-") else 0


def _parse(raw: RawFile) -> Draft:
    pages = _read(raw)
    rows = [row for page in pages.rows for row in page]
    if not rows:
        raise SourceUnreadable(
            raw.path, "a PDF without text, a scan perhaps", "Run text recognition on it, then add it again"
        )
    repeated = _repeated(pages.rows)
    left_out = []
    if pages.unseen:
        shown = fold_blanks("".join(pages.unseen))
        left_out.append(LeftOut(f"{shown[:50]!r} ({len(shown)} characters)", "hidden, white or tiny text"))
    if repeated:
        left_out.append(LeftOut(f"{len(repeated)} lines", "headers, footers and page numbers"))
    kept = [[row for row in page if _key(row.text) not in repeated] for page in pages.rows]
    return draft_of_document(raw.path, list(_lines(kept)), tuple(left_out))


def _read(raw: RawFile) -> _Pages:
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    try:
        return _extracted(raw)
    except PDFPasswordIncorrect:
        raise SourceUnreadable(raw.path, "protected with a password", "Save it again without one") from None
    except (
        PDFException,
        PSException,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        AssertionError,
    ) as error:
        raise SourceUnreadable(raw.path, f"a damaged PDF ({type(error).__name__})", _REMEDY) from None


def _extracted(raw: RawFile) -> _Pages:
    from pdfminer.converter import PDFLayoutAnalyzer
    from pdfminer.layout import LAParams, LTPage
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    pages = _Pages()

    class Device(PDFLayoutAnalyzer):
        """Keeps each page's lines; knows for every character how it is drawn."""

        def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
            drawn = copy.copy(graphicstate)  # what each character keeps of how it is drawn
            drawn.render = textstate.render
            super().render_string(textstate, seq, ncs, drawn)

        def receive_layout(self, ltpage: LTPage) -> None:
            pages.rows.append(list(_rows(ltpage, pages.unseen)))

    manager = PDFResourceManager()
    device = Device(manager, laparams=LAParams())
    interpreter = PDFPageInterpreter(manager, device)
    for number, page in enumerate(PDFPage.get_pages(io.BytesIO(raw.data))):
        if number >= MAX_PAGES:
            raise SourceUnreadable(raw.path, f"more than {MAX_PAGES} pages", "Split it")
        interpreter.process_page(page)
    return pages


def _rows(page: Any, unseen: list[str]) -> Iterator[_Row]:
    from pdfminer.layout import LTChar, LTTextContainer, LTTextLine

    x0, y0, x1, y1 = page.bbox
    for box in page:
        for line in box if isinstance(box, LTTextContainer) else ():
            if not isinstance(line, LTTextLine):
                continue
            seen: list[tuple[str, float | None]] = []
            for char in line:
                if not isinstance(char, LTChar):
                    seen.append((char.get_text(), None))
                elif _is_unseen(char) or not (x0 <= char.x0 <= x1 and y0 <= char.y0 <= y1):
                    unseen.append(char.get_text())
                else:
                    seen.append((char.get_text(), char.x0))
            if text := fold_blanks(tidy(_in_reading_order(seen))):
                yield _Row(y1 - line.y1, line.height, text)


def _in_reading_order(chars: Sequence[tuple[str, float | None]]) -> str:
    """Return the text of a line; one from right to left whose letters lie from left to right is turned around."""
    text = "".join(char for char, _ in chars)
    letters = [unicodedata.bidirectional(char[:1]) for char, _ in chars]
    if 2 * sum(one in _RIGHT_TO_LEFT for one in letters) <= sum(one in {"L", *_RIGHT_TO_LEFT} for one in letters):
        return text
    places = [
        place for (_, place), one in zip(chars, letters, strict=True) if place is not None and one in _RIGHT_TO_LEFT
    ]
    falling = sum(later < earlier for earlier, later in pairwise(places))
    if 2 * falling < len(places) - 1:
        turned = "".join(_MIRRORED.get(char, char) for char, _ in reversed(chars))
        text = _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], turned)
    return unicodedata.normalize("NFKC", text)  # letters, not their shapes


def _is_unseen(char: LTChar) -> bool:
    if getattr(char.graphicstate, "render", 0) in _INVISIBLE or char.size < TINY:
        return True
    colour = char.graphicstate.ncolor
    parts = colour if isinstance(colour, list | tuple) else (colour,)
    numbers = [float(part) for part in parts if isinstance(part, int | float)]
    if len(numbers) == 4:  # cyan, magenta, yellow, black: paper is none of them
        return max(numbers) <= 1 - _WHITE
    return len(numbers) in (1, 3) and min(numbers) >= _WHITE


def _key(text: str) -> str:
    return "#" if _PAGE_NUMBER.fullmatch(text) else re.sub(r"\d+", "#", text.casefold())


def _repeated(pages: Sequence[Sequence[_Row]]) -> frozenset[str]:
    """Return the keys of first and last lines that stand on most pages; numbers in them count up."""
    if len(pages) < 3:
        return frozenset()
    counts = Counter(key for page in pages for key in {_key(row.text) for row in (*page[:2], *page[-2:])})
    return frozenset(key for key, count in counts.items() if count >= _REPEATED * len(pages))


def _lines(pages: Sequence[Sequence[_Row]]) -> Iterator[str]:
    """Yield the lines; an empty one where the gap is that between paragraphs, none between pages."""
    for page in pages:
        before: _Row | None = None
        for row in sorted(page, key=lambda row: row.top):
            if before is not None and row.top - before.top > _GAP * max(before.height, 1.0):
                yield ""
            yield row.text
            before = row


FORMATS = (Format("pdf", "PDF with text (.pdf)", "interview", (".pdf",), _recognise, _parse),)
