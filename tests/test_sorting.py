"""Groups from a chat model: ids in must come out, what was not shown never comes in, and known groups hold still."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from synth.errors import AnswerError, ModelUnreachable
from synth.extraction.codebook import load_codebook
from synth.extraction.sorting import Sorter, sort_insights
from synth.model import Insight, Theme
from synth.models.calls import Chat
from synth.models.prompt import load_prompt
from synth.models.requests import Reply, Request, Usage

Groups = list[tuple[str, str, list[str]]]
SHOWN = re.compile(r"^([0-9a-f]{8}): (.*)$", re.MULTILINE)


def shown(request: Request) -> list[tuple[str, str]]:
    return SHOWN.findall(request.user.partition("Statements:")[2])


def said(number: int, statement: str = "", **changes: object) -> Insight:
    about = {
        "id": f"{number:08x}rest", "aspect": "pain_point", "statement": statement or f"Counting takes {number} hours.",
        "source": f"s{number}", "lines": (1,), "speaker": "A", "role": "customer", "voice": "said",
        "account": f"Account {number}", "stance": "supports", "prompted": False, "confidence": 0.9, "engine": "m",
    }  # fmt: skip
    return Insight(**(about | changes))


def sorter(tmp_path: Path, answer: Callable[[dict[str, str], Request], Groups], sent: list[Request]) -> Sorter:
    def send(request: Request, seconds: float) -> Reply:
        sent.append(request)
        groups = answer(dict(shown(request)), request)
        rows = [{"id": name, "title": title, "statements": ids} for name, title, ids in groups]
        return Reply(json.dumps({"themes": rows}), "stop", "m", Usage(1, 1))

    chat = Chat("test:m", "here", send)
    return Sorter(chat, load_prompt("group", tmp_path), load_codebook(tmp_path), "en")


def sets(groups: list[Theme]) -> set[frozenset[int]]:
    return {frozenset(int(i[:8], 16) for i in group.insights) for group in groups}


def test_the_model_groups_and_names_by_id(tmp_path: Path) -> None:
    sent: list[Request] = []
    tool = sorter(
        tmp_path, lambda ids, _: [("new", "Counting is slow.", list(ids)[:2]), ("new", "Rest", list(ids)[2:])], sent
    )
    found = sort_insights([said(n) for n in range(4)], [], tool)
    assert sets(found) == {frozenset({0, 1}), frozenset({2, 3})}
    assert {group.title for group in found} == {"Counting is slow", "Rest"}
    assert len(sent) == 1
    assert "Give every theme a title in English" in sent[0].system


def test_what_is_left_out_is_asked_again_and_then_waits_alone(tmp_path: Path) -> None:
    sent: list[Request] = []
    tool = sorter(tmp_path, lambda ids, _: [("new", "Counting", list(ids)[:2])], sent)
    found = sort_insights([said(n) for n in range(5)], [], tool)
    assert sets(found) == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4})}
    assert [len(shown(request)) for request in sent] == [5, 3]


def test_unknown_and_repeated_ids_are_not_taken(tmp_path: Path) -> None:
    def answer(ids: dict[str, str], _: Request) -> Groups:
        first, *rest = ids
        return [("new", "A", [first, first, "ffffffff"]), ("new", "B", [first, *rest])]

    found = sort_insights([said(n) for n in range(3)], [], sorter(tmp_path, answer, []))
    assert sets(found) == {frozenset({0}), frozenset({1, 2})}


def test_a_title_says_no_number_its_statements_do_not_say_and_none_twice(tmp_path: Path) -> None:
    def answer(ids: dict[str, str], _: Request) -> Groups:
        one, two, three = ids
        return [("new", "Counting takes 99 hours", [one]), ("new", "Counting takes 1 hours", [two]),
                ("new", "Counting takes 1 hours", [three])]  # fmt: skip

    found = sort_insights([said(n) for n in range(3)], [], sorter(tmp_path, answer, []))
    assert [group.title for group in sorted(found, key=lambda group: group.insights)] == [
        "Counting takes 0 hours.",
        "Counting takes 1 hours",
        "Counting takes 2 hours.",
    ]


def test_known_groups_are_shown_by_title_and_only_grow(tmp_path: Path) -> None:
    sent: list[Request] = []
    known = Theme("aaaa1111", "pain_point", "Counting is slow", (said(0).id, said(1).id), ())
    tool = sorter(tmp_path, lambda ids, _: [("aaaa1111", "Another title", list(ids))], sent)
    (found,) = sort_insights([said(n) for n in range(3)], [known], tool)
    assert (found.id, found.title, len(found.insights)) == ("aaaa1111", "Counting is slow", 3)
    assert "aaaa1111: Counting is slow" in sent[0].user
    assert said(0).statement not in sent[0].user


def test_nothing_new_asks_nothing(tmp_path: Path) -> None:
    sent: list[Request] = []
    known = Theme("aaaa1111", "pain_point", "Counting", (said(0).id, "gone"), ())
    (found,) = sort_insights([said(0)], [known], sorter(tmp_path, lambda ids, _: [], sent))
    assert found.insights == (said(0).id,)
    assert not sent


def test_the_order_of_the_input_does_not_matter(tmp_path: Path) -> None:
    insights = [said(n) for n in range(30)]
    tool = sorter(tmp_path, lambda ids, _: [("new", f"T{k}", list(ids)[k::3]) for k in range(3)], [])
    first = sort_insights(insights, [], tool)
    for seed in range(20):
        assert sort_insights(random.Random(seed).sample(insights, 30), [], tool) == first


def test_a_denial_is_marked_and_aspects_are_asked_apart(tmp_path: Path) -> None:
    sent: list[Request] = []
    tool = sorter(tmp_path, lambda ids, _: [("new", "T", list(ids))], sent)
    insights = [said(1, stance="contradicts"), said(2), said(3, aspect="benefit"), said(4, aspect="benefit")]
    assert len(sort_insights(insights, [], tool)) == 2
    assert "00000001: AGAINST: Counting" in "".join(request.user for request in sent)
    assert len(sent) == 2


def test_a_failing_model_leaves_every_statement_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(ids: dict[str, str], request: Request) -> Groups:
        raise AnswerError("refused", "no")

    found = sort_insights([said(n) for n in range(3)], [], sorter(tmp_path, fail, []))
    assert sets(found) == {frozenset({0}), frozenset({1}), frozenset({2})}
    assert "Pain points: 3 statements each stay a theme of their own: refused" in caplog.text


@pytest.mark.parametrize("cause", ["server", "timeout", "deferred", "broken off"])
def test_a_fault_that_may_pass_ends_the_run_instead_of_making_single_themes_for_good(
    tmp_path: Path, cause: str
) -> None:
    def fail(ids: dict[str, str], request: Request) -> Groups:
        raise AnswerError(cause, "the server failed")

    with pytest.raises(ModelUnreachable, match="run 'synth run' again"):
        sort_insights([said(n) for n in range(3)], [], sorter(tmp_path, fail, []))
