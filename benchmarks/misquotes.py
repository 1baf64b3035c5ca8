"""How well misquotes are told from quotes: `python benchmarks/misquotes.py WORKSPACE…`, each after `synth run`.

False alarms are counted over every quote that `synth export insights` prints. Then every fourth quote is spoiled in
ways that code can do in any language: a "not" cut, a number changed, a word put in another's place, two quotes joined,
another person named; or only written otherwise, which must not be taken for a change.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from synth.extraction.matching import Attribution, Library  # noqa: E402
from synth.extraction.quotewords import tokenize  # noqa: E402
from synth.model import Insight, Transcript  # noqa: E402
from synth.text.negation import is_negation  # noqa: E402
from synth.text.words import listed  # noqa: E402


class Case(NamedTuple):
    what: str
    quote: str
    claim: Attribution
    wanted: frozenset[str]


def said(insight: Insight, transcript: Transcript) -> str:
    cited = [line for line in transcript.lines if line.n in set(insight.lines)]
    return transcript.text[cited[0].start : cited[-1].end]


def claimed(insight: Insight, transcript: Transcript) -> Attribution:
    return Attribution(transcript.source.path, insight.lines, insight.speaker, insight.account)


def spoiled(quote: str, claim: Attribution, other: str, language: str, dice: random.Random) -> Iterator[Case]:
    """Yield what a careless or a bad hand would make of a quote."""
    tokens = tokenize(quote)
    changed, same = frozenset({"altered", "fabricated"}), frozenset({"verbatim", "repaired"})
    if no := [t for t in tokens if t.word in listed("negations", language) and is_negation(t.word, language)]:
        yield Case("not cut", quote[: no[0].start] + quote[no[0].end :].lstrip(), claim, changed)
    if numbers := [t for t in tokens if t.number]:
        digits = quote[numbers[0].start : numbers[0].end]
        yield Case("number", quote.replace(digits, str(int(dice.random() * 90) + 1013), 1), claim, changed)
    words = [t for t in tokens if len(t.word) > 4 and not t.number and t.word not in listed("empty", language)]
    others = [quote_word for t in tokenize(other) if len(quote_word := other[t.start : t.end]) > 4]
    if len(tokens) > 4 and words and others:
        out, new = dice.choice(words), dice.choice(others)
        if tokenize(new)[0].key != out.key:
            yield Case("word", quote[: out.start] + new + quote[out.end :], claim, changed)
    if min(len(tokens), len(tokenize(other))) > 4 and other not in quote:
        yield Case("joined", f"{quote} {other}", claim, frozenset({"stitched", "altered"}))
    wrong = Attribution(claim.source, (), "Nobody Of That Name", "")
    yield Case("speaker", quote, wrong, frozenset({"misattributed"}))
    yield Case("case", quote.upper(), claim, same)
    yield Case("spaces", "  ".join(quote.split()), claim, same)
    yield Case("marks", quote.rstrip(".!?؟").replace(",", ""), claim, same)


def probe(workspace: Path) -> None:
    """Print the verdicts on the true and on the spoiled quotes of one workspace."""
    from synth.ledger import Ledger

    ledger = Ledger(workspace / ".synth" / "ledger.db")
    sources = {transcript.source.id: transcript for transcript in ledger.transcripts()}
    insights = ledger.insights()
    ledger.close()
    library, dice = Library(sources.values()), random.Random(0)
    verdicts = Counter(
        library.find(said(i, sources[i.source]), claimed(i, sources[i.source])).verdict for i in insights
    )
    print(f"{workspace}: {len(insights)} true quotes: {dict(verdicts)}")
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for place, insight in enumerate(insights[::4]):
        transcript, other = sources[insight.source], insights[(place * 4 + 7) % len(insights)]
        quote, language = said(insight, transcript), transcript.source.language
        for case in spoiled(quote, claimed(insight, transcript), said(other, sources[other.source]), language, dice):
            match = library.find(case.quote, case.claim)
            every[case.what] += 1
            right[case.what] += match.verdict in case.wanted
            if match.verdict not in case.wanted and "-v" in sys.argv:
                print(f"  {case.what}: {match.verdict} ({match.why}): {case.quote}")
    print("  " + ", ".join(f"{what} {right[what]}/{every[what]}" for what in sorted(every)))
    print(f"  all: {sum(right.values())}/{sum(every.values())}")


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        if folder != "-v":
            probe(Path(folder))
