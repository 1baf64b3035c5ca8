"""The summary in sentences: a chat model writes it from counted records, and code keeps only what the records say.

The model sees titles and numbers with ids, never a transcript, and every sentence names the ids it rests on. A sentence
with an unknown id, a number or a name that is not in its records, a denial they do not hold, or a word like "most" in
place of a number is left out; the documents' own sentences say the same in other words, so nothing is lost with it.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

from synth.documents.findings import AspectFindings, Finding
from synth.errors import AnswerError, BudgetReached, ModelError
from synth.extraction.agreement import denial, unknown_name
from synth.model import Trait
from synth.models.answers import citing_schema
from synth.models.calls import Chat
from synth.models.prompt import Prompt, language_name
from synth.models.requests import Request
from synth.stats.market import Market
from synth.text.escape import slug
from synth.text.language import LANGUAGES
from synth.text.numerals import missing_numbers
from synth.text.words import words

log = logging.getLogger("synth")

_MOST_RECORDS = 30
_MOST_TRAITS = 10  # of them
_MOST_SENTENCES = 8
_LONGEST = 280  # characters of a sentence
_VAGUE = frozenset(
    words(
        """many most mostly mainly generally frequently majority often usually typically always
        everyone everybody all every none nobody numerous several çoğu çoğunluğu çoğunlukla sıklıkla
        genellikle herkes hepsi birçok pek sık daima bütün tüm mulți multe majoritatea majoritar
        frecvent adesea deseori toți toate mereu fiecare nimeni بسیاری بیشتر بیش‌تر بیشترین عموما
        غالبا تمام اکثر اکثریت اغلب همه معمولا معمولاً همیشه هیچکس многие большинство большинству
        большинства чаще часто обычно всегда все каждый никто wielu większość większości przeważnie
        najczęściej często zwykle zawsze wszyscy każdy nikt liczni"""
    )
)
_SCHEMA = citing_schema("ids", "string")


@dataclass(frozen=True, slots=True)
class Record:
    """What a sentence may rest on. `keys` are the evidence its footnotes lead to, none for a trait of the CRM."""

    id: str
    kind: str
    title: str
    counts: str
    keys: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.title} ({self.counts})"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that holds, with the ids of its records and the evidence to cite."""

    text: str
    ids: tuple[str, ...]
    keys: tuple[str, ...]


def records(aspects: Iterable[AspectFindings], market: Market) -> tuple[Record, ...]:
    """Return the traits that hold and the themes of several accounts, of every aspect its strongest ones."""
    traits = [_trait(component.name, trait) for component in market.components for trait in component.typical]
    by_aspect = [[_theme(aspect, finding) for finding in aspect.findings] for aspect in aspects]
    ranks = chain.from_iterable(zip_longest(*by_aspect))  # the first of each aspect, then the second of each
    room = _MOST_RECORDS - min(len(traits), _MOST_TRAITS)
    chosen = set(islice((record.id for record in ranks if record), room))
    return (*traits[:_MOST_TRAITS], *(one for themes in by_aspect for one in themes if one.id in chosen))


def write_prose(shown: Sequence[Record], *, chat: Chat, prompt: Prompt, language: str) -> tuple[Sentence, ...]:
    """Ask for a summary of `shown` and return its sentences that hold; nothing when there is too little to sum up.

    What fails here is said and no more: the documents are complete without a summary, and the next run asks again.
    """
    if len(shown) < 2:
        return ()
    request = Request(
        system=prompt.render("system", language=language_name(language)),
        user=prompt.render("user", records=[{"id": one.id, "kind": one.kind, "text": one.text} for one in shown]),
        schema_name="summary",
        schema=_SCHEMA,
        max_tokens=900,
        version=prompt.version,
        stage="prose",
    )
    try:
        answer = chat.ask(request)
    except (AnswerError, BudgetReached, ModelError) as error:
        log.warning("the summary is left out of the documents: %s", error)
        return ()
    return tuple(sound(answer.data["sentences"], shown, language))[:_MOST_SENTENCES]


def sound(answers: Iterable[Mapping[str, Any]], shown: Sequence[Record], language: str) -> list[Sentence]:
    """Return the sentences that say no more than the records they cite, each once."""
    by_id = {record.id: record for record in shown}
    kept: dict[str, Sentence] = {}
    for answer in answers:
        text = " ".join(str(answer["text"]).split())
        cited = [by_id.get(id_) for id_ in dict.fromkeys(answer["ids"])]
        rests_on = [record for record in cited if record]
        if rests_on and len(rests_on) == len(cited) and not doubt(text, rests_on, language):
            keys = dict.fromkeys(key for record in rests_on for key in record.keys[:1])
            kept.setdefault(text, Sentence(text, tuple(record.id for record in rests_on), tuple(keys)))
    return list(kept.values())


def doubt(text: str, rests_on: Sequence[Record], language: str) -> str:
    """Return why a sentence says more than its records, "" when it does not."""
    if not 0 < len(text) <= _LONGEST or re.search(r"https?://|[<>\[\]]", text):
        return "not a plain sentence"
    said = " ".join(record.text for record in rests_on)
    if vague := (_VAGUE & set(words(text))) - set(words(said)):
        return f"{min(vague)!r} in place of a number"
    if more := _figures(text) - _figures(said):
        return f"the number {min(more)} stands there more often than in the records"
    titles = ". ".join(record.title for record in rests_on)
    # A title may be a customer's own words: a number is looked for as each of our languages says it.
    missing = [missing_numbers(text, said, spoken, language) for spoken in LANGUAGES]
    if all(missing):
        return f"the number {missing[0][0]} is not in the records"
    if name := unknown_name(text, [said]):
        return f"the name {name!r} is not in the records"
    return denial(text, said, language, language) or denial(text, titles, language, language)


def _figures(text: str) -> Counter[int]:
    """Count the numbers written in digits: "5 of 5" needs two fives in the records."""
    return Counter(map(int, re.findall(r"\d+", text)))


def _theme(aspect: AspectFindings, finding: Finding) -> Record:
    tally = finding.tally
    counts = (
        f"{tally.accounts} of {tally.eligible} accounts; won {tally.won}, lost {tally.lost}, churned {tally.churned}"
    )
    against = f"; {tally.against} say the opposite" if tally.against else ""
    keys = tuple(dict.fromkeys(key for key in (finding.title_key, *finding.best) if key))
    return Record(finding.id, aspect.title, finding.title, counts + against, keys)


def _trait(component: str, trait: Trait) -> Record:
    share = f"{trait.best} of {trait.best_n} best customers, {trait.rest} of {trait.rest_n} others"
    return Record(slug(f"{component} {trait.value}", longest=_LONGEST), component, trait.value, share)
