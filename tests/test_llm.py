"""The seam to chat models and the one retry loop: a fake server on a real socket."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fakemodel import (
    FakeModel,
    Logged,
    Step,
    answers,
    completion,
    cut,
    drip,
    error,
    fake_model,
    hang,
    html,
    raw,
    reset,
    tool_call,
)

from synth.errors import AnswerError, BudgetReached, ModelError, ModelKeyMissing, ModelUnknown, ModelUnreachable
from synth.models.access import loopback
from synth.models.batch import as_lines
from synth.models.budget import Budget
from synth.models.calls import Chat
from synth.models.llm import open_chat
from synth.models.pace import Pace, seconds
from synth.models.requests import Request, Usage, call_key
from synth.models.retrying import Allowance
from synth.models.sidebyside import in_order
from synth.models.store import MemoryStore, Outcome, Sent
from synth.settings import Model

SCHEMA = {
    "type": "object",
    "properties": {"animal": {"type": "string"}, "legs": {"type": "integer"}},
    "required": ["animal", "legs"],
    "additionalProperties": False,
}
GOOD = {"animal": "heron", "legs": 2}


def request(user: str = "Which bird stands in the pond?", **changes: Any) -> Request:
    given = {"system": "Answer in JSON.", "user": user, "schema_name": "animal", "schema": SCHEMA, "max_tokens": 60}
    return Request(**{**given, **changes})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with fake_model() as server:
        yield server


class FakeTime:
    """A clock that only waiting moves, and a list of the waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)


def chat_with(fake: FakeModel, **about: Any) -> Chat:
    keep = {key: about.pop(key) for key in ("store", "budget") if key in about}
    time = about.pop("time", FakeTime())
    chat = open_chat(Model(chat="openai:fake-1", base_url=fake.url, **{"timeout_s": 5, **about}), **keep)
    chat.sleep, chat.clock, chat.pace.clock = time.sleep, time, time
    return chat


class RecordingStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, str]] = []
        self.bounds: list[Usage] = []

    def begin(self, sent: Sent, bound: Usage) -> int:
        self.events.append(("begin", sent.source))
        self.bounds.append(bound)
        return super().begin(sent, bound)

    def settle(self, number: int, outcome: Outcome) -> None:
        super().settle(number, outcome)
        self.events.append(("settle", outcome.cause))


def test_answer_carries_data_model_and_tokens(fake: FakeModel) -> None:
    fake.play(answers(GOOD, tokens=(321, 12), prompt_tokens_details={"cached_tokens": 300}))
    answer = chat_with(fake).ask(request())
    assert answer.data == GOOD
    assert (answer.model, answer.finish) == ("fake-1", "stop")
    assert (answer.usage.tokens_in, answer.usage.tokens_out, answer.usage.tokens_cached) == (321, 12, 300)


def test_request_is_strict_and_repeatable(fake: FakeModel) -> None:
    """The schema is enforced by the provider, temperature is 0, and instructions stand before the text."""
    fake.play(answers(GOOD))
    chat_with(fake).ask(request())
    body = fake.log[0].body
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["temperature"] == 0
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert 60 in (body.get("max_tokens"), body.get("max_completion_tokens"))
    assert not body.get("stream")


def test_rate_limit_waits_as_told_and_goes_on(fake: FakeModel) -> None:
    """B1: two 429 with Retry-After 0.2 cost three requests and at least 0.4 s."""
    fake.play(error(429, retry_after="0.2"), error(429, retry_after="0.2"), answers(GOOD))
    time = FakeTime()
    answer = chat_with(fake, time=time).ask(request())
    assert answer.usage.requests == len(fake.log) == 3
    assert len(time.waits) == 2
    assert all(0.2 <= wait < 0.5 for wait in time.waits)


