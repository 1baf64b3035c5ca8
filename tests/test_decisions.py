"""What a team decides about themes holds on every later run, and what no longer applies is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import SettingsInvalid
from synth.extraction.decisions import FILE, Decision, add_decision, entry_text, parse_decisions, read_decisions, replay
from synth.model import Insight, Theme


def said(name: str, aspect: str = "pain_point") -> Insight:
    return Insight(
        name, aspect, f"The count of {name} takes all Sunday.", "s", (1,), "A", "customer", "said", name, "supports",
        False, 0.9, "local",
    )  # fmt: skip


INSIGHTS = {name: said(name) for name in ("aaaaaaaa1", "bbbbbbbb1", "cccccccc1", "dddddddd1")} | {
    "eeeeeeee1": said("eeeeeeee1", "benefit")
}


def groups() -> list[Theme]:
    return [
        Theme("t1", "pain_point", "One", ("aaaaaaaa1", "bbbbbbbb1"), ()),
        Theme("t2", "pain_point", "Two", ("cccccccc1",), ()),
        Theme("t3", "pain_point", "Three", ("dddddddd1",), ()),
        Theme("t4", "benefit", "Four", ("eeeeeeee1",), ()),
    ]


def decided(text: str) -> tuple[dict[str, Theme], list[str]]:
    decisions, unclear = parse_decisions(text, Path(FILE))
    done = replay(groups(), decisions, INSIGHTS)
    return {group.id: group for group in done.groups}, [*unclear, *done.problems]


def test_a_theme_is_renamed_pinned_rejected_and_noted() -> None:
    found, problems = decided(
        "- rename: t1\n  to: Count\n- pin: t2\n- reject: [t3]\n- note: t4\n  text: Ask\n   again\n"
    )
    assert not problems
    assert (found["t1"].title, found["t1"].titled) == ("Count", True)
    assert (found["t2"].pinned, found["t3"].rejected, found["t4"].notes) == (True, True, ("Ask again",))


def test_merged_themes_keep_the_first_id_and_all_evidence() -> None:
    found, problems = decided("- merge: [t2, t1, t3]\n  title: All of it\n")
    assert not problems
    assert found.keys() == {"t2", "t4"}
    assert (found["t2"].title, found["t2"].merged) == ("All of it", ("t1", "t3"))
    assert sorted(found["t2"].insights) == ["aaaaaaaa1", "bbbbbbbb1", "cccccccc1", "dddddddd1"]


def test_a_split_has_an_id_from_its_content_and_a_title_of_its_own() -> None:
    found, problems = decided("- split: t1\n  insights: [e-bbbbbbbb]\n")
    again, _ = decided("- split: t1\n  insights: [bbbbbbbb1]\n  title: Own\n")
    assert not problems
    (new,) = found.keys() - {"t1", "t2", "t3", "t4"}
    assert new in again
    assert (found[new].insights, found[new].split_from) == (("bbbbbbbb1",), "t1")
    assert (found[new].title, again[new].title) == ("The count of bbbbbbbb1 takes all Sunday", "Own")


def test_evidence_is_moved_and_an_emptied_theme_is_gone() -> None:
    found, problems = decided("- move: e-cccccccc\n  to: t1\n")
    assert not problems
    assert "t2" not in found
    assert found["t1"].insights == ("aaaaaaaa1", "bbbbbbbb1", "cccccccc1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- rename: gone\n  to: X\n", f"{FILE}:1: rename gone: there is no theme gone any more."),
        ("# why\n- merge: [t1, t4]\n", f"{FILE}:2: merge t1, t4: t4 is of another aspect."),
        ("- move: e-ffffffff\n  to: t1\n", f"{FILE}:1: move e-ffffffff: there is no evidence e-ffffffff."),
        ("- move: e-eeeeeeee\n  to: t1\n", f"{FILE}:1: move e-eeeeeeee: e-eeeeeeee is of another aspect."),
        ("- split: t1\n  insights: [e-cccccccc]\n", f"{FILE}:1: split t1: e-cccccccc is not in it."),
        ("- split: t1\n  insights: [aaaaaaaa1, bbbbbbbb1]\n", f"{FILE}:1: split t1: nothing would be left."),
        ("- merge: [t1]\n", "line 1: merge needs two ids or more"),
        ("- rename: t1\n", "line 1: rename needs 'to'"),
        ("- delete: t1\n", "line 1: not one of rename, merge, split, move, reject, pin, note"),
        ("- just words\n", "line 1: not one of rename, merge, split, move, reject, pin, note"),
    ],
)
def test_what_does_not_apply_is_reported_and_changes_nothing(text: str, told: str) -> None:
    found, problems = decided(text)
    assert problems == [told]
    assert found == {group.id: group for group in groups()}


def test_the_rest_of_a_merge_is_done_when_one_theme_is_gone() -> None:
    found, problems = decided("- merge: [t1, gone, t2]\n")
    assert found["t1"].merged == ("t2",)
    assert problems == [f"{FILE}:1: merge t1, gone, t2: there is no theme gone any more."]


def test_ids_that_look_like_numbers_stay_what_they_are() -> None:
    decisions, _ = parse_decisions("- pin: 00123456\n- pin: 1e10\n- pin: 0x1f\n", Path(FILE))
    assert [one.names for one in decisions] == [("00123456",), ("1e10",), ("0x1f",)]


def test_comments_own_keys_and_order_of_the_file_survive(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    mine = "# our rules\n- pin: t1   # important\n  why: board\n  by: Ana\n\n# end"
    path.write_text(mine, encoding="utf-8")
    add_decision(tmp_path, entry_text("merge", ["t1", "t2"], title='It is "both": yes', why=""))
    text = path.read_text(encoding="utf-8")
    assert text.startswith(mine)
    decisions, unclear = read_decisions(tmp_path)
    assert not unclear
    assert decisions[1] == Decision("merge", ("t1", "t2"), 7, title='It is "both": yes')


def test_a_new_file_says_what_it_is(tmp_path: Path) -> None:
    add_decision(tmp_path, entry_text("move", ["e-cccccccc"], to="t1"))
    assert (tmp_path / FILE).read_text(encoding="utf-8").startswith("# What we decided")
    assert read_decisions(tmp_path)[0][0].to == "t1"


@pytest.mark.parametrize("text", ["rename: t1\n", "- [\n", "- rename: t1\n   to: x\n  y: [\n"])
def test_a_file_that_is_no_list_is_an_error_with_its_place(text: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"themes\.yaml"):
        parse_decisions(text, Path(FILE))


NAMES = st.sampled_from(["t1", "t2", "t3", "t4", "gone"])
KEYS = st.sampled_from([*INSIGHTS, "ffffffff1"])
DECISIONS = st.one_of(
    st.builds(lambda ids: Decision("merge", tuple(ids), 1), st.lists(NAMES, min_size=2, max_size=4)),
    st.builds(lambda one, keys: Decision("split", (one,), 1, insights=tuple(keys)), NAMES, st.lists(KEYS, min_size=1)),
    st.builds(lambda key, to: Decision("move", (key,), 1, to=to), KEYS, NAMES),
    st.builds(lambda one: Decision("reject", (one,), 1), NAMES),
)


@given(st.lists(DECISIONS, max_size=8))
def test_whatever_is_decided_every_insight_stays_in_exactly_one_theme(decisions: list[Decision]) -> None:
    done = replay(groups(), decisions, INSIGHTS)
    assert sorted(insight for group in done.groups for insight in group.insights) == sorted(INSIGHTS)
    assert all(INSIGHTS[insight].aspect == group.aspect for group in done.groups for insight in group.insights)
