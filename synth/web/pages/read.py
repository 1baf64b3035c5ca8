"""Read: the documents as they lie on disk, every footnote opening what was said; what changed; copies to take away."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, Response

from synth import comparing, export
from synth.documents.changes import Change
from synth.documents.templating import Data
from synth.errors import WorkspaceError
from synth.publishing.markup import Rendered, Section, to_page
from synth.publishing.page import write_quote
from synth.publishing.shelf import FIRST, PICTURES, Paper, inside, linked, paper, papers, source
from synth.publishing.word import word_is_possible
from synth.sweeping import TEMPORARY
from synth.text.language import language
from synth.web.rendering import page
from synth.web.site import Here, Site

router = APIRouter()
INDEX = "evidence/README.md"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SANDBOX = "default-src 'none'; sandbox"
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # a picture has its colours inside
Key = Annotated[str, InPath(pattern=r"^e-\w{1,40}$")]


@router.get("/read")
def icp(request: Request, site: Here) -> Response:
    """Show the ICP."""
    return document(request, site, FIRST)


@router.get("/read/changes")
def changes(request: Request, site: Here) -> Response:
    """Show what differs from the last version that was committed."""
    frame = _frame(site, "changes")
    if not frame["papers"]:
        return page(request, "nothing", 404)
    try:
        since, found = comparing.changes_since(site.workspace(), "HEAD")
    except comparing.NothingEarlier as error:
        return page(request, "read_changes", why=error.why, since="", groups=(), **frame)
    groups = [(heading, [_told(one) for one in group]) for heading, group in comparing.by_kind(found)]
    return page(request, "read_changes", why="", since=since, groups=groups, **frame)


def _told(change: Change) -> dict[str, Any]:
    return {
        "change": change, "fate": comparing.fate_in_words(change), "figures": comparing.figures_in_words(change),
    }  # fmt: skip


@router.get("/read/quote/{key}")
def said(request: Request, site: Here, key: Key) -> Response:
    """Show one statement with what was said around it: a page, of which a script shows the middle in place."""
    context = site.profile()
    html = write_quote(site.workspace(), context, key)
    return page(request, "read_quote", quote=html, item=context["evidence"][key], **_frame(site, ""))


@router.get("/read/source/{name:path}")
def original(site: Here, name: str) -> Response:
    """Hand out the file of a source, to be kept and never to be shown: it came from anywhere."""
    path = source(site.workspace(), name)
    return _attached(FileResponse(path, media_type="text/plain; charset=utf-8"), path.name)


@router.get("/read/copy/markdown/{name:path}")
def as_markdown(site: Here, name: str) -> Response:
    """Hand out a document as it lies on disk."""
    found = _paper(site, name)
    return _attached(Response(found.text, media_type="text/markdown; charset=utf-8"), Path(found.name).name)


@router.get("/read/copy/html")
def as_html(site: Here) -> Response:
    """Hand out all documents and all quotes as one page that needs nothing else."""
    return _attached(HTMLResponse("".join(export.export_html(site.workspace()))), "profile.html")


@router.get("/read/copy/docx")
def as_word(site: Here) -> Response:
    """Hand out ICP and personas as Word."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
        target = Path(folder, "profile.docx")
        export.export_docx(site.workspace(), target)
        return _attached(Response(target.read_bytes(), media_type=_WORD), target.name)


@router.get("/read/{name:path}")
def document(request: Request, site: Here, name: str) -> Response:
    """Show a document, or hand its page one of the pictures."""
    if picture := _picture(site, name):
        return picture
    if name == FIRST and not papers(site.workspace()):
        return page(request, "nothing", 404)
    found = _paper(site, name)
    rendered = _rendered(found.name, found.text)
    profile, problem = _profile(site)
    spoken = language(profile["profile"]["language"] if profile else site.workspace().settings.output.language)
    unknown = spoken.gettext("What we do not know")
    return page(
        request, "read", paper=found, html=rendered.html, sections=_sections(rendered.sections), spoken=spoken,
        profile=profile if name == FIRST else None, problem=problem,
        unknown=next((one.anchor for one in rendered.sections if one.title == unknown), ""), **_frame(site, name),
    )  # fmt: skip


@lru_cache(maxsize=32)
def _rendered(name: str, text: str) -> Rendered:
    """Render a document once for as long as its text stays; a page of thousands of statements takes seconds."""
    return to_page(text, lambda address: _address(name, address))


def _frame(site: Site, name: str) -> dict[str, Any]:
    """What stands beside every page: the documents, which of them is open, and whether Word can be written."""
    workspace = site.workspace()
    return {
        "papers": papers(workspace), "open": name, "word": word_is_possible(),
        "index": INDEX if inside(workspace.profiles, INDEX) else "",
    }  # fmt: skip


def _paper(site: Site, name: str) -> Paper:
    found = paper(site.workspace(), name)
    if found is None:
        raise HTTPException(404)
    return found


def _profile(site: Site) -> tuple[Data | None, str]:
    """Return what documents are made of, or why it cannot be read: they themselves can."""
    try:
        return site.profile(), ""
    except WorkspaceError as error:
        return None, str(error)


def _sections(sections: tuple[Section, ...]) -> list[Section]:
    return [one for one in sections if one.level == 2]


def _picture(site: Site, name: str) -> Response | None:
    path = inside(site.workspace().profiles, name)
    if path is None or path.suffix not in PICTURES:
        return None
    headers = {"content-security-policy": _PICTURE}
    return FileResponse(path, media_type=PICTURES[path.suffix], headers=headers)


def _address(document: str, address: str) -> str:
    """Return where a link of a document leads here: to a document or picture of ours, to the web, or nowhere."""
    if address.startswith("#") or address.partition(":")[0] in ("http", "https", "mailto"):
        return address
    name, anchor = linked(document, address)
    if name.startswith(("/", "..")) or not name.endswith((".md", *PICTURES)):
        return ""
    return f"/read/{quote(name)}" + (f"#{quote(anchor)}" if anchor else "")


def _attached(answer: Response, name: str) -> Response:
    answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["content-security-policy"] = _SANDBOX
    return answer
