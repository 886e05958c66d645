"""`docs/routes.md` says who is let in where, as the routes themselves do."""

from pathlib import Path

import pytest

from scripts import routes


def test_the_page_is_made_from_the_routes() -> None:
    assert routes.PAGE.read_text("utf-8") == routes.page(), "run `python -m scripts.routes`"


def test_a_page_that_lags_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "PAGE", tmp_path / "routes.md")
    assert routes.main(["--check"]) == 1
    assert routes.main([]) == 0
    assert routes.main(["--check"]) == 0
    (tmp_path / "routes.md").write_text("old")
    assert routes.main(["--check"]) == 1


def test_a_row_says_method_route_roles_and_reach() -> None:
    page = routes.page()
    assert "| POST | `/api/intake/v1/need/{id}/propose-need` | unit_head | of their unit, or one below |\n" in page
    assert "| GET | `/api/people/v1/me` | everybody | one's own |\n" in page
    assert "| GET | `/health/live` | anybody |  |\n" in page
