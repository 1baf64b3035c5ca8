"""What a run costs: known before, capped during, accounted for after; through the command line and a real socket."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakemodel import FakeModel, Logged, Step, answers, error, fake_model, oracle
from model_workspace import synth, workspace
from small_workspace import make_workspace, tree

from synth.models.prices import price_of
from synth.settings import Model


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([oracle]) as server:
        yield server


def told(root: Path, *words: str) -> dict[str, Any]:
    code, out, err = synth(root, *words, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_dry_run_names_the_price_and_sends_and_writes_nothing(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake)
    found = told(root, "run", "--dry-run")
    assert fake.log == []
    assert tree(root) == {}
    assert {row["stage"] for row in found["by_stage"]} == {"extract", "second look", "themes", "prose"}
    assert len({row["source"] for row in found["by_source"]}) == 3
    assert found["usd_low"] < found["usd"] < found["usd_high"]
    assert found["usd"] == pytest.approx(sum(row["usd"] for row in found["by_stage"]), abs=1e-4)
    code, out, _ = synth(root, "run", "--dry-run")
    assert code == 0
    assert "corpora/stanmar.txt" in out


def test_a_dry_run_needs_no_key(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    with (tmp_path / "synth.toml").open("a", encoding="utf-8") as file:
        file.write('[model]\nchat = "openai:gpt-5-mini"\n')
    assert told(tmp_path, "run", "--dry-run")["usd"] > 0


def test_the_first_requests_are_foreseen_exactly_and_the_rest_from_them(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake)
    before = told(root, "run", "--dry-run")["by_stage"][0]
    assert synth(root, "run")[0] == 0
    spent = {row["stage"]: row for row in told(root, "cost")["by_stage"]}
    assert before["calls"] == spent["extract"]["requests"]
    assert before["tokens_in"] == pytest.approx(spent["extract"]["tokens_in"], rel=0.2)
    after = told(root, "run", "--dry-run")
    assert (after["calls"], after["usd"]) == (0, 0)


def test_what_is_cached_is_not_foreseen_again(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake, "[budget]\ncalls = 2\n")
    before = told(root, "run", "--dry-run")
    assert synth(root, "run")[0] == 6
    after = told(root, "run", "--dry-run")
    assert after["by_stage"][0]["calls"] < before["by_stage"][0]["calls"]
    assert after["by_stage"][0]["tokens_in"] < before["by_stage"][0]["tokens_in"]


def test_a_new_source_is_foreseen_by_what_the_model_needed_for_the_others(fake: FakeModel, tmp_path: Path) -> None:
    def wordy(logged: Logged) -> Step:
        content = json.loads(oracle(logged).body)["choices"][0]["message"]["content"]
        shown = len(logged.user) // 2
        return answers(json.loads(content), tokens=(2 * shown, 3 * shown))

    fake.play(wordy)
    root = workspace(tmp_path, fake)
    assert synth(root, "run")[0] == 0
    before = told(root, "cost")["by_stage"][0]
    talk = "".join(f"Ida Holm: And {n}?\nEva Berg: In week {n} we lost two drivers to the snow.\n" for n in range(20))
    (root / "corpora/new.txt").write_text(talk, encoding="utf-8")
    found = told(root, "run", "--dry-run")["by_stage"][0]
    assert synth(root, "run")[0] == 0
    after = told(root, "cost")["by_stage"][0]
    assert found["calls"] == after["requests"] - before["requests"]
    assert found["tokens_out"] == pytest.approx(after["tokens_out"] - before["tokens_out"], rel=0.25)
    assert found["usd_low"] < after["usd"] - before["usd"] < found["usd_high"]


def test_a_model_nobody_has_a_price_for_is_told_in_tokens_only(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake, price="")
    found = told(root, "run", "--dry-run")
    assert found["usd"] is None
    assert found["tokens_in"] > 0
    code, _, err = synth(root, "run", "--max-usd", "1")
    assert code == 1
    assert "price_in" in err
    assert fake.log == []


@pytest.mark.parametrize(
    ("cap", "words"),
    [("[budget]\nusd = 0.009\n", ()), ("", ("--max-usd", "0.009")), ("[budget]\ntokens = 4500\n", ())],
    ids=["usd", "max-usd", "tokens"],
)
def test_no_cap_is_ever_passed_and_the_rest_is_done_later(
    fake: FakeModel, tmp_path: Path, cap: str, words: tuple[str, ...]
) -> None:
    """B11: exit 6 and a hint; what was paid is kept."""
    root = workspace(tmp_path, fake, "max_output_tokens = 400\n" + cap)
    code, _, err = synth(root, "run", *words)
    assert code == 6
    assert "run 'synth run' again" in err
    total = told(root, "cost")["total"]
    assert 0 < total["requests"] == len(fake.log)
    assert total["usd"] <= 0.009
    assert total["tokens_in"] + total["tokens_out"] <= 4500
    (root / "synth.toml").write_text((root / "synth.toml").read_text().replace(cap, ""))
    assert synth(root, "run")[0] == 0
    bodies = [json.dumps(logged.body, sort_keys=True) for logged in fake.log]
    assert len(set(bodies)) == len(bodies)


def test_a_cap_of_calls_sends_exactly_so_many(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake, "[budget]\ncalls = 3\n")
    assert synth(root, "run")[0] == 6
    assert len(fake.log) == 3


def test_finished_work_loads_no_model_library_and_looks_for_no_key(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake)
    assert synth(root, "run")[0] == 0
    sent = len(fake.log)
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom synth.cli import app\n"
        f"print(CliRunner().invoke(app, ['-C', {str(root)!r}, 'run']).exit_code, 'langchain' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False"]
    assert len(fake.log) == sent


def test_cost_accounts_for_every_request(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(error(500), oracle)
    root = workspace(tmp_path, fake)
    assert json.loads(synth(root, "run", "--json")[1])["usd"] > 0
    found = told(root, "cost")
    total = found["total"]
    assert (total["requests"], total["retries"], total["failed"]) == (len(fake.log), 1, 1)
    for group in ("by_run", "by_stage", "by_source", "by_month", "by_model"):
        assert sum(row["requests"] for row in found[group]) == total["requests"]
        assert sum(row["usd"] for row in found[group]) == pytest.approx(total["usd"])
    assert total["usd"] == pytest.approx((total["tokens_in"] + 10 * total["tokens_out"]) / 1e6)
    code, out, _ = synth(root, "cost", "--by", "source")
    assert code == 0
    assert "corpora/stanmar.txt" in out


def test_another_model_that_answers_is_said(fake: FakeModel, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """B15."""

    def other(logged: Any) -> Step:
        body = json.loads(oracle(logged).body)
        return answers(json.loads(body["choices"][0]["message"]["content"]), model="fake-1-mini-cheap")

    root = workspace(tmp_path, fake)
    synth(root, "run", "--max-usd", "1")
    assert caplog.messages == []
    fake.play(other)
    (root / "corpora/new.txt").write_text(
        "Ida Holm: How was it?\nEva Berg: We lost two drivers over the winter months.\n"
    )
    synth(root, "run")
    assert any("fake-1-mini-cheap" in message for message in caplog.messages)


def test_prices_of_the_list_and_of_the_team() -> None:
    listed = price_of(Model(chat="openai:gpt-4o-mini"))
    assert listed
    assert listed(1_000_000, 0, 0) > listed(1_000_000, 0, 500_000) > 0
    own = price_of(Model(chat="openai:x", price_in=2, price_out=8))
    assert own
    assert own(500_000, 250_000, 0) == 3
    assert price_of(Model(chat="openai:gpt-4o-mini", base_url="http://127.0.0.1:1/v1")) is None
    assert price_of(Model(chat="openai:no-such-model")) is None
