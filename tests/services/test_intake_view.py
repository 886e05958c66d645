"""Intake's list of vacancies, kept in step with its ledger in the same transaction."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.cli.platform import Platform, opened
from services.intake import views
from services.intake.vacancies import ListVacancy
from shared.events.intake import Formation
from shared.events.platform import ImportedRow
from shared.runtime.calls import Answer, Call


def listed(platform: Platform, stream: str, *formations: Formation, key: str = "1") -> Answer:
    """A vacancy from row 1 of a list."""
    source = ImportedRow(import_="a" * 64, row=1)
    command = ListVacancy(unit="Unit X", post="PENATA", formations=formations, source=source)
    call = Call(stream=stream, command=command, by="tester", key=f"{stream}:{key}", received_at=platform.now())
    (answer,) = platform.intake.run([call])
    return answer


def rows(platform: Platform) -> list[dict[str, Any]]:
    with platform.intake.ledger.reader.begin() as tx:
        return [dict(row._mapping) for row in tx.execute(sa.select(views.vacancies).order_by("vacancy"))]


def test_the_list_holds_what_the_events_say(tmp_path: Path) -> None:
    general = Formation(kind="general", seats=3, educations=("S-1: A", "D-IV: B"))
    papua = Formation(kind="papua", seats=1, educations=("S-1: A",))
    with opened(tmp_path / "data", create=True) as platform:
        assert views.counted(platform.intake.ledger.reader) == (0, 0, 0)
        listed(platform, "vacancy-kab-x.v-1", general, papua)
        listed(platform, "vacancy-kab-x.v-2", papua)
        listed(platform, "vacancy-kab-y.v-1", papua)
        assert views.counted(platform.intake.ledger.reader) == (3, 6, 2)
        first = rows(platform)[0]
        assert json.loads(first.pop("formations")) == [
            {"educations": ["S-1: A", "D-IV: B"], "kind": "general", "seats": 3},
            {"educations": ["S-1: A"], "kind": "papua", "seats": 1},
        ]
        assert first == {
            "vacancy": "kab-x.v-1",
            "agency": "kab-x",
            "unit": "Unit X",
            "post": "PENATA",
            "seats": 4,
            "position": 0,
        }


def test_what_is_refused_or_known_lists_nothing_more(tmp_path: Path) -> None:
    one = Formation(kind="general", seats=3, educations=("S-1: A",))
    other = Formation(kind="general", seats=4, educations=("S-1: A",))
    with opened(tmp_path / "data", create=True) as platform:
        listed(platform, "vacancy-kab-x.v-1", one)
        before = rows(platform)
        assert listed(platform, "vacancy-kab-x.v-1", one, key="2") == Answer(events=0)
        assert listed(platform, "vacancy-kab-x.v-1", other, key="3").refused == "vacancy.listed_otherwise"
        assert rows(platform) == before
