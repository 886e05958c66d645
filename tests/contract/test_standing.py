"""Between a proposal and its approval somebody may lose their role: nothing is approved in their name then."""

from pathlib import Path

from services.intake.examples import EXAMPLES
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis
from services.intake.rounds import OpenRound
from tests.contract.composed import composed
from tests.services.intake_site import NEED, POST, ROUND


def test_what_somebody_proposed_before_their_role_was_revoked_is_approved_by_nobody(tmp_path: Path) -> None:
    """The whole platform: the door is asked, at the approval, about whoever proposed it."""
    with composed(tmp_path / "data") as world:
        world.act("of-hr", f"/post/{POST}/adopt-job-analysis", EXAMPLES[AdoptJobAnalysis])
        world.act("of-unit-head", f"/need/{NEED}/propose-need", EXAMPLES[ProposeNeed])
        world.act("of-hr", f"/need/{NEED}/recommend-need", EXAMPLES[RecommendNeed])
        world.act("of-hr", f"/need/{NEED}/approve-need", EXAMPLES[ApproveNeed])
        made = world.act("of-hr", f"/round/{ROUND}/open-round/propose", EXAMPLES[OpenRound])
        path, yes = f"/api/intake/v1/approval/{made['approval']}/approve", {"digest": made["digest"]}
        there = world.door.known.pop("of-hr")
        answer = world.ask("POST", path, "of-ppk", yes)
        assert (answer.status, answer.code) == (409, "approval.proposer_without_role")
        world.door.known["of-hr"] = there
        assert world.ask("POST", path, "of-ppk", yes, idempotency_key="yes").status == 200
        del world.door.known["of-hr"]
        again = world.ask("POST", path, "of-ppk", yes, idempotency_key="yes")
        assert (again.status, again.said["repeated"]) == (200, True)
