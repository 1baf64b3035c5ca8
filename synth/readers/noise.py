"""What stands in a transcript although nobody said it: bots, boilerplate, action items, invented credits.

A credit a recogniser invents over silence can be glued to real speech and is cut out wherever it stands; an ordinary
phrase ("Thanks for watching!") is set aside only when it is the whole utterance, because people do say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from synth.readers.characters import fold_name
from synth.readers.draft import Block
from synth.readers.people import parse_person
from synth.readers.vocabulary import INVENTED_UTTERANCES

BOT = "a bot, not a person"
BOILERPLATE = "text of the meeting tool"
INVENTED = "a line speech recognition invents over silence"
ACTION_ITEM = "a note of the meeting tool, not speech"
REACTION = "a reaction in the chat, or what an answer quotes"

_SHORT = 100
_BOT = re.compile(
    r"notetaker|note taker|notulist|otter\.ai|fireflies|read\.ai|meeting notes\b|^fathom\b|meetgeek|tl;?dv|fellow\.app"
    r"|^avoma\b|['’]s presentation$|^presentation$|notatnik ai\b|recording bot\b|^krisp$|^gemini$|^copilot$|^system$",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\W*(?:"
    r"transcribed by https?://otter\.ai"
    r"|(?:meeting|transcription) ended after [\d:]+.{0,4}|.{4,60}\b\d{1,2}:\d{2}:\d{2}\W{0,3}👋"
    r"|this editable transcript was computer[- ]generated.*"
    r"|people can also change the text after it was created\.?"
    r"|this transcript (?:was|is) (?:auto|computer|machine|automatically)[- ]?\w*.*"
    r"|(?:bu düzenlenebilir transkript|această transcriere editabilă|ta edytowalna transkrypcja"
    r"|эта редактируемая расшифровка|این رونوشت قابل ویرایش).*"
    r"|\[file (?:name\]:.*|content (?:begin|end)\])"
    r"|view recording - .*|recording (?:started|stopped)\.?"
    r"|https?://\S+"
    r")\W*",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:субтитры (?:сделал|создавал|подготовил|делал)\s+\S+"
    r"|редактор субтитров\s+\S+(?:\s+корректор\s+\S+)?"
    r"|transcribed by https?://\S+"
    r"|subtitles by the amara\.org community"
    r"|altyazı\s*[:：]?\s*m\.?k\.?|napisy (?:stworzone|wykonane|tworzone) przez\s+\S+"
    r"|subtitrarea? realizat\S* de\s+\S+)"
    r"[.!]*",
    re.IGNORECASE,
)
_ACTION = re.compile(r"(?:^|(?<=\s))ACTION ITEM: .{1,600}?(?:WATCH: https?://\S+|$)")
# Marks that chat models leave in what they copy: nothing of the text, and no reason to cut a turn in two.
_COPY_MARK = re.compile(r"\[cite_start\]|\s?\[cite: ?[\d, –-]{1,60}\]|\s?\[file content end\]")
_REACTION = re.compile(
    r"(?:Reacted to|Removed a .{1,20} reaction from) [\"“].*|Replying to [\"“][^\"”]*[\"”]?\s*", re.DOTALL
)


def is_bot(name: str) -> bool:
    """Whether a label is a tool that listens in; what stands in brackets beside a name is a person's company."""
    return bool(name) and _BOT.search(parse_person(name).name) is not None


def is_boilerplate(line: str) -> bool:
    return len(line) < 300 and _BOILERPLATE.fullmatch(line.strip()) is not None


def set_aside(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks with what nobody said marked, cut out of real speech where it was glued to it."""
    marked: list[Block] = []
    for said in blocks:
        block = replace(said, text=_COPY_MARK.sub("", said.text)) if "[" in said.text else said
        if block.aside:
            marked.append(block)
        elif is_bot(block.speaker):
            marked.append(replace(block, aside=BOT))
        elif is_boilerplate(block.text):
            marked.append(replace(block, aside=BOILERPLATE))
        elif len(block.text) < _SHORT and _words_of(block.text) in INVENTED_UTTERANCES:
            marked.append(replace(block, aside=INVENTED))
        else:
            marked += _cut(block)
    return marked


def _words_of(text: str) -> str:
    return re.sub(r"[^\w\s]", "", fold_name(text)).strip()


def _cut(block: Block) -> list[Block]:
    pieces, position = [], 0
    found = [(match, INVENTED) for match in _CREDIT.finditer(block.text)]
    found += [(match, ACTION_ITEM) for match in _ACTION.finditer(block.text)]
    found += [(match, REACTION) for match in _REACTION.finditer(block.text)]
    for match, why in sorted(found, key=lambda pair: pair[0].start()):
        if match.start() < position:
            continue
        pieces.append(replace(block, text=block.text[position : match.start()]))
        pieces.append(replace(block, text=match.group(), aside=why))
        position = match.end()
    return [*pieces, replace(block, text=block.text[position:])] if pieces else [block]
