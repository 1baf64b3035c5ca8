"""What every engine works with: the workspace's desk, and the heads that ship."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from synth.extraction.head import Head, load_head
from synth.ledger import Ledger
from synth.model import Aspect, Transcript
from synth.models.budget import Budget
from synth.resources import resource_file
from synth.search.embed import Embedder
from synth.workspace import Workspace

ONE_AT_A_TIME = threading.Lock()  # embedders are not made for threads


@dataclass(frozen=True, slots=True)
class Desk:
    """What all engines work with."""

    workspace: Workspace
    ledger: Ledger
    embedder: Embedder
    codebook: tuple[Aspect, ...]
    names: tuple[str, ...] = ()  # people to mask, beyond those of the source
    budget: Budget = field(default_factory=Budget)

    def known_names(self, transcript: Transcript) -> tuple[str, ...]:
        """Return what a statement may name although its lines do not: us, and the account."""
        return tuple(name for name in (self.workspace.settings.vendor.name, transcript.source.account) if name)


@cache
def built_in_head(embedder: str) -> Head:
    """Return the head that ships for a bundled embedder."""
    return load_head(head_file(embedder))


def head_file(embedder: str) -> Path:
    """Return the file of a bundled embedder's head."""
    return resource_file("prompts", f"head-{embedder}.npz")
