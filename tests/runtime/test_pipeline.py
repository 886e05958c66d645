"""The command pipeline: a command is refused or fails alone, a key is answered once, and memory never outlives disk."""

import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events import Damaged, NotFound, Unknown, Unreadable, catalogue, codec
from shared.events.platform import AttemptRefused
from shared.runtime import pipeline as pipelines
from shared.runtime import turn
from shared.runtime.calls import Answer, Call, Ticket
from shared.runtime.pipeline import Pipeline
from tests.runtime import toy
from tests.runtime.toy import TOY, Break, Join, Joined, Limit, Note, Open, Roster, Stray, Tally, World, assert_whole

OLDER = "2027-03-14T23:59:59.999999Z"


# --- one command alone ------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_k_conflicts_in_a_batch_are_exactly_k_refusals(conflicts: list[bool]) -> None:
    """B6: who joined before cannot join with other points; everybody else of the batch can."""
    with TemporaryDirectory() as folder, toy.world(Path(folder) / "data") as world:
        world.pipeline.run([world.open(), *(world.join(n) for n, taken in enumerate(conflicts) if taken)])
        answers = world.pipeline.run([world.join(n, points=2) for n in range(len(conflicts))])
        assert [answer.refused for answer in answers] == ["member.already" if taken else None for taken in conflicts]
        assert len(assert_whole(world.pipeline)) == 1 + len(conflicts)


def test_a_fault_in_a_rule_fails_that_command_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.one(world.open())
    broken = world.call("roster-pauh.R1", Break())
    before, failed, after = world.pipeline.run([world.note("before"), broken, world.note("after")])
    assert failed == Answer(failed=True)
    assert (before.position, after.position) == (1, 2)
    (line,) = caplog.records
    assert (line.act, line.service, line.exc_info is not None) == ("Break", "toy", True)  # type: ignore[attr-defined]
    assert world.one(broken) == Answer(failed=True)  # not recorded: it is tried again
    assert_whole(world.pipeline)


