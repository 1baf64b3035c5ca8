"""One self-contained HTML page: the documents, and every quote in context with search and filters.

No request leaves it: style and script are inside, named by hash in its content security policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from synth.documents.render import JSON, context_of, stored_profile
from synth.documents.templating import Data, Templates
from synth.errors import WorkspaceError
from synth.publishing.markup import to_html
from synth.publishing.shelf import PICTURES, inside, linked, papers
from synth.resources import resource_file
from synth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Document:
    """One rendered document of the page. `id` is its anchor."""

    id: str
    title: str
    html: str


def write_page(workspace: Workspace) -> str:
    """Return the page for the documents as they lie on disk, hand edits included.

    Raises WorkspaceError when there are none yet, or another version of synth wrote them.
    """
    data = stored_profile(workspace.root)
    context = context_of(data)
    style, script = (resource_file("templates", f"page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    return Templates(workspace.root, data["language"], html=True).write(
        "page.html.jinja",
        context
        | {
            "documents": list(_documents(workspace)),
            "items": sorted(
                context["evidence"].values(), key=lambda item: (item["source"], item["lines"], item["key"])
            ),
            "choices": _choices(context["evidence"].values()),
            "style": style,
            "script": script,
            "policy": f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}",
        },
    )


def write_quote(workspace: Workspace, context: Data, key: str) -> str:
    """Return the evidence `key` of `context` (of `context_of`) in what was said around it, as a piece of HTML.

    Raises WorkspaceError when the profile has no such evidence.
    """
    if key not in context["evidence"]:
        raise WorkspaceError(f"{key}: no such evidence in {JSON}. Run 'synth check' to see where it is cited.")
    templates = Templates(workspace.root, context["profile"]["language"], html=True)
    return templates.write("quote.html.jinja", context | {"item": context["evidence"][key]})


def _documents(workspace: Workspace) -> Iterable[Document]:
    for one in papers(workspace):
        addresses = _Addresses(workspace.profiles, one.name)
        yield Document(_anchor(one.name), one.title, to_html(one.text, addresses.rewrite))


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Where links of one document lead inside the page."""

    profiles: Path
    document: str  # relative to `profiles`

    def rewrite(self, address: str) -> str:
        if ":" in address or address.startswith("#"):
            return address
        name, anchor = linked(self.document, address)
        if name.endswith(".md"):
            return quote(f"#{anchor}" if anchor.startswith("e-") else f"#{_anchor(name)}", safe="#/")
        return self._image(name)

    def _image(self, name: str) -> str:
        """Put a picture of the documents into the page; anything else outside of it is left out."""
        path = inside(self.profiles, name)
        if path is None or path.suffix not in PICTURES:
            return ""
        return f"data:{PICTURES[path.suffix]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _anchor(name: str) -> str:
    return name.removesuffix(".md").removesuffix("/README")


def _choices(evidence: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the values a reader can filter by."""
    items = list(evidence)
    return {name: sorted({item[name] for item in items if item[name]}) for name in ("aspect", "account", "language")}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
