"""Run: what it would cost, how far it is, stop and go on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synth.web.rendering import page
from synth.web.site import Here

router = APIRouter()


@router.get("/run")
def overview(request: Request, site: Here) -> Response:
    site.workspace()
    return page(request, "run")
