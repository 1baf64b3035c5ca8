"""The local page in a real browser: a marketer's whole way, hostile input, and what a keyboard and a reader need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from model_workspace import synth
from small_workspace import NAMED, ZOOM, make_workspace, tree
from web_browser import chromium, needs_browser
from web_site import listening

from synth.web.site import Site

pytestmark = needs_browser
PATHS = ("/", "/add", "/run", "/review", "/review?show=all", "/review/search", "/read", "/nowhere")


TALK = """\
Bo Lind: The morning is the worst part of our day.
Mara Voss: We print the list for every van, and half of it is wrong by eight.
Bo Lind: The list again.
Mara Voss: Two drivers quit last year because nobody could tell them where to go.
"""


@dataclass
class Window:
    """A tab that was let in, and everything it should not have met."""

    page: Any
    address: str
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)


@contextmanager
def window(browser: Any, site: Site, **settings: Any) -> Iterator[Window]:
    address = f"http://127.0.0.1:{site.door.port}"
    context = browser.new_context(**settings)
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": site.door.cookie, "value": site.door.session, "url": address}])
    found = Window(context.new_page(), address)
    found.page.on("pageerror", lambda error: found.trouble.append(f"script: {error}"))
    found.page.on("dialog", lambda dialog: (found.trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    found.page.on("request", lambda sent: sent.url.startswith(address) or found.trouble.append(f"request: {sent.url}"))
    found.page.on(
        "console", lambda said: "Content Security Policy" in said.text and found.trouble.append(f"policy: {said.text}")
    )
    yield found
    context.close()


def _two_of_one_aspect(page: Any) -> tuple[str, str]:
    """Return the ids of two themes that stand below one heading."""
    found = page.eval_on_selector_all(
        "[data-list] > *", "all => all.map(e => e.matches('article') ? e.id.slice(2) : '')"
    )
    return next((one, other) for one, other in pairwise(found) if one and other)


def test_a_marketer_adds_corrects_runs_merges_and_reads_and_the_files_are_the_commands(tmp_path: Path) -> None:
    pages, command, calls = make_workspace(tmp_path / "pages"), make_workspace(tmp_path / "command"), tmp_path / "calls"
    calls.mkdir()
    for name, text in (("bo.txt", TALK), ("reyes.vtt", ZOOM)):
        (calls / name).write_text(text, encoding="utf-8")
    for root in (pages, command):
        (root / "corpora/2025-03-20_reyes-parcel_zoom.vtt").unlink()
    with listening(pages) as site, chromium() as browser, window(browser, site) as tab:
        page = tab.page
        page.goto(site.door.link)
        tab.open("/add")
        page.locator("#files").set_input_files([calls / "bo.txt", calls / "reyes.vtt"])
        page.get_by_text("Added last").wait_for()
        source = page.locator("article", has=page.get_by_role("heading", name="bo.txt"))
        source.get_by_role("button", name=re.compile("Is one of us.*Bo Lind")).click()
        source.get_by_text("you said so in synth.toml").wait_for()
        page.get_by_role("link", name="Go to Run").click()
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_role("heading", name="The last run").wait_for(timeout=180_000)
        tab.open("/review?show=all")
        pair = _two_of_one_aspect(page)
        for name in pair:
            page.locator(f"#t-{name} [data-mark]").check()
        page.locator("#merge").get_by_role("button").first.click()
        page.locator(f"#t-{pair[1]}").wait_for(state="detached")
        for _ in range(600):  # the documents follow when the decisions pause
            if site.work.last.get("draft"):
                break
            page.wait_for_timeout(200)
        page.get_by_role("link", name="Read").first.click()
        page.locator("main h1").first.wait_for()
        assert "Ideal Customer Profile" in page.locator("main").inner_text()
    assert tab.trouble == []
    synth(command, "add", str(calls / "bo.txt"), str(calls / "reyes.vtt"))
    synth(command, "speakers", "--set", "Bo Lind=vendor")
    assert synth(command, "run")[0] in (0, 3)
    assert synth(command, "themes", "merge", *pair)[0] == 0
    assert tree(pages) == tree(command) != {}
    assert (pages / "synth.toml").read_text() == (command / "synth.toml").read_text()


HARM = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "<svg onload=alert(3)>", "\"><script>alert(4)</script>",
    "' onmouseover='alert(5)", "</title><script>alert(6)</script>", "<iframe src=javascript:alert(7)></iframe>",
    "![x](http://evil.example/track.png)", "[x](javascript:alert(8))", "{{ 7 * 7 }}{% raw %}",
    "<link rel=stylesheet href=http://evil.example/a.css>", "<form action=http://evil.example><button>Go</button></form>",
    "<base href=http://evil.example/>", "<math><mtext><img src=x onerror=alert(9)></mtext></math>",
)  # fmt: skip


def _hostile(root: Path) -> Path:
    """Write a workspace that carries the set as quote, speaker, file name, account, our own name and theme title."""
    make_workspace(root)
    for n, harm in enumerate(HARM):
        said = f"We lose three hours every morning because the plan {harm} is late for the drivers of depot {n}."
        who = f"Ana{n} {harm}".replace(":", " ")
        text = f"Ida Holm: What is the hardest part?\n{who}: {said}\nEva{n} Berg: In March we lost {n + 2} orders to {harm} again.\n"
        (root / f"corpora/call-{n}.txt").write_text(text, encoding="utf-8")
    (root / "corpora/<img src=x onerror=alert(10)>.txt").write_text(NAMED + "Radu Stan: Încă ceva.\n", encoding="utf-8")
    (root / 'corpora/"><script>alert(11)<').mkdir()
    manifest = root / "corpora/sources.csv"
    rows = [f'call-{n}.txt,"{harm.replace(chr(34), chr(34) * 2)}",2025-03-2{n % 9}\n' for n, harm in enumerate(HARM)]
    manifest.write_text(manifest.read_text() + "".join(rows), encoding="utf-8")
    settings = root / "synth.toml"
    settings.write_text(settings.read_text().replace('"Ferncall"', "'<img src=x onerror=alert(12)>'"), encoding="utf-8")
    return root


def test_hostile_sources_raise_no_dialog_no_request_and_no_report(tmp_path: Path) -> None:
    root = _hostile(tmp_path / "<b>w")
    assert synth(root, "run")[0] in (0, 3)
    with listening(root) as site, chromium() as browser, window(browser, site) as tab:
        site.look().result(120)
        site.work.submit("run", lambda session: session.progress("read", 1, 1, HARM[1])).result(60)
        links = [*PATHS, "/add?page=2", "/nowhere%3Cscript%3Ealert(13)%3C/script%3E"]
        for path in links:
            tab.open(path)
            tab.page.wait_for_timeout(150)
        assert tab.page.evaluate("document.scripts.length") == 1
        site.do("decide", lambda session: None)
        tab.open("/review")
        hrefs = tab.page.eval_on_selector_all(
            "main a[href^='/']", "links => links.slice(0, 8).map(a => a.getAttribute('href'))"
        )
        for href in hrefs:
            tab.open(href)
            tab.page.wait_for_timeout(100)
        tab.page.evaluate(
            """body => fetch("/add/speaker", {method: "POST", body: new URLSearchParams(body)}).then(r => r.text())
            .then(text => document.querySelector("main").replaceWith(
              new DOMParser().parseFromString(text, "text/html").querySelector("main")))""",
            {"name": "<img src=x onerror=alert(14)>", "side": "<script>"},
        )
        tab.page.wait_for_timeout(200)
    assert tab.trouble == []


_CHECKS = """() => {
  const bad = [];
  const shown = e => e.checkVisibility();
  const name = e => (e.getAttribute("aria-label") || (e.labels && [...e.labels].map(l => l.textContent).join(" "))
    || e.textContent || e.getAttribute("alt") || e.title || "").trim();
  if (document.querySelectorAll("h1").length < 1) bad.push("no h1");
  if (!document.title || !document.documentElement.lang) bad.push("no title or language");
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => bad.push("id twice: " + id));
  for (const e of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, progress, summary"))
    if (shown(e) && !name(e)) bad.push("no name: " + e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) bad.push("points nowhere: " + e.outerHTML.slice(0, 80));
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) bad.push("img without alt");
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) bad.push("tabindex above 0");
  const rgb = text => { const m = text.match(/[\\d.]+/g).map(Number); return {c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1}; };
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const b = rgb(getComputedStyle(e).backgroundColor); if (b.a > .99) return b.c; }
    return [255, 255, 255]; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(e) || seen.has(e) || e.closest(".hidden, .skip, :disabled, option")) continue;
    seen.add(e);
    const style = getComputedStyle(e), a = light(rgb(style.color).c), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push("contrast " + ratio.toFixed(2) + ": " + e.outerHTML.slice(0, 100));
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wider than the window: " + document.documentElement.scrollWidth);
  return bad;
}"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("finished"))
    assert synth(root, "run")[0] == 0
    return root


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_every_page_can_be_read_and_used_at_any_width(scheme: Any, language: str, finished: Path) -> None:
    found: dict[str, list[str]] = {}
    with listening(finished) as site, chromium() as browser:
        site.look().result(120)
        for width in (1280, 360):
            settings = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
            with window(browser, site, **settings) as tab:
                tab.page.context.add_cookies([{"name": "synth-language", "value": language, "url": tab.address}])
                for path in PATHS:
                    tab.open(path)
                    if bad := tab.page.evaluate(_CHECKS):
                        found[f"{path} {width}"] = bad
                assert tab.page.evaluate("document.documentElement.dir") == ("rtl" if language == "fa" else "ltr")
    assert found == {}


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(finished: Path) -> None:
    with listening(finished) as site, chromium() as browser, window(browser, site) as tab:
        site.look().result(120)
        tab.open("/add")
        wanted = tab.page.evaluate(
            "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]"
            ".filter(e => e.checkVisibility() && !e.disabled).length"
        )
        seen: list[float] = []
        for _ in range(wanted):
            tab.page.keyboard.press("Tab")
            at = tab.page.evaluate(
                "(() => { const e = document.activeElement, o = getComputedStyle(e);"
                "return [[...document.querySelectorAll('*')].indexOf(e), o.outlineStyle !== 'none', e.outerHTML.slice(0, 90)]; })()"
            )
            assert at[1], f"no sign of where the focus is: {at[2]}"
            seen.append(at[0])
        assert seen == sorted(seen)
        assert len(set(seen)) == wanted
        tab.open("/add")
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        assert tab.page.evaluate("document.activeElement.id") == "main"
