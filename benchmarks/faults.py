"""What each fault of a provider costs and what is said: `python benchmarks/faults.py`.

One source that fits one request is read by `synth run`, as a user starts it, with a scripted server on this machine.
Printed is a row a fault: requests sent, exit code, and what the user saw. The table of docs/RUNNING.md is its digest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fakemodel import (  # noqa: E402 - the tests' server
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
    oracle,
    raw,
    reset,
    tool_call,
)

Answer = Step | Callable[[Logged], Step]
TALK = "\n".join(
    f"Ida Holm: What about week {n}?\nEva Berg: In week {n} we lost {n} orders to a wrong list." for n in range(1, 4)
)
SETTINGS = '[vendor]\nname = "Ferncall"\npeople = ["Ida Holm"]\n[model]\nchat = "openai:fake-1"\n'
PRICE = "price_in = 1.0\nprice_out = 10.0\n"


@dataclass(frozen=True)
class Fault:
    """A script for the server; `sources` are copies of the talk, `more` further settings, `times` how often
    it is run."""

    name: str
    script: Sequence[Answer]
    sources: int = 1
    more: str = ""
    times: int = 1
    timeout: float = 60


def named(step: Step, **about: str) -> Callable[[Logged], Step]:
    """The oracle's answer, but under another model's name or from another build."""

    def answer(logged: Logged) -> Step:
        body = oracle(logged).body.replace(b'"fake-1"', f'"{about.get("model", "fake-1")}"'.encode())
        build = f'"system_fingerprint": "{about.get("build", "fp_1")}"'.encode()
        return replace(step, body=body.replace(b'"system_fingerprint": null', build))

    return answer


def at(stage: str, step: Step) -> Callable[[Logged], Step]:
    """`step` for the requests of one stage, the oracle for the others."""

    def answer(logged: Logged) -> Step:
        return step if logged.body["response_format"]["json_schema"]["name"] == stage else oracle(logged)

    return answer


NO_SCHEMAS = [error(400, "unsupported", "response_format is not supported"), tool_call("x", {"insights": []})]
GOOD = Step(headers={"content-type": "application/json"})
FAULTS = (
    Fault("none", [oracle]),
    Fault("429, wait 0.2 s, twice", [error(429, retry_after="0.2")] * 2 + [oracle]),
    Fault("429, wait 600 s", [error(429, retry_after="600")], sources=3),
    Fault("quota used up (429)", [error(429, "insufficient_quota", "You exceeded your current quota, sk-SECRET")], 3),
    Fault("key refused (401)", [error(401, "invalid_api_key", "Incorrect API key provided: sk-SECRET")], 3),
    Fault("not allowed (403)", [error(403, "forbidden", "sk-SECRET may not")], 3),
    Fault("no such model (404)", [error(404, "model_not_found", "no fake-1 for sk-SECRET")], 3),
    Fault("503 once", [error(503), oracle]),
    Fault("answer cut off once", [cut(answers({"insights": []}), 40), oracle]),
    Fault("500 always", [error(500)]),
    Fault("502 with HTML always", [html(status=502)]),
    Fault("504, empty, always", [raw("", status=504)]),
    Fault("connection reset always", [reset()]),
    Fault("200 with HTML always", [html()]),
    Fault("200 with {} always", [raw("{}")]),
    Fault("200 with broken JSON always", [raw('{"id": "x", "choices": [{"index"')]),
    Fault("200 with broken gzip always", [raw(b"\x1f\x8b\x08garbage", content_encoding="gzip")]),
    Fault("never answers within 1 s", [hang(20)], timeout=1),
    Fault("drips for longer than 1 s", [drip(answers({"insights": []}), 0.1)], timeout=1),
    Fault("down: 500 for all of 9", [error(500)], 9),
    Fault("out of output tokens once", [completion('{"insi', finish="length"), oracle]),
    Fault("out of output tokens always", [completion('{"insi', finish="length")]),
    Fault("context overflow once", [error(400, "context_length_exceeded", "maximum context length"), oracle]),
    Fault("context overflow always", [error(400, "context_length_exceeded", "maximum context length")]),
    Fault("refuses", [completion(None, refusal="I cannot help.")]),
    Fault("refused, run again", [completion(None, refusal="I cannot help.")], times=2),
    Fault("content filter", [completion(None, finish="content_filter")]),
    Fault("prose once", [completion("I found nothing."), oracle]),
    Fault("prose always", [completion("I found nothing.")]),
    Fault("empty always", [completion("")]),
    Fault("another shape always", [completion('{"insights": [{"aspect": "weather"}]}')]),
    Fault("a list of 10,000", [answers({"insights": [{}] * 10_000})]),
    Fault("redirects elsewhere", [Step(307, b"", {"location": "http://127.0.0.1:9/v1/chat/completions"})], 3),
    Fault("no JSON schemas", NO_SCHEMAS),
    Fault("no temperature", [error(400, "unsupported", "'temperature' is not supported"), oracle]),
    Fault("another model answers", [named(GOOD, model="fake-0-mini")]),
    Fault("another build answers", [named(GOOD), named(GOOD), named(GOOD, build="fp_2")], 3),
    Fault("500 while themes are sorted", [at("groups", error(500))]),
    Fault("prose for themes", [at("groups", completion("no"))]),
    Fault("refuses the summary", [at("summary", completion(None, refusal="no"))], 4),
    Fault("cap of 2 calls", [oracle], 4, "[budget]\ncalls = 2\n"),
    Fault("cap of 0.02 USD", [oracle], 4, "[budget]\nusd = 0.02\n"),
)


@dataclass(frozen=True)
class Seen:
    requests: int
    code: int
    said: str


def meet(fault: Fault, fake: FakeModel) -> Seen:
    """Run synth against the fault; `said` are the lines on stderr but for progress."""
    fake.log.clear()
    fake.play(*fault.script)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "corpora").mkdir()
        for n in range(fault.sources):
            (root / f"corpora/talk{n}.txt").write_text(TALK.replace("orders", f"orders{n or ''}"), encoding="utf-8")
        text = f'{SETTINGS}base_url = "{fake.url}"\n{PRICE}workers = 1\ntimeout_s = {fault.timeout}\n{fault.more}'
        (root / "synth.toml").write_text(text, encoding="utf-8")
        for _ in range(fault.times):
            done = subprocess.run(
                [sys.executable, "-m", "synth", "-C", folder, "run"],
                env=os.environ | {"OPENAI_API_KEY": "sk-SECRET", "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=False,
            )
    lines = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith(STAGES)]
    assert "SECRET" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return Seen(len(fake.log), done.returncode, " / ".join(lines) or done.stdout.splitlines()[0])


STAGES = ("read", "embed", "extract", "themes", "documents")


def main() -> None:
    print("| Fault | Requests | Exit | What the user saw |\n| --- | --- | --- | --- |")
    with fake_model() as fake:
        for fault in FAULTS:
            seen = meet(fault, fake)
            about = f" ({fault.sources} sources)" if fault.sources > 1 else ""
            print(f"| {fault.name}{about} | {seen.requests} | {seen.code} | {seen.said} |", flush=True)


if __name__ == "__main__":
    main()
