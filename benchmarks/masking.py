"""How many mentions of people are masked, and how many other words with them: `python benchmarks/masking.py`.

Recall: names of six languages in the forms their grammar gives them, as written, small, and in capitals. False masks:
the people of the demo corpus and of this list, looked for in the training dialogues, in which none of them occurs; a
word that is one of the names as it stands (another Paul) is counted apart, because masking it is what is asked for.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from synth.people.nameindex import NameIndex  # noqa: E402
from synth.readers import read  # noqa: E402
from synth.text.names import fold, name_words  # noqa: E402

TITLES = {"lui", "bey", "hanim", "خانم", "آقای"}
FORMS = {
    "en": {
        "Harriet Blythe": "Harriet|Harriet's|Blythe|Harriet Blythe",
        "Owen Marsh": "Owen|Owen's|Marsh|Owen Marsh's",
        "Grace Hollis": "Grace|Grace's|Hollis|Grace Hollis",
        "Ted Ashby": "Ted|Ted's|Ashby|Ted Ashby",
        "Priya Raman": "Priya|Priya's|Raman|Priya Raman",
    },
    "tr": {
        "Zeynep Karaca": "Zeynep|Zeynep'in|Zeynep'e|Zeynepten|Karaca'nın|Zeynep Hanım",
        "Cem Bozkurt": "Cem|Cem'in|Cem'e|Bozkurt'un|Cem Bey",
        "Işıl Çağlayan": "Işıl|Işıl'ın|Işıl'a|Çağlayan'dan",
        "İbrahim Öztürk": "İbrahim|İbrahim'in|İbrahim'e|Öztürk'le",
        "Deniz Aydın": "Deniz|Deniz'in|Aydın'a|Deniz Aydın",
    },
    "ro": {
        "Ștefania Munteanu": "Ștefania|Ștefaniei|Munteanu|Stefania|Stefaniei",
        "Bogdan Pop": "Bogdan|lui Bogdan|Bogdane|Bogdan Pop",
        "Ruxandra Ionescu": "Ruxandra|Ruxandrei|Ionescu|Ionescului",
        "Mihai Țurcanu": "Mihai|lui Mihai|Țurcanu|Turcanu",
        "Ana Dobre": "Ana|Anei|Dobre|Ana Dobre",
    },
    "fa": {
        "شیرین مرادی": "شیرین|مرادی|شیرین مرادی|خانم مرادی",
        "بابک توکلی": "بابک|توکلی|بابک‌ها|آقای توکلی",
        "علی رضایی": "علی|رضایی|علي رضايي",
        "کاوه رستمی": "کاوه|رستمی|كاوه",
        "نرگس کمالی": "نرگس|کمالی|نرگس کمالی",
    },
    "ru": {
        "Наталья Щукина": "Наталья|Наталье|Натальей|Наталью|Щукиной|Щукину",
        "Пётр Ахметов": "Пётр|Петра|Петру|Петром|Ахметова|Ахметовым",
        "Ольга Ким": "Ольга|Ольги|Ольге|Ольгой|Ким",
        "Лев Орлов": "Лев|Льва|Льву|Орлова|Орловым",
        "Вера Достоевская": "Вера|Веры|Вере|Верой|Достоевской",
    },
    "pl": {
        "Małgorzata Wrona": "Małgorzata|Małgorzaty|Małgorzacie|Małgorzatą|Wrony",
        "Marek Nowak": "Marek|Marka|Markowi|Markiem|Marku|Nowaka|Nowakiem",
        "Ewa Łęcka": "Ewa|Ewy|Ewie|Ewą|Łęckiej",
        "Jan Kowalski": "Jan|Jana|Janowi|Janem|Kowalskiego|Kowalskim",
        "Wojciech Zając": "Wojciech|Wojciecha|Wojciechowi|Zająca|Zającem",
    },
}


def recall(language: str) -> tuple[int, int, list[str]]:
    """Return how many forms are masked whole, of how many, and which are not."""
    index = NameIndex.of(FORMS[language])
    missed: list[str] = []
    total = 0
    for forms in FORMS[language].values():
        for form in forms.split("|"):
            for written in (form, form.lower(), form.upper()):
                total += 1
                text = f"then {written} said"
                covered = {at for one in index.find(text) for at in range(one.start, one.end)}
                words = [word.partition("'")[0] for word in name_words(form) if word not in TITLES]
                missed += [] if len(covered) >= 0.6 * sum(map(len, words)) else [written]
    return total - len(missed), total, missed


def people() -> set[str]:
    folder = ROOT / "corpora" / "demo" / "corpora"
    talks = [read(path) for path in sorted(folder.iterdir()) if path.suffix != ".csv"]
    speaking = {speaker.name for talk in talks for speaker in talk.speakers}
    return speaking | {name for names in FORMS.values() for name in names}


def dialogues() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "training" / "dialogues").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            talk = json.loads(line)
            for turn in talk["turns"]:
                yield talk["language"], " ".join(sentence["text"] for sentence in turn["sentences"])


def main() -> None:
    names = sorted(people())
    index = NameIndex.of(names)
    whole = {word for name in names for word in name_words(name)}
    words: Counter[str] = Counter()
    namesakes: Counter[str] = Counter()
    wrong: dict[str, Counter[str]] = {}
    for language, text in dialogues():
        words[language] += len(text.split())
        for one in index.find(text):
            found = text[one.start : one.end]
            same = found[0].isupper() and all(fold(word) in whole for word in found.split())
            same = same or (language == "fa" and fold(found) in whole)
            namesakes[language] += same
            wrong.setdefault(language, Counter()).update([] if same else [found])
    print(f"{len(names)} names; language, forms masked, words, namesakes, false masks, which")
    for language in FORMS:
        done, total, missed = recall(language)
        false = wrong.get(language, Counter())
        print(language, f"{done}/{total}", words[language], namesakes[language], sum(false.values()), dict(false))
        print("   missed:", ", ".join(missed))


if __name__ == "__main__":
    main()
