"""`synth diff`: the profile on disk against an earlier one of git, as text for a terminal or a pull request."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from synth.documents.changes import Change, compare
from synth.documents.render import JSON
from synth.errors import WorkspaceError
from synth.text.escape import markdown
from synth.text.language import message
from synth.workspace import Workspace

_HEADINGS = {
    "source": message("Sources"),
    "theme": message("Themes"),
    "evidence": message("Evidence"),
    "trait": message("Traits of the best customers"),
    "rule": message("Conditions of the fit tiers"),
    "tier": message("Fit tiers"),
    "persona": message("Personas"),
}
_MARKS = {"new": "+", "grown": "+", "shrunk": "-", "gone": "-"}
_FATES = {
    "new": message("new"),
    "grown": message("grown"),
    "shrunk": message("shrunk"),
    "moved": message("changed"),
    "renamed": message("renamed"),
    "merged": message("merged into another"),
    "split": message("split"),
    "gone": message("withdrawn"),
}
_TITLE = 100  # characters of a title that fit a line


class NothingEarlier(WorkspaceError):
    """There is no profile to compare with. `why` is "git" without git or a repository, "version" without a commit."""

    def __init__(self, why: Literal["git", "version"], text: str) -> None:
        self.why = why
        super().__init__(text)


def changes_since(workspace: Workspace, revision: str) -> tuple[str, tuple[Change, ...]]:
    """Return what `revision` is in words, and every change from it to the profile on disk.

    `revision` is one of git, or a path to a `profile.json`. Raises WorkspaceError when either profile cannot be read.
    """
    now = workspace.root / JSON
    if not now.is_file():
        raise WorkspaceError(f"{now}: no profile to compare. Run 'synth run' first.")
    since, before = _earlier(workspace.root, revision)
    return since, compare(_parsed(before, since), _parsed(now.read_text(encoding="utf-8"), str(now)))


def by_kind(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    """Return changes under the heading of their kind."""
    return [(_HEADINGS[kind], list(group)) for kind, group in groupby(changes, key=lambda change: change.kind)]


def text_report(since: str, changes: Sequence[Change]) -> str:
    """Write changes for a terminal, a heading a kind, a line or three each."""
    if not changes:
        return f"Nothing changed since {since}.\n"
    lines = [f"Changes since {since}: {_totals(changes)}."]
    for heading, group in by_kind(changes):
        lines += ["", heading]
        lines += [line for change in group for line in _plain_lines(change)]
    return "\n".join(lines) + "\n"


def markdown_report(since: str, changes: Sequence[Change]) -> str:
    """Write changes as Markdown, fit for a pull-request comment."""
    if not changes:
        return f"Nothing changed in the profile since {markdown(since)}.\n"
    lines = [f"### The profile since {markdown(since)}", "", f"{_totals(changes).capitalize()}."]
    for heading, group in by_kind(changes):
        lines += ["", f"#### {heading}", ""]
        lines += [f"- {_item(change)}" for change in group]
    return "\n".join(lines) + "\n"


def _totals(changes: Sequence[Change]) -> str:
    return ", ".join(f"{heading.lower()} {len(group)}" for heading, group in by_kind(changes))


def _plain_lines(change: Change) -> Iterator[str]:
    mark = _MARKS.get(change.fate, "~")
    yield f"  {mark} {fate_in_words(change)}: {_short(change.title)}"
    if figures := figures_in_words(change):
        yield f"      {figures}"
    if change.into:
        yield f"      now in {', '.join(change.into)}"
    if change.causes:
        yield f"      because: {'; '.join(change.causes)}"


def _item(change: Change) -> str:
    text = f"**{fate_in_words(change)}:** {markdown(_short(change.title))}"
    if figures := figures_in_words(change):
        text += f" — {markdown(figures)}"
    if change.into:
        text += f"; now in {', '.join(f'`{id_}`' for id_ in change.into)}"
    return text + (f" *(because: {markdown('; '.join(change.causes))})*" if change.causes else "")


def fate_in_words(change: Change) -> str:
    """Return what became of it, as a message."""
    if change.kind == "theme" and change.into:
        return _FATES["merged" if change.fate == "merged" else "split"]
    return _FATES[change.fate]


def figures_in_words(change: Change) -> str:
    """Return what stood there and what stands there, "" when neither is to be said."""
    if change.fate == "renamed":
        return f"was: {_short(change.before)}"
    return " → ".join(part for part in (change.before, change.after) if part)


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= _TITLE else one[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


def _parsed(text: str, name: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
        return {"evidence": data["evidence"], "aspects": data["aspects"], **data}
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"{name}: not a profile ({error!r}). Resolve conflicts, or run 'synth draft'.") from None


def _earlier(root: Path, revision: str) -> tuple[str, str]:
    """Return the name and the text of the profile at `revision`."""
    file = Path(revision)
    if file.suffix == ".json" and file.is_file():
        return str(file), file.read_text(encoding="utf-8")
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    if not known:
        raise NothingEarlier(
            "version" if _git(root, "rev-parse", "--git-dir") else "git",
            f"{root.resolve()}: git knows no revision {revision!r} here. Commit profiles/ first, "
            "or name a revision or an older profile.json: synth diff REV",
        )
    text = _git(root, "show", f"{known}:./{JSON}")
    if not text:
        raise NothingEarlier("version", f"{revision}: has no {JSON}. Commit profiles/, or name a revision that has it.")
    day = _git(root, "show", "--no-patch", "--format=%cs", known).strip()
    return f"{revision} ({known[:8]}, {day})", text


def _git(root: Path, *words: str) -> str:
    """Return what git prints, "" when it fails; raises WorkspaceError where there is no git."""
    if not shutil.which("git"):
        raise NothingEarlier("git", "git is not installed. Name an older profile.json instead: synth diff FILE")
    command = ["git", "-C", str(root), *words]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- the revision stands after --end-of-options
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
