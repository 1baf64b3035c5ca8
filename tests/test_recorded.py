"""Today's prompts, answered by a real model and recorded: what is sent is what was recorded, byte for byte.

A cassette is never written by hand. After a change of a prompt, with the model that CONTRIBUTING.md names on port 8099:
`SYNTH_RECORD=1 pytest tests/test_recorded.py` records them anew (about five minutes on two cores).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import vcr
from spoken import talk

from synth.documents.prose import Record, write_prose
from synth.errors import AnswerError
from synth.extraction.codebook import load_codebook
from synth.extraction.gate import judge
from synth.extraction.passages import passages
from synth.extraction.reading import Coder, read_with_model
from synth.extraction.sorting import Sorter, sort_insights
from synth.model import Insight
from synth.models.calls import Chat
from synth.models.llm import open_chat
from synth.models.prompt import load_prompt
from synth.models.requests import Request
from synth.settings import Model

CASSETTES = Path(__file__).parent / "cassettes"
RECORD = bool(os.environ.get("SYNTH_RECORD"))
REAL = Model(chat="openai:qwen2.5-coder-1.5b-instruct", base_url="http://127.0.0.1:8099/v1", timeout_s=1200)
KEPT = {"content-type", "content-length"}
ANIMAL = {
    "type": "object",
    "properties": {"animal": {"type": "string"}, "legs": {"type": "integer"}},
    "required": ["animal", "legs"],
    "additionalProperties": False,
}
SHORT = """\
V: What was a normal evening like before?
C: We wrote the arrivals on a whiteboard and somebody wiped it twice a week.
V: And now?
C: Check-in went from twelve minutes to four."""


def _plain(response: dict[str, Any]) -> dict[str, Any]:
    """Leave out the headers that name a machine or a moment."""
    headers = {name: value for name, value in response["headers"].items() if name.lower() in KEPT}
    return {**response, "headers": headers}


@contextmanager
def recorded(name: str) -> Iterator[Chat]:
    """A chat with the real model as it was recorded; each recorded answer must be asked for, and nothing else."""
    recorder = vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode="all" if RECORD else "none",
        match_on=["method", "scheme", "host", "port", "path", "body"],
        filter_headers=["authorization", "user-agent", "host", "x-stainless-*"],
        before_record_response=_plain,
    )
    chat = open_chat(REAL)
    chat.sleep = lambda _: None
    with recorder.use_cassette(f"{name}.yaml") as tape:
        yield chat
        assert RECORD or tape.all_played, f"{name}.yaml: a prompt has changed; record it anew as the module's head says"


def ask_about_the_frog(chat: Chat, most: int) -> Any:
    text = "A frog sits in the pond. Which animal, and how many legs?"
    return chat.ask(Request("Answer in JSON.", text, "animal", ANIMAL, most))


def test_a_real_server_answers_in_the_asked_shape() -> None:
    with recorded("llm_animal") as chat:
        answer = ask_about_the_frog(chat, 60)
    assert answer.data["animal"].casefold() == "frog"
    assert answer.usage.tokens_in > 20
    assert (answer.finish, answer.model) == ("stop", "qwen2.5-coder-1.5b-instruct")


def test_a_real_server_says_when_it_ran_out_of_tokens() -> None:
    with recorded("llm_truncated") as chat, pytest.raises(AnswerError) as caught:
        ask_about_the_frog(chat, 4)
    assert caught.value.cause == "truncated"


def test_the_prompt_that_reads_is_answered_by_a_weak_model_and_each_quote_is_a_line_of_the_customer() -> None:
    """Whatever it gets wrong."""
    transcript = talk(SHORT)
    with recorded("extract_inn") as chat:
        reader = Coder(chat, load_codebook(), load_prompt("extract", None), max_output_tokens=300)
        reading = read_with_model(transcript, passages(transcript), reader)
    judged = judge(reading.claims, transcript, load_codebook(), "real")
    assert reading.failures == ()
    assert reading.items >= 1
    cited = {n for insight in judged.insights for n in insight.lines}
    assert cited
    assert cited <= {line.n for line in transcript.lines if line.citable}


def said(number: int, statement: str) -> Insight:
    about = ("pain_point", statement, f"s{number}", (1,), "A", "customer", "said", f"Account {number}", "supports")
    return Insight(f"{number:08x}", *about, prompted=False, confidence=0.9, engine="m")


def test_the_prompt_that_sorts_gives_every_statement_back_once() -> None:
    statements = (
        "Arrivals were written on a whiteboard that was wiped by mistake.",
        "The plan of the week stood on a whiteboard only.",
        "Month-end close took ten days.",
    )
    insights = [said(n, text) for n, text in enumerate(statements)]
    with recorded("group_three") as chat:
        sorter = Sorter(chat, load_prompt("group", None), load_codebook(), "en")
        groups = sort_insights(insights, [], sorter)
    assert sorted(i for group in groups for i in group.insights) == [insight.id for insight in insights]
    assert all(group.title for group in groups)


def test_the_prompt_that_sums_up_is_answered_in_sentences_that_name_their_records() -> None:
    shown = (
        Record("t1", "Pain points", "The plan lives on a whiteboard", "4 of 5 accounts; won 2, lost 1", ("e-1",)),
        Record("t2", "Benefits", "Check-in went from twelve minutes to four", "3 of 5 accounts; won 2", ("e-2",)),
    )
    with recorded("prose_two") as chat:
        sentences = write_prose(shown, chat=chat, prompt=load_prompt("prose"), language="en")
    assert {name for sentence in sentences for name in sentence.ids} <= {"t1", "t2"}