def test_long_retry_after_defers_the_item_without_sleeping(fake: FakeModel) -> None:
    """B2."""
    fake.play(error(429, retry_after="600"))
    time = FakeTime()
    chat = chat_with(fake, time=time)
    for item in ("one", "another"):
        with pytest.raises(AnswerError, match="600 s") as caught:
            chat.ask(request(item))
        assert caught.value.cause == "deferred"
    assert time.waits == []
    assert len(fake.log) == 1  # the second item knows already


def test_a_date_to_wait_for_is_understood(fake: FakeModel) -> None:
    fake.play(error(429, retry_after="Fri, 31 Dec 2100 23:59:59 GMT"))
    with pytest.raises(AnswerError) as caught:
        chat_with(fake).ask(request())
    assert caught.value.cause == "deferred"


def test_a_server_that_asks_to_wait_holds_back_all_items(fake: FakeModel) -> None:
    fake.play(error(429, retry_after="20"), answers(GOOD))
    time = FakeTime()
    chat = chat_with(fake, time=time, timeout_s=60)
    with pytest.raises(AnswerError):
        chat.ask(request("one"), Allowance(1))
    chat.ask(request("another"))
    assert time.waits
    assert 20 <= sum(time.waits) < 21


def test_rate_limits_are_learned_from_headers_and_kept(fake: FakeModel) -> None:
    """Ten requests a minute, one left: the next goes at once, the one after waits for the bucket to refill."""
    limits = {"x-ratelimit-limit-requests": "10", "x-ratelimit-reset-requests": "54s"}
    fake.play(
        *(Step(**{**vars(answers(GOOD)), "headers": limits | {"x-ratelimit-remaining-requests": n}}) for n in "10")
    )
    time = FakeTime()
    chat = chat_with(fake, time=time)
    chat.ask(request("one"))
    chat.ask(request("two"))
    assert time.waits == []
    chat.timeout_s = 60
    chat.ask(request("three"))
    assert sum(time.waits) == pytest.approx(5.4)  # 10 in 54 s
    assert len(fake.log) == 3


def test_token_limits_count_what_a_request_may_need(fake: FakeModel) -> None:
    pace = Pace(FakeTime())
    names = {"limit": "1000", "remaining": "100", "reset": "1m30s"}
    pace.learn({f"x-ratelimit-{which}-tokens": value for which, value in names.items()})
    assert pace.take(100) == 0
    assert pace.take(50) == pytest.approx(5)
    assert pace.take(5000) == pytest.approx(100)  # more than ever fits: when the bucket is full


