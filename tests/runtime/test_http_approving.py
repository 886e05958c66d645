"""Two-person acts over HTTP: what waits for somebody is told to their agency alone, and what became of each is told in
one word."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import Request

from shared.events import Refused, instant
from shared.runtime.approvals import Approve
from shared.runtime.calls import Call
from shared.runtime.http import approving
from shared.runtime.identity import Principal
from tests.runtime.acting import START, Acting, Door, acting, sent

ROSTER: Final = "roster/pauh.R1"


@pytest.fixture
def world(path: Path) -> Iterator[Acting]:
    with acting(path) as made:
        made.act(f"{ROSTER}/open", {"limit": 3})
        yield made


def after(hours: int, microseconds: int = 0) -> str:
    return instant(dt.datetime.fromisoformat(START) + dt.timedelta(hours=hours, microseconds=microseconds))


def proposed(world: Acting, text: str = "x", who: str = "hr", key: str = "p") -> Any:
    answer = world.act(f"{ROSTER}/settle/propose", {"text": text}, who, key)
    assert answer.status == 200, answer.content
    return answer.said


def approve(world: Acting, made: Any, who: str = "ppk") -> Any:
    return world.act(f"approval/{made['approval']}/approve", {"digest": made["digest"]}, who)


def read(world: Acting, made: Any, who: str = "ppk") -> Any:
    answer = world.get(f"approval/{made['approval']}", who)
    assert answer.status == 200, answer.content
    return answer.said


def listed(world: Acting, who: str = "ppk", query: str = "") -> list[str]:
    return [one["id"] for one in world.get(f"approvals{query}", who).said["approvals"]]


def test_whoever_decides_sees_exactly_what_would_be_done(world: Acting) -> None:
    made = proposed(world)
    waits = {
        "id": made["approval"], "act": "Settle", "stream": "roster-pauh.R1", "body": {"text": "x"},
        "digest": made["digest"], "proposer": "hr", "unit": "pauh.bkpsdm", "until": after(72), "state": "waiting",
        "as_of": 2,
    }  # fmt: skip
    assert read(world, made) == waits
    assert world.get("approvals", "ppk").said == {"approvals": [waits], "as_of": 2}


def test_what_was_approved_is_done(world: Acting) -> None:
    made = proposed(world)
    assert approve(world, made).status == 200
    assert (read(world, made)["state"], read(world, made)["body"]) == ("approved", {"text": "x"})
    assert [one.refused for one in world.tick()] == [None]
    done = read(world, made)
    assert (done["state"], done.keys() & {"body", "stream", "code"}) == ("done", set())
    assert listed(world) == []
    assert world.events()[-1][6] == {"text": "x", "ok": made["approval"], "by": "hr", "unit": "pauh.bkpsdm"}


def test_what_its_rule_then_refuses_is_not_done_and_says_why(world: Acting) -> None:
    made = proposed(world)
    approve(world, made)
    assert world.act("member/pauh.R1+A0/join", {"points": 1}, "A0").status == 200
    assert world.act(f"{ROSTER}/close", {}).status == 200
    assert [one.refused for one in world.tick()] == ["roster.closed"]
    found = read(world, made)
    assert (found["state"], found["code"]) == ("not_done", "roster.closed")


def test_what_failed_for_a_fault_of_ours_is_approved_still_and_tried_again(world: Acting) -> None:
    made = proposed(world, "broken")
    approve(world, made)
    assert [one.failed for one in world.tick()] == [True]
    found = read(world, made)
    assert (found["state"], found["code"]) == ("approved", "failed")


def test_no_is_refused_and_nobodys_word_is_expired(world: Acting) -> None:
    no, silence = proposed(world, "no"), proposed(world, "silence", key="q")
    assert world.act(f"approval/{no['approval']}/refuse-act", {"reason": "not_as_decreed"}, "ppk").status == 200
    world.now[0] = after(72, -1)
    assert (read(world, no)["state"], read(world, silence)["state"]) == ("refused", "waiting")
    world.now[0] = after(72)
    assert approve(world, silence).code == "approval.expired"
    world.now[0] = after(73)
    assert [one.refused for one in world.tick()] == [None]
    assert read(world, silence)["state"] == "expired"
    assert read(world, silence).keys() & {"body", "stream"} == set()
    assert listed(world) == []


def test_it_takes_another_person_of_another_unit_for_the_very_act(world: Acting) -> None:
    made = proposed(world)
    path = f"approval/{made['approval']}/approve"
    other = world.act(path, {"digest": "4f" * 32}, "ppk")
    assert (other.status, other.code) == (422, "approval.other_digest")
    for who, code in (("hr", "approval.own"), ("colleague", "approval.same_unit")):
        answer = approve(world, made, who)
        assert (answer.status, answer.code) == (403, code)
    assert read(world, made)["state"] == "waiting"


class Programs(Door):
    """A door to which everybody comes as a program, with a token of theirs."""

    def principal(self, token: str, unit: str | None, now: Any) -> Principal | None:
        """Whose it is."""
        found = super().principal(token, unit, now)
        return found and replace(found, program=True)


def test_a_programs_token_neither_proposes_nor_decides(world: Acting) -> None:
    """ASVS 2.3.5: a second person is there, with a session; a token of a year in a file is nobody's eyes."""
    made = proposed(world)
    world.site.door = Programs()
    tried = {
        f"{ROSTER}/settle/propose": ({"text": "y"}, "hr"),
        f"approval/{made['approval']}/approve": ({"digest": made["digest"]}, "ppk"),
        f"approval/{made['approval']}/refuse-act": ({"reason": "wrong"}, "ppk"),
    }
    for path, (body, who) in tried.items():
        for short in (True, False):
            answer = world.send(sent(path, body, who, "program"), short=short)
            assert (answer.status, answer.code) == (403, "session.needed"), path
    assert world.act(f"{ROSTER}/note", {"text": "a"}).status == 200  # what takes one person, it does
    world.site.door = Door()
    assert read(world, made)["state"] == "waiting"
    assert approve(world, made).status == 200


