"""What a profile was made from and with, as fingerprints, so that `synth diff` can say why two of them differ.

No clock and no machine goes in: the same input gives the same recipe everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth import __version__
from synth.crm.load import crm_files
from synth.model import Transcript
from synth.resources import resource_dir
from synth.settings import Settings
from synth.stats.beliefs import FILE as BELIEFS

DECISIONS = ("profiles/themes.yaml", "profiles/evidence.yaml")
_LOCAL_WEIGHTS = ("*.npz",)
_PRICES = {"model", "budget"}  # sections of synth.toml that decide who reads and at what price, not what counts
_BEST = {"best", "accounts", "segments"}  # sections that decide who the best customers are


@dataclass(frozen=True, slots=True)
class Recipe:
    """Fingerprints (12 hexadecimal digits, "" for what is not there) of all a profile depends on."""

    synth: str  # version
    engine: str  # the chat model, or `local` with its weights, and the embeddings
    prompts: str  # codebook and prompts, the workspace's own first
    rules: str  # what synth.toml decides besides models, budget and the best customers
    best: str  # what synth.toml decides of the best customers
    decisions: str  # profiles/themes.yaml and profiles/evidence.yaml
    crm: str
    sources: tuple[tuple[str, str], ...]  # (name, id), sorted; the id is a hash of what was said


def recipe(root: Path, settings: Settings, transcripts: Iterable[Transcript]) -> Recipe:
    """Take the fingerprints of the workspace `root` as it is now."""
    shown = "account" in settings.privacy.reveal
    sources = [transcript.source for transcript in transcripts]
    by_head = settings.model.chat == "local" or settings.model.reading == "second"
    weights = _files(root, _LOCAL_WEIGHTS) if by_head else ""
    return Recipe(
        synth=__version__,
        engine=" ".join(part for part in (settings.model.chat, settings.model.embeddings, weights) if part),
        prompts=_files(root, ("*.yaml",)),
        rules=_hash([settings.model_dump_json(exclude=_PRICES | _BEST).encode()]),
        best=_content([root / BELIEFS]) + _hash([settings.model_dump_json(include=_BEST).encode()]),
        decisions=_content([root / name for name in DECISIONS]),
        crm=_content(crm_files(root / settings.accounts.file)),
        sources=tuple(sorted((source.path if shown else source.id, source.id) for source in sources)),
    )


def _files(root: Path, patterns: Sequence[str]) -> str:
    """Fingerprint prompts as they are used: a file of the workspace shadows the one of the same name that ships."""
    used = {
        path.name: path
        for folder in (resource_dir("prompts"), root / "prompts")
        for pattern in patterns
        for path in folder.glob(pattern)
    }
    return _content([used[name] for name in sorted(used)])


def _content(paths: Sequence[Path]) -> str:
    """Return a hash of names and contents, line ends of text aside: git may rewrite them. "" when no file is there."""
    parts = [(path.name, path.read_bytes().replace(b"\r\n", b"\n")) for path in paths if path.is_file()]
    return _hash([piece for name, content in parts for piece in (name.encode(), content)]) if parts else ""


def _hash(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()[:12]