@pytest.mark.parametrize(
    ("span", "expected"),
    [("1s", 1), ("6m0s", 360), ("120ms", 0.12), ("1h2m3.5s", 3723.5), ("1.5", 1.5), ("", None), ("soon", None)],
)
def test_spans_of_providers_are_read(span: str, expected: float | None) -> None:
    assert seconds(span) == expected


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (error(401, "invalid_api_key", "Incorrect API key provided: sk-SECRET"), ModelKeyMissing),
        (error(403, "forbidden", "sk-SECRET may not"), ModelUnknown),
        (error(404, "model_not_found", "sk-SECRET has no fake-1"), ModelUnknown),
        (error(429, "insufficient_quota", "You exceeded your current quota, sk-SECRET"), ModelUnreachable),
        (error(402, "billing", "pay sk-SECRET"), ModelUnreachable),
    ],
)
def test_hopeless_errors_stop_the_run_at_the_first_request(
    fake: FakeModel, monkeypatch: pytest.MonkeyPatch, step: Step, kind: type[ModelError]
) -> None:
    """B3: no other item is tried, and no key is in the text."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-SECRET")
    fake.play(step)
    chat = chat_with(fake)
    with pytest.raises(kind) as caught:
        chat.ask(request())
    with pytest.raises(kind):
        chat.ask(request("another item"))
    assert len(fake.log) == 1
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "step",
    [
        error(500),
        error(503),
        html(status=502),
        raw("", status=504),
        raw(""),
        html(),
        raw("{}"),
        raw('{"choices": null}'),
        raw('{"error": {"message": "overloaded"}}'),
        raw('{"id": "x", "choices": [{"index"'),
        raw(b"\x1f\x8b\x08garbage", content_encoding="gzip"),
    ],
    ids=lambda step: f"{step.status}-{step.body[:12]!r}",
)
def test_server_faults_are_retried_at_most_four_times_and_then_fail_the_item(fake: FakeModel, step: Step) -> None:
    """B4, B6, B18: a typed failure, and the next item still goes through."""
    fake.play(step, step, step, step, answers(GOOD))
    chat = chat_with(fake)
    with pytest.raises(AnswerError) as caught:
        chat.ask(request())
    assert caught.value.cause in ("server", "broken off")
    assert len(fake.log) == 4
    assert chat.ask(request("next")).data == GOOD


def test_server_fault_that_passes_costs_one_retry(fake: FakeModel) -> None:
    fake.play(error(500), answers(GOOD))
    assert chat_with(fake).ask(request()).usage.requests == 2


@pytest.mark.parametrize("slow", [hang(30), drip(answers(GOOD), 0.05)], ids=["hang", "drip"])
def test_total_deadline_holds_whatever_trickles_in(fake: FakeModel, slow: Step) -> None:
    """B5: each byte comes in time, the answer does not; after two times the deadline the item has failed."""
    fake.play(slow)
    with pytest.raises(AnswerError) as caught:
        chat_with(fake, timeout_s=0.4).ask(request())
    assert caught.value.cause == "timeout"
    assert len(fake.log) <= 4


@pytest.mark.parametrize(
    "step", [cut(answers(GOOD), 40), cut(answers(GOOD), 0), reset()], ids=["in the body", "after the headers", "reset"]
)
def test_a_broken_connection_is_retried_and_counts_as_perhaps_paid(fake: FakeModel, step: Step) -> None:
    """B5."""
    fake.play(step, answers(GOOD, tokens=(10, 5)))
    budget = Budget()
    assert chat_with(fake, budget=budget).ask(request()).data == GOOD
    assert len(fake.log) == 2
    assert budget.used_tokens > 15 + 60  # the first at its bound
    fake.log.clear()
    fake.play(step)
    with pytest.raises(AnswerError) as caught:
        chat_with(fake).ask(request())
    assert caught.value.cause in ("broken off", "connection")
    assert len(fake.log) == 4


def test_nobody_there_stops_the_run() -> None:
    with fake_model() as gone:
        url = gone.url
    chat = open_chat(Model(chat="openai:fake-1", base_url=url, timeout_s=2))
    chat.sleep = lambda _: None
    with pytest.raises(ModelUnreachable):
        chat.ask(request())


@pytest.mark.parametrize(
    ("step", "cause"),
    [
        (completion('{"animal": "he', finish="length"), "truncated"),
        (completion(None, finish="content_filter"), "filtered"),
        (completion(None, refusal="I cannot help with that."), "refused"),
        (error(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens"), "overflow"),
        (error(400, "bad", "no such thing"), "rejected"),
    ],
)
def test_unfinished_answers_are_failures_with_a_cause(fake: FakeModel, step: Step, cause: str) -> None:
    """B7, B8, B10: one request, never 'nothing was found'."""
    fake.play(step)
    with pytest.raises(AnswerError) as caught:
        chat_with(fake).ask(request())
    assert caught.value.cause == cause
    assert len(fake.log) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Certainly! The bird is a heron.",
        '{"animal": "heron"}',
        '{"animal": "heron", "legs": "two"}',
        '{"animal": "heron", "legs": 2, "wings": 2}',
        '{"animal": "heron", "legs": true}',
        '{"animal": "heron", "legs": NaN}',
        '{"animal": "her\\u0000on", "legs": 2}',
        '{"animal": "\\ud800", "legs": 2}',
        '{"animal": "' + "x" * 1_000_000 + '", "legs": 2}',
        "[" * 100_000,
        "[]",
        "",
    ],
    ids=lambda text: text[:34] or "empty",
)
def test_answers_of_another_shape_are_asked_for_once_more(fake: FakeModel, text: str) -> None:
    """B9: repaired once without an echo of the content, then a failure."""
    fake.play(completion(text), answers(GOOD))
    assert chat_with(fake).ask(request()).data == GOOD
    assert "could not be used" in fake.log[1].user
    assert len(fake.log[1].user) < 300
    fake.log.clear()
    fake.play(completion(text))
    with pytest.raises(AnswerError) as caught:
        chat_with(fake).ask(request())
    assert caught.value.cause in ("invalid", "empty")
    assert len(fake.log) == 2


def test_another_build_of_the_model_is_said_once(fake: FakeModel, caplog: pytest.LogCaptureFixture) -> None:
    """B15: the name is the same, the provider's fingerprint is not."""
    fake.play(*(answers(GOOD, system_fingerprint=build) for build in ("fp_1", "fp_1", "fp_2", "fp_3", "")))
    store = MemoryStore()
    for item in "ab":
        chat_with(fake, store=store).ask(request(item))
    assert caplog.messages == []
    chat = chat_with(fake, store=store)
    for item in "cde":
        chat.ask(request(item))
    (said,) = caplog.messages
    assert "another build answers (fp_2, so far fp_1)" in said
    assert store.fingerprints("openai:fake-1") == {"fp_1", "fp_2", "fp_3"}


