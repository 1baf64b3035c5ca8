"""Markdown of documents as HTML that cannot harm its reader.

Documents hold what customers said and what colleagues wrote, so that everything is sanitised after it was rendered:
no script, no style, no form, no address but the web's. Citations become links to the evidence itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li"),
    *("ol", "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "id", "class", "title"},
    "div": {"dir", "lang"},
    "span": {"dir", "lang"},
    "img": {"src", "alt", "title"},
    "td": {"align"},
    "th": {"align"},
    "ol": {"start"},
}
_ADDRESS = re.compile(r'(<(?:a|img) [^>]*?)(href|src)="([^"]*)"')
_EVIDENCE = re.compile(r"^\[\^e-\w+\]:", re.MULTILINE)  # the footnote of a citation


def to_html(text: str, rewrite: Callable[[str], str] = lambda address: address) -> str:
    """Render Markdown `text` as sanitised HTML; every address goes through `rewrite` at the end.

    A citation `[^e-1a2b]` becomes a link of class `cite` to `#e-1a2b`; its footnote is left out, the evidence is
    shown instead. Other footnotes stay.
    """
    import nh3

    rendered = _parser().render(_without_evidence(text))
    schemes = {"http", "https", "mailto"}
    clean = nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=schemes, link_rel=None)
    return _ADDRESS.sub(lambda found: f'{found[1]}{found[2]}="{rewrite(found[3])}"', clean)


def _without_evidence(text: str) -> str:
    """Cut the section of a document that holds the footnotes of its citations."""
    first = _EVIDENCE.search(text)
    if not first:
        return text
    start = text.rfind("\n## ", 0, first.start()) + 1
    end = text.find("\n## ", first.start())
    return text[: start or first.start()] + (text[end + 1 :] if end >= 0 else "")


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, always_match_refs=True)
    parser.core.ruler.after("footnote_tail", "cited", _drop_cited)
    parser.add_render_rule("footnote_ref", _reference)
    return parser


def _drop_cited(state: Any) -> None:
    """Drop the empty footnotes of citations, and the list of footnotes when no other is in it."""
    kept, inside = [], False
    for token in state.tokens:
        inside = inside or (token.type == "footnote_open" and token.meta["label"].startswith("e-"))
        if not inside:
            kept.append(token)
        inside = inside and token.type != "footnote_close"
    if not any(token.type == "footnote_open" for token in kept):
        kept = [token for token in kept if not token.type.startswith("footnote_block")]
    state.tokens = kept


def _reference(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _env: Any) -> str:
    meta = tokens[index].meta
    label = meta.get("label", "")
    target = label if label.startswith("e-") else f"fn{meta['id'] + 1}"
    return f'<sup><a class="cite" href="#{target}">{meta["id"] + 1}</a></sup>'
