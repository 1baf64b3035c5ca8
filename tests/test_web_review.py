"""Review on the local page: what it lists, how it filters, and that a decision is the command's decision."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_workspace import make_workspace
from test_commands_themes import PAINS
from typer.testing import CliRunner
from web_browser import chromium, needs_browser
from web_site import Served, listening, served

from synth.cli import app
from synth.extraction.decisions import FILE
from synth.web.security import TOKEN_HEADER

runner = CliRunner()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("review"))
    (root / "corpora" / "2025-04-02_norrvik-bud.txt").write_text(PAINS, encoding="utf-8")
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code in (0, 3)
    return root


@pytest.fixture
def here(done: Path, tmp_path: Path) -> Iterator[Served]:
    with served(Path(shutil.copytree(done, tmp_path / "copy"))) as found:
        yield found


def themes(root: Path) -> dict[str, dict[str, Any]]:
    result = runner.invoke(app, ["-C", str(root), "themes", "--json"])
    return {row["id"]: row for row in json.loads(result.stdout)}


def listed(here: Served, query: str = "show=all") -> list[str]:
    answer = here.client.get(f"/review?{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'id="t-([0-9a-f]+)"', answer.text)


def decide(here: Served, **form: Any) -> None:
    answer = here.post("/review/decide", data=form)
    assert answer.status_code == 303, answer.text
    drafted(here)


def drafted(here: Served) -> None:
    """Wait until the documents are written."""
    here.app.app.state.drafts.wait()


def whiteboard(here: Served) -> str:
    return next(name for name, row in themes(here.site.root).items() if "whiteboard" in row["title"])


def test_every_theme_that_counts_is_listed_with_its_accounts_and_its_quote(here: Served) -> None:
    every = themes(here.site.root)
    assert sorted(listed(here)) == sorted(every)
    page = here.client.get("/review?show=all").text
    assert "We spent four hours every morning moving stops around on a whiteboard." in page
    assert "1 of 3 accounts" in page


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("aspect=pain_point", lambda row: row["aspect"] == "pain_point"),
        ("language=ro", lambda row: row["accounts"] != ["Norrvik Bud AB"]),
        ("outcome=won", lambda row: "Reyes Parcel Ltd" in row["accounts"]),
        ("segment=enterprise", lambda row: False),
        ("until=2025-03-21", lambda row: "Reyes Parcel Ltd" in row["accounts"]),
        ("text=WHITEBOARD+hours", lambda row: "whiteboard" in row["title"]),
    ],
)
def test_a_filter_leaves_the_themes_with_a_statement_that_meets_it(query: str, holds: Any, here: Served) -> None:
    every = themes(here.site.root)
    found = listed(here, f"show=all&{query}")
    assert [every[name] for name in found if not holds(every[name])] == []
    assert found or "enterprise" in query
    assert len(found) < len(every)


def test_a_theme_is_shown_in_its_context(here: Served) -> None:
    page = here.client.get(f"/review/{whiteboard(here)}").text
    assert "How did you plan the vans before?" in page
    assert "<blockquote" in page
    assert "00:00:05" in page


def test_what_was_decided_last_stands_in_the_documents_when_the_page_has_ended(done: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(done, tmp_path / "copy"))
    name = next(name for name, row in themes(root).items() if "whiteboard" in row["title"])
    with listening(root) as site:
        decided = {"verb": "rename", "names": name, "to": "Planning eats the morning"}
        answer = httpx.post(
            f"http://127.0.0.1:{site.door.port}/review/decide", data=decided, headers={TOKEN_HEADER: site.door.session}
        )
        assert answer.status_code == 303
    assert "Planning eats the morning" in (root / "profiles/profile.json").read_text(encoding="utf-8")


def test_a_decision_on_the_page_writes_the_same_files_as_the_command(here: Served, tmp_path: Path) -> None:
    other = Path(shutil.copytree(here.site.root, tmp_path / "other"))
    name = whiteboard(here)
    decide(here, verb="rename", names=name, to="Planning eats the morning")
    decide(here, verb="pin", names=name)
    assert runner.invoke(app, ["-C", str(other), "themes", "rename", name, "Planning eats the morning"]).exit_code == 0
    assert runner.invoke(app, ["-C", str(other), "themes", "pin", name]).exit_code == 0
    for path in sorted((other / "profiles").rglob("*.*")):
        assert (here.site.root / path.relative_to(other)).read_bytes() == path.read_bytes(), path


def test_what_is_decided_shows_at_once_and_is_undone_step_by_step(here: Served) -> None:
    name = whiteboard(here)
    decide(here, verb="reject", names=name)
    decide(here, verb="note", names=listed(here)[0], text="Ask how many vans.")
    assert name not in listed(here)
    assert name in listed(here, "show=rejected")
    here.post("/review/undo")
    assert "Ask how many" not in (here.site.root / FILE).read_text(encoding="utf-8")
    here.post("/review/undo")
    drafted(here)
    assert name in listed(here)
    assert not (here.site.root / FILE).exists(), "as it was before"
    assert here.post("/review/undo").status_code == 400


def test_an_entry_that_a_person_wrote_is_never_taken_back(here: Served) -> None:
    name = whiteboard(here)
    decide(here, verb="pin", names=name)
    with (here.site.root / FILE).open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    before = (here.site.root / FILE).read_bytes()
    assert here.post("/review/undo").status_code == 400
    assert (here.site.root / FILE).read_bytes() == before
    assert "/review/undo" not in here.client.get("/review").text


def test_evidence_is_split_off_and_moved(here: Served) -> None:
    every = themes(here.site.root).values()
    one, other = next((a["id"], b["id"]) for a in every for b in every if a["aspect"] == b["aspect"] and a is not b)
    decide(here, verb="merge", names=[one, other])
    keys = re.findall(r'name="insights" value="(e-[0-9a-z]+)"', here.client.get(f"/review/{one}").text)
    decide(here, verb="split", theme=one, insights=keys[:1], title="Apart")
    apart = next(row["id"] for row in themes(here.site.root).values() if row["title"] == "Apart")
    assert keys[0] in here.client.get(f"/review/{apart}").text
    decide(here, verb="move", theme=apart, insights=keys[:1], to=one)
    assert apart not in themes(here.site.root)


def mark(here: Served, **form: Any) -> None:
    answer = here.post("/review/evidence", data=form)
    assert answer.status_code == 303, answer.text
    drafted(here)


def test_a_quote_is_judged_and_a_line_added_with_the_bytes_of_the_commands(here: Served, tmp_path: Path) -> None:
    other = Path(shutil.copytree(here.site.root, tmp_path / "other"))
    source = "corpora/2025-03-20_reyes-parcel_zoom.vtt"
    page = here.client.get(f"/review/{whiteboard(here)}").text
    key = re.findall(r'name="key" value="(e-[0-9a-z]+)"', page)[0]
    assert ">Not evidence<" in page
    mark(here, verb="drop", key=key, back=f"/review/{whiteboard(here)}#{key}")
    found = here.client.get("/review/search?q=dispatcher+retired").text
    assert f'name="source" value="{source}"' in found
    assert '<option value="pain_point">' in found
    mark(here, verb="add", source=source, line="6", aspect="pain_point")
    for words in (("drop", key), ("add", source, "6", "pain_point")):
        assert runner.invoke(app, ["-C", str(other), "evidence", *words]).exit_code == 0
    for path in sorted((other / "profiles").rglob("*.*")):
        assert (here.site.root / path.relative_to(other)).read_bytes() == path.read_bytes(), path


def test_a_dropped_quote_is_shown_as_no_evidence_and_taken_back(here: Served) -> None:
    name = whiteboard(here)
    key = re.findall(r'name="key" value="(e-[0-9a-z]+)"', here.client.get(f"/review/{name}").text)[0]
    mark(here, verb="drop", key=key)
    dropped = here.client.get(f"/review/{name}").text
    assert '<span class="tag bad">Not evidence</span>' in dropped
    assert "/review/evidence/undo" in dropped
    assert here.post("/review/evidence/undo", data={"back": f"/review/{name}"}).status_code == 303
    page = here.client.get(f"/review/{name}").text
    assert '<span class="tag bad">Not evidence</span>' not in page
    assert "/review/evidence/undo" not in page
    assert here.post("/review/evidence/undo").status_code == 400


def test_a_line_of_ours_cannot_be_counted(here: Served) -> None:
    assert 'name="aspect"' not in here.client.get("/review/search?q=how+did+you+plan+the+vans").text.split("</li>")[0]
    form = {"verb": "add", "source": "2025-03-20_reyes-parcel_zoom.vtt", "line": "2", "aspect": "pain_point"}
    assert here.post("/review/evidence", data=form).status_code == 400
    assert here.post("/review/evidence", data={"verb": "drop", "key": "e-00000000"}).status_code == 400
    assert not (here.site.root / "profiles/evidence.yaml").exists()


def test_a_decision_that_does_not_apply_says_why_and_writes_nothing(here: Served) -> None:
    every = list(themes(here.site.root).values())
    other = next(row["id"] for row in every if row["aspect"] != every[0]["aspect"])
    answer = here.post("/review/decide", data={"verb": "merge", "names": [every[0]["id"], other]})
    assert answer.status_code == 400
    assert "is of another aspect" in answer.text
    for form in (
        {"verb": "pin"},
        {"verb": "move", "insights": "e-1"},
        {"verb": "split"},
        {"verb": "rename", "names": other},
    ):
        assert here.post("/review/decide", data=form).status_code == 400, form
    assert not (here.site.root / FILE).exists()


def test_a_form_leads_back_to_pages_of_review_alone(here: Served) -> None:
    name = whiteboard(here)
    for back in ("https://evil.example/", "//evil.example", "/review/../../x", "/review?a=b\r\nx: y"):
        assert (
            here.post("/review/decide", data={"verb": "pin", "names": name, "back": back}).headers["location"]
            == "/review"
        )
    back = f"/review?show=all&text=a+b%2C&page=2#t-{name}"
    answer = here.post("/review/decide", data={"verb": "pin", "names": name, "back": back})
    assert answer.headers["location"] == back


def test_a_search_finds_lines_by_words_in_another_language(here: Served) -> None:
    page = here.client.get("/review/search?q=trei+ore").text
    assert "Pierdem trei ore în fiecare dimineață" in page
    assert here.client.get("/review/search").status_code == 200


def test_decisions_one_after_the_other_share_a_draft_that_says_the_last_one(here: Served) -> None:
    name = whiteboard(here)
    for title in ("One", "Two", "Three"):
        assert here.post("/review/decide", data={"verb": "rename", "names": name, "to": title}).status_code == 303
    here.post("/review/decide", data={"verb": "pin", "names": name})
    drafted(here)
    assert "- **Three**" in (here.site.root / "profiles" / "ICP.md").read_text(encoding="utf-8")


def test_a_hand_edit_that_conflicts_is_named_with_its_file(here: Served) -> None:
    name = whiteboard(here)
    decide(here, verb="rename", names=name, to="Planning eats the morning")
    decide(here, verb="pin", names=name)
    icp = here.site.root / "profiles" / "ICP.md"
    icp.write_text(
        icp.read_text(encoding="utf-8").replace("Planning eats the morning", "Mornings are lost"), encoding="utf-8"
    )
    decide(here, verb="rename", names=name, to="Another title")
    page = here.client.get("/review").text
    assert "conflicts with what was decided" in page
    assert "profiles/ICP.md" in page


def test_while_another_holds_the_workspace_nothing_is_decided_and_the_list_is_read(here: Served) -> None:
    with here.site.workspace().locked():
        name = listed(here)[0]
        answer = here.post("/review/decide", data={"verb": "pin", "names": name})
    assert answer.status_code == 409
    assert not (here.site.root / FILE).exists()


class Seen(HTMLParser):
    """The tags of a page, with a script's only if it is not ours, and the names of all attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag != "script" or known.get("src") != "/static/script.js":
            self.found.append("img src=x" if tag == "img" and known.get("src") == "x" else tag)
        self.found += [name for name in known if name.startswith("on")]


