"""Settings: environment variables `MERIT_*`, read once at the start, and the one table that documents them.

Nothing is read from a file; a value that does not fit is refused by name at the start, never replaced by a default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MERIT_"


class Settings(BaseSettings):
    """How this process was told to run. Frozen: what holds at the start holds to the end."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data: Path = Field(default=Path("data"), description="The data folder of the embedded profile.")
    demo: bool = Field(
        default=False,
        description="A demonstration: a clock that moves on when told to, role cards, a data folder of its own kind.",
    )
    host: str = Field(default="127.0.0.1", description="Where `merit serve` listens; `0.0.0.0` for every network.")
    port: int = Field(default=8000, ge=0, le=65535, description="On which port; 0 is any that is free.")
    limits: bool = Field(
        default=True, description="Limits on how much one account and one network may ask; off for load tests."
    )
    queue: int = Field(
        default=2000, ge=1, description="How many commands may wait; beyond, 503 with an arrival ticket."
    )
    proxies: str = Field(
        default="", description="Addresses or networks of own proxies, by commas: their X-Forwarded-For is believed."
    )
    metrics: str = Field(
        default="", description="The bearer token that opens `/metrics`; without one it is open to this machine alone."
    )
    lang: Literal["id", "en"] = Field(
        default="id",
        description="The language of pages and messages. The command line asks the locale where this is not set.",
    )
    log: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="JSON lines for machines, or coloured lines for a terminal; both on stderr."
    )


HEAD = """# Settings

Environment variables, read once at the start. This page is made from `shared/runtime/settings.py`.

| variable | values | default | meaning |
|---|---|---|---|
"""


KINDS: dict[Any, str] = {Path: "a path", int: "a number", str: "a text"}


def document() -> str:
    """The page `docs/settings.md`."""
    rows = []
    for name, field in Settings.model_fields.items():
        values = (0, 1) if field.annotation is bool else getattr(field.annotation, "__args__", None)
        shown = ", ".join(f"`{value}`" for value in values) if values else KINDS[field.annotation]
        default = f"./{field.default}" if isinstance(field.default, Path) else field.default
        default = int(default) if isinstance(default, bool) else default
        said = "" if default == "" else f"`{default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {said} | {field.description} |\n")
    return HEAD + "".join(rows)
