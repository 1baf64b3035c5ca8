"""`synth run --batch`: sent off, left alone, collected later; what a batch loses, doubles or mixes up costs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakemodel import Batches, FakeModel, batch_line, fake_model
from model_workspace import synth, workspace
from small_workspace import make_workspace, tree

from synth.models.batch import parts, read_results
from synth.models.requests import Reply


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model() as server:
        yield server


def asked_directly(fake: FakeModel) -> int:
    return sum(logged.path.endswith("/chat/completions") for logged in fake.log)


def everything(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [batch_line(line) for line in lines]


def test_it_is_sent_off_waited_for_and_collected_at_half_the_price(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(batches := Batches(everything))
    root = workspace(tmp_path / "batch", fake)
    code, _, err = synth(root, "run", "--batch")
    assert code == 7
    assert "run 'synth run' again later" in err.lower()
    assert len(batches.made) == 1
    assert synth(root, "run")[0] == 7  # still on its way
    assert synth(root, "run", "--batch")[0] == 7
    assert (len(batches.made), asked_directly(fake)) == (1, 0)
    batches.ended = True
    assert synth(root, "run")[0] == 0
    spent = {row["stage"]: row for row in json.loads(synth(root, "cost", "--json")[1])["by_stage"]}["extract"]
    assert spent["usd"] == pytest.approx((spent["tokens_in"] + 10 * spent["tokens_out"]) / 2e6)
    assert spent["requests"] == len(batches.files[0])
    direct = workspace(tmp_path / "direct", fake)
    assert synth(direct, "run")[0] == 0
    assert tree(direct) == tree(root)


def lost(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return everything(lines[1:])


def mixed_up(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    foreign = {**batch_line(lines[0]), "custom_id": "somebody else's"}
    return [foreign, *reversed(everything(lines)), *everything(lines[:2])]


def failed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    broken = {"custom_id": lines[0]["custom_id"], "response": {"status_code": 500, "body": {}}, "error": None}
    expired = {"custom_id": lines[1]["custom_id"], "response": None, "error": {"code": "batch_expired"}}
    return [broken, expired, *everything(lines[2:])]


@pytest.mark.parametrize(
    ("results", "missing"), [(lost, 1), (mixed_up, 0), (failed, 2)], ids=["lost", "mixed", "failed"]
)
def test_only_what_is_missing_is_asked_again(
    fake: FakeModel, tmp_path: Path, results: Callable[..., Any], missing: int
) -> None:
    """B19: the rest goes out directly, and the documents are those of a run without faults."""
    fake.play(batches := Batches(results))
    root = workspace(tmp_path / "batch", fake)
    assert synth(root, "run", "--batch")[0] == 7
    batches.ended = True
    fake.log.clear()
    assert synth(root, "run")[0] == 0
    keys = {line["custom_id"] for line in batches.files[0]}
    again = [logged for logged in fake.log if logged.path.endswith("/chat/completions")]
    shown = {line["body"]["messages"][-1]["content"] for line in batches.files[0]}
    assert sum(logged.user in shown for logged in again) == missing
    assert len(keys) == len(batches.files[0])
    direct = workspace(tmp_path / "direct", fake)
    synth(direct, "run")
    assert tree(direct) == tree(root)


def test_a_batch_whose_id_was_lost_is_found_by_its_token_and_not_paid_twice(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(batches := Batches(everything))
    root = workspace(tmp_path, fake)
    batches.forget = True  # the server has it, the answer does not reach us
    assert synth(root, "run", "--batch")[0] == 1
    batches.forget, batches.ended = False, True
    assert synth(root, "run")[0] == 0
    assert len(batches.made) == 1


def test_a_batch_that_never_came_into_being_is_asked_anew(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(batches := Batches(everything))
    root = workspace(tmp_path, fake)
    batches.forget = True
    synth(root, "run", "--batch")
    batches.made.clear()
    batches.forget = False
    assert synth(root, "run", "--batch")[0] == 7
    assert len(batches.made) == 1


def test_an_expired_batch_gives_what_it_has(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(batches := Batches(lost))
    root = workspace(tmp_path, fake)
    synth(root, "run", "--batch")
    batches.ended, batches.status = True, "expired"
    assert synth(root, "run")[0] == 0
    causes = {row["stage"]: row["failed"] for row in json.loads(synth(root, "cost", "--json")[1])["by_stage"]}
    assert causes["extract"] == 1


def test_a_batch_stays_within_the_budget(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(batches := Batches(everything))
    root = workspace(tmp_path, fake, "[budget]\ncalls = 2\n")
    assert synth(root, "run", "--batch")[0] == 7
    assert len(batches.files[0]) == 2


def test_other_providers_are_told_that_they_have_no_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_workspace(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with (tmp_path / "synth.toml").open("a", encoding="utf-8") as file:
        file.write('[model]\nchat = "azure_openai:x"\nbase_url = "http://127.0.0.1:9"\n')
    code, _, err = synth(tmp_path, "run", "--batch")
    assert code == 1
    assert "--batch is for openai" in err


def test_results_are_told_apart_by_key_and_the_first_reply_counts() -> None:
    line = {"custom_id": "a", "response": {"status_code": 200, "body": None}}
    good = {"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}
    first, second = ({**line, "response": {"status_code": 200, "body": {**good, "model": m}}} for m in ("one", "two"))
    error = {"custom_id": "a", "response": None, "error": {"code": "batch_expired"}}
    text = "\n".join(map(json.dumps, [error, line, first, second, {"custom_id": "z", "error": {}}])) + "\n{broken\n[]"
    found = read_results(text, {"a", "b"})
    assert list(found) == ["a"]
    assert isinstance(found["a"], Reply)
    assert (found["a"].model, found["a"].usage.tokens_in) == ("one", 3)


def test_an_upload_is_cut_at_what_a_batch_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.models.batch.MOST_REQUESTS", 2)
    monkeypatch.setattr("synth.models.batch.MOST_BYTES", 10)
    assert list(parts(["aa\n", "bb\n", "cc\n", "dddddddd\n", "ee\n"])) == [
        ["aa\n", "bb\n"],
        ["cc\n"],
        ["dddddddd\n"],
        ["ee\n"],
    ]
