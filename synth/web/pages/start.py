"""The way in: what to open first, the demo corpus for whoever has nothing yet, and the language of the pages."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from synth.documents.render import ICP
from synth.errors import WorkspaceError
from synth.text.language import LANGUAGES
from synth.web.rendering import TONGUE, page
from synth.web.site import Here
from synth.workspace import copy_demo, is_untouched

router = APIRouter()
_OURS = re.compile(r"/[\w-][^\\\s]*")  # a path of this server, never `//host`


@router.get("/")
def start(request: Request, site: Here) -> Response:
    """Lead to the documents when there are any, to the sources when there are some; offer the demo otherwise."""
    workspace = site.workspace()
    if (workspace.root / ICP).is_file():
        return RedirectResponse("/read", 303)
    if not is_untouched(workspace):
        return RedirectResponse("/add", 303)
    return page(request, "start")


@router.post("/demo")
def demo(site: Here) -> Response:
    """Fill an empty workspace with the demo corpus; raises WorkspaceError when anything was added to it."""
    if not is_untouched(site.workspace()):
        raise WorkspaceError(f"{site.root}: not empty any more. For the demo, start 'synth serve' in an empty folder.")
    site.free()
    copy_demo(site.root)
    site.look()
    return RedirectResponse("/add", 303)


@router.post("/language")
def speak(code: Annotated[str, Form(max_length=2)], back: Annotated[str, Form()] = "/") -> Response:
    """Show the pages in another language, in this browser."""
    answer = RedirectResponse(back if _OURS.fullmatch(back) else "/", 303)
    if code in LANGUAGES:
        answer.set_cookie(TONGUE, code, max_age=31_536_000, path="/", httponly=True, samesite="strict")
    return answer
