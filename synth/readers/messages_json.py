"""Written conversations as JSON: a day of a Slack channel, Zendesk tickets with comments, Intercom conversations.

Each message is a turn of its own, said by its author; which side the author sits on is told where the tool knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synth.errors import SourceUnreadable
from synth.model import LeftOut, Speaker
from synth.readers.characters import unescape
from synth.readers.dates import day_in
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.markup import html_text, looks_html
from synth.readers.noise import BOT
from synth.readers.spoken_json import day_of
from synth.readers.structured import dig, is_json, json_or_none, load_json, records, text_of

INTERNAL = "a note of our own staff, not sent to the customer"
SUBJECT = "the subject of the conversation"
_MAX_BESIDE = 5_000_000
_SLACK_LINK = re.compile(r"<(?P<to>[^<>|\n]{1,2000})(?:\|(?P<shown>[^<>\n]{0,500}))?>")
_SLACK_SPOKEN = frozenset({"", "thread_broadcast", "me_message", "file_comment"})
_OUR_ROLES = frozenset({"agent", "admin", "team", "teammate", "owner"})
_THEIR_ROLES = frozenset({"end-user", "end_user", "user", "lead", "contact", "customer", "requester"})
_BOTS = frozenset({"bot", "operator"})
_ID_FILES = frozenset({"users", "channels", "groups", "dms", "mpims", "integration_logs"})


@dataclass(frozen=True, slots=True)
class _Author:
    name: str
    role: str = ""
    email: str = ""
    title: str = ""

    def speaker(self, company: str = "") -> Speaker:
        side = "agent" if self.role in _OUR_ROLES else "customer" if self.role in _THEIR_ROLES else ""
        reason = f"role: {side}" if side else "wrote here"
        return Speaker(self.name, title=self.title, company=company, email=self.email, reason=reason)


# Slack


def _is_slack(root: Any) -> bool:
    rows = records(root)
    return bool(rows) and all(row.get("type") == "message" and "ts" in row for row in rows[:20])


def _recognise_slack(raw: RawFile) -> int:
    return 95 if _is_slack(json_or_none(raw)) else 0


def _parse_slack(raw: RawFile) -> Draft:
    rows = sorted(records(load_json(raw)), key=lambda row: _seconds(row.get("ts")))
    people = {
        **_slack_people(raw.path),
        **{text_of(row.get("user")): author for row in rows if (author := _profile(row))},
    }
    blocks = [block for row in rows for block in _slack_blocks(row, people)]
    if not any(block.text for block in blocks):
        raise SourceUnreadable(raw.path, "a day of a Slack channel without any text", "Remove it")
    spoken = [block for block in blocks if not block.aside]
    first = _seconds(rows[0].get("ts"))
    date = datetime.fromtimestamp(first, UTC).date().isoformat() if first else day_in(raw.path.stem)
    names = {block.speaker for block in spoken}
    speakers = tuple(author.speaker() for author in people.values() if author.name in names)
    return Draft("interview", tuple(blocks), speakers, date)


def _seconds(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _profile(row: Mapping[str, Any]) -> _Author | None:
    profile = row.get("user_profile")
    name = (
        (text_of(profile.get("real_name")) or text_of(profile.get("display_name"))) if isinstance(profile, dict) else ""
    )
    return _Author(name) if name else None


def _slack_people(path: Path) -> dict[str, _Author]:
    """Read users.json of the export, which lies beside the folder of the channel; none when it is not there."""
    for beside in (path.parent.parent / "users.json", path.parent / "users.json"):
        if beside.is_file() and not beside.is_symlink() and beside.stat().st_size <= _MAX_BESIDE:
            data = beside.read_bytes()
            users = records(json_or_none(RawFile(beside, data, data.decode("utf-8", errors="replace"))))
            return {text_of(user.get("id")): _slack_user(user) for user in users}
    return {}


def _slack_user(user: Mapping[str, Any]) -> _Author:
    known = user.get("profile")
    profile: Mapping[str, Any] = known if isinstance(known, dict) else {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    name = next((said for value in names if (said := text_of(value))), text_of(user.get("id")))
    return _Author(name, email=text_of(profile.get("email")), title=text_of(profile.get("title")))


def _slack_blocks(row: Mapping[str, Any], people: Mapping[str, _Author]) -> Iterator[Block]:
    def shown(match: re.Match[str]) -> str:
        to = match["to"]
        if to.startswith("@"):
            return f"@{people[to[1:]].name}" if to[1:] in people else f"@{match['shown'] or to[1:]}"
        return match["shown"] or ("@" + to.lstrip("!") if to.startswith("!") else to.lstrip("#"))

    text = unescape(_SLACK_LINK.sub(shown, text_of(row.get("text"))))
    user = text_of(row.get("user"))
    name = people[user].name if user in people else user or text_of(row.get("username"))
    aside = ""
    if row.get("bot_id") or row.get("subtype") == "bot_message":
        aside = BOT
    elif text_of(row.get("subtype")) not in _SLACK_SPOKEN:
        aside = "an event of the channel, not speech"
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield Block(paragraph, name, aside=aside, apart=True)


def _recognise_slack_list(raw: RawFile) -> int:
    return 90 if raw.path.stem in _ID_FILES and raw.extension == ".json" and not _is_slack(json_or_none(raw)) else 0


def _refuse_slack_list(raw: RawFile) -> Draft:
    remedy = "Leave it beside the folders of the channels: the names in it are used"
    raise SourceUnreadable(raw.path, "a list that goes with a Slack export, no conversation", remedy)


# Zendesk


def _tickets(raw: RawFile) -> list[Mapping[str, Any]]:
    """Return the tickets that hold comments: one object, a list, or one object a line (NDJSON)."""
    root = json_or_none(raw)
    if root is None and is_json(raw):
        root = _lines(raw.text or "")
    found = records(root)
    for key in ("tickets", "results"):
        found = found or records(dig(root, key))
    if not found and isinstance(root, dict):
        ticket = root.get("ticket")
        found = [{**(ticket if isinstance(ticket, dict) else {}), **root}]
    return [ticket for ticket in found if any("author_id" in one or "body" in one for one in _comments(ticket)[:3])]


def _lines(text: str) -> list[Any] | None:
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None


def _comments(ticket: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return records(ticket.get("comments"))


def _recognise_zendesk(raw: RawFile) -> int:
    return 90 if is_json(raw) and '"comments"' in (raw.text or "") and _tickets(raw) else 0


def _parse_zendesk(raw: RawFile) -> Draft:
    blocks: list[Block] = []
    people: dict[str, Speaker] = {}
    days: list[str] = []
    companies: list[str] = []
    tickets = _tickets(raw)
    for ticket in tickets:
        company = text_of(dig(ticket, "organization", "name")) or text_of(ticket.get("organization_name"))
        companies.append(company)
        authors = _zendesk_people(ticket)
        subject = text_of(ticket.get("subject"))
        blocks += [Block(subject, aside=SUBJECT, apart=True)] if subject else []
        for comment in _comments(ticket):
            author = _zendesk_author(comment, authors)
            ours = author.role in _OUR_ROLES
            if author.name:
                people.setdefault(author.name, author.speaker("" if ours else company))
            date = day_of(comment.get("created_at"))
            days.append(date)
            hidden = INTERNAL if comment.get("public") is False else ""
            blocks += _paragraphs(_body(comment), Block("", author.name, aside=hidden, apart=True, date=date))
    one = companies[0] if len(set(companies)) == 1 else ""
    return _draft(raw, blocks, people, days, one)


def _zendesk_people(ticket: Mapping[str, Any]) -> dict[str, _Author]:
    people = [*records(ticket.get("users")), *(one for key in ("requester", "assignee", "submitter")
              if isinstance(one := ticket.get(key), dict))]  # fmt: skip
    found = {text_of(one.get("id")): _author_of(one) for one in people}
    requester = text_of(ticket.get("requester_id"))
    if requester and requester not in found:
        found[requester] = _Author(f"Customer {requester}", "end-user")
    elif requester in found and not found[requester].role:
        found[requester] = replace(found[requester], role="end-user")
    return found


def _author_of(one: Mapping[str, Any]) -> _Author:
    role = text_of(one.get("role")) or text_of(one.get("type"))
    return _Author(text_of(one.get("name")) or text_of(one.get("email")), role, text_of(one.get("email")))


def _zendesk_author(comment: Mapping[str, Any], people: Mapping[str, _Author]) -> _Author:
    inside = comment.get("author")
    if isinstance(inside, dict):
        return _author_of(inside)
    key = text_of(comment.get("author_id"))
    return people.get(key) or _Author(f"Author {key}" if key else "")


def _body(message: Mapping[str, Any]) -> str:
    text = next((said for key in ("plain_body", "body", "html_body") if (said := text_of(message.get(key)))), "")
    return html_text(text) if looks_html(text) else unescape(text)


# Intercom


def _conversations(root: Any) -> list[Mapping[str, Any]]:
    found = records(dig(root, "conversations")) or records(root) or ([root] if isinstance(root, dict) else [])
    return [one for one in found if "conversation_parts" in one and isinstance(one.get("source"), dict)]


def _recognise_intercom(raw: RawFile) -> int:
    return 95 if _conversations(json_or_none(raw)) else 0


def _parse_intercom(raw: RawFile) -> Draft:
    blocks: list[Block] = []
    people: dict[str, Speaker] = {}
    days: list[str] = []
    for conversation in _conversations(load_json(raw)):
        parts = conversation.get("conversation_parts")
        rows = records(parts.get("conversation_parts") if isinstance(parts, dict) else parts)
        source: Mapping[str, Any] = conversation["source"]
        if subject := html_text(text_of(source.get("subject"))).strip():
            blocks.append(Block(subject, aside=SUBJECT, apart=True))
        days.append(day_of(conversation.get("created_at")))
        for part in ({**source, "created_at": conversation.get("created_at")}, *rows):
            writer = part.get("author")
            author = _author_of(writer) if isinstance(writer, dict) else _Author("")
            author = replace(author, name=unescape(author.name))
            robot = (
                author.role in _BOTS or part.get("is_ai_answer") is True or dig(part, "author", "from_ai_agent") is True
            )
            note = part.get("part_type") == "note"
            if author.name and not robot:
                people.setdefault(author.name, author.speaker())
            aside = BOT if robot else INTERNAL if note else ""
            blocks += _paragraphs(
                _body(part), Block("", author.name, aside=aside, apart=True, date=day_of(part.get("created_at")))
            )
    return _draft(raw, blocks, people, days, "")


def _paragraphs(text: str, like: Block) -> Iterator[Block]:
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield replace(like, text=paragraph)


def _draft(raw: RawFile, blocks: list[Block], people: Mapping[str, Speaker], days: list[str], company: str) -> Draft:
    if not any(block.text and not block.aside for block in blocks):
        raise SourceUnreadable(raw.path, "a conversation without any message", "Export it with its messages")
    date = max(days, default="") or day_in(raw.path.stem)
    empty = sum(not block.text for block in blocks)
    left_out = (LeftOut(f"{empty} empty messages", "nothing is written there"),) if empty else ()
    return Draft("interview", tuple(blocks), tuple(people.values()), date, company, left_out)


_JSON = (".json",)
_NDJSON = (".json", ".ndjson", ".jsonl")
FORMATS = (
    Format("slack-json", "A day of a Slack channel (.json)", "interview", _JSON, _recognise_slack, _parse_slack),
    Format(
        "slack-list",
        "Lists of a Slack export, refused: no speech",
        "interview",
        _JSON,
        _recognise_slack_list,
        _refuse_slack_list,
    ),
    Format(
        "zendesk-json",
        "Zendesk tickets with comments (.json, NDJSON)",
        "interview",
        _NDJSON,
        _recognise_zendesk,
        _parse_zendesk,
    ),
    Format("intercom-json", "Intercom conversations (.json)", "interview", _JSON, _recognise_intercom, _parse_intercom),
)
