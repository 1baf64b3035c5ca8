"""A workspace: one folder, a git repository of the team's own, in which every file has its place.

synth.toml              what the team decided
corpora/                transcripts and notes; sources.csv (optional) says more about them
crm/                    the CRM export: accounts.csv, and deals and contacts beside it; cleaning.md, duplicates.csv
icp.yaml                optional: what the team believes today
profiles/               OUTPUT, committed and reviewed
.synth/                 ledger and index: ignored by git
prompts/ templates/     optional: shadow the built-in ones file by file
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from synth.disks import network_file_system
from synth.errors import DiskOnNetwork, WorkspaceBusy, WorkspaceError
from synth.resources import resource_dir
from synth.settings import Settings, load_settings
from synth.sweeping import is_gone

_SETTINGS = """\
# What your team decides. Every key is optional; see docs/SETTINGS.md.

[vendor]                      # who we are: these people's words are never a customer's
name = ""
people = []                   # "Jane Doe", as the transcripts spell it
domains = []                  # "example.com"

[model]
chat = "local"                # no key, no network; or "openai:<model>", or any provider LangChain knows
embeddings = "local"
# base_url = "http://127.0.0.1:11434/v1"   # an OpenAI-compatible server

[best]                        # who counts as a best customer
outcome = ["won"]
min_nps = 9
min_referrals = 1
"""
_IGNORED = "/.synth/\n"


@dataclass(frozen=True, slots=True)
class Workspace:
    root: Path
    settings: Settings

    @property
    def corpora(self) -> Path:
        return self.root / "corpora"

    @property
    def manifest(self) -> Path:
        return self.corpora / "sources.csv"

    @property
    def crm(self) -> Path:
        """The CRM export: a file, or a folder of tables."""
        return self.root / self.settings.accounts.file

    @property
    def crm_folder(self) -> Path:
        """Where the report on the export and what people decide about it lie: beside it, or in crm/."""
        folder = self.crm if self.crm.is_dir() or not self.crm.suffix else self.crm.parent
        inside = folder.resolve().is_relative_to(self.root.resolve()) and folder.resolve() != self.root.resolve()
        return folder if inside else self.root / "crm"

    @property
    def profiles(self) -> Path:
        return self.root / "profiles"

    @property
    def state(self) -> Path:
        return self.root / ".synth"

    @property
    def ledger(self) -> Path:
        return self.state / "ledger.db"

    def capped(self, usd: float | None) -> Workspace:
        """Return the workspace with this cap on money instead of its settings' own; None leaves that."""
        if usd is None:
            return self
        budget = self.settings.budget.model_copy(update={"usd": usd})
        return replace(self, settings=self.settings.model_copy(update={"budget": budget}))

    def held_by(self) -> str:
        """Return which other process holds the workspace, in words; "" when none seems to. The lock is not touched."""
        try:
            name = (self.state / "holder").read_text(encoding="utf-8")
        except OSError:
            return ""
        number = name.partition(":")[0].removeprefix("process ")
        return "" if not number.isdigit() or int(number) == os.getpid() or is_gone(int(number)) else name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace for writing; a second process is refused at once and told who holds it."""
        if kind := network_file_system(self.state):
            raise DiskOnNetwork(self.state, kind)
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_private(self.state)
        holder = self.state / "holder"
        lock = FileLock(self.state / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            name = holder.read_text(encoding="utf-8") if holder.is_file() else "unknown process"
            raise WorkspaceBusy(self.root, name) from None
        try:
            holder.write_text(f"process {os.getpid()}: {' '.join(sys.argv[1:3]) or 'python'}", encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            keep_private(self.state)
            lock.release()


def keep_private(folder: Path) -> None:
    """Let nobody but the owner into a folder and its files, whatever the umask was and whoever made them."""
    os.chmod(folder, 0o700)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            os.chmod(path, 0o700 if path.is_dir() else 0o600)


def open_workspace(root: Path) -> Workspace:
    """Open `root`; raises WorkspaceError when it is no workspace and SettingsInvalid when synth.toml is wrong."""
    if not (root / "synth.toml").is_file() and not (root / "corpora").is_dir():
        raise WorkspaceError(
            f"{root.resolve()}: not a synth workspace (no synth.toml, no corpora folder). "
            "Run 'synth init DIR' to make one, or name one with 'synth -C DIR …'."
        )
    return Workspace(root, load_settings(root))


def has_sources(workspace: Workspace) -> bool:
    """Whether any file lies where sources do."""
    return any(not path.is_dir() and not path.name.startswith(".") for path in workspace.corpora.rglob("*"))


def is_untouched(workspace: Workspace) -> bool:
    """Whether nobody has put anything into it: no source, no export, no document, no setting."""
    settings = workspace.root / "synth.toml"
    unchanged = not settings.is_file() or settings.read_text(encoding="utf-8") == _SETTINGS
    others = [path for folder in (workspace.crm_folder, workspace.profiles) for path in folder.glob("*")]
    return unchanged and not others and not has_sources(workspace)


def copy_demo(root: Path) -> None:
    """Copy the demo corpus to `root`; raises WorkspaceError when other things lie there."""
    if root.exists() and any(root.iterdir()) and not (root / "corpora").is_dir():
        raise WorkspaceError(f"{root}: not empty. Name another folder: synth demo DIR")
    shutil.copytree(resource_dir("corpora") / "demo", root, dirs_exist_ok=True)
    init_workspace(root)


def init_workspace(root: Path) -> list[str]:
    """Lay out a workspace in `root` without touching what is there; return what was made, relative to `root`."""
    made: list[str] = []
    for folder in ("corpora", "crm", "profiles"):
        if not (root / folder).is_dir():
            (root / folder).mkdir(parents=True)
            made.append(f"{folder}/")
    for name, text in (("synth.toml", _SETTINGS), (".gitignore", _IGNORED)):
        if not (root / name).exists():
            (root / name).write_text(text, encoding="utf-8")
            made.append(name)
    return made
