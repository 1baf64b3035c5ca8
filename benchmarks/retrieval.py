"""How well search finds what was asked for: `python benchmarks/retrieval.py FOLDER [MEETINGS]`.

FOLDER holds meetings in the format of QMSum (one JSON file each: `meeting_transcripts` and `specific_query_list`, whose
`relevant_text_span` names the turns that answer). A query is hit at k when one of the first k turns is such a turn.
All rows are over the same queries: BM25 over turns, vectors of turns, vectors of sentences (a turn is as near as its
nearest sentence), both fused by reciprocal rank, and `synth search` as it is wired.
"""

from __future__ import annotations

import json
import math
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from synth.ledger import Ledger  # noqa: E402
from synth.model import Line, Source, Transcript, Turn  # noqa: E402
from synth.search.embed import embed_texts, open_embedder  # noqa: E402
from synth.search.index import Index, fuse  # noqa: E402
from synth.settings import Model  # noqa: E402
from synth.text.words import words  # noqa: E402

AT = (1, 5, 10)


class Query(NamedTuple):
    text: str
    turns: frozenset[int]


def load(path: Path) -> tuple[list[str], list[Query]]:
    """Return the turns of one meeting and its queries with a known answer."""
    data = json.loads(path.read_text(encoding="utf-8"))
    turns = [f"{turn['speaker']}: {turn['content']}" for turn in data["meeting_transcripts"]]
    queries = []
    for asked in data["specific_query_list"]:
        spans = [range(int(a), int(b) + 1) for a, b in asked["relevant_text_span"]]
        queries.append(Query(asked["query"], frozenset(n for span in spans for n in span if n < len(turns))))
    return turns, [query for query in queries if query.turns]


def bm25(turns: Sequence[str], query: str) -> list[int]:
    """Rank turns by BM25 (k1 = 1.5, b = 0.75) over plain words."""
    texts = [words(turn) for turn in turns]
    mean = sum(map(len, texts)) / len(texts)
    count = Counter(word for text in texts for word in set(text))
    score = np.zeros(len(texts))
    for word in set(words(query)):
        idf = math.log(1 + (len(texts) - count[word] + 0.5) / (count[word] + 0.5))
        for i, text in enumerate(texts):
            if often := text.count(word):
                score[i] += idf * often * 2.5 / (often + 1.5 * (0.25 + 0.75 * len(text) / mean))
    return [int(i) for i in np.argsort(-score, kind="stable")]


def transcript_of(name: str, turns: Sequence[str]) -> Transcript:
    text, lines, made = "", [], []
    for number, turn in enumerate(turns):
        start = len(text)
        for part in re.split(r"(?<=[.?!]) +", turn):
            at = len(text)
            text += part + " "
            if part.strip():
                lines.append(Line(len(lines) + 1, number, part, at, at + len(part), "x", "customer", "said"))
        made.append(Turn("x", start, len(text)))
        text += "\n"
    return Transcript(Source(name, name, "interview", "json", "en"), text, turns=tuple(made), lines=tuple(lines))


def main() -> None:
    folder, most = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10**6
    embedder = open_embedder(Model())
    hits: dict[str, Counter[int]] = {}
    asked = 0
    with tempfile.TemporaryDirectory() as place:
        for path in sorted(folder.glob("*.json"))[:most]:
            turns, queries = load(path)
            transcript = transcript_of(path.stem, turns)
            ledger = Ledger(Path(place) / f"{path.stem}.db")
            ledger.keep_sources([transcript])
            by_line = embed_texts(embedder, ledger, [line.text for line in transcript.lines])
            by_turn = embed_texts(embedder, ledger, turns)
            index = Index(Path(place) / path.stem, ledger, embedder, [transcript])
            for query in queries:
                vector = embedder.embed_query(query.text)
                nearest = np.full(len(turns), -1.0)
                np.maximum.at(nearest, [line.turn for line in transcript.lines], by_line @ vector)
                ranked = {
                    "BM25 over turns": bm25(turns, query.text),
                    "vectors of turns": [int(i) for i in np.argsort(-(by_turn @ vector), kind="stable")],
                    "vectors of sentences": [int(i) for i in np.argsort(-nearest, kind="stable")],
                    "synth search": list(dict.fromkeys(hit.line.turn for hit in index.search(query.text, 60))),
                }
                names = ("BM25 over turns", "vectors of turns", "vectors of sentences")
                fused = fuse([[str(n) for n in ranked[name][:100]] for name in names])
                ranked["all three fused"] = [int(n) for n in sorted(fused, key=lambda n: (-fused[n], n))]
                for name, order in ranked.items():
                    for k in AT:
                        hits.setdefault(name, Counter())[k] += bool(query.turns & set(order[:k]))
                asked += 1
            ledger.close()
    print(f"{asked} queries")
    for name, count in hits.items():
        print(f"{name:22}" + "".join(f"  hit@{k} {count[k] / asked:.3f}" for k in AT))


if __name__ == "__main__":
    main()
