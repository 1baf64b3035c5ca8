"""A title out of a customer's own words: one whole clause that can be understood alone, or the least bad one.

Openers ("Well, so …") are dropped and a long sentence ends at the border of a clause; no word is changed or added but
for a capital at the start, so a title is always a part of a line. Word lists are for English, Turkish, Romanian,
Persian, Russian and Polish.
"""

from __future__ import annotations

import re

_LONGEST, _TOO_LONG = 90, 130  # characters
_WORDS = range(4, 25)
_BORDER = re.compile(r"[,;:،؛–—.!?؟…](?=\s)")
_YES_NO = "yes|yeah|yep|no|nope|right|exactly|sure|evet|hayır|da|nu|بله|آره|نه|да|нет|tak|nie|no"
_OPENERS = (
    "well|and|but|or|okay|ok|um|uh|erm|look|honestly|frankly|actually|basically|oh|i mean|you know|i think|i guess"
    "|ve|ama|yani|şey|valla|açıkçası|și|dar|deci|păi|adică|sincer|و|ولی|خب|یعنی|راستش|اما|и|но|а|ну|вот|так"
    "|честно говоря|ale|więc|znaczy|szczerze mówiąc|czyli|no i|y"
)
_OPENING = re.compile(
    rf"^(?:(?:{_YES_NO}|{_OPENERS}|so|first|second|plus|also)[,.،!…:–—-]+\s+|(?:{_OPENERS})\s+"
    r"|so\s+(?=(?:i|we|the|they|you|our|my|it|every|then|that)\b))",
    re.IGNORECASE,
)
_REPORTED = re.compile(  # "Ana says that the count takes an hour": a note's way to begin
    r"^(?!(?:No|The|Our|My|All|These|Those|Their|Some|Many|Most|Both|Such)\s)(?:[A-Z][\w'’-]+)"
    r"(?: [A-Z][\w'’-]+)? (?:also )?"
    r"(?:says?|said|reports?|reported|adds|added|mention(?:s|ed)|told us|thinks|explain(?:s|ed)|noted|confirm(?:s|ed))"
    r"(?: that)?,? (?=\w)"
)
_DANGLING = re.compile(
    r"^\W*(?:it|its|it['’]s|that|that['’]s|this|these|those|they|they['’]re|he|she|which|who|then|there|here|him|them|not|than"
    r"|bu|o|şu|onlar|öyle|asta|acesta|aceasta|ea|el|ei|ele|acolo|așa|این|آن|اون|اونا|همین|это|он|она|они|там|тогда|такой"
    r"|to|on|ona|oni|one|tam|wtedy|taki)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"[\"“”«»]|\b(?:um|uh|er|you know|i mean|i guess|sort of|kind of|i think|or was it|what do we call it)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"^\W*(?:if|when|because|while|although|though|since|unless|after|before|once|until|as|where|whenever|instead"
    r"|eğer|çünkü|dacă|când|pentru că|fiindcă|deși|اگر|اگه|وقتی|چون|если|когда|потому|пока|хотя"
    r"|jeśli|jeżeli|gdy|kiedy|bo|ponieważ|zanim)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"\b(?:and|or|but|because|that|which|who|to|the|a|an|of|with|for|in|on|at|by|from|is|was|are|were|if|when|so|than|as|my|our|it|this|them|one"
    r"|ve|ama|çünkü|ki|și|dar|că|de|la|cu|în|pe|و|که|از|به|در|и|но|что|в|на|с|к|у|i|ale|że|w|z|na|do|o)$",
    re.IGNORECASE,
)


def title_from(statement: str) -> str:
    """Return the words of `statement` that can stand as a title."""
    text = _without_openers(" ".join(statement.split()))
    cut_short = text.endswith("…")
    text = text.rstrip("… ") if cut_short else text
    if len(text) > _LONGEST:
        text = _whole_clauses(text) or _whole_clauses(text, _TOO_LONG) or text
    elif cut_short:
        text = _whole_clauses(text) or text + "…"
    text = text.rstrip(" .,;:،؛–—-") if not text.endswith("…") else text
    return text[:1].upper() + text[1:]


def unfit(title: str, statement: str) -> int:
    """How little `title`, taken from `statement`, is fit to stand alone; 0 is best.

    A quote in the quote and a first word that points back, asks or begins a side clause tell against it.
    """
    cut = len(title) < len(_without_openers(statement).rstrip(" .!"))
    return (
        3 * bool(_DANGLING.match(title))
        + 3 * title.endswith(("?", "؟"))
        + 3 * title.endswith("…")
        + (3 if cut else 2) * bool(_SUBORDINATE.match(title))
        + 2 * (len(title.split()) not in _WORDS)
        + 2 * bool(_OPEN_END.search(title))
        + (len(title) > _LONGEST)
        + 3 * (len(title) > _TOO_LONG)
        + bool(cut)
        + 2 * bool(_ASIDE.search(title))
    )


def _without_openers(text: str) -> str:
    while (opening := _OPENING.match(text) or _REPORTED.match(text)) and len(text) > opening.end():
        text = text[opening.end() :]
    return text


def _whole_clauses(text: str, most: int = _LONGEST) -> str:
    """Return the longest beginning of whole clauses that is short enough and has enough words; "" if there is none."""
    for border in reversed(list(_BORDER.finditer(text))):
        clause = text[: border.start()].rstrip()
        if len(clause) <= most and len(clause.split()) >= _WORDS.start:
            return clause
    return ""