def test_an_event_that_touches_a_fact_which_its_command_did_not_declare_is_a_fault_of_ours(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answers = world.pipeline.run([world.open(), world.call("roster-pauh.R1", Stray(to="pauh.R2")), world.note("after")])
    assert [(answer.events, answer.failed) for answer in answers] == [(1, False), (0, True), (1, False)]
    assert caplog.records[0].exc_info
    assert caplog.records[0].exc_info[0] is KeyError
    assert_whole(world.pipeline)


def test_a_payload_that_is_too_long_is_refused_alone(world: World) -> None:
    """A leaf ends at 65,535 bytes: bytes count, not letters."""
    longest = turn.LONGEST - len('{"text":""}')
    wanted = ["a" * longest, "a" * (longest + 1), "é" * (longest // 2 + 1), "é" * (longest // 2), "short"]
    answers = world.pipeline.run([world.note(text) for text in wanted])
    assert [answer.refused for answer in answers] == [None, "event.too_long", "event.too_long", None, None]
    assert [len(text) for text in toy.texts(assert_whole(world.pipeline))] == [longest, longest // 2, 5]


def test_a_body_that_no_event_could_hold_is_refused_alone(world: World) -> None:
    """B19: a lone surrogate, a NUL."""
    answers = world.pipeline.run([world.note(text) for text in ("before", "\ud800", "a\x00b", "after")])
    assert [answer.refused for answer in answers] == [None, "command.unreadable", "command.unreadable", None]
    assert len(assert_whole(world.pipeline)) == 2


def test_a_stream_that_cannot_be_read_fails_its_own_commands_alone(world: World, other: World) -> None:
    """F46: an event of a newer version of ours stops its stream, not the batch."""
    world.pipeline.run([world.open(), world.open("pauh.R2")])
    newer = "merit.toy.Noted.v2"
    with world.ledger.batch() as batch, pytest.MonkeyPatch.context() as patch:
        patch.setitem(catalogue.BY_NAME, newer, replace(catalogue.BY_NAME["merit.toy.Noted.v1"], name=newer))
        batch.append([replace(codec.draft("roster-pauh.R2", 1, toy.Noted(text="new")), type=newer)])
    failed, stands = other.pipeline.run([other.note("a", "pauh.R2"), other.note("b", "pauh.R1")])
    assert (failed.failed, stands.events) == (True, 1)


def test_nobody_holds_the_id_of_the_stream(world: World) -> None:
    answers = world.pipeline.run([world.open(), world.join(999), world.join(1)])
    assert [answer.refused for answer in answers] == [None, "person.unknown", None]


@pytest.mark.parametrize(
    "stream",
    ["", "roster", "roster-", "Roster-pauh.R1", "roster-pauh R1", "roster-pauh.R1+", "roster-" + "a" * 250,
     "roster-x\n", "nothing-pauh.R1", "member-pauh.R1"],
)  # fmt: skip
def test_a_name_that_is_no_streams_is_refused_before_the_queue(stream: str) -> None:
    with pytest.raises(Unreadable):
        Call(stream=stream, command=Note(text=""), by="x", key="k", received_at=toy.NOW)


def test_another_services_stream_is_refused_before_the_queue(world: World) -> None:
    stray = world.call("rulepack-cpns", Note(text=""))
    for send in (world.one, world.pipeline.post):
        with pytest.raises(NotFound, match="toy has no such stream: rulepack-cpns"):
            send(stray)


@pytest.mark.parametrize(("by", "key"), [("x", ""), ("x", "a\nb"), ("x\n", "a"), ("x", "\ud800"), ("x", "a\x00")])
def test_a_key_is_mandatory_and_printable(by: str, key: str) -> None:
    with pytest.raises(Unreadable):
        Call(stream="roster-pauh.R1", command=Note(text=""), by=by, key=key, received_at=toy.NOW)


def again_of(answer: Answer) -> Answer:
    """The same answer, given again."""
    return Answer(answer.position, answer.events, answer.refused, repeated=True)


# --- a key is answered once -------------------------------------------------------------------------------------


def test_the_same_key_gives_the_first_answer_in_one_batch_and_in_another_and_in_another_process(
    world: World, other: World
) -> None:
    """B8."""
    first, again = world.pipeline.run([world.note("once", key="k"), world.note("once", key="k")])
    assert first == Answer(position=0, events=1)
    assert again == again_of(first)
    assert world.one(world.note("once", key="k")) == again
    assert other.one(other.note("once", key="k")) == again
    assert toy.texts(assert_whole(other.pipeline)) == {"once": [0]}


def test_nothing_to_do_is_an_answer_too(world: World) -> None:
    world.one(world.open())
    assert world.one(world.call("roster-pauh.R1", Open(limit=9), key="k")) == Answer()
    assert world.one(world.call("roster-pauh.R1", Open(limit=9), key="k")) == Answer(repeated=True)


def test_the_same_key_with_another_body_or_stream_is_refused(world: World) -> None:
    answers = world.pipeline.run([world.note("one", key="k"), world.note("two", key="k")])
    assert [answer.refused for answer in answers] == [None, "key.other_body"]
    assert world.one(world.note("two", key="k")).refused == "key.other_body"
    assert world.one(world.note("one", "pauh.R2", key="k")).refused == "key.other_body"
    assert world.one(world.note("one", key="k")).repeated


def test_a_key_belongs_to_an_actor_and_a_command(world: World) -> None:
    note = world.note("one", key="k")
    answers = world.pipeline.run([note, replace(note, by="another"), world.call(note.stream, Open(limit=1), key="k")])
    assert [answer.position for answer in answers] == [0, 1, 2]


def test_a_plain_refusal_is_not_recorded_and_its_corrected_form_keeps_the_key(world: World) -> None:
    """B8: refused, corrected, the same key: accepted."""
    world.pipeline.run([world.open(), world.join(1)])
    assert world.one(world.join(1, points=5, key="form")) == Answer(refused="member.already")
    assert world.one(world.join(1, points=5, key="form")) == Answer(refused="member.already")
    assert world.one(world.join(1, points=1, key="form")) == Answer()
    assert world.one(world.join(2, points=5, key="form")).refused == "key.other_body"
    assert len(assert_whole(world.pipeline)) == 2


def test_a_refusal_with_evidence_is_recorded_once(world: World, other: World) -> None:
    world.one(world.open())
    answers = world.pipeline.run([world.join(1, points=-1, key="k"), world.join(1, points=-1, key="k")])
    assert answers[0] == Answer(position=1, events=1, refused="member.negative")
    assert answers[1] == again_of(answers[0])
    assert other.one(other.join(1, points=-1, key="k")) == answers[1]
    assert other.one(other.join(1, points=-1, key="another")).position == 2
    found = assert_whole(other.pipeline)
    assert [type(codec.event_of(one)) for one in found] == [toy.Opened, AttemptRefused, AttemptRefused]
    assert other.one(other.join(1)).events == 1  # the evidence did not let anybody in


@settings(max_examples=15)
@given(st.integers(2, 50), st.integers(1, 10))
def test_what_may_exist_once_exists_once_however_many_try_in_one_batch(tries: int, limit: int) -> None:
    """B25: `decide` sees states and facts kept in step, command by command."""
    with TemporaryDirectory() as folder, toy.world(Path(folder) / "data") as world:
        world.pipeline.run([world.open(limit=limit), world.open("pauh.R2")])
        twins = world.pipeline.run([world.join(1, points=n, roster="pauh.R2") for n in range(tries)])
        assert [answer.refused for answer in twins] == [None] + ["member.already"] * (tries - 1)
        crowd = world.pipeline.run([world.join(n) for n in range(tries)])
        assert sum(answer.events for answer in crowd) == min(tries, limit)
        assert {answer.refused for answer in crowd[limit:]} <= {"roster.full"}
        assert_whole(world.pipeline)


def test_what_only_the_pipeline_may_say_is_filled_and_never_part_of_the_body(world: World) -> None:
    world.one(world.open())
    honest = world.join(1, key="k", by="applicant:1", received_at=OLDER)
    forged = replace(honest, command=Join(points=1, by="committee:9", at=toy.NOW, alias="X", vacancy="pauh.R9"))
    assert forged.body() == honest.body()
    assert world.one(forged).events == 1
    assert world.one(replace(honest, received_at=toy.NOW)).repeated
    found = assert_whole(world.pipeline)[-1]
    alias = world.folder.keys.aliases("pauh.R1")("A1")
    assert codec.event_of(found) == Joined(points=1, by="applicant:1", at=OLDER, alias=alias, vacancy="pauh.R1")
    assert (found.actor, found.received_at) == ("applicant:1", OLDER)


def test_the_envelope_keeps_cause_and_correlation(world: World) -> None:
    world.one(replace(world.note("x"), causation="intake:7", correlation="c"))
    (one,) = assert_whole(world.pipeline)
    assert (one.causation, one.correlation) == ("intake:7", "c")


# --- facts ------------------------------------------------------------------------------------------------------


def test_facts_are_folded_in_memory_and_equal_a_fold_from_scratch(world: World) -> None:
    world.pipeline.run([world.open(limit=2), *(world.join(n, points=n) for n in range(4)), world.open("pauh.R2")])
    world.pipeline.run([world.join(5, points=7, roster="pauh.R2")])
    assert toy.facts_of(world.ledger) == {
        "limit:pauh.R1": Limit(limit=2),
        "tally:pauh.R1": Tally(members=2, points=1),
        "limit:pauh.R2": Limit(limit=1000),
        "tally:pauh.R2": Tally(members=1, points=7),
    }
    assert_whole(world.pipeline)


def test_a_command_that_needs_no_fact_is_given_its_initial_value(world: World) -> None:
    declared = replace(TOY, deciders={**TOY.deciders, "roster": replace_facts(toy.MemberFacts)})
    made = Pipeline(declared, world.ledger)
    (answer,) = made.run([world.note("no limit is looked up")])
    assert answer.events == 1


def replace_facts(facts: Any) -> toy.Rules:
    def decide(command: Any, state: Roster, given: Any) -> Any:
        assert given.limit == Limit()
        return toy.decide_roster(command, state, given)

    return toy.Rules(Roster(), facts, decide, toy.evolve_roster)


# --- memory and disk --------------------------------------------------------------------------------------------


class Fault(Exception):
    """The machine's, not ours."""


@contextmanager
def failing(engine: sa.Engine, nth: int) -> Iterator[list[str]]:
    """The nth statement of the engine fails, the commit counts as one; yields what was sent before."""
    sent: list[str] = []

    def statement(connection: Any, cursor: Any, text: str, *more: Any) -> None:
        if len(sent) == nth:
            raise Fault(text[:40])
        sent.append(text[:40])

    def commit(connection: Any) -> None:
        if len(sent) == nth:
            raise Fault("COMMIT")

    sa.event.listen(engine, "before_cursor_execute", statement)
    sa.event.listen(engine, "commit", commit)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", statement)
        sa.event.remove(engine, "commit", commit)


def test_whichever_statement_fails_nothing_is_believed_that_is_not_on_disk(world: World) -> None:
    """B27: each statement of a batch in turn, the commit last."""
    world.pipeline.run([world.open(), world.join(0)])
    before = world.ledger.size()
    with failing(world.ledger.writer, 1000) as sent:
        world.pipeline.run([world.join(100), world.note("all went well")])
    before += 2
    assert len(sent) > 8
    for nth in range(len(sent) + 1):
        batch = [world.join(nth + 1, key=f"join{nth}"), world.note(f"note{nth}", key=f"note{nth}")]
        with failing(world.ledger.writer, nth), pytest.raises(Unknown, match="same key") as unknown:
            world.pipeline.run(batch)
        assert isinstance(unknown.value.__cause__, Fault)
        assert len(assert_whole(world.pipeline)) == before
        assert world.pipeline._states == {}
        assert [answer.events for answer in world.pipeline.run(batch)] == [1, 1]
        assert all(answer.repeated for answer in world.pipeline.run(batch))
        before = len(assert_whole(world.pipeline))
        assert len(toy.texts(toy.history(world.ledger))[f"note{nth}"]) == 1


def test_a_fault_behind_the_commit_leaves_an_unknown_outcome_that_the_key_resolves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(self: Pipeline, *more: Any) -> None:
        raise Fault

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "_swap", swap)
        with pytest.raises(Unknown):
            world.one(world.note("once", key="k"))
    assert world.one(world.note("once", key="k")) == Answer(position=0, events=1, repeated=True)
    assert_whole(world.pipeline)


def test_what_ends_the_process_drops_the_cache_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.one(world.open())

    def interrupted(*more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(turn.Turn, "finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            world.one(world.note("lost"))
    assert world.pipeline._states == {}
    assert len(assert_whole(world.pipeline)) == 1


def test_an_error_of_our_own_keeps_its_name(world: World, path: Path) -> None:
    """Another master key: said as it is, for the same key again would not help."""
    world.one(world.open())
    (path / "master.key").write_bytes(bytes(32))
    with toy.world(path) as robbed, pytest.raises(Damaged, match=r"keys\.db and master\.key"):
        robbed.one(robbed.note("x"))


def test_two_processes_by_turns_see_each_others_states(world: World, other: World) -> None:
    both = [world, other]
    world.one(world.open(limit=20))
    for n in range(40):
        one = both[n % 2]
        one.pipeline.run([one.join(n // 3, points=n, key=f"j{n}"), one.note("x", key=f"n{n}")])
        assert_whole(one.pipeline)
    assert toy.facts_of(world.ledger)["tally:pauh.R1"].members == 14
    assert len(toy.texts(toy.history(world.ledger))["x"]) == 40


def test_who_is_far_behind_drops_everything(world: World, other: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "FAR", 10)
    world.pipeline.run([world.open(), world.note("mine")])
    other.pipeline.run([other.note(f"theirs{n}") for n in range(11)])
    kept = world.pipeline._states
    assert "roster-pauh.R1" in kept
    assert world.one(world.open("pauh.R2")).position == 13
    assert "roster-pauh.R1" not in kept
    assert world.one(world.note("mine again")).events == 1
    assert_whole(world.pipeline)


def test_who_is_a_little_behind_drops_what_was_touched(world: World, other: World) -> None:
    world.pipeline.run([world.open(), world.open("pauh.R2")])
    other.one(other.note("theirs"))
    assert world.one(world.open("pauh.R3")).position == 3
    assert "roster-pauh.R1" not in world.pipeline._states
    assert "roster-pauh.R2" in world.pipeline._states


def test_a_ledger_that_was_replaced_by_a_shorter_one_is_read_anew(world: World, path: Path) -> None:
    world.pipeline.run([world.open(), world.join(1)])
    world.ledger.writer.dispose()
    world.ledger.reader.dispose()
    shutil.copy(path / "toy.db", path.parent / "older.db")
    world.pipeline.run([world.join(n) for n in range(2, 9)])
    world.ledger.writer.dispose()
    world.ledger.reader.dispose()
    shutil.copy(path.parent / "older.db", path / "toy.db")
    assert [answer.events for answer in world.pipeline.run([world.join(n) for n in range(9)])] == [1, 0, *[1] * 7]
    assert len(assert_whole(world.pipeline)) == 10


@pytest.mark.parametrize("more", [0, 3], ids=["as long", "longer"])
def test_a_ledger_that_was_replaced_by_another_past_is_read_anew(world: World, path: Path, more: int) -> None:
    """Reliability B22: another past is another past, however long it is."""
    world.pipeline.run([world.open()])
    for engine in (world.ledger.writer, world.ledger.reader):
        engine.dispose()
    shutil.copy(path / "toy.db", path.parent / "older.db")
    world.pipeline.run([world.join(1), world.join(2)])
    for engine in (world.ledger.writer, world.ledger.reader):
        engine.dispose()
    shutil.copy(path.parent / "older.db", path / "toy.db")
    Pipeline(TOY, world.ledger).run([world.join(n) for n in range(3, 5 + more)])
    assert [answer.events for answer in world.pipeline.run([world.join(1), world.join(2)])] == [1, 1]
    assert len(assert_whole(world.pipeline)) == 5 + more


def test_no_more_states_are_kept_than_told(world: World) -> None:
    small = Pipeline(TOY, world.ledger, cached=3)
    for n in range(10):
        small.run([world.note("x", f"pauh.R{n}"), world.note("y", "pauh.R0")])
        assert len(small._states) <= 3
    assert_whole(small)


def test_many_commands_go_in_full_batches_and_in_order(world: World) -> None:
    small = Pipeline(TOY, world.ledger, most=7)
    answers = small.run(world.note(f"{n}") for n in range(20))
    assert [answer.position for answer in answers] == list(range(20))
    assert len({one.recorded_at for one in toy.history(world.ledger)}) == 3
    assert small.seen == 20
    assert small.run([]) == []


# --- the loop ---------------------------------------------------------------------------------------------------


@pytest.fixture
def running(world: World) -> Iterator[World]:
    world.pipeline.start()
    yield world
    world.pipeline.stop()


def test_sixty_four_threads_are_all_answered(running: World) -> None:
    answers: dict[str, Answer] = {}

    def send(thread: int) -> None:
        for n in range(4):
            text = f"{thread}.{n}"
            answers[text] = running.pipeline.send(running.note(text, f"pauh.R{thread % 5}", key=text))

    threads = [Thread(target=send, args=(n,)) for n in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = toy.texts(assert_whole(running.pipeline))
    assert {text: [answer.position] for text, answer in answers.items()} == found
    assert len(answers) == 256


def test_fifty_at_once_under_one_key_are_one_event(running: World) -> None:
    """B8: the same key fifty times in parallel."""
    tickets = [running.pipeline.post(running.note("once", key="k")) for _ in range(50)]
    answers = Counter(ticket.wait() for ticket in tickets)
    assert answers == {Answer(position=0, events=1): 1, Answer(position=0, events=1, repeated=True): 49}


def test_a_commit_that_fails_leaves_every_caller_with_an_unknown_outcome(running: World) -> None:
    told: list[Ticket] = []
    with running.pipeline._turn:
        tickets = [running.pipeline.post(running.note(f"{n}", key=f"{n}"), told.append) for n in range(5)]
        listening = failing(running.ledger.writer, 3)
        listening.__enter__()
    for ticket in tickets:
        with pytest.raises(Unknown):
            ticket.wait()
    listening.__exit__(None, None, None)
    assert told == tickets
    again = [running.pipeline.send(ticket.call) for ticket in tickets]
    assert [answer.position for answer in again] == list(range(5))


def test_a_ticket_says_the_same_as_often_as_it_is_asked(running: World) -> None:
    ticket = running.pipeline.post(running.note("x"))
    assert ticket.wait() == ticket.wait() == ticket.answer == Answer(position=0, events=1)


def test_a_callback_comes_when_the_outcome_is_durable_and_one_that_fails_harms_nobody(
    running: World, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []
    come = Event()

    def then(ticket: Ticket) -> None:
        seen.append(running.ledger.size())
        if ticket.call.key == "bad":
            raise Fault
        come.set()

    running.pipeline.post(running.note("a", key="bad"), then)
    running.pipeline.post(running.note("b", key="good"), then)
    assert come.wait(30)
    assert running.pipeline.send(running.note("c")).position == 2
    assert all(seen)
    assert [line.getMessage() for line in caplog.records] == ["a callback failed"]


def test_stop_answers_those_who_wait_and_takes_nothing_more(world: World) -> None:
    world.pipeline.start()
    with world.pipeline._turn:
        tickets = [world.pipeline.post(world.note(f"{n}")) for n in range(10)]
        stopping = Thread(target=world.pipeline.stop)
        stopping.start()
        while not world.pipeline._ended:
            pass
        with pytest.raises(Unknown, match="same key"):
            world.pipeline.send(world.note("too late"))
    stopping.join()
    assert [ticket.wait().position for ticket in tickets] == list(range(10))
    world.pipeline.stop()  # once more does nothing
    world.pipeline.start()
    assert world.pipeline.send(world.note("again")).position == 10
    world.pipeline.stop()
    assert "too late" not in toy.texts(assert_whole(world.pipeline))


def test_the_loop_takes_no_more_than_it_may(world: World) -> None:
    small = Pipeline(TOY, world.ledger, most=4)
    tickets = [small.post(world.note(f"{n}")) for n in range(10)]
    small.start()
    assert [ticket.wait().position for ticket in tickets] == list(range(10))
    small.stop()
    moments = [one.recorded_at for one in toy.history(world.ledger)]
    assert sorted(Counter(moments).values()) == [2, 4, 4]


def test_an_end_that_is_met_in_a_batch_comes_behind_it(world: World) -> None:
    tickets = [world.pipeline.post(world.note(f"{n}")) for n in range(3)]
    world.pipeline._queue.put(None)
    world.pipeline.start()
    assert [ticket.wait().position for ticket in tickets] == [0, 1, 2]
    assert world.pipeline._thread
    world.pipeline._thread.join()


def test_readers_are_woken_when_the_ledger_has_grown(world: World) -> None:
    woken = Event()
    ready = Lock()
    ready.acquire()

    def wait() -> None:
        with world.pipeline.grown:
            ready.release()
            world.pipeline.grown.wait_for(lambda: world.pipeline.seen == 1)
        woken.set()

    Thread(target=wait, daemon=True).start()
    with ready:
        world.one(world.note("x"))
    assert woken.wait(30)


def test_a_logger_without_a_handler_is_no_trouble(world: World) -> None:
    logging.getLogger("merit.pipeline").disabled = True
    try:
        assert world.one(world.call("roster-pauh.R1", Break())).failed
    finally:
        logging.getLogger("merit.pipeline").disabled = False


# --- beside the queue -------------------------------------------------------------------------------------------


def test_a_command_that_is_only_tried_leaves_nothing(world: World) -> None:
    """What its rule says now; no event, no answer under its key, no state that was not."""
    world.one(world.open())
    call = world.join(1)
    assert world.pipeline.tried(call) == Answer(position=1, events=1)
    assert world.pipeline.tried(call) == Answer(position=1, events=1)
    assert world.one(call) == Answer(position=1, events=1)
    assert world.pipeline.tried(world.join(1, points=2)).refused == "member.already"
    assert world.pipeline.tried(call).repeated
    assert len(assert_whole(world.pipeline)) == 2
    with pytest.raises(NotFound):
        world.pipeline.tried(world.call("post-pauh.x", Break()))


def test_what_stands_behind_the_queue_comes_after_what_waits(world: World) -> None:
    world.one(world.open())
    assert [one.events for one in world.pipeline.behind([world.note("alone")])] == [1]
    with world.pipeline._turn:  # nobody decides meanwhile
        world.pipeline.start()
        waiting = [world.pipeline.post(world.note(f"{n}")) for n in range(3)]
        last = Thread(target=world.pipeline.behind, args=([world.note("last")],))
        last.start()
    last.join()
    assert [ticket.wait().position for ticket in waiting] == [2, 3, 4]
    world.pipeline.stop()
    assert list(toy.texts(assert_whole(world.pipeline)))[-1] == "last"


def test_a_busy_loop_lingers_only_where_more_will_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(pipelines, "sleep", slept.append)
    world.pipeline.linger = 0.5
    with world.pipeline._turn:
        world.pipeline.start()
        first = [world.pipeline.post(world.open()), world.pipeline.post(world.note("a"))]
    assert [ticket.wait().refused for ticket in first] == [None, None]
    with world.pipeline._turn:
        many = [world.pipeline.post(world.note(f"{n}")) for n in range(pipelines.CROWD + 2)]
    assert {ticket.wait().events for ticket in many} == {1}
    with world.pipeline._turn:
        few = [world.pipeline.post(world.note(f"few {n}")) for n in range(2)]
    assert {ticket.wait().events for ticket in few} == {1}
    world.pipeline.stop()
    assert set(slept) == {0.5}
    assert_whole(world.pipeline)
