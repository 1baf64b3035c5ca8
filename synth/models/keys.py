"""Where a provider's key comes from: the environment, the system's keyring, or a file that only its owner can read.

In this order. A key is never written by synth, and no message ever holds one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from synth.errors import KeysExposed

SERVICE = "synth"  # under which the keyring has the keys, by the name of their environment variable


@dataclass(frozen=True, slots=True)
class Key:
    value: str = field(repr=False)
    where: str


def find_key(variable: str) -> Key | None:
    """Return the key of this name, None when there is none; raises KeysExposed when others could read the file."""
    if value := os.environ.get(variable, "").strip():
        return Key(value, "environment")
    if value := _from_keyring(variable):
        return Key(value, "keyring")
    if value := _from_file(variable, keys_file()):
        return Key(value, str(keys_file()))
    return None


def keys_file() -> Path:
    """Return the file of keys, `NAME=value` a line: `~/.config/synth/keys`, or what SYNTH_KEYS names."""
    named = os.environ.get("SYNTH_KEYS")
    configured = os.environ.get("XDG_CONFIG_HOME")
    return Path(named) if named else (Path(configured) if configured else Path.home() / ".config") / "synth" / "keys"


def _from_keyring(variable: str) -> str:
    if not find_spec("keyring"):
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(SERVICE, variable) or "").strip()
    except (KeyringError, OSError):  # no keyring on this machine, or it stays locked
        return ""


def _from_file(variable: str, path: Path) -> str:
    if not path.is_file():
        return ""
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise KeysExposed(path)
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == variable), "")
