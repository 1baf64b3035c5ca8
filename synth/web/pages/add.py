"""Add: files in, what was recognised in each, and the corrections that are remembered."""

from __future__ import annotations

from concurrent.futures import TimeoutError as TooLate
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from synth.crm.load import crm_files
from synth.crm.manifest import remember_source
from synth.errors import SynthError, WorkspaceError
from synth.pipeline import Session
from synth.settingsfile import set_speakers, set_vendor
from synth.web.incoming import drop, receive
from synth.web.rendering import page
from synth.web.site import Here, Site
from synth.web.sources import Added, Overview, SourceView, add
from synth.workspace import Workspace

router = APIRouter()
PER_PAGE = 25
PATIENCE_S = 3.0  # for an answer that shows what was done; later it shows that it is being done


@router.get("/add")
def sources(request: Request, site: Here, n: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1) -> Response:
    """Show the sources, what was recognised in each, and the CRM export."""
    workspace = site.workspace()
    seen: Overview | None = site.work.result("look")
    added: Added | None = site.work.result("add")
    found = seen.sources if seen else ()
    return page(
        request,
        "add",
        seen=seen,
        sources=found[(n - 1) * PER_PAGE : n * PER_PAGE],
        n=n,
        last=max(1, -(-len(found) // PER_PAGE)),
        silent=sum(one.silent for one in found),
        added=added,
        failure=site.work.failure("look") or site.work.failure("add"),
        vendor=workspace.settings.vendor,
        exports=_tables(workspace),
    )


@router.post("/add")
def upload(
    site: Here,
    files: Annotated[list[UploadFile], File()],
    goes_on: Annotated[bool, Form()] = False,
    unfinished: Annotated[bool, Form()] = False,
) -> Response:
    """Take files in; while a run is on its way they wait for their turn.

    One upload may come in several requests: a later one `goes_on`, one that others follow is `unfinished`.
    """
    workspace = site.workspace()
    if not site.work.busy:
        site.free()
    kept = receive(workspace, files)
    if kept:
        before = site.work.result("add") if goes_on else None
        job = site.work.submit("add", lambda session: _added(session, kept, before))
        job.add_done_callback(lambda _job: drop(kept))
    if not unfinished:
        _wait(site)
    return RedirectResponse("/add", 303)


def _added(session: Session, kept: list[Path], before: Added | None) -> Added:
    now = add(session, kept)
    if before is None:
        return now
    return Added((*before.copied, *now.copied), (*before.displaced, *now.displaced))


@router.post("/add/look")
def look(site: Here) -> Response:
    """Look at the sources again: somebody changed them beside this page."""
    _wait(site)
    return RedirectResponse("/add", 303)


@router.post("/add/speaker")
def speaker(
    site: Here,
    name: Annotated[str, Form(min_length=1, max_length=300)],
    side: Annotated[Literal["customer", "vendor", ""], Form()] = "",
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Remember on which side of the table somebody sits."""
    site.do("correct", lambda session: set_speakers(session.workspace.root, [f"{name}={side}"]))
    return _corrected(site, back)


@router.post("/add/source")
def source(
    site: Here,
    path: Annotated[str, Form(max_length=1000)],
    account: Annotated[str, Form(max_length=300)] = "",
    date: Annotated[str, Form(max_length=10)] = "",
    kind: Annotated[Literal["interview", "note", ""], Form()] = "",
    back: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Remember the account, the day and the kind of a source."""
    seen = _known(site, path)
    said = {"account": " ".join(account.split()), "date": date, "kind": kind}
    before = {"account": seen.account, "date": seen.said.date, "kind": seen.said.kind}
    new = {field: cell for field, cell in said.items() if cell != before[field]}
    if new:
        site.do("correct", lambda session: remember_source(session.workspace.manifest, path, new))
    return _corrected(site, back)


@router.post("/add/remove")
def remove(site: Here, path: Annotated[str, Form(max_length=1000)]) -> Response:
    """Delete a source, or a table of the CRM export."""
    if path not in _tables(site.workspace()):
        _known(site, path)
    site.do("correct", lambda session: (session.workspace.root / path).unlink(missing_ok=True))
    return _corrected(site, "")


@router.post("/add/vendor")
def vendor(
    site: Here,
    name: Annotated[str, Form(max_length=200)] = "",
    people: Annotated[str, Form(max_length=20_000)] = "",
    domains: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Remember who we are."""
    ours, hosts = (list(dict.fromkeys(_lines(text))) for text in (people, domains))
    site.do("correct", lambda session: set_vendor(session.workspace.root, " ".join(name.split()), ours, hosts))
    return _corrected(site, "")


def _lines(text: str) -> list[str]:
    return [one for line in text.replace(",", "\n").splitlines() if (one := " ".join(line.split()))]


def _known(site: Site, path: str) -> SourceView:
    """Return the source at `path`, which comes from outside: it is looked up, never followed. Raises WorkspaceError."""
    seen: Overview | None = site.work.result("look")
    found = seen.source(path) if seen else None
    if found is None:
        raise WorkspaceError(f"{path!r}: no source of this workspace. Look at the sources again.")
    return found


def _tables(workspace: Workspace) -> list[str]:
    """Return the files of the CRM export, relative to the workspace."""
    root = workspace.root.resolve()
    files = [file.resolve() for file in crm_files(workspace.crm)]
    return [file.relative_to(root).as_posix() for file in files if file.is_relative_to(root)]


def _corrected(site: Site, back: str) -> Response:
    _wait(site)
    return RedirectResponse(f"/add?page={back}" if back.isdigit() else "/add", 303)


def _wait(site: Site) -> None:
    """Look at the sources in turn, and wait a moment for it; a failure stands on the page that comes next."""
    try:
        site.look().result(PATIENCE_S)
    except (TooLate, SynthError):
        return
