"""Settings: environment variables `MERIT_*`, read once at the start, and the one table that documents them.

Nothing is read from a file; a value that does not fit is refused by name at the start, never replaced by a default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MERIT_"


class Settings(BaseSettings):
    """How this process was told to run. Frozen: what holds at the start holds to the end."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data: Path = Field(default=Path("data"), description="The data folder of the embedded profile.")
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


def document() -> str:
    """The page `docs/settings.md`."""
    rows = []
    for name, field in Settings.model_fields.items():
        values = getattr(field.annotation, "__args__", None)
        shown = ", ".join(f"`{value}`" for value in values) if values else "a path"
        default = f"./{field.default}" if isinstance(field.default, Path) else field.default
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | `{default}` | {field.description} |\n")
    return HEAD + "".join(rows)
