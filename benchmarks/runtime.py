"""How well requests run side by side: `python benchmarks/runtime.py`.

A fake server on this machine answers after a fixed time. Printed is the wall time of a reading of many sources, each of
several requests, against time an answer x requests / workers; the ledger is a real one on disk. Also what a request
costs beyond waiting, and what a finished run costs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
LATENCY, SOURCES, EACH = 0.5, 16, 3


def measure(workers: int) -> tuple[float, float, int]:
    """Return seconds taken, seconds that would be ideal, and the most requests the server saw at once."""
    from fakemodel import Step, answers, fake_model

    from synth.ledger import Ledger
    from synth.models.llm import open_chat
    from synth.models.requests import Request
    from synth.models.sidebyside import in_order
    from synth.settings import Model

    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    step = answers({"n": 1})
    with fake_model([Step(body=step.body, headers=step.headers, before=LATENCY)]) as fake:
        with tempfile.TemporaryDirectory() as folder:
            ledger = Ledger(Path(folder) / "ledger.db")
            chat = open_chat(Model(chat="openai:fake-1", base_url=fake.url, workers=workers), store=ledger.calls)
            chat.ask(Request("", "the first one opens the connection", "n", schema, 10))

            def read(source: int) -> None:
                requests = [Request("", f"source {source}, part {part}", "n", schema, 10) for part in range(EACH)]
                in_order(chat.ask, requests, workers)

            begun = time.monotonic()
            for _ in chat.side_by_side(read, range(SOURCES)):
                pass
            taken = time.monotonic() - begun
            ledger.close()
        return taken, LATENCY * SOURCES * EACH / workers, fake.most_at_once


def main() -> None:
    print(f"{SOURCES} sources of {EACH} requests, {LATENCY} s an answer")
    print("workers   wall s  ideal s  over   most at once")
    for workers in (1, 2, 4, 8):
        taken, ideal, most = measure(workers)
        print(f"{workers:7}  {taken:7.2f}  {ideal:7.2f}  {taken / ideal - 1:+5.1%}  {most:6}")


if __name__ == "__main__":
    main()
