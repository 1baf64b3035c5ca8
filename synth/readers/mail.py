"""A mail with the mails it answers: one paragraph at one quote level is one turn, said by whoever wrote that level.

Signatures and disclaimers are set aside; what a signature says of title and company goes to the speaker.
"""

from __future__ import annotations

import email
import email.header
import email.utils
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.errors import MessageError
from email.message import Message

from synth.errors import SourceUnreadable
from synth.model import LeftOut, Speaker
from synth.readers.characters import fold_name, tidy
from synth.readers.dates import day_in
from synth.readers.decode import decode
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.header import company_in_title
from synth.readers.mail_quotes import Segment, person_of, segments_of
from synth.readers.mail_signatures import details_of, split_signature
from synth.readers.markup import html_text

MAX_HEADER = 16_000
MAX_PARTS = 200
MAX_MAILS = 2_000
QUOTED_AGAIN = "said in an earlier mail of this mailbox"
_ENVELOPE = re.compile(rb"^From \S{1,200} [^\r\n]{6,100}\d{4}[^\r\n]{0,20}\r?$(?=\n[A-Za-z-]{2,40}:)", re.MULTILINE)
_FROM_ESCAPED = re.compile(rb"^>From ", re.MULTILINE)
_HEADERS = re.compile(
    r"^(?:From|To|Subject|Date|Message-ID|Received|MIME-Version|Return-Path|Delivered-To):",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(
    r"(?:\"(?P<quoted>[^\"\n]{0,200})\"|(?P<plain>[^<>,;\"\n]{0,200}))\s?<(?P<mail>[^<>\s]{1,200}@[^<>\s]{1,200})>"
)


def _recognise(raw: RawFile) -> int:
    if raw.text is None:
        return 0
    head = raw.text[:20_000].split("\n\n", 1)[0]
    found = {match.group().casefold() for match in _HEADERS.finditer(head)}
    starts = re.match(r"[A-Za-z-]{2,40}:|From ", head) is not None
    if starts and "from:" in found and len(found) >= 3:
        return 95
    return 60 if raw.extension == ".eml" and starts else 0


def _parse(raw: RawFile) -> Draft:
    message = _message(raw)
    from_header = _header(message, "From")
    writer = person_of(from_header)
    date = _day(message)
    left_out: list[LeftOut] = []
    text = tidy(_text(raw, message, left_out))
    people = {fold_name(person.name): person for person in (writer, *_addressed(message)) if person.name}
    blocks: list[Block] = []
    for segment in segments_of(text.split("\n"), writer, date):
        key = fold_name(segment.writer.name)
        people[key] = _known(people.get(key), segment.writer, people)
        blocks += _blocks(segment, people, key)
    subject = _header(message, "Subject")
    aside = (Block(subject, aside="the subject of the mail", apart=True),) if subject else ()
    return Draft(
        "interview",
        (*aside, *blocks),
        tuple(person for person in people.values() if person.name),
        date,
        company_in_title(subject),
        tuple(left_out),
    )


def _message(raw: RawFile) -> Message:
    head = raw.data[: 10 * MAX_HEADER].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    if any(len(line) > MAX_HEADER for line in re.split(rb"\n(?![ \t])", head)):
        raise SourceUnreadable(
            raw.path, f"a mail header longer than {MAX_HEADER} characters", "Save the mail again from the mail program"
        )
    try:
        return email.message_from_bytes(raw.data)
    except (RecursionError, MessageError, ValueError, LookupError):
        raise SourceUnreadable(raw.path, "a damaged mail", "Save the mail again from the mail program") from None


def _header(message: Message, name: str) -> str:
    value = str(message.get(name) or "")
    try:
        value = str(email.header.make_header(email.header.decode_header(value)))
    except (MessageError, LookupError, ValueError):
        value = re.sub(r"=\?[^?]*\?.\?([^?]*)\?=", r"\1", value)  # shown as it stands
    return " ".join(tidy(value).split())


def _day(message: Message) -> str:
    value = _header(message, "Date")
    try:
        return email.utils.parsedate_to_datetime(value).date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return day_in(value)


def _addressed(message: Message) -> list[Speaker]:
    people = []
    for name in ("To", "Cc"):
        for match in _ADDRESS.finditer(_header(message, name)[:MAX_HEADER]):
            person = person_of(match.group().strip(" ,;"))
            people.append(replace(person, reason=f"named in the {name} of the mail"))
    return people


def _known(known: Speaker | None, writer: Speaker, people: dict[str, Speaker]) -> Speaker:
    """Return what is known of a writer; a bare address meets the name it was seen with."""
    if known is not None:
        return replace(known, email=known.email or writer.email)
    same = next((person for person in people.values() if writer.email and person.email == writer.email), None)
    return replace(same, name=writer.name) if same is not None and "@" in same.name else writer


def _blocks(segment: Segment, people: dict[str, Speaker], key: str) -> list[Block]:
    """Return the paragraphs of one writer, the signature set aside and its details kept."""
    said, signature = split_signature(segment.paragraphs, segment.writer.name)
    person = people[key]
    title, company = details_of(signature, person)
    people[key] = replace(person, title=person.title or title, company=person.company or company)
    blocks = [
        Block(paragraph.text, person.name, apart=True, date=segment.date, aside=paragraph.aside) for paragraph in said
    ]
    return [*blocks, *(Block(paragraph.text, person.name, apart=True, aside="a signature") for paragraph in signature)]


def _text(raw: RawFile, part: Message, left_out: list[LeftOut], depth: int = 0) -> str:
    """Return the text of a part; of alternatives only one, or everything would be said twice."""
    if depth > 20:
        raise SourceUnreadable(raw.path, "a mail nested deeper than 20 parts")
    kind = part.get_content_type()
    children = part.get_payload() if part.is_multipart() else None
    if isinstance(children, list):
        if len(children) > MAX_PARTS:
            raise SourceUnreadable(raw.path, f"a mail of more than {MAX_PARTS} parts")
        if kind == "message/rfc822":
            left_out.append(LeftOut("a forwarded mail", "an attachment; save it as a file of its own to read it"))
            return ""
        if kind == "multipart/alternative":
            children = sorted(children, key=lambda child: child.get_content_type() != "text/plain")[:1]
        parts = [child for child in children if isinstance(child, Message)]
        return "\n\n".join(_text(raw, child, left_out, depth + 1) for child in parts)
    if part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
        left_out.append(LeftOut(f"{_filename(part)!r}", f"an attachment ({kind})"))
        return ""
    text = _decoded(raw, part)
    return html_text(text) if kind == "text/html" else text


def _filename(part: Message) -> str:
    try:
        return tidy(part.get_filename() or "attachment")[:100]
    except (LookupError, ValueError, TypeError):
        return "attachment"


def _decoded(raw: RawFile, part: Message) -> str:
    """Return the text of a leaf in its declared charset, or in the one its bytes look like."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return decode(raw.path, data)[0]


def _recognise_mbox(raw: RawFile) -> int:
    if raw.text is None or not _ENVELOPE.match(raw.data[:300]):
        return 0
    return 97 if _recognise(replace(raw, text=raw.text.partition("\n")[2])) else 0


def _parse_mbox(raw: RawFile) -> Draft:
    """Read every mail of a mailbox, the oldest first; what a mail quotes of an earlier one is said once."""
    starts = [match.start() for match in _ENVELOPE.finditer(raw.data)]
    if len(starts) > MAX_MAILS:
        raise SourceUnreadable(raw.path, f"more than {MAX_MAILS} mails", "Export one thread, or one customer")
    pieces = [raw.data[start:end] for start, end in zip(starts, [*starts[1:], len(raw.data)], strict=True)]
    mails = [_parse(replace(raw, data=_FROM_ESCAPED.sub(b"From ", piece.partition(b"\n")[2]))) for piece in pieces]
    mails.sort(key=lambda mail: mail.date)
    seen: set[str] = set()
    return Draft(
        "interview",
        tuple(block for mail in mails for block in _once(mail.blocks, seen)),
        tuple(person for mail in mails for person in mail.speakers),
        max(mail.date for mail in mails),
        next((mail.company for mail in mails if mail.company), ""),
        tuple(left for mail in mails for left in mail.left_out),
    )


def _once(blocks: Iterable[Block], seen: set[str]) -> Iterator[Block]:
    fresh: set[str] = set()
    for block in blocks:
        key = fold_name(re.sub(r"[\W_]+", " ", block.text))
        yield replace(block, aside=QUOTED_AGAIN) if key in seen and not block.aside else block
        fresh.add(key)
    seen |= fresh


FORMATS = (
    Format("eml", "Mail with the mails it answers (.eml)", "interview", (".eml",), _recognise, _parse, decodes=True),
    Format(
        "mbox",
        "Mailbox (.mbox): each mail, what it quotes once",
        "interview",
        (".mbox", ".mbx"),
        _recognise_mbox,
        _parse_mbox,
        decodes=True,
    ),
)
