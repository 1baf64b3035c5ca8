"""The figures of `synth eval` as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synth.quality.evaluate import Evaluation
from synth.quality.scoring import Agreement, Score

_HEAD = f"{'':18}{'precision':>10}{'recall':>8}{'F1':>7}{'95 %':>15}{'gold':>6}{'cited':>7}{'kappa':>7}{'AC1':>6}"


def table(result: Evaluation) -> str:
    """Return all figures: lines, spans, what was wrongly accepted, themes, retrieval, cost."""
    return "\n".join([*_scores(result), *_rights(result), *_themes(result), *_retrieval(result), _cost(result)])


def _scores(result: Evaluation) -> Iterator[str]:
    yield "By line\n" + _HEAD
    for name, score in [*result.aspects.items(), ("macro", result.macro)]:
        yield _row(name, score, result.agreement.get(name))
    for name, score in [*result.languages.items(), *result.kinds.items()]:
        yield _row(f"macro, {name or '?'}", score)
    yield f"By line, F1{'':7}" + "".join(f"{aspect[:15]:>16}" for aspect in result.aspects)
    for language, scores in result.language_aspects.items():
        cells = (f"{scores[aspect]:16.2f}" if aspect in scores else f"{'-':>16}" for aspect in result.aspects)
        yield f"{language or '?':18}" + "".join(cells)
    yield "By span\n" + _HEAD.partition("kappa")[0].rstrip()
    for name, score in [*result.span_aspects.items(), *result.span_languages.items(), ("all", result.spans)]:
        yield _row(name or "?", score)


def _row(name: str, score: Score, agreement: Agreement | None = None) -> str:
    interval = f"{score.low:.2f}–{score.high:.2f}" if score.low is not None and score.high is not None else ""
    both = f"{agreement.kappa:7.2f}{agreement.ac1:6.2f}" if agreement else ""
    head = f"{name:18}{score.precision:10.2f}{score.recall:8.2f}{score.f1:7.3f}{interval:>15}"
    return f"{head}{score.gold:6}{score.cited:7}{both}"


def _rights(result: Evaluation) -> Iterator[str]:
    yield "surest: " + ", ".join(f"{size}: {value:.2f}" for size, value in result.surest.items())
    taken = ", ".join(f"{name} {yes}/{total}" for name, (yes, total) in result.hard_accepted.items() if yes)
    yield f"hard negatives accepted: {result.hard_rate:.1%} ({taken or 'none'})"
    rights = {"stance": result.stance_right, "prompted": result.prompted_right, "voice": result.voice_right}
    yield "right: " + ", ".join(f"{name} {value:.2f}" for name, value in rights.items() if value is not None)
    yield f"lines on the wrong side: {_counts(result.roles)}; lines of our own side cited: {result.vendor_lines}"
    yield f"labels without a line: {len(result.unplaced)}"


def _counts(counts: Mapping[str, tuple[int, int]]) -> str:
    return ", ".join(f"{name} {wrong}/{total}" for name, (wrong, total) in counts.items())


def _themes(result: Evaluation) -> Iterator[str]:
    if not (score := result.themes):
        return
    yield (
        f"themes: {score.ours} ours for {score.labelled} labelled over {score.insights} insights; purity "
        f"{score.purity:.2f}, V {score.v_measure:.2f} (homogeneity {score.homogeneity:.2f}, completeness "
        f"{score.completeness:.2f}); pairs: precision {_or_none(score.pair_precision)}, recall "
        f"{_or_none(score.pair_recall)}; accounts: overlap {_or_none(score.accounts)}, {score.accounts_exact} exact"
    )


def _retrieval(result: Evaluation) -> Iterator[str]:
    for each in result.retrieval:
        yield (
            f"coverage {each.coverage:.2f}: {_or_none(each.lines)} of labelled lines, {_or_none(each.whole)} of spans "
            f"whole, {_or_none(each.part)} in part; {each.tokens} tokens, {_or_none(each.of_text)} of the text"
        )


def _cost(result: Evaluation) -> str:
    cost = result.cost
    told = f"{cost.calls} calls, {cost.tokens_in} tokens in, {cost.tokens_out} out, {cost.seconds:.0f} s"
    return told + (f"; tokens in {cost.share_of_text:.2f} of the text" if cost.share_of_text else "")


def _or_none(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
