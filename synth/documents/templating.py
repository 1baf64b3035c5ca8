"""Templates: where they come from, what they may do, and how foreign text enters them.

A workspace may shadow the built-in templates file by file; they run in a sandbox, see plain values only, and cannot
name a file outside their folders. In Markdown nothing is escaped by itself: every text from a source goes through `md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial, reduce
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synth.errors import SettingsInvalid
from synth.resources import resource_dir
from synth.text.escape import markdown, right_to_left, xml
from synth.text.language import Language, language

Data = dict[str, Any]
_WORK = re.compile(r"^(run|lead|manage|oversee|head up|look after)(?= )")
_AMOUNT = re.compile(r"[\d,.]*\d[KMB]?")
_SIZES = {"K": 1e3, "M": 1e6, "B": 1e9}
_MARKS = {"; ": "؛ ", ", ": "، "}
_BAND = re.compile(r"(?=<|.*[–+])(?P<low><?[\d,.]+[KMB]?)(?:–(?P<high>[\d,.]+[KMB]?)|(?P<open>\+))?")


class Templates:
    """The templates of one workspace, for documents in the language of `code`.

    With `html`, every value is escaped for a web page by itself.
    """

    def __init__(self, workspace: Path, code: str = "en", *, html: bool = False) -> None:
        self._own = workspace / "templates"
        folders = [folder for folder in (self._own, resource_dir("templates")) if folder.is_dir()]
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=html,
        )
        spoken = language(code)
        if spoken.rtl:
            self._environment.add_extension(_Punctuation)
        self._environment.filters.update(
            md=markdown, xml=xml, code=_code, inner=_inner, beside=_beside, numbers=_numbers, joined=joined,
            floor=floor, post=post, number=spoken.number, brief=spoken.brief, percent=spoken.percent,
            day=spoken.day, clock=spoken.clock, either=spoken.either, language_name=spoken.language,
            translated=spoken.gettext, worded=partial(worded, spoken=spoken), aside=partial(aside, spoken=spoken),
        )  # fmt: skip
        self._environment.globals.update(between=spoken.between, page_rtl=spoken.rtl)
        self._environment.globals.update(_=spoken.gettext, gettext=spoken.gettext, ngettext=spoken.ngettext)

    def write(self, name: str, context: Data) -> str:
        """Render template `name`, with no more than one blank line in a row."""
        try:
            text = self._environment.get_template(name).render(context)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            if not self._own.is_dir():
                raise  # one of ours: a bug
            raise SettingsInvalid(self._own / name, f"the template cannot be used ({error})") from error
        tidy = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
        return re.sub(r"\n{3,}", "\n\n", tidy).strip("\n") + "\n"


class _Punctuation(Extension):
    """Write the commas and semicolons of the templates themselves as Persian does; what templates print stays."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        of_text = str(stream.name).endswith(".md.jinja")
        for token in stream:
            marks = _MARKS.items() if of_text and token.type == "data" else ()
            yield Token(token.lineno, token.type, reduce(lambda text, mark: text.replace(*mark), marks, token.value))


def aside(text: str, spoken: Language) -> str:
    """Escape a text from elsewhere, with its own direction where that is not the page's."""
    rtl = right_to_left(text)
    written = markdown(text)
    return f'<span dir="{"rtl" if rtl else "ltr"}">{written}</span>' if text and rtl != spoken.rtl else written


def _code(text: str) -> str:
    return re.sub(r"[`\r\n]", "'", text)


def post(title: str) -> str:
    """Write what a person said of their work as others would: "run procurement" becomes "runs procurement"."""
    return _WORK.sub(r"\1s", title)


def _inner(title: str) -> str:
    """Write a title inside a sentence: “Late reports” becomes “late reports”, “PDF exports” stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _beside(page: str) -> str:
    return page.rpartition("/")[2]


def _numbers(numbers: Sequence[int]) -> str:
    """Write line numbers as runs: 12–14, 17."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(sorted(numbers)), key=lambda item: item[1] - item[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def joined(bands: Sequence[str]) -> list[str]:
    """Join bands that follow each other: 50–199 and 200–499 become 50–499. Other values are left as they are."""
    written: list[str] = []
    for band in bands:
        before = _BAND.fullmatch(written[-1]) if written else None
        after = _BAND.fullmatch(band)
        if before and after and _follows(before["high"] or before["low"].removeprefix("<"), after["low"]):
            written[-1] = _span(before["low"], after)
        else:
            written.append(band)
    return written


def worded(bands: Sequence[str], spoken: Language) -> list[str]:
    """Write values for people: bands that follow each other as one, `<200` as "under 200", numbers as they do."""
    written = []
    for value in joined(bands):
        band = _BAND.fullmatch(value)
        text = _AMOUNT.sub(lambda found: _amount(found[0], spoken), value) if band else value
        written.append(spoken.gettext("under %(value)s", value=text[1:]) if text.startswith("<") else text)
    return written


def _amount(text: str, spoken: Language) -> str:
    """Write `10M` as the language does: 10M, 10 Mn, ۱۰ میلیون."""
    value = _plain(text.rstrip("KMB")) * _SIZES.get(text[-1], 1)
    return spoken.brief(value) if text[-1] in _SIZES else spoken.number(value, 1)


def floor(bands: Sequence[str]) -> str:
    """Return what is left above `bands` when they are one that is open below: all but `<200` is `200+`; else ""."""
    only = re.fullmatch(r"<(.+)", bands[0]) if len(bands) == 1 else None
    return f"{only[1]}+" if only else ""


def _span(low: str, last: re.Match[str]) -> str:
    """Write the band from `low` to the end of `last`; `<50` is open below, so the joined one is `<200`."""
    if not low.startswith("<"):
        return f"{low}–{last['high']}" if last["high"] else f"{low}{last['open']}"
    end = last["high"] or ""
    return f"<{end}" if not end[-1:].isdigit() else f"<{_plain(end) + 1:,g}"


def _follows(high: str | None, low: str | None) -> bool:
    if not high or not low:
        return False
    return high == low or (high[-1].isdigit() and low[-1].isdigit() and _plain(high) + 1 == _plain(low))


def _plain(number: str) -> float:
    return float(number.replace(",", ""))
