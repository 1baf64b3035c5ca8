"""What an open page hears of the work, as server-sent events: parts of pages as HTML, and the end of a job."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from synth.web.rendering import fragment
from synth.web.site import Here, Site

router = APIRouter()
PARTS = ("pill", "progress")  # templates that are made from the worker's standing alone
EVERY_S = 0.4  # how often a change is looked for, and how often at most it is told
TICK_S = 2.0  # after which the clock of a job goes on without a change
ALIVE_S = 15.0  # after which silence is broken, so that a connection nobody reads is noticed


@router.get("/events")
async def events(request: Request, site: Here) -> StreamingResponse:
    """Stream what changes; two windows hear the same."""
    return StreamingResponse(_stream(request, site), media_type="text/event-stream")


async def _stream(request: Request, site: Site) -> AsyncIterator[str]:
    told, quiet = -1, 0.0
    ended = max((number for number, _ in tuple(site.work.endings)), default=0)
    while not await request.is_disconnected():
        version = site.work.version
        if version != told or (site.work.busy and quiet > TICK_S):
            told, quiet = version, 0.0
            for name in PARTS:
                yield _event("part", {"name": name, "html": fragment(request, name), "busy": site.work.busy})
        elif quiet > ALIVE_S:
            quiet = 0.0
            yield ": alive\n\n"
        for number, standing in tuple(site.work.endings):
            if number > ended:
                ended = number
                text = fragment(request, "ended", standing=standing).strip()
                yield _event("ended", {"kind": standing.kind, "text": text})
        await asyncio.sleep(EVERY_S)
        quiet += EVERY_S


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
