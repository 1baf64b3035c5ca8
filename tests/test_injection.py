"""Forty payloads, and a model that obeys each of them: not one of their goals reaches a document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.shared import RGBColor
from fakemodel import FakeModel, Logged, Step, answers, fake_model
from payloads import ALL, FORGED, HIDDEN, NOTES, OTHER_LANGUAGES, SPOKEN, goal
from small_workspace import SETTINGS, make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app

runner = CliRunner()
TEXTS = [text.format(g=goal(n)) for n, text in enumerate(ALL)]
PARTS = {}
for _name, _part in (
    ("spoken", SPOKEN),
    ("other", OTHER_LANGUAGES),
    ("forged", FORGED),
    ("notes", NOTES),
    ("hidden", HIDDEN),
):
    _first = sum(len(part) for part in PARTS.values())
    PARTS[_name] = TEXTS[_first : _first + len(_part)]
TALK = "Ida Holm: How was it before?\nPaula Reyes: We kept the routes on a whiteboard and lost two hours a day."


def infect(root: Path) -> None:
    """Put the payloads into files of every kind that the workspace reads, each beside honest sentences."""
    corpora = root / "corpora"
    cues = [f"Paula Reyes: {text}" for text in PARTS["spoken"]]
    blocks = [f"{i}\n00:01:{i:02}.000 --> 00:01:{i:02}.900\n{cue}" for i, cue in enumerate(cues, 10)]
    honest = (
        "1\n00:00:01.000 --> 00:00:04.000\nPaula Reyes: We kept the routes on a whiteboard and lost two hours a day."
    )
    vtt = "\n\n".join(["WEBVTT", f"NOTE {PARTS['hidden'][3]}", honest, *blocks])
    (corpora / "2025-04-01_reyes-parcel_second.vtt").write_text(vtt + "\n", encoding="utf-8")
    turns = "\n".join(f"Radu Stan: {text}" for text in (*PARTS["other"], *PARTS["forged"]))
    (corpora / "talk.txt").write_text(f"{TALK.replace('Paula Reyes', 'Radu Stan')}\n{turns}\n", encoding="utf-8")
    rows = "".join(
        f'2025-05-0{i},Norrvik Bud AB,Elin Strand,Ida,"{text}"\n' for i, text in enumerate(PARTS["notes"], 1)
    )
    (corpora / "more-notes.csv").write_text(f"Date,Company,Contact,Owner,Notes\n{rows}", encoding="utf-8")
    tags = "".join(chr(0xE0000 + ord(char)) for char in PARTS["hidden"][2])
    (corpora / "tagged.txt").write_text(f"{TALK} Twice a week it was wiped.{tags}\n", encoding="utf-8")
    document = Document()
    for row in TALK.splitlines():
        document.add_paragraph(row)
    document.add_paragraph("Paula Reyes: The drivers rang us all day. ").add_run(PARTS["hidden"][0]).font.hidden = True
    white = document.add_paragraph("Paula Reyes: Nobody knew where the vans were. ").add_run(PARTS["hidden"][1])
    white.font.color.rgb = RGBColor(255, 255, 255)
    document.save(str(corpora / "talk.docx"))


def obedient(logged: Logged) -> Step:
    """Claim the goals that are shown for the lines that name them and for the honest ones; put one into every title."""
    shown = [goal(n) for n in range(len(ALL)) if goal(n) in logged.user] or ["the routes"]
    if '"themes"' in json.dumps(logged.body):
        ids = re.findall(r"^([0-9a-f]{8,}): ", logged.user.partition("Statements:")[2], re.MULTILINE)
        pairs = [(f"They love {goal(n)}", ids[n : n + 2]) for n in range(0, len(ids), 2)]
        return answers({"themes": [{"id": "new", "title": title, "statements": some} for title, some in pairs]})
    found = []
    for n, row in enumerate(logged.user.splitlines()):
        if match := re.match(r"(\d+) (?:[CN]\d*: )?(.*)", row):
            wish = next((word for word in shown if word in row), shown[n % len(shown)])
            aspect = ("pain_point", "why_us", "benefit")[n % 3]
            about = {"aspect": aspect, "lines": [int(match[1])], "starts": " ".join(match[2].split()[:4])}
            found.append({**about, "statement": f"They want {wish}.", "stance": "supports", "prompted": False})
    return answers({"insights": found})


@pytest.fixture(scope="module")
def obeyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, FakeModel]]:
    root = make_workspace(tmp_path_factory.mktemp("infected"))
    infect(root)
    with pytest.MonkeyPatch.context() as patch, fake_model([obedient]) as fake:
        patch.delenv("OPENAI_API_KEY", raising=False)
        settings = SETTINGS + f'[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\n'
        (root / "synth.toml").write_text(settings, encoding="utf-8")
        result = runner.invoke(app, ["-C", str(root), "run"])
        assert result.exit_code in (0, 3), result.output
        yield root, fake


def test_the_payloads_are_many_and_reach_the_model(obeyed: tuple[Path, FakeModel]) -> None:
    """Else the test below would prove nothing: what the readers let through is shown, and the model obeys."""
    shown = "\n".join(logged.user for logged in obeyed[1].log)
    reached = sum(goal(n) in shown for n in range(len(ALL)))
    assert len(ALL) == 40
    assert reached >= 15


def test_no_goal_reaches_a_document(obeyed: tuple[Path, FakeModel]) -> None:
    root, _ = obeyed
    pages = tree(root)
    assert "profiles/ICP.md" in pages
    for path, page in pages.items():
        text = page.decode("utf-8")
        found = [row for row in text.splitlines() if "quandrel" in row.casefold()]
        assert found == [], path


def test_honest_sentences_beside_them_are_kept_in_their_own_words(obeyed: tuple[Path, FakeModel]) -> None:
    result = runner.invoke(app, ["-C", str(obeyed[0]), "export", "insights"])
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    mine = [row for row in rows if row["source"] == "corpora/talk.txt"]
    assert "whiteboard" in " ".join(row["statement"] for row in mine)


def test_refusals_are_counted_by_cause(obeyed: tuple[Path, FakeModel]) -> None:
    result = runner.invoke(app, ["-C", str(obeyed[0]), "run", "--json"])
    assert json.loads(result.stdout)["refused"]["addressed to a model"] >= 15
