"""The second reader: a small model's word on doubtful lines moves the head's probability, and is all it gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakemodel import FakeModel, Logged, Step, completion, error, fake_model, raw
from model_workspace import synth, workspace
from spoken import talk

from synth.extraction.head import Reading
from synth.extraction.second import ASKED_FROM, ASKED_TO, MOST, WORDS, doubtful, opinion, weighed
from synth.model import Transcript
from synth.models.prompt import load_prompt
from synth.models.requests import Reply, Usage
from synth.people.redact import build_mask
from synth.settings import Settings

ASPECTS = ("pain_point", "benefit")


def read(transcript: Transcript, *chances: tuple[float, float]) -> Reading:
    lines = tuple(line for line in transcript.lines if line.citable)[: len(chances)]
    nothing = np.zeros(len(lines), np.float32)
    return Reading(lines, np.array(chances, np.float32).reshape(-1, 2), nothing, nothing, nothing)


def said(word: str, chance: float = 0.9) -> list[float]:
    rest = np.log((1 - chance) / (len(WORDS) - 1))
    return [float(np.log(chance) if each == word else rest) for each in WORDS]


def likely(*words: tuple[str, float]) -> Reply:
    return Reply(words[0][0], "length", "m", Usage(1, 1), likely=words)


def test_the_beginning_of_a_word_is_enough_and_the_likeliest_beginning_counts() -> None:
    given = dict(
        zip(WORDS, opinion(likely((" pro", -0.2), ("goal", -2.0), ("Problem", -3.0), ("xyz", -0.1))), strict=True)
    )
    assert (given["problem"], given["goal"]) == (-0.2, -2.0)
    assert given["nothing"] < -5


def test_the_word_of_a_model_that_tells_no_probabilities_counts() -> None:
    given = dict(zip(WORDS, opinion(Reply("Result.", "stop", "m", Usage(1, 1))), strict=True))
    assert given["result"] == 0
    assert max(chance for word, chance in given.items() if word != "result") < -5


def test_only_doubtful_lines_are_asked_about_and_few() -> None:
    transcript = talk("V: And?\nC: " + " ".join(f"The pump number {i} broke." for i in range(MOST + 20)))
    mask, prompt = build_mask(transcript, Settings(), ()), load_prompt("second")
    sure = read(transcript, (ASKED_FROM - 0.01, 0.0), (0.4, 0.1), (0.1, ASKED_TO + 0.01))
    assert [each.row for each in doubtful(transcript, sure, prompt, mask)] == [1]
    many = read(transcript, *[(0.2 + 0.01 * i, 0.0) for i in range(MOST + 20)])
    rows = [each.row for each in doubtful(transcript, many, prompt, mask)]
    assert len(rows) == MOST
    assert rows == sorted(rows)
    assert 20 in rows
    assert MOST + 19 not in rows


def test_the_question_shows_the_line_in_its_talk_and_nobody_by_name() -> None:
    transcript = talk("V: What did Zofia say?\nC: It was bad. Zofia Nowak cried over the invoices.")
    mask = build_mask(transcript, Settings(), ("Zofia Nowak",))
    (asked,) = doubtful(transcript, read(transcript, (0.0, 0.0), (0.5, 0.0)), load_prompt("second"), mask)
    assert "cried over the invoices.**" in asked.request.user
    assert "It was bad. **" in asked.request.user
    assert "Nowak" not in asked.request.user
    assert (asked.request.max_tokens, asked.request.likeliest > 0) == (1, True)


def test_a_word_moves_its_aspect_up_and_others_down_and_leaves_what_was_not_asked() -> None:
    before = read(talk("C: One thing broke. Two things broke. Three things broke."), (0.4, 0.3), (0.4, 0.3), (0.4, 0.3))
    after = weighed(before, ASPECTS, {0: said("problem"), 1: said("nothing")}, "en").probabilities
    assert after[0, 0] > 0.4 > after[1, 0]
    assert after[0, 1] < 0.3
    assert after[2].tolist() == before.probabilities[2].tolist()


def test_what_a_model_says_of_every_line_says_nothing() -> None:
    before = read(talk("C: One thing broke. Two things broke."), (0.4, 0.3), (0.6, 0.2))
    after = weighed(before, ASPECTS, {0: said("problem"), 1: said("problem")}, "en")
    np.testing.assert_allclose(after.probabilities, before.probabilities, atol=1e-6)


def test_in_other_languages_its_word_weighs_less() -> None:
    before = read(talk("C: One thing broke. Two things broke."), (0.4, 0.3), (0.4, 0.3))
    moved = [
        float(weighed(before, ASPECTS, {0: said("problem"), 1: said("goal")}, language).probabilities[0, 0])
        for language in ("tr", "en")
    ]
    assert 0.4 < moved[0] < moved[1]


def words(logged: Logged) -> Step:
    """A server that finds a problem in every second line, as one that tells probabilities answers."""
    word = "problem" if len(logged.user) % 2 else "nothing"
    step = json.loads(completion(word, finish="length", tokens=(50, 1)).body)
    top = [{"token": word, "logprob": -0.1, "bytes": None}, {"token": "goal", "logprob": -3.0, "bytes": None}]
    step["choices"][0]["logprobs"] = {"content": [{"token": word, "logprob": -0.1, "bytes": None, "top_logprobs": top}]}
    return raw(json.dumps(step))


@pytest.fixture
def fake() -> FakeModel:
    with fake_model() as server:
        yield server


def run(root: Path) -> dict[str, object]:
    code, out, _ = synth(root, "run", "--json")
    assert code == 0
    return json.loads(out)


def test_the_local_engine_reads_and_the_model_is_asked_for_one_word(tmp_path: Path, fake: FakeModel) -> None:
    fake.play(words)
    root = workspace(tmp_path, fake, more='reading = "second"\n')
    first = run(root)
    assert first["insights"]
    assert first["calls"] == len(fake.log) > 0
    assert all(each.body["logprobs"] is True and "response_format" not in each.body for each in fake.log)
    rows = [json.loads(row) for row in synth(root, "export", "insights")[1].splitlines()]
    assert {row["engine"] for row in rows} == {"local+openai:fake-1"}
    assert all(row["statement"].rstrip("…") in " ".join(row["quote"].split()) for row in rows)
    assert "openai:fake-1" in (root / "profiles" / "ICP.md").read_text(encoding="utf-8")
    assert run(root)["calls"] == 0


def test_a_model_that_tells_no_probabilities_is_asked_without(tmp_path: Path, fake: FakeModel) -> None:
    def refuses(logged: Logged) -> Step:
        if "logprobs" in logged.body:
            return error(400, message="'logprobs' is not supported with this model")
        return completion("problem", finish="length")

    fake.play(refuses)
    assert run(workspace(tmp_path, fake, more='reading = "second"\n'))["insights"]
    assert "logprobs" not in fake.log[-1].body


def test_an_estimate_counts_a_word_a_question_and_no_summary(tmp_path: Path, fake: FakeModel) -> None:
    code, out, _ = synth(workspace(tmp_path, fake, more='reading = "second"\n'), "run", "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["calls"] == told["tokens_out"] > 0
    assert {stage["stage"] for stage in told["by_stage"]} == {"extract"}
    assert fake.log == []
