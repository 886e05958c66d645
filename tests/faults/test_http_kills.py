"""A server that is killed again and again under load: what was answered is stored once, and what was not, sent again
under its key, is done once (reliability F01 to F03 over HTTP; architecture 14)."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.events import Recorded, codec
from tests.faults import lives, office
from tests.faults.office import Office, Person

KILLS = int(os.environ.get("MERIT_KILLS", "40"))  # 100 in full
THREADS = 6
POSTS = 7
PATIENCE = 60.0
HELD = ("vacancy", "kind", "documents", "statements", "channel", "items", "competences", "class")


@dataclass(eq=False)
class Job:
    """A command with its key, and everything that was ever answered to it."""

    stream: str
    path: str
    body: dict[str, Any]
    who: Person
    key: str
    tries: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def content(self) -> str:
        """What the event must hold."""
        return _digest(self.body)


def _digest(said: dict[str, Any]) -> str:
    return sha256(codec.dumps({name: value for name, value in said.items() if name in HELD})).hexdigest()


class Load:
    """Threads that send one command after the other to whichever server lives; those whose outcome is unknown come
    first in the next life."""

    def __init__(self, made: Office) -> None:
        self._jobs = _jobs(made)
        self._lock = threading.Lock()
        self.sent: list[Job] = []
        self.unknown: list[Job] = []
        self.statuses: Counter[int] = Counter()
        self.wrong: list[tuple[int, Any]] = []
        self.answered = 0

    def run(self, url: str, *, drain: bool = False) -> list[threading.Thread]:
        """Until the server is gone; with `drain` until nothing is unknown."""
        at = urlsplit(url)
        threads = [threading.Thread(target=self._send, args=(at.hostname, at.port, drain)) for _ in range(THREADS)]
        for one in threads:
            one.start()
        return threads

    def _send(self, host: str, port: int, drain: bool) -> None:
        line = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        while (job := self._next(drain)) is not None:
            try:
                line.request("POST", job.path, json.dumps(job.body), _headers(job))
                reply = line.getresponse()
                said = json.loads(reply.read())
            except (OSError, http.client.HTTPException, ValueError):
                with self._lock:
                    self.unknown.append(job)
                break
            self._told(job, reply.status, said)
        line.close()

    def _next(self, drain: bool) -> Job | None:
        with self._lock:
            if self.unknown:
                job = self.unknown.pop(0)
            elif drain:
                return None
            else:
                job = next(self._jobs)
                self.sent.append(job)
            job.tries += 1
            return job

    def _told(self, job: Job, status: int, said: dict[str, Any]) -> None:
        with self._lock:
            self.statuses[status] += 1
            if status == 200:
                job.answers.append(said)
                self.answered += 1
            elif said.get("code") == "outcome.unknown":
                self.unknown.append(job)
            else:
                self.wrong.append((status, said))


def _headers(job: Job) -> dict[str, str]:
    return {"Content-Type": "application/json", **job.who.headers(job.key)}


def _jobs(made: Office) -> Iterator[Job]:
    """Applications, as long as there are people, and analyses of a few posts, each another."""
    people, hr = iter(made.people), made.officials["hr"]
    for n in count():
        one = next(people, None) if n % 2 else None
        if one is not None:
            stream = f"application-{office.AGENCY}.{one.application}"
            yield Job(stream, one.submit, office.application(), one, f"a{n}")
            continue
        post = f"{office.AGENCY}.jabatan-{n % POSTS}"
        path = f"{office.INTAKE}/post/{post}/adopt-job-analysis"
        yield Job(f"post-{post}", path, office.analysis(n), hr, f"p{n}")


def followed(url: str, auditor: Person, seen: dict[int, str]) -> None:
    """Whoever follows the feed reads on where they were: nothing is missing, nothing comes twice."""
    at = urlsplit(url)
    line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=PATIENCE)
    path = f"{office.INTAKE}/events?after={len(seen)}&limit=10000"
    line.request("GET", path, headers=auditor.headers())
    for text in line.getresponse().read().splitlines():
        event = json.loads(text)
        assert event["position"] == len(seen)
        seen[event["position"]] = event["leaf"]
    line.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_again_and_again_under_load_nothing_answered_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    """F01 over HTTP. The instants are random: before a command was read, while it is decided, around its commit, before
    its answer is on the way."""
    made = office.found(tmp_path / "data", people=KILLS * 5)
    chance, load, seen = random.Random(100), Load(made), dict[int, str]()
    with lives.served(made.path, tmp_path / "log") as server:
        for n in range(KILLS):
            url = server.begin()
            threads, goal = load.run(url), load.answered + chance.randint(1, 6)
            if n % 5 == 0:
                followed(url, made.officials["auditor"], seen)
            ends = time.monotonic() + PATIENCE
            while load.answered < goal:
                assert time.monotonic() < ends, load.wrong
                time.sleep(0.0005)
            time.sleep(chance.random() * 0.004)
            server.kill()
            for one in threads:
                one.join()
        url = server.begin()
        for one in load.run(url, drain=True):
            one.join()
        followed(url, made.officials["auditor"], seen)
        server.end()
    assert load.wrong == []
    assert load.unknown == []
    assert_stored(made, load, seen)


def assert_stored(made: Office, load: Load, seen: dict[int, str]) -> None:
    """Each command is one event, at the position that every one of its answers names, with the content that was
    sent."""
    with made.opened() as platform:
        office.assert_whole(platform)
        events = [one for page in platform.intake.ledger.read() for one in page]
    assert seen == {one.position: one.leaf.hex() for one in events}
    stored = Counter((one.stream, content_of(one)) for one in events)
    for job in load.sent:
        assert job.answers, "sent again until it was answered"
        assert stored[job.stream, job.content] == 1
        assert {one["events"] for one in job.answers} == {1}
        (position,) = {one["position"] for one in job.answers}
        assert (events[position].stream, content_of(events[position])) == (job.stream, job.content)
        assert sum(not one["repeated"] for one in job.answers) <= 1
    assert stored.total() - before(events) == len(load.sent)
    assert any(job.tries > 1 and job.answers[-1]["repeated"] for job in load.sent)  # stored, and the answer was lost
    assert any(job.tries > 1 and not job.answers[-1]["repeated"] for job in load.sent)  # lost before it was stored


def content_of(one: Recorded) -> str:
    return _digest(json.loads(one.data))


def before(events: list[Recorded]) -> int:
    """What the office itself had recorded."""
    return sum(not one.stream.startswith(("application-", "post-pauh.jabatan-")) for one in events)
