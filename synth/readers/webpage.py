"""A saved web page: its text, block by block, as a document."""

from __future__ import annotations

import re

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.characters import fold_blanks, tidy
from synth.readers.document import draft_of_document
from synth.readers.draft import Draft, Format, RawFile
from synth.readers.markup import html_text

_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<head|<body|<div|<article|<main|<p|<h[1-6])\b", re.IGNORECASE)
_WHOLE = re.compile(r"\s*(?:<!doctype html|<html)\b", re.IGNORECASE)
_HEADING = re.compile(r"<(h[1-6])\b[^<>]{0,500}>", re.IGNORECASE)
_CHROME = re.compile(r"<(nav|footer|aside|button|form|select|svg)\b[^<>]{0,2000}>", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(?P<tag>[a-z][a-z0-9]{0,12})\b(?P<attributes>[^<>]{1,1000})>(?P<text>[^<>]{0,5000})</(?P=tag)>", re.IGNORECASE
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt)|opacity\s*:\s*0(?![.\d])"
    r"|(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?)\b",
    re.IGNORECASE,
)


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    if raw.extension in {".html", ".htm"}:
        return 90 if _PAGE.match(raw.text) else 50
    return 88 if _WHOLE.match(raw.text) else 0


def _parse(raw: RawFile) -> Draft:
    """Blanks of the source mean nothing; only blocks end a line. Menus and footers of the page are told, not read."""
    html = " ".join((raw.text or "").split("\n"))
    unseen = [element for element in _ELEMENT.finditer(html) if _is_unseen(element["attributes"])]
    for element in reversed(unseen):
        html = f"{html[: element.start()]} {html[element.end() :]}"
    left_out = [LeftOut(f"{len(unseen)} pieces", "text of the page that nobody sees")] if unseen else []
    html, dropped = _without_chrome(html)
    left_out += [LeftOut(f"{dropped} parts", "menus, buttons and footers of the page")] if dropped else []
    text = tidy(html_text(_HEADING.sub(r"<\1>\n# ", html)))
    lines = [line for one in text.split("\n") if (line := fold_blanks(one))]
    if not lines:
        raise SourceUnreadable(raw.path, "a page without any text", "Save the page with its content, or copy the text")
    return draft_of_document(raw.path, [part for line in lines for part in (line, "")], tuple(left_out))


def _is_unseen(attributes: str) -> bool:
    """Whether an element is hidden by its own word or style; what a class does is in a file we do not have."""
    own = _QUOTED.sub("", attributes).casefold().split()
    return "hidden" in own or _UNSEEN.search(attributes) is not None


def _without_chrome(html: str) -> tuple[str, int]:
    dropped = 0
    parts: list[str] = []
    position = 0
    while match := _CHROME.search(html, position):
        closing = html.find(f"</{match[1]}", match.end())
        parts.append(html[position : match.start()])
        position = match.end() if closing < 0 else closing
        dropped += 1
    return "".join([*parts, html[position:]]), dropped


FORMATS = (Format("webpage", "Saved web page (.html)", "interview", (".html", ".htm"), _recognise, _parse),)
