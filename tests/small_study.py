"""A small invented study: a maker of scheduling software for workshops, six sources, three languages, a CRM of sixty.

Built in code, so that every test sees which line says what. Quotes are awkward on purpose.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from synth.crm.places import region
from synth.documents.evidence import Rules
from synth.documents.persona import Cast, build_personas
from synth.documents.profile import Material, Profile, build_profile
from synth.documents.reality import Beliefs
from synth.drafting import standing
from synth.model import Account, Aspect, Insight, Line, Outcome, Role, Source, Speaker, Theme, Transcript, Turn, Voice
from synth.settings import Best
from synth.stats.beliefs import Belief, judge_beliefs
from synth.stats.compare import compare
from synth.stats.market import build_market

CODEBOOK = (
    Aspect("pain_point", "Pain points", "a problem in the customer's own work."),
    Aspect("trigger_event", "Trigger events", "something that happened and made them act."),
    Aspect("desired_outcome", "Desired outcomes", "the state they want."),
    Aspect("benefit", "Benefits", "a result they already have."),
    Aspect("why_us", "Reasons for choosing us", "why us and nobody else."),
    Aspect("objection", "Objections", "a reason to hesitate, refuse or leave."),
)
NASTY = 'We wrote 12. "*urgent*" on a <b>sticky</b> note [sic], https://evil.example {{ 7*7 }} | # and that was it.'

# account, language, date, our question and the customer's answer, sentence by sentence
_TALKS: tuple[tuple[str, str, str, str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    ("Hobelwerk GmbH", "Operations manager", "en", "2025-03-04", (
        ("What did a normal Monday look like?", (
            "We lost about six hours a week because the schedule lived on a whiteboard.", NASTY, "The dog liked it.")),
        ("What made you look for something?", ("The night shift leader quit, nobody else could read the board.",)),
        ("And what did you hope for?", ("I wanted to see by seven in the morning which machine stands still.",)),
        ("What came of it?", ("Late orders went from thirty to four a month.",)),
    )),
    ("Čapek Metal s.r.o.", "CEO", "en", "2025-03-18", (
        ("How did you plan before?", ("The plan was on one whiteboard, and if somebody leaned on it, it was gone.",)),
        ("Was the price an issue?", ("The price was hard to explain to my two partners.",)),
        ("Why did you take us?", ("Your people stood at our machines for two days, nobody else did that.",)),
    )),
    ("Zagros Sazeh", "مدیر عملیات", "fa", "2025-04-02", (
        ("برنامه را کجا می‌نوشتید؟", ("برنامه روی تخته بود و هر شب پاک می‌شد.",)),
        ("چه می‌خواستید؟", ("می‌خواستم صبح‌ها بدانم کدام دستگاه خوابیده است.",)),
    )),
    ("Ural Stanok", "Начальник производства", "ru", "2025-05-20", (
        ("Где был план?", ("План висел на доске, и каждую смену его переписывали заново.",)),
        ("Цена смущала?", ("Нет, цена нас не смущала.",)),
        ("Что изменилось?", ("Просроченных заказов стало втрое меньше.",)),
    )),
)  # fmt: skip
# aspect, theme, path stem of the source, lines, stance, prompted, confidence
_CODED: tuple[tuple[str, str, str, tuple[int, ...], str, bool, float], ...] = (
    ("pain_point", "The plan lives on a whiteboard", "hobelwerk", (2,), "supports", False, 0.93),
    ("pain_point", "The plan lives on a whiteboard", "hobelwerk", (3,), "supports", False, 0.81),
    ("pain_point", "The plan lives on a whiteboard", "capek", (2,), "supports", False, 0.9),
    ("pain_point", "The plan lives on a whiteboard", "zagros", (2,), "supports", False, 0.88),
    ("pain_point", "The plan lives on a whiteboard", "ural", (2,), "supports", False, 0.86),
    ("pain_point", "", "hobelwerk", (4,), "supports", False, 0.3),
    ("trigger_event", "", "hobelwerk", (6,), "supports", False, 0.9),
    ("desired_outcome", "See in the morning which machine stands still", "hobelwerk", (8,), "supports", False, 0.9),
    ("desired_outcome", "See in the morning which machine stands still", "zagros", (4,), "supports", False, 0.9),
    ("benefit", "Fewer late orders", "hobelwerk", (10,), "supports", False, 0.95),
    ("benefit", "Fewer late orders", "ural", (6,), "supports", False, 0.9),
    ("benefit", "Fewer late orders", "visit", (1,), "supports", False, 0.8),
    ("objection", "The price is hard to explain", "capek", (4,), "supports", True, 0.9),
    ("objection", "The price is hard to explain", "visit", (2,), "supports", False, 0.8),
    ("objection", "The price is hard to explain", "ural", (4,), "contradicts", True, 0.9),
    ("why_us", "", "capek", (6,), "supports", False, 0.9),
)
SURE = dict.fromkeys([aspect.name for aspect in CODEBOOK], 0.6)


def talk(
    account: str, title: str, language: str, date: str, talk: tuple[tuple[str, tuple[str, ...]], ...]
) -> Transcript:
    said: list[tuple[str, Role, tuple[str, ...]]] = []
    for question, answer in talk:
        said += [("Ines Fabri", "vendor", (question,)), ("Guest of the call", "customer", answer)]
    return _transcript(
        f"corpora/{_stem(account)}.vtt", said, language=language, date=date, account=account, title=title
    )


def _stem(account: str) -> str:
    return account.casefold().replace("č", "c").split()[0]


def _transcript(
    path: str,
    said: list[tuple[str, Role, tuple[str, ...]]],
    *,
    language: str,
    date: str,
    account: str,
    title: str = "",
    voice: Voice = "said",
) -> Transcript:
    text, turns, lines = "", [], []
    for speaker, role, sentences in said:
        start = len(text)
        for sentence in sentences:
            at = len(text)
            text += sentence + " "
            ms = 4000 * len(lines) if voice == "said" else None
            own: Voice = voice if role == "customer" or voice == "reported" else "own"
            lines.append(Line(
                len(lines) + 1, len(turns), sentence, at, at + len(sentence), speaker, role, own, account, language,
                ms, None if ms is None else ms + 3500,
            ))  # fmt: skip
        turns.append(Turn(speaker, start, len(text) - 1))
        text = text[:-1] + "\n"
    source = Source(
        hashlib.sha256(path.encode()).hexdigest()[:16], path, "note" if voice == "reported" else "interview",
        "vtt", language, date, account, account,
    )  # fmt: skip
    people = tuple(
        Speaker(name, role, title if role == "customer" else "")
        for name, role in dict.fromkeys((s, r) for s, r, _ in said)
    )
    return Transcript(source, text, people, tuple(turns), tuple(lines))


def transcripts() -> tuple[Transcript, ...]:
    note = _transcript(
        "corpora/visit.md",
        [
            ("", "customer", ("Their planner says late orders are rare now.",)),
            ("", "customer", ("The owner finds the price steep.",)),
        ],
        language="en",
        date="2025-06-11",
        account="Tischlerei Ahorn",
        voice="reported",
    )
    return (*(talk(*each) for each in _TALKS), note)


def insights(sources: tuple[Transcript, ...]) -> tuple[Insight, ...]:
    by_stem = {each.source.path.rpartition("/")[2].partition(".")[0]: each for each in sources}
    found = []
    for aspect, _, stem, numbers, stance, prompted, confidence in _CODED:
        transcript = by_stem[stem]
        line = transcript.lines[numbers[0] - 1]
        found.append(Insight(
            hashlib.sha256(f"{stem}{numbers}{aspect}".encode()).hexdigest()[:12], aspect, line.text,
            transcript.source.id, numbers, line.speaker, line.role, line.voice, line.account,
            stance, prompted, confidence, "local" if confidence < SURE.get(aspect, 0.0) else "model-x",
        ))  # type: ignore[arg-type]  # fmt: skip
    return tuple(found)


def themes(found: tuple[Insight, ...]) -> tuple[Theme, ...]:
    groups: dict[tuple[str, str], list[str]] = {}
    for (aspect, title, *_), insight in zip(_CODED, found, strict=True):
        groups.setdefault((aspect, title or insight.statement), []).append(insight.id)
    return tuple(
        Theme(
            hashlib.sha256(title.encode()).hexdigest()[:8],
            aspect,
            title,
            tuple(ids),
            (),
            eligible=5,
            confidence="high" if len(ids) > 3 else "medium",
        )
        for (aspect, title), ids in groups.items()
    )


def accounts() -> tuple[Account, ...]:
    """Sixty accounts: metal workshops of 50 to 200 people in DACH are the best customers, print shops are not."""
    heard = ["Hobelwerk GmbH", "Čapek Metal s.r.o.", "Zagros Sazeh", "Ural Stanok", "Tischlerei Ahorn"]
    ends: dict[str, Outcome] = {
        "Hobelwerk GmbH": "won",
        "Čapek Metal s.r.o.": "lost",
        "Zagros Sazeh": "won",
        "Ural Stanok": "churned",
    }
    made = []
    for n in range(60):
        good, lost = n % 3 == 0, n % 3 == 1
        name = heard[n] if n < len(heard) else f"Workshop {n:02d}"
        made.append(Account(
            id=f"A{n:02d}", name=name, industry="Metalwork" if good or n % 5 == 0 else "Print",
            country="Germany" if good else ("Poland", "France")[n % 2],
            employees=120.0 if good or n % 4 == 0 else 20.0, outcome=ends.get(name, "lost" if lost else "won"),
            amount=9000.0 + 100 * n, gross_margin=0.7, acquisition_cost=4000.0, nps=10.0 if good else 5.0,
            referrals=1.0 if good else 0.0, sales_cycle_days=30.0 + n, decision_makers=2.0, created_date="2023-01-02",
            close_date="2023-03-01", churn_date="2024-02-01" if ends.get(name) == "churned" else "",
        ))  # fmt: skip
    return tuple(made)


def study(
    *,
    crm: bool = True,
    titles: bool = True,
    rules: Rules | None = None,
    left_out: tuple[str, ...] = (),
    backwards: bool = False,
    titled: bool = True,
    beliefs: tuple[Belief, ...] = (),
) -> tuple[Profile, Cast, tuple[Transcript, ...]]:
    """Build profile and personas; without the CRM, without titles or some sources, where a test asks for it."""
    sources = transcripts() if titles else tuple(_untitled(each) for each in transcripts())
    found = insights(sources)
    gone = {each.source.id for each in sources if each.source.path in left_out}
    rows = accounts() if crm else ()
    turn = -1 if backwards else 1
    material = Material(
        sources[::turn],
        [insight for insight in found if insight.source not in gone][::turn],
        [theme if titled else _cut(theme, found) for theme in themes(found)][::turn],
        CODEBOOK,
        outcomes={account.name: account.outcome for account in rows},
        regions={account.name: region(account.country) for account in rows},
    )
    heard = {each.source.account for each in sources}
    found = compare(rows, Best())
    material = replace(
        material,
        standing=standing(rows, found, heard),
        beliefs=Beliefs(beliefs, judge_beliefs(beliefs, rows, found), found.conditions),
    )
    market = build_market(rows, found, heard=heard)
    profile = build_profile(material, market, rules=rules or Rules(SURE), vendor="Taktgeber")
    cast = build_personas(
        profile.evidence, profile.aspects, sources[::turn], outcomes=material.outcomes, regions=material.regions
    )
    return profile, cast, sources


def _cut(theme: Theme, found: tuple[Insight, ...]) -> Theme:
    """Name a theme as the local engine does: by the first words of a statement."""
    words = next(insight.statement for insight in found if insight.id in theme.insights)
    return replace(theme, title=words[:30].rstrip() + "…")


def _untitled(transcript: Transcript) -> Transcript:
    return replace(transcript, speakers=tuple(replace(speaker, title="") for speaker in transcript.speakers))
