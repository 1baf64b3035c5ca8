"""What a head was trained from, as one digest: the dialogues, the scripts and the features. A test compares it."""

from __future__ import annotations

import hashlib
from pathlib import Path

_HERE = Path(__file__).parent
_SCRIPTS = ("training/corpus.py", "training/learn.py", "training/heads.py")
_FEATURES = tuple(f"synth/extraction/{name}.py" for name in ("linecues", "linefeatures", "linewords"))


def fingerprint(root: Path = _HERE.parent) -> str:
    """Return a SHA-256 over all files that shape the weights; how lines end does not matter."""
    dialogues = sorted((root / "training" / "dialogues").glob("*.jsonl"))
    digest = hashlib.sha256()
    for path in [*dialogues, *(root / name for name in (*_SCRIPTS, *_FEATURES))]:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
