"""Documents for those without git: one page that leads nowhere else, tables no spreadsheet runs, Word."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from small_study import NASTY, study
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.documents.render import ICP, JSON, render_documents
from synth.publishing.markup import to_html
from synth.publishing.page import write_page
from synth.publishing.tables import to_csv
from synth.settings import Settings
from synth.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    profile, cast, _ = study()
    for path, text in render_documents(profile, cast, tmp_path).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return Workspace(tmp_path, Settings())


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[x](javascript:alert(1))",
        '<a href="data:text/html,x">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        "<iframe src='https://evil.example'></iframe>",
        "<style>body{display:none}</style>",
        "<form action='https://evil.example'><input name=a></form>",
        '<svg><a xlink:href="javascript:alert(1)">x</a></svg>',
    ],
)
def test_markdown_cannot_harm_its_reader(harm: str) -> None:
    written = to_html(f"# A\n\n{harm} and text\n")
    assert "<h1>A</h1>" in written
    assert not re.search(
        r"<(script|iframe|style|form|input|svg)|\bon\w+=|(href|src)=.\s*(javascript|data):", written, re.IGNORECASE
    )


def test_a_citation_leads_to_its_evidence_and_other_footnotes_stay() -> None:
    text = "A claim [^e-1a2b], a remark [^note].\n\n[^note]: Ours.\n\n## Evidence\n\n[^e-1a2b]: “Said.”\n"
    written = to_html(text)
    assert '<a class="cite" href="#e-1a2b">' in written
    assert "Ours." in written
    assert "Said." not in written


def test_links_between_documents_stay_inside_the_page(workspace: Workspace) -> None:
    (workspace.profiles / "figures").mkdir(exist_ok=True)
    (workspace.profiles / "figures" / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    with (workspace.root / ICP).open("a", encoding="utf-8") as file:
        file.write("\n## More\n\n![Shares](figures/a.svg) ![Elsewhere](../../secret.png) [out](https://example.com)\n")
    page = write_page(workspace)
    assert 'href="#personas/' in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert "secret" not in page
    targets = {html.unescape(each) for each in re.findall(r'href="#([^"]+)"', page)}
    anchors = set(re.findall(r'id="([^"]+)"', page)) | set(re.findall(r'data-page="([^"]+)"', page))
    assert {each for each in targets if each.startswith(("e-", "personas/", "ICP"))} <= anchors


def test_the_page_asks_nobody_and_runs_only_its_own_script(workspace: Workspace) -> None:
    page = write_page(workspace)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in policy
    assert not re.findall(r'(?:src|href)="(?!#|data:image/)[^"]*"', page)


def test_every_quote_is_on_the_page_as_it_was_said(workspace: Workspace) -> None:
    page = write_page(workspace)
    shown = [html.unescape(each) for each in re.findall(r"<blockquote dir=[^>]*>(.*?)</blockquote>", page)]
    evidence = json.loads((workspace.root / JSON).read_text(encoding="utf-8"))["evidence"]
    assert sorted(shown) == sorted(" […] ".join(item["parts"]) for item in evidence)
    assert any(NASTY in each for each in shown)


def test_no_cell_is_a_formula_and_numbers_stay_numbers() -> None:
    rows = [
        {"a": "=1+2", "b": -3, "c": ["x", "-y"], "d": None, "e": True},
        {"a": "+49", "b": 0.5, "c": [], "d": "ok", "e": False},
    ]
    first, second = csv.DictReader(io.StringIO(to_csv(rows)))
    assert first == {"a": "'=1+2", "b": "-3", "c": "x; -y", "d": "", "e": "true"}
    assert (second["a"], second["b"]) == ("'+49", "0.5")
    assert to_csv([]) == ""


def test_export_writes_files_and_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, runner = make_workspace(tmp_path / "w"), CliRunner()
    early = runner.invoke(app, ["-C", str(root), "export", "html"])
    assert (early.exit_code, "Run 'synth run' first" in early.stderr) == (1, True)
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code == 0
    table = tmp_path / "insights.csv"
    assert (
        runner.invoke(app, ["-C", str(root), "export", "insights", "--format", "csv", "-o", str(table)]).exit_code == 0
    )
    assert table.read_bytes().startswith(b"\xef\xbb\xbfid,aspect")
    assert runner.invoke(app, ["-C", str(root), "export", "html"]).stdout.startswith("<!DOCTYPE html>")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    without = runner.invoke(app, ["-C", str(root), "export", "docx", "-o", str(tmp_path / "p.docx")])
    assert (without.exit_code, "needs pandoc" in without.stderr) == (1, True)


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_word_holds_every_document(workspace: Workspace, tmp_path: Path) -> None:
    from docx import Document

    (workspace.root / "synth.toml").write_text("", encoding="utf-8")
    target = tmp_path / "profile.docx"
    assert CliRunner().invoke(app, ["-C", str(workspace.root), "export", "docx", "-o", str(target)]).exit_code == 0
    text = "\n".join(paragraph.text for paragraph in Document(str(target)).paragraphs)
    assert "Ideal Customer Profile: Taktgeber" in text
    assert "Persona: " in text
