"""Settings come from the environment, and the page about them from the settings."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.runtime.settings import Settings, document

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MERIT_{name.upper()}", raising=False)


def test_without_being_told_data_lie_in_the_folder_data() -> None:
    assert Settings() == Settings(data=Path("./data"), demo=False, lang="id", log="info", log_format="json")


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = {"DATA": str(tmp_path), "DEMO": "1", "LANG": "en", "LOG": "debug", "LOG_FORMAT": "console"}
    for name, value in told.items():
        monkeypatch.setenv(f"MERIT_{name}", value)
    assert Settings() == Settings(data=tmp_path, demo=True, lang="en", log="debug", log_format="console")


def test_a_value_that_does_not_fit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIT_LANG", "fr")
    with pytest.raises(ValidationError, match="lang"):
        Settings()


def test_what_holds_at_the_start_holds_to_the_end() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().lang = "en"


def test_the_page_about_the_settings_is_up_to_date() -> None:
    """Made anew by: Path("docs/settings.md").write_text(document())."""
    assert (ROOT / "docs/settings.md").read_text() == document()


def test_every_setting_is_on_the_page() -> None:
    for name in Settings.model_fields:
        assert f"`MERIT_{name.upper()}`" in document()