def test_fenced_json_is_read(fake: FakeModel) -> None:
    fake.play(completion(f"```json\n{json.dumps(GOOD)}\n```"))
    assert chat_with(fake).ask(request()).data == GOOD


def test_redirect_is_not_followed(fake: FakeModel) -> None:
    """B16: the prompt never reaches the other server."""
    with fake_model([answers(GOOD)]) as other:
        fake.play(Step(307, b"", {"location": f"{other.url}/chat/completions"}))
        with pytest.raises(ModelUnreachable, match="redirect"):
            chat_with(fake).ask(request())
        assert other.log == []


@pytest.mark.parametrize(
    "url", ["http://models.example.com/v1", "ftp://127.0.0.1/v1", "http://127.0.0.1.example.com/v1"]
)
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(ModelUnreachable, match="https"):
        open_chat(Model(chat="openai:fake-1", base_url=url))


def test_loopback_addresses() -> None:
    assert all(loopback(f"http://{host}:1/v1") for host in ("127.0.0.1", "localhost", "[::1]", "127.9.9.9"))
    assert not any(loopback(f"http://{host}:1/v1") for host in ("localhost.example.com", "10.0.0.1", "0x7f.1"))


def test_missing_key_unknown_provider_and_form_are_said_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelKeyMissing, match="OPENAI_API_KEY"):
        open_chat(Model(chat="openai:gpt-x"))
    with pytest.raises(ModelUnknown, match="provider"):
        open_chat(Model(chat="gpt-x"))
    monkeypatch.setenv("NOSUCH_API_KEY", "k")
    with pytest.raises(ModelUnknown, match="nosuch"):
        open_chat(Model(chat="nosuch:model"))


def test_server_without_json_schema_is_asked_by_tool(fake: FakeModel) -> None:
    """The same question goes out once more, and the next one takes the way that works at once."""
    fake.play(error(400, "unsupported", "response_format json_schema is not supported"), tool_call("animal", GOOD))
    chat = chat_with(fake)
    assert chat.ask(request()).data == GOOD
    assert chat.ask(request("next")).data == GOOD
    assert len(fake.log) == 3
    assert fake.log[2].body["tools"][0]["function"]["name"] == "animal"


