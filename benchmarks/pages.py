"""How fast `synth serve` answers with much in it: `python benchmarks/pages.py [SOURCES INSIGHTS]`.

A workspace of 1,000 made-up calls and 20,000 insights is laid out, and every page is asked for: once after a change,
when what it is made from is worked out, and then again, as a person does who goes from page to page. Ends with 1 when a
page of the second kind takes longer than 300 ms.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from synth.model import Insight, Theme, Transcript  # noqa: E402

BAR_MS = 300
TIMES = 5
_THINGS = ("route", "invoice", "rota", "stock count", "delivery note", "forecast", "price list", "contract", "audit")
_TROUBLES = (
    "takes {n} hours",
    "is late on {n} days a month",
    "was wrong {n} times",
    "costs us {n} thousand",
    "needs {n} people",
)
_ACCOUNTS = 400
_TURNS = 30
_GROUP = 8  # insights a theme, about


def _call(n: int, chance: random.Random) -> str:
    lines = []
    for _ in range(_TURNS):
        thing, trouble = chance.choice(_THINGS), chance.choice(_TROUBLES).format(n=chance.randrange(2, 90))
        lines += [
            f"Ida Holm: What about the {thing} at site {chance.randrange(900)}?",
            f"Eva Berg{n}: The {thing} of depot {chance.randrange(9000)} {trouble}, and nobody can say why it does.",
        ]
    return "\n".join(lines) + "\n"


def _lay_out(root: Path, sources: int) -> None:
    from small_workspace import CRM_HEADER, SETTINGS

    chance = random.Random(1)
    rows = []
    for n in range(_ACCOUNTS):
        country, stage = chance.choice(["Romania", "Poland", "Sweden"]), chance.choice(["Closed Won", "Closed Lost"])
        employees, nps, amount = chance.randrange(20, 900), chance.randrange(11), chance.randrange(9000)
        rows.append(f"Account {n:04},a{n}.example,Courier,{country},{employees},{stage},FALSE,{nps},1,{amount}\n")
    manifest = "path,account,date\n" + "".join(
        f"call-{n:04}.txt,Account {n % _ACCOUNTS:04},2025-{1 + n % 12:02}-11\n" for n in range(sources)
    )
    files = {"synth.toml": SETTINGS, "crm/accounts.csv": CRM_HEADER + "".join(rows), "corpora/sources.csv": manifest}
    files |= {f"corpora/call-{n:04}.txt": _call(n, chance) for n in range(sources)}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def _insights(transcripts: Sequence[Transcript], wanted: int, aspects: Sequence[str]) -> Iterator[Insight]:
    chance = random.Random(2)
    each = -(-wanted // len(transcripts))
    for transcript in transcripts:
        lines = [line for line in transcript.lines if line.citable][:each]
        for line in lines:
            place = f"{transcript.source.id[:8]}{line.n:04}"
            yield Insight(
                place, chance.choice(aspects), line.text, transcript.source.id, (line.n,), line.speaker, line.role,
                line.voice, line.account, "supports", False, 0.99, "local",
            )  # fmt: skip


def _groups(insights: Sequence[Insight]) -> list[Theme]:
    by_aspect: dict[str, list[Insight]] = defaultdict(list)
    for insight in insights:
        by_aspect[insight.aspect].append(insight)
    found = []
    for aspect, mine in sorted(by_aspect.items()):
        for at in range(0, len(mine), _GROUP):
            some = mine[at : at + _GROUP]
            found.append(Theme(f"t{len(found):07x}", aspect, some[0].statement, tuple(one.id for one in some), ()))
    return found


def _fill(root: Path, wanted: int) -> None:
    from synth import pipeline
    from synth.ledger import ReadingRecord
    from synth.workspace import open_workspace

    with pipeline.open_session(open_workspace(root)) as session:
        transcripts = pipeline.decide(session).transcripts
        session.ledger.keep_sources(transcripts)
        insights = list(_insights(transcripts, wanted, [aspect.name for aspect in session.codebook]))
        by_source: dict[str, list[Insight]] = defaultdict(list)
        for insight in insights:
            by_source[insight.source].append(insight)
        for source, mine in by_source.items():
            session.ledger.keep_reading(source, ReadingRecord("bench", tuple(mine), {}, ()))
        session.ledger.keep_groups(_groups(insights))
        begun = time.monotonic()
        themes = pipeline.recount(session, pipeline.found(session, transcripts))
        counted = time.monotonic()
        pipeline.redraft(session)
        print(
            f"{len(transcripts)} sources, {len(insights)} insights, {len(themes)} themes; "
            f"counted in {counted - begun:.1f} s, documents written in {time.monotonic() - counted:.1f} s"
        )


def _paths(client: object) -> list[str]:
    """Return the pages, and of those that are one of many the first."""
    found = ["/add", "/add?page=20", "/run", "/review", "/read"]
    for start in ("/review", "/read"):
        page = client.get(start).text  # type: ignore[attr-defined]
        links = dict.fromkeys(re.findall(rf'href="({start}[/?][^"#]+)"', page))
        kinds: dict[str, str] = {}
        for link in links:
            if "/copy/" in link:
                continue  # made to be taken away, and not waited for like a page
            kinds.setdefault(re.sub(r"[0-9a-f]{6,}|\d+", "*", link), link.replace("&amp;", "&"))
        found += list(kinds.values())[:12]
    return found


def main(sources: int = 1000, insights: int = 20_000) -> int:
    from web_site import served

    slow = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _lay_out(root, sources)
        _fill(root, insights)
        with served(root) as here:
            begun = time.monotonic()
            here.site.look().result()
            print(f"looked at all sources in {time.monotonic() - begun:.1f} s (beside the pages)\n")
            print(f"{'page':44} {'status':>6} {'first ms':>9} {'then ms':>8}")
            for path in _paths(here.client):
                taken = []
                (root / "synth.toml").touch()
                for _ in range(TIMES + 1):
                    begun = time.monotonic()
                    status = here.client.get(path, follow_redirects=False).status_code
                    taken.append((time.monotonic() - begun) * 1000)
                then = statistics.median(taken[1:])
                slow += [path] if then > BAR_MS else []
                print(f"{path[:44]:44} {status:6} {taken[0]:9.0f} {then:8.0f}", flush=True)
    print(f"\nover {BAR_MS} ms: {', '.join(slow) or 'none'}")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