def test_an_act_of_somebody_without_a_role_any_more_is_not_approved(world: Acting) -> None:
    """It would be done in their name; decided already, a yes that is sent again gets its answer."""
    made, held = proposed(world), {("hr", "pauh.bkpsdm")}
    check = approving.standing(world.pipeline, lambda who, unit: (who, unit) in held)
    command = Approve(digest=made["digest"])
    yes = Call(stream=f"approval-{made['approval']}", command=command, by="ppk", key="y", received_at=START)
    request, ppk = Request({"type": "http"}), Principal(
        subject="ppk", roles=frozenset({"ppk"}), unit="pauh.setda", authenticated_at=START
    )  # fmt: skip
    assert check(request, ppk, yes) is yes
    held.clear()
    with pytest.raises(Refused, match=r"approval\.proposer_without_role"):
        check(request, ppk, yes)
    assert check(request, ppk, replace(yes, stream="approval-pauh.other")).key == "y"  # the decider's, who knows none
    approve(world, made)
    assert check(request, ppk, yes) is yes


def test_another_agencys_are_as_ones_that_are_not_there(world: Acting) -> None:
    made = proposed(world)
    theirs = world.act("roster/kota-x.R1/settle/propose", {"text": "y"}, "elsewhere").said
    assert (listed(world), listed(world, "elsewhere")) == ([made["approval"]], [theirs["approval"]])
    unknown = "pauh." + "0" * 32
    for who, id in (("ppk", theirs["approval"]), ("elsewhere", made["approval"]), ("ppk", unknown)):
        for answer in (
            world.get(f"approval/{id}", who),
            world.act(f"approval/{id}/approve", {"digest": "4f" * 32}, who),
            world.act(f"approval/{id}/refuse-act", {"reason": "other"}, who),
        ):
            assert (answer.status, answer.code) == (404, "object.unknown")
    assert len(world.events()) == 3


def test_they_are_for_those_who_decide(world: Acting) -> None:
    made = proposed(world)
    for path in ("approvals", f"approval/{made['approval']}"):
        assert (world.get(path, "A0").code, world.get(path, None).code) == ("role.missing", "signin.missing")


def test_the_oldest_are_listed_however_few_are_asked_for(world: Acting) -> None:
    made = []
    for hour in range(9):
        world.now[0] = after(hour)
        made.append(proposed(world, f"{hour}", key=f"p{hour}")["approval"])
    assert made != sorted(made)
    assert listed(world) == made
    assert [listed(world, query=f"?limit={most}") for most in (1, 4)] == [made[:1], made[:4]]
    for wrong in ("0", "501", "x"):
        assert world.get(f"approvals?limit={wrong}", "ppk").status == 422


def test_what_is_proposed_twice_under_one_key_is_one_proposal(world: Acting) -> None:
    """Its number follows from who proposes what under which key."""
    first, again, third = proposed(world), proposed(world), proposed(world, key="other")
    assert again == {**first, "repeated": True}
    assert third["approval"] != first["approval"]
    assert world.act(f"{ROSTER}/settle/propose", {"text": "y"}, key="p").code == "key.other_body"
    assert sorted(listed(world)) == sorted([first["approval"], third["approval"]])
