"""The application: its pages, the gate around them, and what an error looks like."""

from __future__ import annotations

import logging
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from synth.errors import LedgerMissing, SynthError, WorkspaceBusy
from synth.web import events
from synth.web.drafts import Drafts
from synth.web.pages import add, read, review, run, start
from synth.web.rendering import page
from synth.web.security import Gate
from synth.web.site import Site

MAX_BODY = 64 * 1024 * 1024  # bytes of one request
_STATIC = Path(__file__).parent / "static"
_KINDS = {"style.css": "text/css", "script.js": "text/javascript", "icon.svg": "image/svg+xml"}
# FastAPI could send what it does to a collector that the environment names.
_SILENT: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
_PARTS = (start, add, run, review, read, events)
log = logging.getLogger("synth")


def create_app(site: Site, drafts: Drafts | None = None) -> Gate:
    """Return the application that serves `site`, behind the gate that its door keeps: outside even of error pages."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=MAX_BODY,
        telemetry=_SILENT,
        form_limits={"max_files": 20, "max_fields": 200, "max_part_size": 64 * 1024},  # more files: several requests
    )
    app.state.site = site
    app.state.drafts = drafts or Drafts(site)
    for module in _PARTS:
        app.include_router(module.router)
    app.add_api_route("/static/{name}", _static, methods=["GET"])
    app.add_exception_handler(SynthError, _known)
    app.add_exception_handler(RequestValidationError, _unclear)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _bug)
    return Gate(app, site.door)


def _static(name: str) -> Response:
    if name not in _KINDS:
        raise HTTPException(404)
    return FileResponse(_STATIC / name, media_type=_KINDS[name])


def _known(request: Request, error: Exception) -> HTMLResponse:
    """A failure a user can meet: 409 while another holds the workspace, 404 before there is anything, 400 else."""
    if isinstance(error, WorkspaceBusy):
        return page(request, "busy", 409, text=str(error))
    if isinstance(error, LedgerMissing):
        return page(request, "nothing", 404)
    return page(request, "error", 400, text=str(error))


def _unclear(request: Request, error: Exception) -> HTMLResponse:
    """A request that no form of ours sends. What it held is not repeated."""
    assert isinstance(error, RequestValidationError)
    names = sorted({str(one["loc"][-1]) for one in error.errors()})
    return page(request, "error", 400, text=", ".join(names))


def _refused(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    return page(request, "error", error.status_code, text="" if error.status_code == 404 else str(error.detail))


def _bug(request: Request, error: Exception) -> HTMLResponse:
    log.error("synth serve: %s %s failed", request.method, request.scope["path"], exc_info=error)
    return page(request, "error", 500, text="")
