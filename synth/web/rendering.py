"""Pages as HTML: templates of this package, everything in them escaped, in the language of the reader.

A page is `templates/<name>.html.jinja` and extends `base.html.jinja`. Numbers, days and messages are written as in the
documents. A team's own templates shadow none of these.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from synth.errors import SynthError
from synth.text.language import LANGUAGES, Language, language
from synth.web.site import Site

TONGUE = "synth-language"  # the cookie with the language of the pages
_TEMPLATES = Path(__file__).parent / "templates"
_SPEECH = {"en": "English", "tr": "Türkçe", "ro": "Română", "fa": "فارسی", "ru": "Русский", "pl": "Polski"}


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with page `name`; `values` are what its template names."""
    return HTMLResponse(fragment(request, name, **values), status)


def fragment(request: Request, name: str, **values: Any) -> str:
    """Return template `name` as HTML, for a page or for a part of one."""
    site: Site = request.app.state.site
    spoken = tongue(request)
    common = {
        "here": request.scope["path"],
        "workspace": site.root.resolve().name,
        "lang": spoken.code,
        "rtl": spoken.rtl,
        "tongues": _SPEECH,
        "work": site.work,
    }
    template = _environment(spoken.code).get_template(f"{name}.html.jinja")
    return template.render(common | values)


def tongue(request: Request) -> Language:
    """Return the language a reader chose, that of the documents before one did."""
    chosen = request.cookies.get(TONGUE, "")
    if chosen in LANGUAGES:
        return language(chosen)
    site: Site = request.app.state.site
    try:
        return language(site.workspace().settings.output.language)
    except SynthError:
        return language("en")


@cache
def _environment(code: str) -> Environment:
    spoken = language(code)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.filters.update(
        number=spoken.number, percent=spoken.percent, day=spoken.day, clock=spoken.clock, brief=spoken.brief,
        language_name=spoken.language, translated=spoken.gettext, minutes=_minutes(spoken), money=_money(spoken),
        without=_without,
    )  # fmt: skip
    environment.globals.update(between=spoken.between)
    environment.globals.update(_=spoken.gettext, gettext=spoken.gettext, ngettext=spoken.ngettext)
    return environment


def _without(query: str, name: str) -> str:
    """Return a query string without the field of that name."""
    return "&".join(part for part in query.split("&") if part.partition("=")[0] != name)


def _money(spoken: Language) -> Any:
    def money(usd: float) -> str:
        """Write US dollars: cents, and more digits where cents say nothing."""
        return f"{spoken.number(usd, 2 if usd >= 0.1 else 4)} USD"

    return money


def _minutes(spoken: Language) -> Any:
    def minutes(seconds: float) -> str:
        """Write a duration as people say it: "40 s", "3 min", "2 h 5 min"."""
        whole = max(1, round(seconds))
        if whole < 60:
            return spoken.gettext("%(n)s s", n=whole)
        if whole < 3600:
            return spoken.gettext("%(n)s min", n=round(whole / 60))
        return spoken.gettext("%(h)s h %(n)s min", h=whole // 3600, n=whole % 3600 // 60)

    return minutes
