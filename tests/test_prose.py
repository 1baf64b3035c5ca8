"""The summary of a chat model: only sentences that their records bear out are printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakemodel import Step, answers, completion, error, fake_model
from small_study import study

from synth.documents.prose import Record, Sentence, doubt, records, sound, write_prose
from synth.documents.render import ICP, render_documents
from synth.models.llm import open_chat
from synth.models.prompt import load_prompt
from synth.models.store import MemoryStore
from synth.settings import Model

PLAN = Record(
    "t1", "Pain points", "The plan lives on a whiteboard", "4 of 5 accounts; won 2, lost 1, churned 0", ("e-1", "e-2")
)
LATE = Record(
    "t2", "Benefits", "Late orders fell by two thirds with Taktgeber", "3 of 5 accounts; won 1, lost 1", ("e-3",)
)
DACH = Record("location-dach", "location", "DACH", "18 of 20 best customers, 2 of 20 others")
SHOWN = (PLAN, LATE, DACH)


def _kept(text: str, *ids: str, language: str = "en") -> list[Sentence]:
    return sound([{"text": text, "ids": list(ids)}], SHOWN, language)


def test_a_sentence_that_says_what_its_records_say_is_kept_with_its_evidence() -> None:
    (kept,) = _kept(
        "In 4 of 5 accounts the plan lives on a whiteboard, and 18 of 20 best customers are in DACH.",
        "t1",
        "location-dach",
    )
    assert (kept.ids, kept.keys) == (("t1", "location-dach"), ("e-1",))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("In 5 of 5 accounts the plan lives on a whiteboard.", ["t1"]),  # a number of nobody
        ("In 3 of 5 accounts the plan lives on a whiteboard.", ["t1"]),  # a number of another record
        ("Most accounts keep the plan on a whiteboard.", ["t1"]),
        ("Customers often keep the plan on a whiteboard.", ["t1"]),
        ("The plan lives on a whiteboard at Siemens.", ["t1"]),  # a name of nobody
        ("The plan does not live on a whiteboard.", ["t1"]),
        ("The plan lives on a whiteboard.", []),
        ("The plan lives on a whiteboard.", ["t9"]),
        ("The plan lives on a whiteboard.", ["t1", "t9"]),
        ("The plan lives on a whiteboard, see https://evil.example", ["t1"]),
        ("The plan lives on a whiteboard. " * 12, ["t1"]),
        ("", ["t1"]),
    ],
)
def test_a_sentence_that_says_more_is_left_out(text: str, ids: list[str]) -> None:
    assert _kept(text, *ids) == []


@pytest.mark.parametrize(
    ("language", "fine", "vague"),
    [
        ("tr", "5 hesaptan 4'ünde plan bir beyaz tahtada duruyor.", "Çoğu hesapta plan bir beyaz tahtada duruyor."),
        (
            "ro",
            "La 4 din 5 conturi planul stă pe o tablă albă.",
            "La majoritatea conturilor planul stă pe o tablă albă.",
        ),
        ("fa", "در ۴ حساب از ۵ حساب برنامه روی تخته است.", "در اکثر حساب‌ها برنامه روی تخته است."),
        ("fa", "در ۴ حساب از ۵ حساب برنامه روی تخته است.", "بیشتر حساب‌ها برنامه را روی تخته دارند."),
        ("ru", "У 4 из 5 компаний план висит на доске.", "У большинства компаний план часто висит на доске."),
        ("pl", "W 4 z 5 kont plan jest na tablicy.", "Zwykle plan jest na tablicy."),
    ],
)
def test_a_vague_word_is_no_number_in_any_language(language: str, fine: str, vague: str) -> None:
    assert doubt(fine, [PLAN], language) == ""
    assert doubt(vague, [PLAN], language) != ""


def test_records_are_counted_themes_and_traits_with_evidence_to_cite() -> None:
    profile, _, _ = study()
    found = records(profile.aspects, profile.market)
    themes = [one for one in found if one.keys]
    assert any("whiteboard" in one.text and "accounts" in one.text for one in themes)
    assert len({one.id for one in found}) == len(found)
    assert {key for one in themes for key in one.keys} <= {item.key for item in profile.evidence}


def _asked(step: Step, shown: tuple[Record, ...] = SHOWN) -> tuple[tuple[Sentence, ...], int]:
    with fake_model([step]) as server:
        chat = open_chat(Model(chat="openai:fake-1", base_url=server.url), store=MemoryStore())
        return write_prose(shown, chat=chat, prompt=load_prompt("prose"), language="en"), len(server.log)


def test_the_model_is_shown_records_only_and_what_holds_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    reply = answers(
        {"sentences": [{"text": "The plan lives on a whiteboard.", "ids": ["t1"]}, {"text": "Most do.", "ids": ["t1"]}]}
    )
    sentences, requests = _asked(reply)
    assert [one.text for one in sentences] == ["The plan lives on a whiteboard."]
    assert requests == 1


@pytest.mark.parametrize(
    ("step", "said"),
    [(completion(None, refusal="No."), "refused"), (error(401), "HTTP 401"), (error(403), "HTTP 403")],
    ids=["refusal", "key", "model"],
)
def test_a_model_that_gives_no_summary_leaves_the_documents_without_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: Step, said: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    assert _asked(step) == ((), 1)
    assert "the summary is left out of the documents" in caplog.text
    assert said in caplog.text
    assert _asked(step, SHOWN[:1]) == ((), 0)


def test_the_summary_is_printed_with_footnotes_and_escaped(tmp_path: Path) -> None:
    profile, cast, _ = study()
    key = profile.evidence[0].key
    said = Sentence("Plans live on a *whiteboard*.", ("t1",), (key,))
    text = render_documents(replace(profile, prose=(said,)), cast, tmp_path)[ICP]
    assert rf"- Plans live on a \*whiteboard\*. [^{key}]" in text
    assert "A chat model wrote these sentences" in text
    assert "A chat model wrote these sentences" not in render_documents(profile, cast, tmp_path)[ICP]


def test_a_number_said_in_the_customers_own_language_is_found() -> None:
    """Answered by hand: a title may be a customer's own Turkish words, the summary Persian."""
    seventh = Record(
        "t3", "Trigger events", "Yeni yatırımcı her ayın yedisinde rapor istiyorum dedi", "3 of 17 accounts"
    )
    said = "سرمایه‌گذار تازه هفتم هر ماه گزارش می‌خواهد"
    assert "number" not in doubt(said, [seventh], "fa")
    assert "number" in doubt(said.replace("هفتم", "هشتم"), [seventh], "fa")


def test_every_aspect_is_among_the_records_however_many_themes_the_first_one_has() -> None:
    profile, _, _ = study()
    first, *rest = (aspect for aspect in profile.aspects if aspect.findings)
    crowded = replace(first, findings=tuple(replace(first.findings[0], id=f"t{n}") for n in range(60)))
    found = records([crowded, *rest], profile.market)
    assert len(found) <= 30
    assert {aspect.title for aspect in (crowded, *rest)} <= {record.kind for record in found}
    assert all(record.id.isascii() for record in found)


def test_what_the_summary_says_is_not_said_again_below_it(tmp_path: Path) -> None:
    profile, cast, _ = study()
    plan = next(one for one in profile.aspects[0].findings)
    told = replace(profile, prose=(Sentence("The plan lives on a whiteboard.", (plan.id,), plan.best[:1]),))
    plain, summed = (render_documents(one, cast, tmp_path)[ICP] for one in (profile, told))
    assert "**Their pain:**" in plain
    assert "**Their pain:**" not in summed
    assert "**Their goal:**" in summed
