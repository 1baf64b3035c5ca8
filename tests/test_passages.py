"""What is shown of a source: everything that may be cited, with its question, in few batches."""

from __future__ import annotations

from dataclasses import replace

import pytest
from spoken import talk
from test_reading import TALK

from synth.extraction.codebook import load_codebook
from synth.extraction.passages import batches, halves, passages, render_lines
from synth.extraction.reading import Coder, planned, room
from synth.model import Transcript
from synth.models.llm import closed_chat
from synth.models.prompt import load_prompt
from synth.settings import Model
from synth.text.words import token_bound, tokens


def shown(transcript: Transcript, **about: float) -> set[int]:
    return {n for passage in passages(transcript, **about) for n in passage.lines}


def long_talk(exchanges: int) -> Transcript:
    rows = []
    for i in range(exchanges):
        rows.append(f"V: And how did week {i} go?")
        rows.append(
            f"C: In week {i} we lost {i + 3} parcels between the dock and the van. Nobody noticed until the evening."
        )
    return talk("\n".join(rows))


def test_question_stays_with_its_answer() -> None:
    found = passages(talk(TALK))
    assert [passage.lines for passage in found] == [(1, 2, 3), (4, 5, 6), (7, 8), (9, 11, 12)]
    assert found[0].text.startswith("V: What made you look")


def test_everything_that_says_something_is_shown_at_full_coverage() -> None:
    transcript = long_talk(40)
    assert {line.n for line in transcript.lines if line.citable} <= shown(transcript)


def test_bare_assent_is_left_out() -> None:
    assert 10 not in shown(talk(TALK))


def test_nod_of_ours_does_not_break_an_answer() -> None:
    found = passages(talk("V: What happened?\nC: The freezer died.\nV: Oh no.\nC: We threw away the whole batch."))
    assert [passage.lines for passage in found] == [(1, 2, 4)]


def test_monologue_of_ours_is_cut_to_its_question() -> None:
    pitch = "We have built this for years now, and our customers in four countries love it from the first day on. " * 9
    found = passages(talk(f"V: {pitch}But what did you do before?\nC: We counted by hand."))
    assert found[0].text == "V: But what did you do before?\n11 We counted by hand."


def test_only_lines_that_may_be_cited_have_a_number() -> None:
    text = render_lines(talk(TALK), range(1, 13))
    assert "V: And now?" in text
    assert not any(row.startswith(("1 ", "4 ", "7 ", "9 ")) for row in text.splitlines())


def test_letter_stands_where_a_turn_begins_and_tells_customers_apart() -> None:
    rows = "V: So?\nIlse: We counted by hand. It took days.\nOtto: I hated it."
    assert render_lines(talk(rows), range(1, 5)).splitlines() == [
        "V: So?",
        "2 C1: We counted by hand.",
        "3 It took days.",
        "4 C2: I hated it.",
    ]
    assert render_lines(talk("V: So?\nIlse: We counted by hand."), [1, 2]) == "V: So?\n2 We counted by hand."


def test_note_is_shown_as_a_note() -> None:
    transcript = talk("C: They lost two parcels a week.")
    lines = tuple(replace(line, voice="reported", role="unknown") for line in transcript.lines)
    assert render_lines(replace(transcript, lines=lines), [1]) == "1 N: They lost two parcels a week."


def test_line_without_end_is_cut_in_print_but_kept() -> None:
    transcript = talk("C: " + "box " * 5000)
    assert len(render_lines(transcript, [1]).split()) < 300


@pytest.mark.parametrize("coverage", [0.2, 0.35, 0.5, 0.7])
def test_coverage_bounds_what_is_shown(coverage: float) -> None:
    transcript = long_talk(40)
    own = tokens(" ".join(line.text for line in transcript.lines))
    text = render_lines(transcript, sorted(shown(transcript, coverage=coverage)))
    assert 0.8 * coverage * own <= tokens(text) <= coverage * own + 20


def test_best_lines_come_first_under_coverage() -> None:
    transcript = long_talk(20)
    scores = {line.n: 0.01 for line in transcript.lines} | {3 * i: 1.0 for i in (4, 9, 15)}
    found = passages(transcript, coverage=0.2, line_scores=scores)
    assert {12, 27, 45} <= {n for passage in found for n in passage.lines}
    assert found == sorted(found, key=lambda passage: passage.lines)


def test_batches_lose_and_double_nothing() -> None:
    transcript = long_talk(60)
    found = passages(transcript)
    for size in (50, 300, 1000, 10**6):
        cut = batches(transcript, found, size)
        assert [n for batch in cut for n in batch.lines] == sorted({n for passage in found for n in passage.lines})
        assert all(tokens(render_lines(transcript, batch.lines)) <= size for batch in cut)