def test_what_one_worker_learns_of_the_model_helps_the_others(fake: FakeModel) -> None:
    """Requests that were on their way when the first one was refused go out once more like it."""

    def picky(logged: Logged) -> Step:
        wrong = "temperature" in logged.body
        return Step(
            **{**vars(error(400, "bad", "'temperature' is not supported") if wrong else answers(GOOD)), "before": 0.1}
        )

    fake.play(picky)
    chat = chat_with(fake)
    assert in_order(lambda i: chat.ask(request(f"item {i}")).data, range(4), 4) == [GOOD] * 4
    assert len(fake.log) == 8


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("openai:gpt-5-mini", {"reasoning_effort": "low"}),
        ("openai:o4-mini", {"reasoning_effort": "low"}),
        ("openai:gpt-5-chat-latest", {"temperature": 0}),
        ("openai:gpt-4o-mini", {"temperature": 0}),
    ],
)
def test_a_model_that_thinks_is_asked_to_think_little(fake: FakeModel, model: str, sent: dict[str, Any]) -> None:
    """What it thinks is paid as output and fills the bound of the answer; it takes no temperature."""
    fake.play(answers(GOOD))
    chat = open_chat(Model(chat=model, base_url=fake.url, timeout_s=5))
    assert chat.ask(request()).data == GOOD
    body = fake.log[0].body
    assert {name: body[name] for name in ("reasoning_effort", "temperature") if name in body} == sent
    (line,) = as_lines(model, {"k": request()})
    batched = json.loads(line)["body"]
    assert {name: batched[name] for name in ("reasoning_effort", "temperature") if name in batched} == sent


def test_a_model_that_takes_no_effort_is_asked_without(fake: FakeModel) -> None:
    fake.play(
        error(400, "unsupported_value", "Unsupported value: 'reasoning_effort' does not support 'low'"), answers(GOOD)
    )
    chat = open_chat(Model(chat="openai:gpt-5-next", base_url=fake.url, timeout_s=5))
    chat.sleep = lambda _: None
    assert chat.ask(request()).data == GOOD
    assert "reasoning_effort" not in fake.log[1].body


def test_model_with_its_own_temperature_is_asked_without(fake: FakeModel) -> None:
    fake.play(error(400, "unsupported_value", "Unsupported value: 'temperature' does not support 0"), answers(GOOD))
    assert chat_with(fake).ask(request()).data == GOOD
    assert "temperature" not in fake.log[1].body


def test_call_is_paid_once(fake: FakeModel) -> None:
    """In-flight row before, answer row after; asked again, nothing is sent."""
    fake.play(answers(GOOD))
    store = RecordingStore()
    chat = chat_with(fake, store=store)
    first = chat.ask(request(source="s1"))
    assert store.events == [("begin", "s1"), ("settle", "done")]
    again = chat_with(fake, store=store).ask(request(source="elsewhere"))
    assert (again.data, again.usage.requests, again.usage.tokens_in) == (first.data, 0, first.usage.tokens_in)
    assert len(fake.log) == 1


def test_paid_reply_that_is_no_answer_is_not_bought_again(fake: FakeModel) -> None:
    fake.play(completion(None, refusal="no"))
    store = RecordingStore()
    for _ in range(2):
        with pytest.raises(AnswerError, match="refused"):
            chat_with(fake, store=store).ask(request())
    assert len(fake.log) == 1


def test_failed_call_is_kept_with_its_cause(fake: FakeModel) -> None:
    fake.play(error(500))
    store = RecordingStore()
    with pytest.raises(AnswerError):
        chat_with(fake, store=store).ask(request())
    assert store.events[-1] == ("settle", "server")
    assert [event for event, _ in store.events].count("begin") == 4


def test_key_is_made_of_what_shapes_the_answer() -> None:
    key = call_key("openai", "m", request())
    assert key == call_key("openai", "m", request(stage="extract", source="s9"))
    changed = [request("other"), request(system="x"), request(max_tokens=61), request(version="v2"), request(schema={})]
    assert len({key, call_key("azure", "m", request()), call_key("openai", "n", request())}) == 3
    assert all(call_key("openai", "m", each) != key for each in changed)


