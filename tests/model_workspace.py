"""A small workspace that reads with the scriptable server, and the command line on it."""

from __future__ import annotations

from pathlib import Path

from fakemodel import FakeModel
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app

PRICE = "price_in = 1.0\nprice_out = 10.0\n"


def workspace(root: Path, fake: FakeModel, more: str = "", price: str = PRICE) -> Path:
    """Write the workspace into `root`; `more` is what synth.toml says further, in the section of the model."""
    make_workspace(root)
    with (root / "synth.toml").open("a", encoding="utf-8") as file:
        file.write(f'[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\nbatch_tokens = 50\n{price}{more}')
    return root


def synth(root: Path, *words: str) -> tuple[int, str, str]:
    """Run a command; return its exit code, stdout and stderr. What is no exit is raised."""
    result = CliRunner().invoke(app, ["-C", str(root), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr
