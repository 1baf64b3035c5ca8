"""Read: the ICP and the personas, every footnote opening what was said."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synth.documents.render import ICP
from synth.publishing.markup import to_html
from synth.web.rendering import page
from synth.web.site import Here

router = APIRouter()


@router.get("/read")
def icp(request: Request, site: Here) -> Response:
    """Show the ICP as it lies on disk, hand edits included."""
    path = site.workspace().root / ICP
    if not path.is_file():
        return page(request, "nothing", 404)
    return page(request, "read", document=to_html(path.read_text(encoding="utf-8", errors="replace")))
