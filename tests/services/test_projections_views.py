"""Read models can be thrown away: any interleaving of streams and any cut into batches makes the same rows; and what of
them is public tells of nobody (events.md 5; portal.md 1.9; style.md 3)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.projections.answers import GRADES, graded, tens
from services.projections.sentences import SENTENCES, said
from services.projections.transparency import FLOOR, short, stepped
from services.projections.views import views
from shared.events import Recorded, catalogue, codec
from shared.events.feedback import SurveyResultPublished
from shared.events.platform import ListDigest
from shared.events.selection import (
    AttendanceRecorded,
    CandidateWithdrawn,
    RosterAmended,
    ScoreCorrected,
    SelectionOpened,
    Sheet,
    StageAnnulled,
    StageScored,
)
from shared.events.training import TrainingCompleted
from shared.ledger import sqlite
from shared.runtime.marking import fold
from shared.runtime.picture import Picture
from shared.runtime.places import settle
from shared.runtime.subscription import Subscription
from tests.domain.notices import PUBLISHED
from tests.services.projections_world import (
    OTHER,
    PACK,
    PANEL,
    ROOT,
    SCHEME,
    VACANCY,
    WORDS,
    Telling,
    ident,
    interview,
    points,
    telling,
)
from tests.services.world import contents

DAY = dt.date(2027, 7, 1)


class Story:
    """Four ledgers, and what their whole makes."""

    def __init__(self, told: Telling, folder: Path) -> None:
        told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED)
        for vacancy in (VACANCY, OTHER):
            told.open(vacancy=vacancy)
        for n in (1, 2, 3):
            for vacancy in (VACANCY, OTHER):
                told.whole(n, 60 + n, 80, (80, 80, 80, 70 + n), vacancy)
        told.candidate(3, CandidateWithdrawn(reason="other_work"))
        told.correct(1, "interview", "experience", was=80, is_=85, panelist="p2")
        told.publish([(2, "80.000")])
        told.tell("selection", f"selection-{OTHER}", StageAnnulled(stage="interview", order="ptun", words="Batal"))
        told.folder.keys.enrol({"officer1": ["0ff1ce01"]})
        for n in (1, 2):
            done = TrainingCompleted(hours=Decimal(20), on=DAY, certificate=f"{n:064}")
            told.tell("training", f"enrolment-pauh.d1+{n}+0ff1ce01", done)
        result = SurveyResultPublished(
            period="2027", codes=40, respondents=30, means={"u1": Decimal("3.2")}, value=Decimal("80.00"), grade="B",
            as_of=1,
        )  # fmt: skip
        told.tell("feedback", "service-pauh.pkm-03+poli", result)
        self.aliases = told.folder.keys.aliases
        self.events = {name: [one for page in of.read() for one in page] for name, of in told.ledgers.items()}
        self.folder = folder
        self.whole = self.made({})

    def made(self, cuts: dict[str, list[int]]) -> dict[str, list[tuple[Any, ...]]]:
        """The rows, when each ledger's events come in batches that end at its cuts."""
        path = self.folder / "again.db"
        writer, reader = sqlite.engines(path)
        tables = []
        for service, of in views(self.aliases).items():
            for view in of:
                one = Subscription(view=view, store=writer)
                one.create()
                tables += list(view.tables)
                events = self.events[service]
                ends = [*sorted({cut for cut in cuts.get(service, ()) if cut < len(events)}), len(events)]
                for start, end in zip([0, *ends], ends, strict=False):
                    one.take(events[start:end])
        with writer.begin() as tx:
            found = contents(tx, tables)
        writer.dispose()
        reader.dispose()
        path.unlink()
        return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with telling(folder / "data") as told:
        yield Story(told, folder)


def test_one_by_one_makes_the_same_rows_as_all_at_once(story: Story) -> None:
    assert story.made({name: list(range(1, len(of))) for name, of in story.events.items()}) == story.whole
    empty = {name for name, rows in story.whole.items() if not rows}
    assert empty == {
        "lines_sessions", "needs", "appointments", "evaluations", "coworker_reviews", "support_plans", "postings",
        "ranking_orders",
    }  # fmt: skip


@settings(max_examples=15, deadline=None)  # each makes a database
@given(cuts=st.dictionaries(st.sampled_from(["selection", "training"]), st.lists(st.integers(1, 110), max_size=5)))
def test_any_split_into_batches_makes_the_same_rows(story: Story, cuts: dict[str, list[int]]) -> None:
    assert story.made(cuts) == story.whole


def test_no_two_views_share_a_name_or_a_table(story: Story) -> None:
    made = [view for of in views(story.aliases).values() for view in of]
    tables = [table.name for view in made for table in view.tables]
    assert len({view.name for view in made}) == len(made)
    assert len(set(tables)) == len(tables)


def streams_of(vacancy: str) -> dict[str, list[Any]]:
    """What may happen in a selection, stream by stream, in no order between them."""
    sheet = [
        Sheet(panelist=who, points=interview(80, 70, 60 + n, 90), nonce="f" * 64) for n, who in enumerate(PANEL)
    ]  # fmt: skip
    made: dict[str, list[Any]] = {}
    for n in (1, 2, 3, 4):
        made[f"candidate-{vacancy}+{ident(n)}"] = [
            StageScored(stage="written", parts={"written": Decimal(60 + n)}, facts={"kind": "general"}),
            StageScored(stage="competence", sheets=(Sheet(panelist="p1", points=points(care=80), nonce="f" * 64),)),
            StageScored(stage="interview", sheets=tuple(sheet[n:])),
            ScoreCorrected(
                stage="written", part="written", was=Decimal(60 + n), is_=Decimal(75 - n), reason="typo", words=WORDS,
                ground="objection",
            ),
        ]  # fmt: skip
    made[f"candidate-{vacancy}+{ident(2)}"].append(CandidateWithdrawn(reason="other_work"))
    made[f"candidate-{vacancy}+{ident(3)}"][2:3] = [AttendanceRecorded(stage="interview", present=False)]
    made[f"selection-{vacancy}"] = [
        RosterAmended(added=(), removed=(alias(ident(4)),), ground="court", roster=ListDigest(rows=3, root=ROOT)),
        StageAnnulled(stage="interview", order="ptun", words="Batal"),
    ]
    return made


