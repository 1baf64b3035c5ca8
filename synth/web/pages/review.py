"""Review: the themes, the evidence of each in context, and what the team decides about them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synth.web.rendering import page
from synth.web.site import Here

router = APIRouter()


@router.get("/review")
def themes(request: Request, site: Here) -> Response:
    """List the themes of the last run."""
    return page(request, "review", themes=site.kept("themes", lambda session: session.ledger.themes()))