def test_batches_are_few_and_even() -> None:
    transcript = long_talk(60)
    whole = tokens(render_lines(transcript, shown(transcript)))
    sizes = [
        tokens(render_lines(transcript, batch.lines)) for batch in batches(transcript, passages(transcript), whole // 2)
    ]
    assert len(sizes) in (2, 3)
    assert max(sizes) < 1.4 * whole / len(sizes) + 60


def test_passage_larger_than_a_batch_is_sent_alone() -> None:
    transcript = talk("C: " + "The pump stood still again. " * 30 + "\nC: And the gate.")
    assert len(batches(transcript, passages(transcript), 5)) >= 5


def test_what_is_said_beside_a_shown_line_comes_before_what_stands_alone() -> None:
    said = "The van came in late on the Monday of that week. The dock was shut on the Friday of that week."
    transcript = talk("\n".join(f"V: Well?\nC: {said}" for _ in range(20)))
    scores = {line.n: 0.2 for line in transcript.lines} | {20: 1.0, 21: 0.32, 50: 0.34}
    assert shown(transcript, coverage=0.06, line_scores=scores) == {20, 21}
    assert shown(transcript, coverage=0.06, line_scores={**scores, 21: 0.2}) == {20, 50}


def test_question_of_a_short_answer_is_paid_once() -> None:
    pitch = "Let me tell you where the product goes this year. " * 12
    asked, said = (
        "Was the price a problem for anybody on the whole of your board?",
        "Not at all. Never. Nor for the owners.",
    )
    transcript = talk(f"V: {pitch}{asked}\nC: {said}")
    enough = (tokens(asked) + tokens(said) + 6) / tokens(transcript.text)
    assert enough < 0.5
    assert len(shown(transcript, coverage=enough)) == 4


ANSWER = "We had the delivery notes on paper and the driver brought them back in the evening, wet and torn. "


def reader() -> Coder:
    return Coder(closed_chat(Model(chat="openai:gpt-5-mini")), load_codebook(), load_prompt("extract"))


def sent(transcript: Transcript) -> list[int]:
    """Return our count of the tokens of each request about a source, instructions included."""
    coder = reader()
    found = passages(transcript, room=room(transcript, coder))
    return [tokens(one.system) + tokens(one.user) for one in planned(transcript, found, coder)]


def own(transcript: Transcript) -> int:
    return tokens(" ".join(line.text for line in transcript.lines))


def test_hour_of_talk_costs_no_more_than_its_text() -> None:
    """9,000 words in long turns, our pitch among them: instructions included, at most its own tokens and six calls."""
    pitch = "Let me tell you a little about where we are going with the product this year and the next. " * 3
    talked = talk("\n".join(f"V: {pitch}What about week {i}?\nC: {ANSWER * 4}" for i in range(66)))
    assert len(talked.text.split()) > 8500
    assert len(sent(talked)) <= 6
    assert sum(sent(talked)) <= own(talked)


def test_dense_hour_gives_up_the_questions_of_its_longest_answers() -> None:
    """Short turns and hardly a word of ours too many: context is all that can be saved, where it is needed least."""
    rows = [f"V: And how did you find out about it in week {i}?\nC: {ANSWER * (1 + i % 3)}" for i in range(220)]
    talked = talk("\n".join([*rows, "V: Was the price a problem?", "C: Not at all."]))
    assert sum(sent(talked)) <= own(talked)
    kept = [p for p in passages(talked, room=room(talked, reader())) if "V: " in p.text]
    assert any("Not at all" in p.text for p in kept)
    assert max(p.text.count("driver") for p in kept) < 3


def test_short_talk_keeps_every_question() -> None:
    talked = long_talk(10)
    assert passages(talked, room=room(talked, reader())) == passages(talked)


def test_halves_cut_at_a_turn() -> None:
    transcript = long_talk(10)
    (batch,) = batches(transcript, passages(transcript), 10**6)
    first, second = halves(transcript, batch)
    assert first.lines + second.lines == batch.lines
    turn_of = {line.n: line.turn for line in transcript.lines}
    assert turn_of[first.lines[-1]] != turn_of[second.lines[0]]
    assert abs(len(first.lines) - len(second.lines)) <= 2


def test_one_line_has_no_halves() -> None:
    transcript = talk("C: The pump stood still.")
    (batch,) = batches(transcript, passages(transcript), 100)
    assert halves(transcript, batch) == (batch,)


def test_source_without_a_customer_has_no_passage() -> None:
    assert passages(talk("V: Hello?\nV: Nobody is here.")) == []
    assert batches(talk("V: Hello?"), [], 100) == []


@pytest.mark.parametrize("text", [TALK, "Каждую пятницу я сводила остатки вручную.", "هر ماه دو سه سفارش گم می‌شد."])
def test_bound_is_above_the_estimate(text: str) -> None:
    assert token_bound(text) >= tokens(text)
