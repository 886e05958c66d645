"""T2 without HTTP: one command after the other per caller, each answered once it is durable, against the peer's `save`.

A caller sends, waits for the answer, sends again. The peer takes every save to the disk by itself; ours answers a batch
with one commit. The peer runs at each number of callers and with both switch intervals, and its best counts. Ours also
runs as a server uses it: commands posted, answers taken by a callback, so many in flight.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, BoundedSemaphore

from bench.harness import Contestant, Options, Sample, Watch, alternate, main, seconds, settings, switching, values
from bench.peer import Peer
from bench.report import Bound, Report, Row
from bench.scores import Applicant, Office, applicants
from shared.runtime.calls import Ticket

SERVER = 0.0005  # seconds: what a server sets, so that the loop gets its turn
LIBRARY = 0.005  # Python's own
OURS = (1, 16, 64, 256)
THEIRS = (1, 4, 16, 64)
FLIGHT = (64, 256)
COMPARED = 64  # callers at which both are compared


def measure(options: Options) -> Report:
    """Every number of callers, run by run; ratios at 64, and of the best with the best."""
    count = options.size(10_000, 640)
    people = applicants(count)
    few = people[: options.size(3_000, 320)]
    ours: dict[str, Contestant] = {
        f"pipeline, {_callers(n)}": partial(_ours, people if n > 1 else few, n)
        for n in OURS[-2 if options.quick else 0 :]
    }
    ours |= {f"pipeline, {n} in flight": partial(_flight, people, n) for n in FLIGHT[: 1 if options.quick else None]}
    theirs: dict[str, Contestant] = {
        f"save(), {_callers(n)}{', server interval' if interval == SERVER else ''}": partial(_theirs, few, n, interval)
        for n in THEIRS[-1 if options.quick else 0 :]
        for interval in (LIBRARY, SERVER)
    }
    found = alternate(options, ours | theirs)
    rows = {
        name: Row(target="T2", name=name, unit="commands/s", values=values(samples)) for name, samples in found.items()
    }
    at = f"pipeline, {COMPARED} callers"
    peer = _best(rows, [name for name in theirs if f" {COMPARED} " in name])
    ratios = [
        rows[at].over(peer, Bound(floor=2)),
        _best(rows, ours).over(_best(rows, theirs), Bound(floor=4, goal=6)),
    ]
    return Report(bench="save", rows=(*rows.values(), *ratios), settings=settings(found))


def _callers(number: int) -> str:
    return f"{number} caller{'s' if number > 1 else ''}"


def _best(rows: dict[str, Row], names: Sequence[str] | dict[str, Contestant]) -> Row:
    return max((rows[name] for name in names), key=lambda row: row.median)


def _ours(people: list[Applicant], callers: int, path: Path) -> Sample:
    """Threads that wait for their answers."""

    def send(office: Office) -> float:
        return _spent(people, callers, lambda one: _check(office.pipeline.send(one.call()).events))

    return _sampled(people, path, send)


def _flight(people: list[Applicant], most: int, path: Path) -> Sample:
    """One thread that keeps so many commands in flight, as an event loop does for its connections."""

    def send(office: Office) -> float:
        places, done = BoundedSemaphore(most), []

        def answered(ticket: Ticket) -> None:
            done.append(ticket.answer.events)
            places.release()

        def post() -> None:
            for one in people:
                places.acquire()
                office.pipeline.post(one.call(), answered)
            for _ in range(most):
                places.acquire()

        spent = seconds(post)
        for events in done:
            _check(events)
        return spent

    return _sampled(people, path, send)


def _sampled(people: list[Applicant], path: Path, send: Callable[[Office], float]) -> Sample:
    office = Office(path)
    office.enrol(people)  # at sign-up, long before; the import counts it
    with Watch() as watch, switching(SERVER):
        office.pipeline.start()
        spent = send(office)
        office.pipeline.stop()
    made = Sample(
        value=len(people) / spent,
        sent=len(people),
        stored=office.stored(),
        folded=office.folded(),
        settings=watch.settings(),
    )
    office.close()
    return made


def _theirs(people: list[Applicant], callers: int, interval: float, path: Path) -> Sample:
    peer = Peer(path)
    with switching(interval):
        spent = _spent(people, callers, lambda one: peer.save([one]))
    made = Sample(
        value=len(people) / spent,
        sent=len(people),
        stored=peer.stored(),
        folded=peer.folded(),
        settings=peer.settings(),
    )
    peer.close()
    return made


def _spent(people: list[Applicant], callers: int, act: Callable[[Applicant], None]) -> float:
    """Seconds from the first act to the last answer; every caller has a share of its own."""
    begin = Barrier(callers + 1)

    def call(share: list[Applicant]) -> None:
        begin.wait()
        for one in share:
            act(one)

    with ThreadPoolExecutor(callers) as pool:
        calls = [pool.submit(call, people[n::callers]) for n in range(callers)]

        def go() -> None:
            begin.wait()
            for done in calls:
                done.result()

        return seconds(go)


def _check(events: int) -> None:
    if events != 1:
        raise RuntimeError(f"a score made {events} events")


if __name__ == "__main__":
    sys.exit(main(measure, "commands one by one, by many callers"))
