"""Run: what it would cost, how far it is, stop and go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from synth import pipeline
from synth.documents.merge import Written
from synth.estimate import Estimate, estimate
from synth.pipeline import Session
from synth.report import run_json
from synth.web.rendering import page
from synth.web.site import LONG, Here

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: the fields of `synth run --json`, and the documents it wrote."""

    facts: dict[str, Any]
    written: Written


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate, and the state of the workspace it is about."""

    found: Estimate
    stamp: object


@router.get("/run")
def overview(request: Request, site: Here) -> Response:
    """Show what a run would cost, how far the present one is, and what the last one did."""
    workspace, inputs = site.workspace(), site.inputs()
    known: Estimated | None = site.work.result("estimate")
    return page(
        request,
        "run",
        model=workspace.settings.model,
        budget=workspace.settings.budget,
        mask=workspace.settings.privacy.mask,
        estimated=known.found if known and known.stamp == inputs else None,
        outdated=known is not None and known.stamp != inputs,
        ran=site.work.result(LONG),
        last=site.work.last.get(LONG),
        failure=site.work.failure("estimate"),
        held="" if site.work.busy else workspace.held_by(),
    )


@router.post("/run/estimate")
def ask_first(site: Here) -> Response:
    """Work out what a run would cost; nothing is sent."""
    site.do("estimate", lambda session: Estimated(estimate(session), site.inputs()))
    return RedirectResponse("/run", 303)


@router.post("/run")
def run(
    site: Here, max_usd: Annotated[float | None, Form(ge=0)] = None, batch: Annotated[bool, Form()] = False
) -> Response:
    """Start the whole job, or go on with it; a second start while one is on its way is the same run."""
    if not site.work.has(LONG):
        if not site.work.busy:
            site.free()
        site.work.submit(LONG, lambda session: _run(session, max_usd, batch=batch))
        site.look()
    return RedirectResponse("/run", 303)


def _run(session: Session, max_usd: float | None, *, batch: bool) -> Ran:
    session.workspace = session.workspace.capped(max_usd)
    done = pipeline.run(session, batch=batch)
    return Ran(run_json(done, 0.0), done.written)


@router.post("/run/stop")
def stop(site: Here) -> Response:
    """Stop where it can go on later."""
    site.work.stop()
    return RedirectResponse("/run", 303)
