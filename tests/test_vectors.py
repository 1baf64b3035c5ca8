"""Embedding models over a real socket: each vector with its text, or a failure with a name."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakemodel import FakeModel, Logged, Step, embeddings, error, fake_model, html, raw

from synth.errors import BudgetReached, ModelKeyMissing, ModelUnknown, ModelUnreachable
from synth.ledger import Ledger
from synth.models.budget import Budget
from synth.models.vectors import open_vectors
from synth.search.embed import RemoteEmbedder, embed_texts
from synth.settings import Model

ROWS = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([embeddings(ROWS)]) as server:
        yield server


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def embedder(fake: FakeModel, ledger: Ledger, budget: Budget | None = None) -> RemoteEmbedder:
    settings = Model(embeddings="openai:fake-embed-1", base_url=fake.url, timeout_s=5)
    chat = open_vectors(settings, store=ledger.calls, budget=budget)
    chat.sleep = lambda _: None
    return RemoteEmbedder(chat)


def test_vectors_come_in_the_order_of_the_texts_whatever_order_they_are_answered_in(
    fake: FakeModel, ledger: Ledger
) -> None:
    """B14."""
    fake.play(embeddings(ROWS, order=[2, 0, 1]))
    assert embedder(fake, ledger).embed(["a", "b", "c"]).ravel().tolist() == pytest.approx(
        [n for row in ROWS for n in row]
    )
    assert fake.log[0].body["input"] == ["a", "b", "c"]


def test_base64_is_read_although_numbers_were_asked_for(fake: FakeModel, ledger: Ledger) -> None:
    fake.play(embeddings([base64.b64encode(struct.pack("<2f", *row)).decode() for row in ROWS]))
    assert embedder(fake, ledger).embed(["a", "b", "c"])[2].tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    "step",
    [
        embeddings(ROWS[:2]),
        embeddings([*ROWS, [1.0, 1.0]]),
        embeddings([[1.0, 0.0], [0.0, 1.0], [1.0]]),
        embeddings([[], [], []]),
        embeddings(ROWS, order=[0, 0, 1]),
        raw(embeddings(ROWS).body.replace(b"0.6", b"NaN")),
        embeddings(["?", "?", "?"]),
        error(500),
        html(),
        raw("{}"),
    ],
    ids=["too few", "too many", "uneven", "empty", "one twice", "NaN", "no base64", "500", "html", "{}"],
)
def test_what_is_no_answer_is_retried_and_then_a_clear_error(fake: FakeModel, ledger: Ledger, step: Step) -> None:
    """B14, B18."""
    fake.play(step)
    with pytest.raises(ModelUnreachable):
        embedder(fake, ledger).embed(["a", "b", "c"])
    assert len(fake.log) == 4


def test_a_refused_key_and_an_empty_account_stop_at_once(fake: FakeModel, ledger: Ledger) -> None:
    for step, kind in ((error(401), ModelKeyMissing), (error(429, "insufficient_quota"), ModelUnreachable)):
        fake.log.clear()
        fake.play(step)
        with pytest.raises(kind):
            embedder(fake, ledger).embed(["a"])
        assert len(fake.log) == 1


def test_embedding_is_accounted_for_and_capped(fake: FakeModel, ledger: Ledger) -> None:
    budget = Budget(calls=1)
    embed_texts(embedder(fake, ledger, budget), ledger, ["a", "b", "c"])
    with pytest.raises(BudgetReached):
        embed_texts(embedder(fake, ledger, budget), ledger, ["d"])
    ((stage, spent),) = ledger.calls.totals("stage")
    assert (stage, spent.requests, spent.tokens_in) == ("embed", 1, 7)
    assert embed_texts(embedder(fake, ledger), ledger, ["c"]).tolist()[0] == pytest.approx([0.6, 0.8])
    assert len(fake.log) == 1


def test_a_model_that_changed_its_size_is_another_model(fake: FakeModel, ledger: Ledger) -> None:
    embed_texts(embedder(fake, ledger), ledger, ["a", "b", "c"])
    fake.play(embeddings([[1.0, 0.0, 0.0]]))
    with pytest.raises(ModelUnknown, match="3 numbers, so far of 2"):
        embed_texts(embedder(fake, ledger), ledger, ["d"])


def test_texts_go_out_in_batches_that_are_committed_one_by_one(fake: FakeModel, ledger: Ledger) -> None:
    def answer(logged: Logged) -> Step:
        texts = logged.body["input"]
        return error(401) if "t130" in texts else embeddings([[1.0, 0.5]] * len(texts))

    fake.play(answer)
    with pytest.raises(ModelKeyMissing):
        embed_texts(embedder(fake, ledger), ledger, [f"t{n}" for n in range(200)])
    assert len(ledger.vectors("openai:fake-embed-1", [f"t{n}" for n in range(200)])) == 128
