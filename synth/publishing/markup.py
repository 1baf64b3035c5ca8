"""Markdown of documents as HTML that cannot harm its reader.

Documents hold what customers said and what colleagues wrote, so that everything is sanitised after it was rendered:
no script, no style, no form, no address but the web's. Citations become links to the evidence itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from synth.text.escape import heading_anchor

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li"),
    *("ol", "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "id", "title"},
    "div": {"dir", "lang"},
    "span": {"dir", "lang"},
    "img": {"src", "alt", "title"},
    "td": {"align"},
    "th": {"align"},
    "ol": {"start"},
    "li": {"id"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_CLASSES = {"a": {"cite", "back"}, "div": {"scroll"}}
_VALUES = {"div": {"tabindex": {"0"}}}  # what scrolls can be reached by keyboard
_ADDRESS = re.compile(r'(<(?:a|img) [^>]*?)(href|src)="([^"]*)"')
_ANCHOR = re.compile(r'<a id="([\w-]+)"')
_KEY = re.compile(r"e-\w+")
_EVIDENCE = re.compile(r"^\[\^e-\w+\]:", re.MULTILINE)  # the footnote of a citation


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a document. `anchor` is its id in the HTML, `level` 1 to 6."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole document as sanitised HTML, with its headings in their order."""

    html: str
    sections: tuple[Section, ...]


def to_html(text: str, rewrite: Callable[[str], str] = lambda address: address) -> str:
    """Render Markdown `text` as sanitised HTML; every address goes through `rewrite` at the end.

    A citation `[^e-1a2b]` becomes a link of class `cite` to `#e-1a2b`; its footnote is left out, the evidence is
    shown instead. Other footnotes stay.
    """
    return _cleaned(_parser(whole=False).render(_without_evidence(text)), rewrite)


def to_page(text: str, rewrite: Callable[[str], str]) -> Rendered:
    """Render all of a document, its footnotes too, with an anchor at every heading as GitHub gives it.

    A citation `[^e-1a2b]` leads to its footnote, whose id is `e-1a2b`, and that back to `ref-e-1a2b`.
    """
    parser = _parser(whole=True)
    env: dict[str, Any] = {"whole": True}
    tokens = parser.parse(text, env)
    sections = tuple(_anchored(tokens))
    return Rendered(_cleaned(parser.renderer.render(tokens, parser.options, env), rewrite), sections)


def _cleaned(rendered: str, rewrite: Callable[[str], str]) -> str:
    import nh3

    clean = nh3.clean(
        rendered, tags=_TAGS, attributes=_ATTRIBUTES, allowed_classes=_CLASSES, tag_attribute_values=_VALUES,
        url_schemes={"http", "https", "mailto"}, link_rel=None,
    )  # fmt: skip
    return _ADDRESS.sub(lambda found: f'{found[1]}{found[2]}="{rewrite(found[3])}"', clean)


def _anchored(tokens: Sequence[Any]) -> Iterator[Section]:
    """Give every heading an id, unless an anchor stands in it, and tell them all."""
    taken: set[str] = set()
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        title = "".join(part.content for part in inline.children if part.type in ("text", "code_inline")).strip()
        if written := _ANCHOR.search(inline.content):
            anchor = written[1]
        else:
            anchor = _free(heading_anchor(title), taken)
            token.attrSet("id", anchor)
        taken.add(anchor)
        yield Section(anchor, title, int(token.tag[1]))


def _free(anchor: str, taken: set[str]) -> str:
    return next(name for n in range(len(taken) + 1) if (name := f"{anchor}-{n}" if n else anchor) not in taken)


def _without_evidence(text: str) -> str:
    """Cut the section of a document that holds the footnotes of its citations."""
    first = _EVIDENCE.search(text)
    if not first:
        return text
    start = text.rfind("\n## ", 0, first.start()) + 1
    end = text.find("\n## ", first.start())
    return text[: start or first.start()] + (text[end + 1 :] if end >= 0 else "")


@cache
def _parser(*, whole: bool) -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, always_match_refs=True)
    if not whole:
        parser.core.ruler.after("footnote_tail", "cited", _drop_cited)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
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


def _reference(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, env: Any) -> str:
    meta = tokens[index].meta
    name = _note(meta)
    led_back = f' id="ref-{name}"' if _led_back(meta, env) else ""
    return f'<sup><a class="cite"{led_back} href="#{name}">{meta["id"] + 1}</a></sup>'


def _footnote(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, env: Any) -> str:
    return f'<li id="{_note(tokens[index].meta)}">' if "whole" in env else "<li>"


def _back(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, env: Any) -> str:
    meta = tokens[index].meta
    return f' <a class="back" href="#ref-{_note(meta)}">\u21a9\ufe0e</a>' if _led_back(meta, env) else ""


def _led_back(meta: Any, env: Any) -> bool:
    """Whether a footnote leads back to this place: the first that names it. Joined documents would share the ids."""
    return "whole" in env and not meta.get("subId")


def _note(meta: Any) -> str:
    """Return the id of a footnote: the key of its evidence, else its number."""
    label = meta.get("label") or ""
    return label if _KEY.fullmatch(label) else f"fn{meta['id'] + 1}"


def _table(_renderer: Any, _tokens: Sequence[Any], _index: int, _options: Any, _env: Any) -> str:
    return '<div class="scroll" tabindex="0"><table>\n'


def _table_end(_renderer: Any, _tokens: Sequence[Any], _index: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


_RULES = {
    "footnote_ref": _reference,
    "footnote_open": _footnote,
    "footnote_anchor": _back,
    "table_open": _table,
    "table_close": _table_end,
}
