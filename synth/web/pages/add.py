"""Add: files in, what was recognised in each, and the corrections that are remembered."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synth.web.rendering import page
from synth.web.site import Here

router = APIRouter()


@router.get("/add")
def sources(request: Request, site: Here) -> Response:
    site.workspace()
    return page(request, "add")
