"""Read: documents as they lie on disk, led through without a way out, and nothing in them that runs."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_study import NASTY, study
from small_workspace import make_workspace, tree
from web_browser import chromium, needs_browser
from web_site import Served, listening, served

from synth.documents.merge import NEXT
from synth.documents.render import ICP, JSON, render, render_documents
from synth.publishing.markup import to_page
from synth.publishing.shelf import papers
from synth.workspace import open_workspace

HARM = (
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '<a href=" javascript:alert(1)" onclick="alert(1)">x</a>',
    '<a href="#" title="<div class=scroll><script>alert(1)</script>">x</a>',
    "<iframe src='https://evil.example'></iframe><object data='x'></object>",
    "<style>body{display:none}</style><link rel=stylesheet href='//evil.example'>",
    "<form action='https://evil.example'><input name=a></form>",
    '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    'A claim [^e-x"><script>alert(1)</script>].',
    "### <img src=x onerror=alert(1)> heading",
)
_TO = re.compile(r"|#.*|/read/.*|https?://.*|mailto:.*")


class _Harmless(HTMLParser):
    """Raises AssertionError at a tag that a document may not have, or an attribute that runs or loads something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "iframe", "object", "link", "style", "form", "input", "svg", "base", "meta"}
        for name, value in attrs:
            assert not name.startswith("on"), self.get_starttag_text()
            assert name not in ("style", "srcset", "xlink:href"), self.get_starttag_text()
            assert name not in ("href", "src") or _TO.fullmatch(value or ""), self.get_starttag_text()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with sources and documents, but without a ledger: what a colleague has who cloned it."""
    make_workspace(tmp_path)
    profile, cast, _ = study()
    for path, text in render_documents(profile, cast, tmp_path).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def here(root: Path) -> Iterator[Served]:
    with served(root) as found:
        yield found


def _read(here: Served, path: str) -> str:
    answer = here.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.text)


def _article(text: str) -> str:
    """Return the document inside a page: all that can come from outside."""
    return text[text.index("<article") : text.index("</article>")]


def _commit(root: Path) -> None:
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "First")):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(root), *who, *words], check=True)


def test_every_link_of_every_document_leads_to_a_page_and_a_place_there_is(here: Served) -> None:
    looked, waiting = {}, ["/read"]
    while waiting:
        path = waiting.pop()
        looked[path] = _article(_read(here, path))
        targets = [html.unescape(each).partition("#")[0] for each in re.findall(r'href="([^"]+)"', looked[path])]
        waiting += [each for each in dict.fromkeys(targets) if each and each not in (*looked, *waiting)]
    assert {"/read", "/read/evidence/README.md"} < looked.keys()
    assert all(path.startswith("/read") for path in looked)
    for path, text in looked.items():
        for link in re.findall(r'href="([^"]+)"', text):
            target, _, anchor = html.unescape(link).partition("#")
            assert not anchor or f'id="{anchor}"' in looked[target or path], (path, link)


def test_a_hand_edit_is_read_at_once(root: Path, here: Served) -> None:
    _read(here, "/read")
    with (root / ICP).open("a", encoding="utf-8") as file:
        file.write("\n## Ours\n\nWritten **by hand**.\n")
    text = _read(here, "/read")
    assert "Written <strong>by hand</strong>." in text
    assert '<a href="#ours">Ours</a>' in text  # and is in the table of contents


@pytest.mark.parametrize("harm", HARM)
def test_nothing_a_document_holds_runs(harm: str, root: Path, here: Served) -> None:
    (root / ICP).write_text(f"# {harm}\n\n{harm}\n\n| a |\n| --- |\n| {harm} |\n\n[^n]: {harm}\n\nSee [^n].\n", "utf-8")
    text = _article(_read(here, "/read"))
    _Harmless().feed(text)
    assert "script-src 'self'" in here.client.get("/read").headers["content-security-policy"]


@pytest.mark.parametrize("harm", HARM)
def test_nothing_a_quote_or_a_title_or_the_name_of_a_source_holds_runs(harm: str, root: Path, here: Served) -> None:
    data = json.loads((root / JSON).read_text(encoding="utf-8"))
    item = data["evidence"][0]
    item.update(parts=[harm], title=harm, account=harm, speaker=harm, statement=harm, source=harm, before=[], after=[])
    (root / JSON).write_text(json.dumps(data), encoding="utf-8")
    text = _read(here, f"/read/quote/{item['key']}")
    _Harmless().feed(text[text.index('<div class="said"') : text.index("</main>")])
    assert html.escape(harm, quote=False).split('"')[0].split("'")[0] in text


def test_a_footnote_leads_to_what_was_said_with_and_without_a_script(here: Served) -> None:
    text = _article(_read(here, "/read"))
    keys = re.findall(r'<a class="cite"[^>]* href="#(e-\w+)"', text)
    assert keys
    for key in dict.fromkeys(keys):
        assert re.search(rf'<li id="{key}">.*?href="/read/evidence/[^"]+#{key}"', text, re.DOTALL), key
        said = _read(here, f"/read/quote/{key}")
        item = here.site.profile()["evidence"][key]
        shown = html.unescape(re.search(r"<blockquote[^>]*>(.*?)</blockquote>", said, re.DOTALL)[1])
        assert shown == " […] ".join(item["parts"])


def test_a_quote_is_shown_to_the_letter(here: Served) -> None:
    (key,) = [key for key, item in here.site.profile()["evidence"].items() if item["parts"] == [NASTY]]
    assert NASTY in html.unescape(_read(here, f"/read/quote/{key}"))


@pytest.mark.parametrize(
    "path",
    [
        "../synth.toml", "..%2fsynth.toml", "%2e%2e/synth.toml", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd",
        "personas/..%2f..%2fsynth.toml", "profile.json", "ICP.md%00", "evidence", "x" * 5000, "out.md", "..%5cout.md",
        "copy/markdown/..%2fout.md", "copy/markdown/profile.json", "source/synth.toml", "source/corpora/..%2fsynth.toml",
        "source/corpora/out.txt", "source/.synth/ledger.db", "source/corpora", "figures/out.svg",
    ],
)  # fmt: skip
def test_no_path_leaves_the_documents(
    path: str, root: Path, here: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.md"
    secret.write_text("# The secret\n", encoding="utf-8")
    (root / "out.md").write_text("# The secret\n", encoding="utf-8")
    (root / "profiles" / "figures").mkdir(exist_ok=True)
    for link in ("profiles/out.md", "profiles/figures/out.svg", "corpora/out.txt"):
        (root / link).symlink_to(secret)
    answer = here.client.get(f"/read/{path}")
    assert answer.status_code in (400, 404)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_a_link_out_of_the_documents_leads_nowhere(root: Path, here: Served) -> None:
    links = (
        "[a](../synth.toml) [b](../../x.md) [c](//evil.example/x.md) [d](/etc/x.md) ![e](../../y.svg) [f](profile.json)"
    )
    (root / ICP).write_text(f"# A\n\n{links} [g](https://example.com)\n", encoding="utf-8")
    text = _article(_read(here, "/read"))
    assert set(re.findall(r'(?:href|src)="([^"]*)"', text)) == {"", "https://example.com"}


def test_a_picture_is_served_so_that_no_script_of_it_runs(root: Path, here: Served) -> None:
    folder = root / "profiles" / "figures"
    folder.mkdir(exist_ok=True)
    (folder / "bands.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", encoding="utf-8")
    answer = here.client.get("/read/figures/bands.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    policy = answer.headers["content-security-policy"]
    assert {"sandbox", "default-src 'none'"} <= set(policy.split("; "))
    assert "script" not in policy


def test_a_source_is_handed_out_as_text_to_keep(root: Path, here: Served) -> None:
    (root / "corpora" / 'página "x".html').write_text("<script>alert(1)</script>", encoding="utf-8")
    answer = here.client.get("/read/source/corpora/p%C3%A1gina%20%22x%22.html")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''p%C3%A1gina%20%22x%22.html"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_conflicts_and_a_text_set_beside_are_announced(root: Path, here: Served) -> None:
    first = next((root / "profiles" / "personas").glob("*.md"))
    assert "to decide" not in _read(here, "/read")
    first.with_name(first.name + NEXT).write_text("# New\n", encoding="utf-8")
    assert first.name + NEXT in _read(here, f"/read/personas/{first.name}")
    text = (root / ICP).read_text(encoding="utf-8")
    (root / ICP).write_text(
        f"{text}<<<<<<< yours\na\n||||||| last run\n=======\nb\n>>>>>>> this run\n", encoding="utf-8"
    )
    page = _read(here, "/read")
    assert f"line {text.count(chr(10)) + 1}" in page
    assert page.count("to decide") == 2


def test_documents_are_read_where_the_profile_cannot_be(root: Path, here: Served) -> None:
    (root / JSON).write_text("<<<<<<< yours\n", encoding="utf-8")
    text = _read(here, "/read")
    assert "Figures and quotes are missing here" in text
    assert "<h1" in _article(text)
    assert here.client.get("/read/quote/e-1a2b").status_code == 400


def test_the_panel_says_how_much_there_is_and_what_is_missing(root: Path, here: Served) -> None:
    data = json.loads((root / JSON).read_text(encoding="utf-8"))
    data["sample"].update(evidence=4711, sources=815, unsure=233)
    data["unknown"]["silent"] = [data["aspects"][0]["name"]]
    (root / JSON).write_text(json.dumps(data), encoding="utf-8")
    text = _read(here, "/read")
    panel = text[text.index("standing") : text.index("<article")]
    assert all(number in panel for number in ("4,711", "815", "233"))
    assert data["aspects"][0]["title"] in panel
    assert 'href="#what-we-do-not-know"' in panel
    assert 'id="what-we-do-not-know"' in _article(text)


def test_what_changed_has_a_page_for_no_git_no_version_no_change_and_changes(root: Path, here: Served) -> None:
    assert "not kept in git" in _read(here, "/read/changes")
    subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    assert "no earlier version" in _read(here, "/read/changes")
    shutil.rmtree(root / ".git")
    _commit(root)
    assert "Nothing changed" in _read(here, "/read/changes")
    data = json.loads((root / JSON).read_text(encoding="utf-8"))
    finding = next(one for aspect in data["aspects"] for one in aspect["findings"])
    finding["title"] = "<b>Another</b> title"
    (root / JSON).write_text(json.dumps(data), encoding="utf-8")
    text = _read(here, "/read/changes")
    assert "renamed" in text
    assert "&lt;b&gt;Another&lt;/b&gt; title" in text


def test_copies_are_what_the_commands_write(root: Path, here: Served) -> None:
    before = tree(root)
    copy = here.client.get("/read/copy/markdown/ICP.md")
    assert copy.content == (root / ICP).read_bytes()
    assert "attachment" in copy.headers["content-disposition"]
    page = here.client.get("/read/copy/html")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "Content-Security-Policy" in page.text
    if shutil.which("pandoc"):
        word = here.client.get("/read/copy/docx")
        assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(word.content)).namelist()
    assert tree(root) == before


def test_without_pandoc_the_page_says_what_word_needs(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.publishing.word.shutil.which", lambda _name: None)
    text = _read(here, "/read")
    assert "pandoc" in text
    assert "/read/copy/docx" not in text
    answer = here.client.get("/read/copy/docx")
    assert (answer.status_code, "pandoc.org" in answer.text) == (400, True)


def test_before_the_first_run_every_page_leads_to_it(tmp_path: Path) -> None:
    with served(make_workspace(tmp_path)) as here:
        for path in ("/read", "/read/changes"):
            answer = here.client.get(path)
            assert (answer.status_code, 'href="/run"' in answer.text) == (404, True)
        assert here.client.get("/read/evidence/README.md").status_code == 404


def test_persian_documents_run_from_right_to_left_in_an_english_page(root: Path, here: Served) -> None:
    data = json.loads((root / JSON).read_text(encoding="utf-8")) | {"language": "fa"}
    (root / JSON).write_text(json.dumps(data), encoding="utf-8")
    (root / ICP).write_text(render(data, root)[ICP], encoding="utf-8")
    here.client.cookies.set("synth-language", "en")
    text = _read(here, "/read")
    assert '<html lang="en" dir="ltr">' in text
    assert '<article class="document" lang="fa" dir="rtl"' in text
    assert 'href="#%D8%A2%D9%86%DA%86' in text  # the panel leads to the part in the language of the document


def test_headings_have_the_anchors_of_github_and_each_its_own() -> None:
    found = to_page('# A *b* `c`\n\n## Two & two\n\n## Two & two\n\n## <a id="own"></a>Three\n', lambda each: each)
    assert [one.anchor for one in found.sections] == ["a-b-c", "two--two", "two--two-1", "own"]
    assert [one.level for one in found.sections] == [1, 2, 2, 2]
    assert 'id="three"' not in found.html


def test_tables_scroll_by_keyboard() -> None:
    assert '<div class="scroll" tabindex="0"><table>' in to_page("| a |\n| --- |\n| b |\n", lambda each: each).html


def test_the_shelf_has_the_icp_first_and_every_persona(root: Path) -> None:
    found = papers(open_workspace(root))
    assert found[0].name == "ICP.md"
    assert {one.name for one in found[1:]} == {f"personas/{p.name}" for p in (root / "profiles/personas").glob("*.md")}


@needs_browser
def test_in_a_browser_a_footnote_opens_where_it_stands_and_closes_and_nothing_else_happens(root: Path) -> None:
    data = json.loads((root / JSON).read_text(encoding="utf-8"))
    text = (root / ICP).read_text(encoding="utf-8")
    key = re.search(r"\[\^(e-\w+)\]", text)[1]
    item = next(each for each in data["evidence"] if each["key"] == key)
    item["parts"] = list(HARM)
    (root / JSON).write_text(json.dumps(data), encoding="utf-8")
    (root / ICP).write_text(
        "# Tried\n\n" + "\n\n".join(HARM) + f"\n\n| a |\n| --- |\n| In a cell [^{key}] |\n" + text, "utf-8"
    )
    with listening(root) as site, chromium() as browser:
        address = f"http://127.0.0.1:{site.door.port}"
        context = browser.new_context(viewport={"width": 390, "height": 800})
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": site.door.cookie, "value": site.door.session, "url": address}])
        page, trouble = context.new_page(), []
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda sent: sent.url.startswith(address) or trouble.append(sent.url))
        page.goto(f"{address}/read")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        for place in ("td a.cite", "li a.cite"):
            link = page.locator(place).first
            link.click()
            box = page.locator("article .said")
            box.wait_for()
            assert link.get_attribute("aria-expanded") == "true"
            assert box.bounding_box()["width"] <= 390
            if place.startswith("td"):
                assert HARM[0] in box.inner_text()
            page.keyboard.press("Escape")
            box.wait_for(state="detached")
            assert page.evaluate("document.activeElement.className") == "cite"
        assert trouble == []
        assert page.url == f"{address}/read"
