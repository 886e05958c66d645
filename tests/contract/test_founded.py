"""An application's alias: its stream's name says no vacancy, so the first event that names one gives it its key."""

from typing import Any

import pytest

from shared.events import Damaged, Draft, codec
from shared.events.intake import ApplicationSubmitted, DocumentsChecked
from shared.events.platform import AttemptRefused
from shared.ledger import commitments, store, verify
from tests.contract.adapters import VACANCY, Opened, Place, append, application, enrol

CHECKED = DocumentsChecked(findings=(), meets=True, facts={"gpa": "3.52"})


def stream(n: int) -> str:
    """The stream of the n-th application."""
    return f"application-pauh.{application(n)}"


def sent(vacancy: str = VACANCY) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        vacancy=vacancy, applicant="a", kind="general", documents=(), statements=(), deadline=0, channel="web"
    )


def draft(n: int, version: int, event: Any) -> Draft:
    return codec.draft(stream(n), version, event)


def alias(ledger: Opened, n: int) -> str | None:
    return ledger.keys.of(stream(n)).alias


def test_the_alias_is_the_vacancys_in_one_batch_in_another_and_after_reopening(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(1, 0, sent()), draft(1, 1, CHECKED), draft(2, 0, sent("pauh.2027-015")))
    with place.opened() as again:
        (checked,) = append(again, draft(2, 1, CHECKED))
        wanted = again.keys.aliases("pauh.2027-015")(application(2))
        assert alias(again, 2) == wanted
        keys = again.keys.of(stream(2))
        k_shown, k_kept = commitments.half_keys(keys.opener, 1)
        shown = codec.dumps({"alias": wanted, "type": checked.type, "meets": True, "facts": {"gpa": "3.52"}})
        kept = codec.dumps(store.kept_half(checked, {"findings": []}))
        c = commitments.commitment(commitments.mac(k_shown, shown), commitments.mac(k_kept, kept))
        assert commitments.opened(c, k_shown=k_shown, shown=shown, mac_kept=commitments.mac(k_kept, kept))
        assert c.hex() in store.entry_of(checked, keys).decode()
    assert alias(ledger, 1) == ledger.keys.aliases(VACANCY)(application(1))


def test_a_check_from_nothing_but_the_files_finds_every_leaf(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(1, 0, AttemptRefused(act="x", code="x", digest="0")), draft(1, 1, sent()), draft(2, 0, sent()))
    append(ledger, draft(1, 2, CHECKED), draft(2, 1, CHECKED))
    with place.opened(cached=1) as again:
        assert verify.check(again).findings == []
        assert again.keys._vacancies  # looked up, not made
        assert again.keys.of(stream(2)).alias == ledger.keys.of(stream(2)).alias


def test_a_first_event_that_was_changed_is_found_and_hides_nobody_else(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(1, 0, sent()), draft(2, 0, sent()), draft(1, 1, CHECKED), draft(2, 1, CHECKED))
    for data, code in (('{"vacancy":', "event.unreadable"), ('{"vacancy":"pauh.no"}', "leaf.differs"), ("[]", None)):
        place.tamper(f"UPDATE events SET data = '{data}' WHERE stream = '{stream(1)}' AND version = 0")
        with place.opened() as again:
            found = [(one.position, one.code) for one in verify.check(again).findings]
        assert {position for position, _ in found} == {0, 2}
        assert code is None or (0, code) in found


def test_looking_makes_no_key_of_a_vacancy(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    ledger.keys.ensure([stream(1)], make=False)
    ledger.keys.found({stream(1): "pauh.nowhere"}, make=False)
    assert alias(ledger, 1) is None


BROKEN = "CAST(x'7bff' AS TEXT)"


@pytest.mark.parametrize(
    ("column", "value"),
    [("data", BROKEN), ("data", "x'00'"), ("data", "5"), ("version", "x'00'"), ("version", "'abc'")],
)
def test_values_that_no_event_holds_hide_the_alias_of_no_other_stream(
    ledger: Opened, place: Place, column: str, value: str
) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(1, 0, sent()), draft(2, 0, sent()), draft(1, 1, CHECKED), draft(2, 1, CHECKED))
    place.tamper(f"UPDATE events SET {column} = {value} WHERE stream = '{stream(1)}' AND version = 1")
    with place.opened(cached=1) as again:
        found = verify.check(again).findings
        assert {one.position for one in found} == {2}
        assert alias(again, 2) == ledger.keys.aliases(VACANCY)(application(2))


def test_a_vacancy_with_applications_never_gets_another_key(ledger: Opened, place: Place) -> None:
    """Under it the alias of each would be another one, and prove none of what was published."""
    enrol(ledger.keys, 1)
    append(ledger, draft(1, 0, sent()))
    place.tamper("DELETE FROM kept.holders WHERE holder LIKE 'vacancy-key-%'")
    with place.opened() as again:
        with pytest.raises(Damaged, match="no key of the vacancies of 1 streams that have events"):
            append(again, draft(1, 1, CHECKED))
        assert again.size() == 1


def test_what_an_append_needs_stays_at_hand_beside_other_threads(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(1, 0, sent()), draft(2, 0, sent()))
    with place.opened(cached=1) as small:
        small.keys.ensure([stream(1)])
        small.keys.found({stream(1): VACANCY, stream(2): VACANCY}, make=False)  # the second's room was needed
        assert alias(small, 1) == ledger.keys.aliases(VACANCY)(application(1))
        assert alias(small, 2) is None
        append(small, draft(1, 1, CHECKED), draft(2, 1, CHECKED))
    assert verify.check(ledger).findings == []
