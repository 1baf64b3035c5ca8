"""Whether a quote was said: one matcher for every place where a person or a model may have typed one.

Engines never type quotes, but people edit documents and models write answers. A quote is looked up in the sources and
gets one of six verdicts, together with what the source really says:

- verbatim: a slice of one customer's turn, character by character;
- repaired: the same words; case, punctuation, writing of characters, fillers or an ellipsis differ;
- altered: a place that says something else: a word, number, name or "not" differs, was cut or was added;
- stitched: pieces of places that do not follow one another;
- misattributed: said, but by somebody else, elsewhere, or by us;
- fabricated: nobody said anything like it. A translation is not what was said either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice

from synth.extraction.cuts import asked, uncut
from synth.extraction.differences import PIECE_WORDS, Piece, alike_from, apart, compared, of_one_line, skips, weight
from synth.extraction.gaps import ELLIPSIS, PARTS, with_gaps
from synth.extraction.places import Place, Stretch, Verdict, Wanted, spans, whole_words
from synth.extraction.quotewords import Token, tokenize
from synth.model import Transcript
from synth.text.escape import visible
from synth.text.names import fold, same_person, short_for
from synth.text.words import stem

_ALIKE = 0.55  # of a quote's weight that one place must share, to be what was altered
_ALIKE_OTHERS = 0.75  # the same, where it is not a customer's own words
_PIECES = 0.85  # of its weight that pieces must cover, to be stitched
_CANDIDATES = 6  # places that are compared word by word
_MOST_WORDS = 400  # of a quote that is compared word by word


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a quote is said to be; what is empty is not said."""

    source: str = ""  # Source.path or Source.id
    lines: tuple[int, ...] = ()
    speaker: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A verdict with its reason; `quote` is the source's own slice at `lines` of `source`, "" when there is none."""

    verdict: Verdict
    why: str = ""
    quote: str = ""
    source: str = ""  # Source.path
    lines: tuple[int, ...] = ()


