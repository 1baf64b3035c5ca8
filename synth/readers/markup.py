"""Undoing markup: Markdown emphasis and links, HTML of note bodies and mails. The words stay, the layout goes."""

from __future__ import annotations

import re

from synth.readers.characters import unescape

_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,600}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,600})\]\((?:[^()\n]|\([^()\n]{0,100}\)){0,600}\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,600})>")
_STRONG = re.compile(r"(\*\*\*|\*\*|\*)(?=[^\s*])([^*\n]{1,5000}?)(?<=[^\s*])\1")
_UNDERSCORES = re.compile(r"(?<!\w)(__|_)(?=[^\s_])([^_\n]{1,5000}?)(?<=[^\s_])\1(?!\w)")
_CODE = re.compile(r"`([^`\n]{1,2000})`")
_STRIKE = re.compile(r"~~([^~\n]{1,2000})~~")
_TAG = re.compile(
    r"</?(?:br|b|i|u|em|strong|span|div|p|sup|sub|mark|small|font|a|code|del|ins|kbd)\b[^<>\n]{0,300}/?>", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~$&])")
_ELEMENT = re.compile(
    r"<!--|<![^<>]{0,2000}>|</?(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>])(?:[^<>\"']|\"[^\"<]{0,4000}\"|'[^'<]{0,4000}')*>"
)
_BREAKS = frozenset(
    {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "hr"}
)
_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
_LOOKS_HTML = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|b|i|u|strong|em|a|h[1-6]|table|tr|td|body|html|font)\b[^<>]{0,500}>", re.IGNORECASE
)


def heading_in(line: str) -> str | None:
    """Return the text of a Markdown heading, None when `line` is none."""
    match = _HEADING.match(line)
    if match is None:
        return None
    text = line[match.end() :].strip()
    closed = text.rstrip("#")
    return closed.rstrip() if closed[-1:] in {" ", ""} else text


def strip_inline(text: str) -> str:
    """Return one paragraph of Markdown as it reads."""
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match[1])
        return f"\ue000{len(hidden) - 1}\ue001"

    text = _ESCAPED.sub(hide, text.replace("\ue000", "").replace("\ue001", ""))
    text = _IMAGE.sub("", _COMMENT.sub("", text))
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _CODE.sub(r"\1", _STRIKE.sub(r"\1", text))
    for _ in range(2):
        text = _UNDERSCORES.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _TAG.sub(
        lambda tag: " " if tag.group().lower().startswith(("<br", "<p", "</p", "<div", "</div")) else "", text
    )
    return unescape(re.sub("\ue000(\\d+)\ue001", lambda mark: hidden[int(mark[1])], text)).strip()


def looks_html(text: str) -> bool:
    return _LOOKS_HTML.search(text) is not None


def html_text(html: str) -> str:
    """Return the text of an HTML body, paragraphs apart by line ends; comments, scripts and styles are dropped.

    A scanner of our own: the one of the standard library needs quadratic time for tags that never close.
    """
    parts: list[str] = []
    position = 0
    while match := _ELEMENT.search(html, position):
        parts.append(html[position : match.start()])
        position = match.end()
        name = (match["name"] or "").casefold()
        if match.group() == "<!--":
            position = _after(html, "-->", position)
        elif name in _DROPPED and not match.group().startswith("</"):
            closing = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE).search(html, position)
            position = closing.end() if closing else len(html)
        elif name in _BREAKS:
            parts.append("\n")
    return unescape("".join([*parts, html[position:]]))


def _after(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return len(text) if found < 0 else found + len(mark)
