"""What `synth run` says of itself: as JSON for programs, as a few lines for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from synth.pipeline import RunResult


def run_json(result: RunResult, seconds: float) -> dict[str, Any]:
    """Return the fields other programs rely on; `usd` is None where no price is known."""
    spent = result.spent
    return {
        "sources": len(result.transcripts),
        "new_sources": result.new_sources,
        "lines": _lines(result),
        "insights": _insights(result),
        "refused": _refused(result),
        "themes": len(result.themes),
        "calls": spent.requests,
        "cached_calls": result.cached_calls,
        "cut_off_calls": result.cut_off,
        "tokens_in": spent.tokens_in,
        "tokens_out": spent.tokens_out,
        "usd": None if spent.usd is None else round(spent.usd, 6),
        "seconds": round(seconds, 2),
        "problems": [problem.text for problem in result.problems],
    }


def run_text(result: RunResult) -> str:
    """Return what a person wants to know after a run, one fact a line."""
    lines = [
        f"{len(result.transcripts)} sources, {_lines(result)} lines: "
        f"{_insights(result)} insights in {len(result.themes)} themes"
    ]
    if refused := _refused(result):
        lines.append("Refused: " + ", ".join(f"{n} × {cause}" for cause, n in refused.items()))
    if result.spent.requests or result.cached_calls:
        lines.append(
            f"Model: {result.spent.requests} requests ({result.cached_calls} answers were there already), "
            f"{result.spent.tokens_in} tokens in, {result.spent.tokens_out} out{_money(result)}"
        )
    if result.cut_off:
        lines.append(f"{result.cut_off} requests of an earlier run were cut off; they may have been paid twice.")
    if silent := _without_customer(result):
        lines.append(
            f"Nobody is known as a customer in {silent} of them, so nothing there is evidence: see 'synth speakers', "
            "then name your people in synth.toml under [vendor] people, or customers under [speakers] customer."
        )
    lines += [f"Wrote {path.parent.name}/{path.name}: how the CRM export was read" for path in result.crm_report[:1]]
    lines += [f"Wrote {path}" for path in result.written.changed if not path.startswith("profiles/evidence/")]
    pages = sum(path.startswith("profiles/evidence/") for path in result.written.changed)
    lines += [f"Wrote {pages} pages of profiles/evidence/"] if pages else []
    lines += [f"Removed {path}" for path in result.written.removed]
    return "\n".join(lines if result.written.changed or result.written.removed else [*lines, "No document changed."])


def _money(result: RunResult) -> str:
    return "" if result.spent.usd is None else f", {result.spent.usd:.4f} USD"


def _without_customer(result: RunResult) -> int:
    return sum(not any(line.citable for line in transcript.lines) for transcript in result.transcripts)


def _lines(result: RunResult) -> int:
    return sum(len(transcript.lines) for transcript in result.transcripts)


def _insights(result: RunResult) -> int:
    return sum(len(reading.insights) for reading in result.readings)


def _refused(result: RunResult) -> dict[str, int]:
    causes: Counter[str] = Counter()
    for reading in result.readings:
        causes.update(reading.refused)
    return dict(sorted(causes.items()))
