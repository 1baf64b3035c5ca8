"""What `synth run` says of itself: as JSON for programs, as a few lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from synth.model import Transcript
from synth.pipeline import RunResult

_SHOWN = 5  # of sources without a customer, and of names in each


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
        "questions": list(result.questions),
        "unknown_aspects": list(result.unknown_aspects),
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
    lines += _without_customer(result.transcripts)
    lines += [f"Question: {question}" for question in result.questions]
    lines += [
        f"The local engine cannot find {name!r} of your codebook. A chat model can ([model] chat); lines that you add "
        "yourself count: synth evidence add SOURCE LINE " + name
        for name in result.unknown_aspects
    ]
    lines += [f"Wrote {path.parent.name}/{path.name}: how the CRM export was read" for path in result.crm_report[:1]]
    lines += [f"Wrote {path}" for path in result.written.changed if not path.startswith("profiles/evidence/")]
    pages = sum(path.startswith("profiles/evidence/") for path in result.written.changed)
    lines += [f"Wrote {pages} pages of profiles/evidence/"] if pages else []
    lines += [f"Removed {path}" for path in result.written.removed]
    return "\n".join(lines if result.written.changed or result.written.removed else [*lines, "No document changed."])


def _money(result: RunResult) -> str:
    return "" if result.spent.usd is None else f", {result.spent.usd:.4f} USD"


def _without_customer(transcripts: Sequence[Transcript]) -> list[str]:
    """Name the sources in which nobody is known as a customer, who speaks there, and what to type."""
    silent = [transcript for transcript in transcripts if not any(line.citable for line in transcript.lines)]
    if not silent:
        return []
    example = next((name for one in silent if one.source.kind == "interview" for name in _speaking(one)), "")
    typed = f'synth speakers --set "{example.replace(chr(34), "")}=vendor"'
    advice = (
        f"Say who is yours, and the others at that table are customers: {typed}; or who is a customer."
        if example
        else "No speaker is named there: export talks with speaker names, and say in notes what the customer said."
    )
    shown = [f"  {one.source.path}: {_table(one)}" for one in silent[:_SHOWN]]
    more = [f"  and {len(silent) - _SHOWN} more: see 'synth speakers'"] if len(silent) > _SHOWN else []
    head = f"Nobody is known as a customer in {len(silent)} of them, so nothing there is evidence. {advice}"
    return [head, *shown, *more]


def _table(transcript: Transcript) -> str:
    if transcript.source.kind == "note":
        return "a note in which no customer is reported"
    names = _speaking(transcript)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more if names else "no speaker is named"


def _speaking(transcript: Transcript) -> list[str]:
    """Return who speaks, in the order of speaking."""
    return list(dict.fromkeys(line.speaker for line in transcript.lines if line.speech and line.speaker))


def _lines(result: RunResult) -> int:
    return sum(len(transcript.lines) for transcript in result.transcripts)


def _insights(result: RunResult) -> int:
    return sum(len(reading.insights) for reading in result.readings)


def _refused(result: RunResult) -> dict[str, int]:
    causes: Counter[str] = Counter()
    for reading in result.readings:
        causes.update(reading.refused)
    return dict(sorted(causes.items()))
