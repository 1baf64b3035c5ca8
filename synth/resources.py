"""Where the files that ship with Synth lie: prompts, templates and the demo corpus.

A wheel carries them below `synth/_data`; a checkout has them beside the package. One function decides.
A workspace may shadow prompts and templates file by file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # eight times as fast, where PyYAML was built with it
_PACKAGE = Path(__file__).parent


def resource_dir(name: str) -> Path:
    """Return directory `name`, from the wheel if installed, else from the checkout."""
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def resource_file(folder: str, name: str, workspace: Path | None = None) -> Path:
    """Return file `name` of `folder`, the workspace's own copy if it has one."""
    if workspace is not None and (own := workspace / folder / name).is_file():
        return own
    return resource_dir(folder) / name


def parse_yaml(text: str) -> Any:
    """Return the plain values that `text` holds; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 -- both loaders are the safe ones
