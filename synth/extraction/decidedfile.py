"""A file of decisions that people review in git: a list in YAML, of which only the end is ever written.

New entries go to the end, and the last one can be taken back while the file is as we left it, so comments, order and
a team's own keys survive. What the entries mean is the matter of `decisions.py` and `linedecisions.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from synth.errors import SettingsInvalid, WorkspaceError

_REMEMBERED = 500


class Item(NamedTuple):
    """One entry as YAML has it, every scalar as text, and its line in the file."""

    line: int
    entry: Any


@dataclass(frozen=True, slots=True)
class DecidedFile:
    """One such file of a workspace: `path` and `ours` are relative to its root."""

    path: str
    header: str
    ours: str  # which entries can be taken back: those written on this machine, while the file is as we left it

    def items(self, root: Path) -> list[Item]:
        """Return the entries of a workspace's file, none where there is no file. Raises SettingsInvalid."""
        path = root / self.path
        if not path.is_file():
            return []
        try:
            return parse_items(path.read_text(encoding="utf-8-sig"), path)
        except UnicodeDecodeError as error:
            raise SettingsInvalid(path, f"not UTF-8 ({error})") from None

    def add(self, root: Path, text: str) -> None:
        """Write `text` at the end of the file, which is left as it is otherwise."""
        path = root / self.path
        before = path.read_text(encoding="utf-8") if path.is_file() else self.header
        if before and not before.endswith("\n"):
            before += "\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, before + text)
        self._remember(root, [*self._ours(root), (_hash(before + text), len(text))])

    def last(self, root: Path) -> str:
        """Return the entry at the end of the file if we wrote it on this machine and nobody touched the file since."""
        text, ours = self._text(root), self._ours(root)
        return text[-ours[-1][1] :] if ours and ours[-1][0] == _hash(text) else ""

    def take_back(self, root: Path) -> str:
        """Remove the entry that `last` returns, and return it; raises WorkspaceError when there is none."""
        entry = self.last(root)
        if not entry:
            raise WorkspaceError(
                f"{self.path}: the last entry was not written here, or the file was changed since: nothing was taken "
                "back. Remove the entry in the file yourself, then run 'synth run'."
            )
        left = self._text(root)[: -len(entry)]
        if left == self.header:
            (root / self.path).unlink()
        else:
            _write(root / self.path, left)
        self._remember(root, self._ours(root)[:-1])
        return entry

    def _text(self, root: Path) -> str:
        path = root / self.path
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def _ours(self, root: Path) -> list[tuple[str, int]]:
        """Return the hash of the file after each entry of ours, and the entry's characters, the last one last."""
        path = root / self.ours
        if not path.is_file():
            return []
        try:
            return [(str(after), int(length)) for after, length in json.loads(path.read_text(encoding="utf-8"))]
        except ValueError:
            return []

    def _remember(self, root: Path, ours: Sequence[tuple[str, int]]) -> None:
        path = root / self.ours
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, json.dumps(ours[-_REMEMBERED:]))


def parse_items(text: str, path: Path) -> list[Item]:
    """Return the entries of `text`; raises SettingsInvalid when it is no list in YAML."""
    try:
        loader = yaml.BaseLoader(text)  # every scalar is text: ids may look like numbers
        nodes = _nodes(loader.get_single_node(), path)
        return [Item(node.start_mark.line + 1, loader.construct_object(node, deep=True)) for node in nodes]
    except yaml.YAMLError as error:
        raise SettingsInvalid(path, f"not valid YAML ({' '.join(str(error).split())})") from None


def without_items(text: str, path: Path, lines: Collection[int]) -> str:
    """Return `text` without the entries that begin at these lines; what stands between entries is left."""
    loader = yaml.BaseLoader(text)
    nodes = [node for node in _nodes(loader.get_single_node(), path) if node.start_mark.line + 1 in lines]
    rows = text.splitlines(keepends=True)
    gone = {n for node in nodes for n in range(node.start_mark.line, _end(node, rows))}
    return "".join(row for n, row in enumerate(rows) if n not in gone)


def _end(node: yaml.Node, rows: Sequence[str]) -> int:
    """Return the number of the line after the last one of an entry, without the comments that follow it."""
    end = node.end_mark.line + bool(node.end_mark.column)
    while end > node.start_mark.line + 1 and rows[end - 1].lstrip()[:1] in ("", "#"):
        end -= 1
    return int(end)


def _nodes(node: yaml.Node | None, path: Path) -> list[yaml.Node]:
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise SettingsInvalid(path, "not a list of decisions: every entry begins with '- '")
    return list(node.value)


def texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a value, one or a list of them, white space made single."""
    values = value if isinstance(value, list) else [value]
    return tuple(" ".join(one.split()) for one in values if isinstance(one, str) and one.strip())


def entry_text(verb: str, value: str | Sequence[str], **more: str | Sequence[str]) -> str:
    """Return one entry as YAML. Every scalar is quoted as JSON, which YAML reads."""
    rows = [(verb, value), *((key, value) for key, value in more.items() if value)]
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in rows]
    return "- " + "\n  ".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(path)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
