"""Every failure a user can meet, as one tree.

SynthError
├── WorkspaceError          a folder, setting or file of the workspace is not usable
│   ├── SettingsInvalid
│   ├── NothingToRead
│   ├── LedgerMissing
│   ├── WorkspaceBusy
│   ├── FileNotWritten
│   ├── DiskNearlyFull
│   └── DiskOnNetwork
├── SourceError             one input file cannot be used; the others go on
│   ├── SourceUnreadable
│   └── FormatUnknown
├── CrmError                the CRM export cannot be used
│   ├── CrmUnreadable
│   ├── CrmColumnMissing
│   ├── CrmColumnAmbiguous
│   └── CrmTableUseless
├── ModelError              a chat or embedding model cannot be used, the run stops
│   ├── ModelKeyMissing
│   ├── KeysExposed
│   ├── ModelUnknown
│   └── ModelUnreachable
├── AnswerError             one answer of a model is unusable; the item is reported, the others go on
├── BudgetReached           the cap of `[budget]` was met; the run can be resumed
├── BatchPending            answers are on their way; a later run collects them
└── RunStopped              the user stopped the run while this was waiting

A class takes data and builds its text once: what happened, where, and what to do next.
Anything else that is raised is a bug and shows its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class SynthError(Exception):
    """An expected failure; its text is what the user reads."""


class WorkspaceError(SynthError):
    """The workspace cannot be used as it is."""


class SettingsInvalid(WorkspaceError):
    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}. Correct the file, or run 'synth init' in an empty folder to see a valid one."
        )


class NothingToRead(WorkspaceError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no transcript or note to read. Copy call transcripts and notes there, or use 'synth add FILES'."
        )


class LedgerMissing(WorkspaceError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: nothing that this version of synth wrote. Run 'synth run' first.")


class WorkspaceBusy(WorkspaceError):
    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(
            f"{path}: another synth is at work here ({holder}). Wait for it to end, or stop it, then try again."
        )


class FileNotWritten(WorkspaceError):
    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: could not be written ({problem}); what was there before is unchanged. "
            "Make room or correct the rights, then run the same command again."
        )


class DiskNearlyFull(WorkspaceError):
    """`free` and `needed` are bytes."""

    def __init__(self, folder: Path, free: int, needed: int) -> None:
        super().__init__(
            f"{folder}: {free / 1e6:.0f} MB free, and this run may write {needed / 1e6:.0f} MB. Nothing was sent or "
            "written. Make room, then run the same command again."
        )


class DiskOnNetwork(WorkspaceError):
    def __init__(self, folder: Path, kind: str) -> None:
        super().__init__(
            f"{folder}: lies on a network file system ({kind}), which can damage the ledger without a word. Move the "
            "workspace to a disk of this machine, or put only this folder there and leave a link to it (ln -s) here."
        )


class SourceError(SynthError):
    """One input file cannot be used; the batch goes on without it."""


class SourceUnreadable(SourceError):
    def __init__(self, path: Path | str, problem: str, remedy: str = "Export it again, or remove it") -> None:
        super().__init__(f"{path}: {problem}. {remedy}.")


class FormatUnknown(SourceError):
    def __init__(self, path: Path | str, known: Iterable[str]) -> None:
        super().__init__(
            f"{path}: not a transcript or note that synth knows. It reads {', '.join(known)}, by what is in them. "
            "Export it again in one of these, or remove it."
        )


class CrmError(SynthError):
    """The CRM export cannot be used."""


class CrmUnreadable(CrmError):
    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}. Export the accounts again as CSV (UTF-8) or XLSX.")


class CrmColumnMissing(CrmError):
    """`likely` are the headers that could be meant, as far as their cells tell."""

    def __init__(self, path: Path | str, field: str, headers: Iterable[str], likely: Iterable[str] = ()) -> None:
        candidates = [repr(header) for header in likely]
        among = f"; it may be {' or '.join(candidates)}" if candidates else ""
        super().__init__(
            f"{path}: no column for {field!r} among {', '.join(repr(h) for h in headers)}{among}. "
            f'Name it in synth.toml: [accounts.columns] {field} = "<header>".'
        )


class CrmTableUseless(CrmError):
    def __init__(self, table: str) -> None:
        super().__init__(
            f"{table}: says nothing of companies but their names, so it was not used. Notes belong into corpora/; "
            "name other columns in synth.toml: [accounts.columns]."
        )


class CrmColumnAmbiguous(CrmError):
    def __init__(self, path: Path | str, field: str, headers: Iterable[str]) -> None:
        candidates = " and ".join(repr(header) for header in headers)
        super().__init__(
            f"{path}: {candidates} both claim to be {field!r}, and they differ. "
            f'Name the one to use in synth.toml: [accounts.columns] {field} = "<header>".'
        )


class ModelError(SynthError):
    """A model cannot be used at all; asking again for another item would fail the same way."""


class ModelKeyMissing(ModelError):
    def __init__(self, model: str, variable: str, problem: str = "no key") -> None:
        super().__init__(
            f"{model}: {problem}. Set {variable} in the environment, in the keyring or in ~/.config/synth/keys, "
            'or use [model] chat = "local" in synth.toml, which needs none.'
        )


class KeysExposed(ModelError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: others on this machine can read these keys. Run: chmod 600 {path}")


class ModelUnknown(ModelError):
    def __init__(self, model: str, problem: str, setting: str = "chat") -> None:
        super().__init__(
            f'{model}: {problem}. Write [model] {setting} = "local" or "<provider>:<model>" in synth.toml.'
        )


class ModelUnreachable(ModelError):
    def __init__(self, model: str, problem: str, remedy: str = "check the network and base_url") -> None:
        super().__init__(f"{model}: {problem}. What is done is kept: {remedy}, then run 'synth run' again to go on.")


class AnswerError(SynthError):
    """One answer of a model is unusable. `cause` is a short fixed word that is counted in reports."""

    def __init__(self, cause: str, problem: str) -> None:
        self.cause = cause
        super().__init__(f"{cause}: {problem}")


class BudgetReached(SynthError):
    def __init__(self, cap: str) -> None:
        super().__init__(
            f"budget reached: {cap}. What is done is kept; run 'synth run' again to go on, "
            "with a higher cap in [budget] of synth.toml or with --max-usd."
        )


class BatchPending(SynthError):
    def __init__(self, done: int, total: int) -> None:
        super().__init__(
            f"batch on its way: {done} of {total} requests are answered. Run 'synth run' again later to collect them; "
            "until then nothing is sent."
        )


class RunStopped(SynthError):
    def __init__(self) -> None:
        super().__init__("stopped. What is done is kept: run the same command again to go on.")
