"""`synth check` on a workspace: the documents on disk against the ledger or, in a clone without one, `profile.json`."""

from __future__ import annotations

from datetime import date

from synth.documents.proof import Problem
from synth.documents.render import JSON, last_documents
from synth.documents.review import check
from synth.drafting import names_to_hide
from synth.errors import WorkspaceError
from synth.ledger import Ledger
from synth.model import Transcript
from synth.workspace import Workspace


def check_workspace(workspace: Workspace, today: date | None = None) -> list[Problem]:
    """Return every problem of the documents in `profiles/`; raises WorkspaceError when there are none."""
    profile = workspace.root / JSON
    if not profile.is_file():
        raise WorkspaceError(f"{profile}: no documents to check. Run 'synth run' first.")
    transcripts = _transcripts(workspace)
    documents = {
        path.relative_to(workspace.root).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(workspace.profiles.rglob("*.md"))
    }
    return check(
        documents,
        profile.read_text(encoding="utf-8"),
        transcripts,
        drafted=last_documents(workspace.root),
        today=today,
        names=names_to_hide(transcripts, workspace),
    )


def _transcripts(workspace: Workspace) -> list[Transcript]:
    if not workspace.ledger.is_file():
        return []
    with workspace.locked():
        ledger = Ledger(workspace.ledger)
        try:
            return ledger.transcripts()
        finally:
            ledger.close()