XSS = '</bdi></script><script>alert(1)</script><img src=x onerror=alert(1)>"\' onmouseover="alert(1)'


def test_markup_in_quotes_names_titles_and_notes_stays_text(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    call = "Ida Holm: How did you plan?\nElin Strand: We lost two hours every day because nobody could find the list of stops.\n"
    (root / "corpora" / "norrvik.txt").write_text(call.replace("list of", f"list {XSS} of"), encoding="utf-8")
    (root / "corpora" / "sources.csv").write_text(
        'path,account,participants\nnorrvik.txt,"Norrvik <img src=x onerror=alert(1)>","Elin Strand (<b onclick=alert(1)>CFO</b>)"\n',
        encoding="utf-8",
    )
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code in (0, 3)
    with served(root) as here:
        name = next(iter(themes(root)))
        for form in ({"verb": "rename", "to": XSS}, {"verb": "note", "text": XSS}, {"verb": "pin"}):
            decide(here, names=name, **form)
        pages = [
            here.client.get(path).text
            for path in ("/review?show=all", f"/review/{name}", "/review/search?q=list+of+stops")
        ]
        pages.append(here.client.get("/review", params={"text": XSS, "aspect": XSS, "language": XSS}).text)
    assert "&lt;script&gt;alert(1)" in pages[0]
    for page in pages:
        seen = Seen()
        seen.feed(page)
        assert not {"b", "img src=x"} & set(seen.found), "a tag of theirs"
        assert not [one for one in seen.found if one.startswith("on") or one == "script"], "a script of theirs"


@needs_browser
def test_one_key_decides_and_the_focus_stays_where_the_eye_is(done: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(done, tmp_path / "copy"))
    with listening(root) as site, chromium() as browser:
        address = f"http://127.0.0.1:{site.door.port}"
        context = browser.new_context()
        context.add_cookies([{"name": site.door.cookie, "value": site.door.session, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/review?show=all")

        def order() -> list[str]:
            return [str(one.get_attribute("id")) for one in page.locator("[data-theme]").all()]

        def decided(key: str) -> str:
            with page.expect_navigation():
                page.keyboard.press(key)
            return str(page.evaluate("document.activeElement.id"))

        page.keyboard.press("j")
        page.keyboard.press("j")
        second = order()[1]
        assert decided("p") == second
        following = order()[order().index(second) + 1]
        assert decided("x") == following
        page.locator("#said", has_text="Rejected").wait_for(state="attached")
        assert decided("u") == following
        page.keyboard.press("r")
        page.keyboard.type("pjx")
        assert decided("Enter") == following
    text = (root / FILE).read_text(encoding="utf-8")
    assert re.findall(r"^- (\w+)", text, re.MULTILINE) == ["pin", "rename"]
    assert 'to: "pjx"' in text