class Library:
    """The sources in which quotes are looked up. What is prepared for one quote serves the next."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self._known: dict[tuple[str, str], bool] = {}
        self._stretches = tuple(
            Stretch(transcript, tuple(line for _, line in run))
            for transcript in transcripts
            for _, run in groupby(
                enumerate(line for line in transcript.lines if line.speech),
                key=lambda item: (item[1].turn, item[1].speaker, item[1].n - item[0]),
            )
        )

    def find(self, quote: str, claim: Attribution | None = None) -> Match:
        """Return the verdict on `quote`, said to be by whom `claim` says."""
        claim, quote = claim or Attribution(), visible(quote).strip()
        if not tokenize(quote):
            return Match("fabricated", "there are no words in it")
        for places in (self._exact(quote), self._same_words(quote), self._elided(quote)):
            if places:
                return _judged(places, claim)
        return self._alike(quote, claim)

    def _exact(self, quote: str) -> list[Place]:
        places = (
            Place(stretch, start, start + len(quote), "verbatim")
            for stretch in self._stretches
            for start in whole_words(quote, stretch.text)
        )
        return [uncut(place) for place in places]

    def _same_words(self, quote: str) -> list[Place]:
        wanted = Wanted(tokenize(quote))
        places = [
            Place(stretch, *span, "repaired", "only the writing differs")
            for stretch in self._stretches
            for span in spans(wanted, stretch)
        ]
        return [uncut(asked(quote, place)) for place in places]

    def _elided(self, quote: str) -> list[Place]:
        """Find a quote that says itself that words are left out: pieces in order in one turn, little between them."""
        pieces = [piece for piece in ELLIPSIS.split(quote) if tokenize(piece)]
        if not ELLIPSIS.search(quote) or not pieces:
            return []
        if len(pieces) == 1:
            return self._exact(pieces[0]) or self._same_words(pieces[0])
        wanted = [Wanted(tokenize(piece)) for piece in pieces]
        return [place for stretch in self._stretches if (place := with_gaps(wanted, stretch))]

    def _alike(self, quote: str, claim: Attribution) -> Match:
        """No place has these words: say what was done to which place, or that nothing is like it."""
        tokens = tokenize(quote)[:_MOST_WORDS]
        weights = [weight(token, "") for token in tokens]
        places = sorted(
            (compared(tokens, stretch) for stretch in self._candidates(tokens, claim)), key=lambda each: -each.share
        )
        best = places[0] if places else None
        share = best.share if best else 0.0
        pieces = self._pieces(tokens)
        covered = sum(sum(weights[p.start : p.end]) for p in pieces) / (sum(weights) or 1)
        joined = len(pieces) > 1 and covered >= _PIECES and apart(pieces) and (covered - share >= 0.1 or skips(pieces))
        if parts := self._parts(quote):
            return Match("stitched", f"pieces of {len(parts)} places in {', '.join(dict.fromkeys(parts))}")
        if joined and not of_one_line(pieces):
            where = ", ".join(dict.fromkeys(piece.stretch.transcript.source.path for piece in pieces))
            return Match("stitched", f"pieces of {len(pieces)} places in {where}")
        own = best and all(line.citable for line in best.place.stretch.lines)
        if best is None or share < (_ALIKE if own else _ALIKE_OTHERS):
            return Match("fabricated", "nobody said anything like it")
        return _match(best.place, "altered", best.difference)

    def _parts(self, quote: str) -> list[str]:
        """Return the paths where the sentences of a quote stand, each whole, if no place has them one after another."""
        wanted = [Wanted(tokens) for part in PARTS.split(quote) if len(tokens := tokenize(part)) > 1]
        homes = [next((s for s in self._stretches if any(spans(part, s))), None) for part in wanted]
        if len(wanted) < 2 or len(wanted) < sum(bool(tokenize(part)) for part in PARTS.split(quote)):
            return []
        places = [place for stretch in self._stretches if (place := with_gaps(wanted, stretch, marked=False))]
        if any(place.verdict != "stitched" for place in places):
            return []
        return [home.transcript.source.path for home in homes if home] if all(homes) else []

    def _candidates(self, tokens: Sequence[Token], claim: Attribution) -> list[Stretch]:
        """Return the stretches that share the rarest words with a quote, among those the claim allows."""
        score: dict[int, float] = {}
        for key in sorted(_marks(tokens)):
            places = self._where.get(key, ())
            for place in places:
                score[place] = score.get(place, 0.0) + 1 / (1 + len(places)) ** 0.5
        best = sorted(score, key=lambda place: (-score[place], place))
        allowed = (self._stretches[i] for i in best if self._may_hold(self._stretches[i], claim))
        return list(islice(allowed, _CANDIDATES))

    def _may_hold(self, stretch: Stretch, claim: Attribution) -> bool:
        """Whether a stretch is of the source and the account that a claim names, and the person speaks in it."""
        source = not claim.source or _of_source(stretch.transcript, claim.source)
        account = not claim.account or fold(claim.account) == fold(_account(stretch))
        return source and account and (not claim.speaker or self._speaks(claim.speaker, stretch.transcript))

    def _speaks(self, name: str, transcript: Transcript) -> bool:
        key = (name, transcript.source.id)
        if key not in self._known:
            self._known[key] = any(_is_named(name, each) for each in {line.speaker for line in transcript.lines})
        return self._known[key]

    def _pieces(self, tokens: Sequence[Token]) -> list[Piece]:
        """Cover a quote from its beginning with the longest runs of words that somebody said."""
        keys = [token.key for token in tokens]
        found: list[Piece] = []
        place = 0
        while place + PIECE_WORDS <= len(keys):
            runs = [
                Piece(place, place + alike_from(keys[place:], self._stretches[i].tokens[at:]), self._stretches[i], at)
                for i, at in self._beginnings.get(tuple(keys[place : place + PIECE_WORDS]), ())
            ]
            before = found[-1].stretch if found else None
            best = max(runs, key=lambda piece: (piece.end, piece.stretch is before), default=None)
            found += [best] if best else []
            place = best.end if best else place + 1
        return found

    @cached_property
    def _beginnings(self) -> Mapping[tuple[str, ...], Sequence[tuple[int, int]]]:
        """Where each run of so many words stands: number of the stretch, and of the word in it."""
        found: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for i, stretch in enumerate(self._stretches):
            keys = [token.key for token in stretch.tokens]
            for at in range(len(keys) - PIECE_WORDS + 1):
                found.setdefault(tuple(keys[at : at + PIECE_WORDS]), []).append((i, at))
        return found

    @cached_property
    def _where(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for i, stretch in enumerate(self._stretches):
            for key in _marks(stretch.tokens):
                found.setdefault(key, []).append(i)
        return found


def _marks(tokens: Sequence[Token]) -> frozenset[str]:
    """Return what a stretch is found by: its words, and the beginnings that their endings leave alone."""
    return frozenset(token.key for token in tokens) | {f"{stem(token.key)}…" for token in tokens if not token.number}


def _judged(places: Sequence[Place], claim: Attribution) -> Match:
    """Return the best of the places that fit the claim; where none does, whose words they are."""
    order = ("verbatim", "repaired", "altered", "stitched")
    ranked = sorted(places, key=lambda place: order.index(place.verdict))
    wrong = [(place, _against(place, claim)) for place in ranked]
    for place, why in wrong:
        if not why:
            return _match(place, place.verdict, place.why)
    place, why = min(wrong, key=lambda each: (not _of_source(each[0].stretch.transcript, claim.source), each[1]))
    return _match(place, "misattributed", why)


def _match(place: Place, verdict: Verdict, why: str) -> Match:
    numbers = tuple(line.n for line in place.lines)
    slice_ = place.stretch.text[place.start : place.end]
    return Match(verdict, why, slice_, place.stretch.transcript.source.path, numbers)


def _against(place: Place, claim: Attribution) -> str:
    """Return why the words at a place are not those of whom the claim names, '' if they are."""
    source, lines = place.stretch.transcript.source, place.lines
    line = lines[0]
    if claim.source and claim.source not in (source.path, source.id):
        return f"said in {source.path}, line {line.n}"
    if not all(each.citable for each in lines):
        return "said by us" if line.role == "vendor" else "not a customer's own words"
    if claim.lines and not {each.n for each in lines} <= set(claim.lines):
        return f"said in line {line.n}, not in the lines cited"
    if claim.speaker and not _is_named(claim.speaker, line.speaker):
        return f"said by somebody else, in {source.path}, line {line.n}"
    account = _account(place.stretch)
    if claim.account and fold(claim.account) != fold(account):
        return f"said at {account or 'an unknown account'}, in {source.path}, line {line.n}"
    return ""


def _is_named(claimed: str, name: str) -> bool:
    return same_person(claimed, name) or short_for(claimed, name)


def _account(stretch: Stretch) -> str:
    source = stretch.transcript.source
    return stretch.lines[0].account or source.account or source.company


def _of_source(transcript: Transcript, named: str) -> bool:
    return named in (transcript.source.path, transcript.source.id)