def alias(application: str) -> str:
    """Without a store of keys."""
    return application[:12].upper()


def told(order: Sequence[str]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The rows without positions, when streams speak in this order, each its own events in their order."""
    picture, left = (
        Picture({}, {}, {}),
        {name: list(of) for one in (VACANCY, OTHER) for name, of in streams_of(one).items()},
    )
    opening = SelectionOpened(
        scheme="d" * 64, pack_digest=PACK.digest, roster=ListDigest(rows=4, root=ROOT), source="intake:7",
        seats={"general": 1}, terms=SCHEME,
    )  # fmt: skip
    said_ = [(f"selection-{one}", opening) for one in (VACANCY, OTHER)]
    said_ += [(name, left[name].pop(0)) for name in order]
    for position, (stream, event) in enumerate(said_):
        fold(picture, recorded(position, stream, event), lambda _: alias)
    for one in (VACANCY, OTHER):
        settle(picture, one)
    return {
        vacancy: {name: (*row[2:6], *row[7:]) for name, row in rows.items()} for vacancy, rows in picture.rows.items()
    }


def recorded(position: int, stream: str, event: Any) -> Recorded:
    """As a ledger holds it, without leaves."""
    name, data = codec.encode(event)
    return Recorded(
        shard="main", position=position, stream=stream, version=0, type=name, recorded_at="", received_at=None,
        actor=None, causation=None, correlation=None, data=data.decode(), leaf=b"", previous_leaf=b"",
    )  # fmt: skip


EVERY = [name for one in (VACANCY, OTHER) for name, of in streams_of(one).items() for _ in of]


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(EVERY))
def test_any_interleaving_of_streams_makes_the_same_order(order: list[str]) -> None:
    """Of different vacancies, and of the candidates of one."""
    rows = told(order)
    assert rows == told(EVERY)
    outside = {name: row[4] for name, row in rows[VACANCY].items()}
    assert outside == {ident(1): None, ident(2): "APS", ident(3): None, ident(4): "RM"}


@given(first=st.dictionaries(st.sampled_from("abcde"), st.integers(0, 60)), more=st.data())
def test_no_public_figure_and_no_difference_is_of_fewer_than_ten(first: dict[str, int], more: st.DataObject) -> None:
    """Neither a group, nor the rest of a total, nor what came between two readings."""
    second = {name: n + more.draw(st.integers(0, 30)) for name, n in first.items()}
    (total, shown), (later, again) = tens(first), tens(second)
    for figures, all_ in ((shown, total), (again, later)):
        assert all(n is None or n >= FLOOR for n in figures.values())
        rest = (all_ or 0) - sum(n for n in figures.values() if n is not None)
        assert all_ is None or rest == 0 or rest >= FLOOR
    for name, n in shown.items():
        if n is not None and again[name] is not None:
            assert again[name] - n == 0 or again[name] - n >= FLOOR  # type: ignore[operator]


@given(given_=st.lists(st.sampled_from(GRADES), max_size=90), one=st.sampled_from(GRADES))
@example(given_=["needs_improvement"] * 11 + ["very_good"] * 12 + ["good"] * 19, one="good")
def test_no_two_readings_tell_the_grade_of_one_officer(given_: list[str], one: str) -> None:
    """One more is evaluated: the same keys, and either the same figures, or those of ten evaluations more."""
    before, after = graded(given_), graded([*given_, one])
    assert before[1].keys() == after[1].keys() == set(GRADES)
    assert before == after or (len(given_) + 1) % FLOOR == 0
    assert before == graded(given_[: len(given_) // FLOOR * FLOOR])


def test_ten_of_a_grade_beside_ten_of_its_neighbour_are_shown() -> None:
    shown = graded(["good", "needs_improvement", "very_good"] * 11)
    assert shown == (30, {**dict.fromkeys(GRADES), "good": 10, "needs_improvement": 10}), "and all is not hidden always"


@given(n=st.integers(0, 1000), more=st.integers(0, 50))
def test_counts_move_by_ten_or_not_at_all(n: int, more: int) -> None:
    before, now = stepped(n) or 0, stepped(n + more) or 0
    assert now - before == 0 or now - before >= FLOOR
    assert (stepped(n) is None) == (n < FLOOR)


def test_every_public_event_of_a_vacancy_has_its_sentence() -> None:
    """In both languages, and an event that nobody has described is still named."""
    public = {"intake": {"VacancyPublished"}, "selection": set[str]()}
    for kind in catalogue.SELECTION:
        if not kind.shown and not kind.fact:
            public["selection"].add(kind.of.__name__)
    unsaid = {"ResultsImported", "ExpertAdmitted", "ExpertReleased", "ResultObjectionFiled"}  # not of a vacancy's own
    assert public["selection"] - SENTENCES.keys() == unsaid
    assert said("Unheard", {}, "en") == "Event Unheard."
    assert said("PanelDrawn", short({"drawn": ["a", "b"], "alias": "X"}), "id") == "Panitia penilai diundi: 2 kursi."
    assert said("PanelDrawn", {}, "en") == "The panel was drawn: - seats."
