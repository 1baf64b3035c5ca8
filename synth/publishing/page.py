"""One self-contained HTML page: the documents, and every quote in context with search and filters.

No request leaves it: style and script are inside, named by hash in its content security policy.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from synth.documents.render import ICP, context_of, stored_profile
from synth.documents.templating import Templates
from synth.publishing.markup import to_html
from synth.resources import resource_file
from synth.workspace import Workspace

_IMAGES = {".svg": "image/svg+xml", ".png": "image/png"}


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
            "documents": list(_documents(workspace.root)),
            "items": sorted(
                context["evidence"].values(), key=lambda item: (item["source"], item["lines"], item["key"])
            ),
            "choices": _choices(context["evidence"].values()),
            "style": style,
            "script": script,
            "policy": f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}",
        },
    )


def _documents(root: Path) -> Iterable[Document]:
    for path in (root / ICP, *sorted((root / "profiles" / "personas").glob("*.md"))):
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(root / "profiles").as_posix()
        title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), path.stem)
        short = title.rpartition(": ")[2] if name.startswith("personas/") else title.partition(": ")[0]
        yield Document(_anchor(name), short, to_html(text, _Addresses(root / "profiles", name).rewrite))


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Where links of one document lead inside the page."""

    profiles: Path
    document: str  # relative to `profiles`

    def rewrite(self, address: str) -> str:
        if ":" in address or address.startswith("#"):
            return address
        path, _, anchor = address.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.document), unquote(path)))
        if name.endswith(".md"):
            return f"#{anchor}" if anchor.startswith("e-") else f"#{_anchor(name)}"
        return self._image(name)

    def _image(self, name: str) -> str:
        """Put a picture of the documents into the page; anything else outside of it is left out."""
        path = (self.profiles / name).resolve()
        kind = _IMAGES.get(path.suffix)
        if not kind or not path.is_file() or not path.is_relative_to(self.profiles.resolve()):
            return ""
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _anchor(name: str) -> str:
    return name.removesuffix(".md").removesuffix("/README")


def _choices(evidence: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the values a reader can filter by."""
    items = list(evidence)
    return {name: sorted({item[name] for item in items if item[name]}) for name in ("aspect", "account", "language")}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