@pytest.mark.parametrize(
    ("budget", "sent"),
    [(Budget(calls=2), 2), (Budget(tokens=370), 2), (Budget(usd=0.037), 2)],
    ids=["calls", "tokens", "usd"],
)
def test_budget_is_never_gone_over(fake: FakeModel, budget: Budget, sent: int) -> None:
    """B11: each call is held at its bound before it is sent, and settled at what it used."""
    fake.play(answers(GOOD, tokens=(70, 50)))
    chat = chat_with(fake, budget=budget, price_in=100, price_out=100)
    for i in range(sent):
        chat.ask(request(f"item {i}"))
    with pytest.raises(BudgetReached, match="go on"):
        chat.ask(request("one more"))
    assert len(fake.log) == sent
    assert budget.used_tokens == sent * 120


def test_outage_stops_the_run_early(fake: FakeModel) -> None:
    """B17: after five failed items in a row the provider is taken to be down."""
    fake.play(error(503))
    chat = chat_with(fake)
    for i in range(4):
        with pytest.raises(AnswerError):
            chat.ask(request(f"item {i}"))
    with pytest.raises(ModelUnreachable):
        chat.ask(request("item 4"))
    with pytest.raises(ModelUnreachable):
        chat.ask(request("item 5"))
    assert len(fake.log) == 20


def test_workers_bound_what_is_in_flight_and_keep_the_order(fake: FakeModel) -> None:
    fake.play(lambda logged: Step(**{**answers({"animal": logged.user, "legs": 2}).__dict__, "before": 0.05}))
    chat = chat_with(fake)
    found = in_order(lambda i: chat.ask(request(f"item {i}")).data["animal"], range(9), 3)
    assert found == [f"item {i}" for i in range(9)]
    assert fake.most_at_once <= 3


def test_fatal_error_leaves_the_other_items_unsent(fake: FakeModel) -> None:
    fake.play(error(401))
    chat = chat_with(fake)
    with pytest.raises(ModelKeyMissing):
        in_order(lambda i: chat.ask(request(f"item {i}")), range(30), 2)
    assert len(fake.log) <= 2


def test_tracing_of_the_shell_is_silenced(fake: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """D8: nothing goes to a tracing server even when the environment turns it on."""
    with fake_model([raw("{}")]) as tracer:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracer.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls-key")
        fake.play(answers(GOOD))
        chat_with(fake).ask(request())
        time.sleep(0.3)
        assert tracer.log == []


def test_azure_is_asked_at_its_own_address(fake: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "azure-key")
    fake.play(answers(GOOD))
    chat = open_chat(Model(chat="azure_openai:my-deployment", base_url=fake.url.removesuffix("/v1"), timeout_s=5))
    assert chat.ask(request()).data == GOOD
    (logged,) = fake.log
    assert logged.path.startswith("/openai/deployments/my-deployment/chat/completions?api-version=")
    assert logged.headers["api-key"] == "azure-key"


MIXTURE = (
    error(500),
    error(429, retry_after="0.1"),
    html(status=502),
    raw("{}"),
    reset(),
    completion("prose"),
    completion('{"animal": "heron"}'),
    completion(None),
    completion('{"animal": "he', finish="length"),
    completion(None, refusal="no"),
    error(400, "context_length_exceeded", "maximum context length"),
    error(400, "unsupported", "'temperature' is not supported"),
    answers(GOOD),
)


@pytest.mark.parametrize("seed", range(40))
def test_no_mixture_of_faults_costs_an_item_more_than_four_requests(fake: FakeModel, seed: int) -> None:
    """B18: an answer or a failure with a name, whatever comes."""
    fake.play(*random.Random(seed).choices(MIXTURE, k=6))
    with contextlib.suppress(AnswerError, ModelError):
        assert chat_with(fake).ask(request()).data == GOOD
    assert 1 <= len(fake.log) <= 4
