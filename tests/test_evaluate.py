"""Scoring against labels: lines are matched, don't-care is left out, and every figure means what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from synth.errors import SourceUnreadable
from synth.model import Line, Role, Source, Transcript
from synth.quality.evaluate import Cited, evaluate
from synth.quality.gold import Gold, Quote, letters, load_gold, place
from synth.quality.printed import table
from synth.quality.scoring import Cell, agreement

SAID: tuple[tuple[str, Role, str], ...] = (
    ("Us", "vendor", "How was it?"),
    ("Ada", "customer", "We lost  two crates\na week."),
    ("Ada", "customer", "Nobody knew where."),
    ("Us", "vendor", "Others save a day."),
    ("Ada", "customer", "A day, right."),
    ("Ada", "customer", "Now we lose none."),
    ("Ada", "customer", "Maybe."),
)


def transcript(path: str = "corpora/a.txt") -> Transcript:
    lines: list[Line] = []
    start = 0
    for n, (speaker, role, text) in enumerate(SAID, 1):
        voice = "said" if role == "customer" else "own"
        lines.append(Line(n, n, text, start, start + len(text), speaker, role, voice))  # type: ignore[arg-type]
        start += len(text) + 1
    return Transcript(
        Source(path, path, "interview", "txt", "en"), "\n".join(t for _, _, t in SAID), lines=tuple(lines)
    )


GOLD = Gold(
    evidence=(
        Quote("a.txt", "Ada", "We lost two crates a week. Nobody knew", "pain_point"),
        Quote("a.txt", "Ada", "Now we lose none.", "benefit", prompted=True),
    ),
    hard=(
        Quote("a.txt", "Ada", "A day, right.", "benefit", category="echo"),
        Quote("a.txt", "Us", "Others save a day.", "benefit", role="us", category="pitch"),
    ),
    ambiguous=(Quote("a.txt", "Ada", "Maybe."),),
    languages={"a.txt": "en"},
    kinds={"a.txt": "interview"},
    ours={"a.txt": frozenset({"us"})},
)


def test_a_quote_covers_its_lines_whatever_the_wrapping() -> None:
    placed = place(GOLD, {"a.txt": transcript()})
    assert [span.lines for span in placed.evidence] == [(2, 3), (6,)]


def test_a_quote_goes_to_the_speaker_who_said_it() -> None:
    both = transcript()
    lines = (replace(both.lines[0], text="Maybe.", end=6), *both.lines[1:])
    other = replace(both, text="Maybe.     " + both.text[11:], lines=lines)
    assert place(GOLD, {"a.txt": other}).ambiguous[0].lines == (7,)


def test_a_quote_that_no_line_holds_is_told() -> None:
    gold = replace(GOLD, evidence=(Quote("a.txt", "Ada", "Never said.", "pain_point"),))
    assert evaluate(gold, [transcript()], []).unplaced == ("a.txt: Never said.",)


def test_perfect_citations_score_one() -> None:
    cited = [Cited("corpora/a.txt", "pain_point", (2, 3)), Cited("a.txt", "benefit", (6,), prompted=True)]
    result = evaluate(GOLD, [transcript()], cited)
    assert (result.macro.f1, result.spans.f1, result.hard_rate, result.vendor_lines) == (1, 1, 0, 0)
    assert (result.stance_right, result.prompted_right, result.voice_right) == (1, 1, 1)
    assert all(value.kappa == pytest.approx(1) for value in result.agreement.values())


def test_half_a_span_is_half_the_recall_but_a_whole_span() -> None:
    result = evaluate(GOLD, [transcript()], [Cited("a.txt", "pain_point", (2,))])
    assert (result.aspects["pain_point"].precision, result.aspects["pain_point"].recall) == (1, 0.5)
    assert (result.spans.precision, result.spans.recall) == (1, 0.5)


def test_lines_where_either_reading_is_fine_cost_nothing() -> None:
    cited = [Cited("a.txt", "benefit", (6,)), Cited("a.txt", "benefit", (7,))]
    result = evaluate(GOLD, [transcript()], cited)
    assert result.aspects["benefit"].precision == 1
    assert result.surest == {1: 1.0}


def test_hard_negatives_and_our_own_lines_are_counted_when_taken() -> None:
    cited = [Cited("a.txt", "benefit", (5,)), Cited("a.txt", "benefit", (4,))]
    result = evaluate(GOLD, [transcript()], cited)
    assert result.hard_accepted == {"echo": (1, 1), "pitch": (1, 1)}
    assert (result.hard_rate, result.vendor_lines, result.aspects["benefit"].precision) == (1, 1, 0)


def test_a_tempting_span_taken_for_another_aspect_is_a_plain_error() -> None:
    result = evaluate(GOLD, [transcript()], [Cited("a.txt", "pain_point", (5,))])
    assert result.hard_rate == 0
    assert result.aspects["pain_point"].precision == 0


def test_sources_without_labels_do_not_count() -> None:
    result = evaluate(GOLD, [transcript(), transcript("b.txt")], [Cited("b.txt", "benefit", (5,))])
    assert result.macro.cited == 0


def test_wrong_stance_and_prompting_are_seen() -> None:
    cited = [Cited("a.txt", "benefit", (6,), stance="contradicts", prompted=False)]
    result = evaluate(GOLD, [transcript()], cited)
    assert (result.stance_right, result.prompted_right) == (0, 0)


def test_surest_are_ranked_by_confidence() -> None:
    cited = [Cited("a.txt", "benefit", (5,), confidence=0.9)] + [
        Cited("a.txt", "pain_point", (2,), confidence=0.5 - i / 100) for i in range(20)
    ]
    assert evaluate(GOLD, [transcript()], cited).surest == {20: pytest.approx(0.95), 21: pytest.approx(20 / 21)}


def test_intervals_resample_sources_and_repeat() -> None:
    names = [f"{n}.txt" for n in range(6)]
    evidence = tuple(replace(quote, source=name) for name in names for quote in GOLD.evidence)
    gold = Gold(evidence=evidence, languages=dict.fromkeys(names, "en"))
    cited = [Cited(name, "pain_point", (2, 3)) for name in names[:3]] + [Cited(names[4], "benefit", (6,))]
    one, two = (evaluate(gold, [transcript(name) for name in names], cited, seed=3) for _ in range(2))
    assert one == two
    assert one.macro.low is not None
    assert one.macro.low < one.macro.f1 < (one.macro.high or 0)


def test_kappa_and_ac1_of_a_known_table() -> None:
    counts = {(True, True): 20, (True, False): 5, (False, True): 10, (False, False): 15}
    cells = [Cell("s", "a", gold, cited) for (gold, cited), count in counts.items() for _ in range(count)]
    assert agreement(cells).kappa == pytest.approx(0.4)
    assert agreement(cells).ac1 == pytest.approx((0.7 - 0.495) / (1 - 0.495))


def test_labels_are_read_from_a_folder(tmp_path: Path) -> None:
    row = {"source": "a.txt", "speaker": "Ada", "role": "customer", "aspect": "benefit", "quote": "Now we lose none."}
    (tmp_path / "gold.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    people = [{"name": "Üs", "role": "us"}, {"name": "Ada", "role": "customer"}]
    index = [{"source": "a.txt", "kind": "interview", "language": "tr", "speakers": people}]
    (tmp_path / "sources_index.json").write_text(json.dumps(index), encoding="utf-8")
    gold = load_gold(tmp_path)
    assert (gold.evidence[0].aspect, gold.languages, gold.ours) == ("benefit", {"a.txt": "tr"}, {"a.txt": {"üs"}})


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"gold\.jsonl"):
        load_gold(tmp_path)


def test_broken_labels_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"gold\.jsonl"):
        load_gold(tmp_path)


def test_letters_keep_their_places() -> None:
    assert letters("ﬁve - Ω!").spans("ω") == [(6, 6)]
    assert letters("a b a b").spans("ab") == [(0, 2), (4, 6)]


def test_the_figures_can_be_printed_and_stored() -> None:
    result = evaluate(GOLD, [transcript()], [Cited("a.txt", "pain_point", (2, 3))])
    assert json.loads(result.to_json())["aspects"]["pain_point"]["f1"] == 1
    assert "hard negatives accepted: 0.0%" in table(result)
