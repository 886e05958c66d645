"""Events to bytes and back: one canonical form, and nothing else is read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Unreadable, catalogue, codec, instant
from shared.events.catalogue import EventType
from shared.events.codec import canonical
from shared.events.intake import RulePackAdopted
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest, Words
from shared.events.selection import RankedRow, RankingPublished, SetAside, Sheet, StageScored
from tests.contract import strategies

SCORED = "merit.selection.StageScored.v1"
REFUSED = "merit.platform.AttemptRefused.v1"
ADOPTED = "merit.intake.RulePackAdopted.v1"

CANONICAL: dict[str, tuple[Any, str]] = {
    "keys in the order of their bytes": (
        {"b": True, "a": False, "B": [], "a1": {}, "_": ""},
        '{"B":[],"_":"","a":false,"a1":{},"b":true}',
    ),
    "lists as they are": (["10", "9", ["z", {"b": 2, "a": 1}]], '["10","9",["z",{"a":1,"b":2}]]'),
    "the shortest escapes": ('"\\/\b\f\n\r\t\x1f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u001f"'),
    "no escape where none is needed": ("\x7f€\u2028é e\u0301 \U0001f600", '"\x7f€\u2028é e\u0301 \U0001f600"'),
    "the largest integers": ([0, -1, 2**53 - 1, 1 - 2**53], "[0,-1,9007199254740991,-9007199254740991]"),
    "a bare value": ("", '""'),
}
REFUSALS = {
    "a float": '{"a":1.0}',
    "an exponent": '{"a":1e3}',
    "a float out of range": '{"a":1e400}',
    "null": '{"a":null}',
    "a key given twice": '{"a":"1","a":"2"}',
    "a key that is not ASCII": '{"é":"1"}',
    "a key with U+0000": '{"\\u0000":"1"}',
    "an integer of 2^53": '{"a":9007199254740992}',
    "an integer of -2^53": '{"a":-9007199254740992}',
    "an integer of 400 digits": "9" * 400,
    "an integer of 5,000 digits": "9" * 5000,
    "minus zero": '{"a":-0}',
    "a leading zero": '{"a":01}',
    "NaN": '{"a":NaN}',
    "infinity": '{"a":-Infinity}',
    "a lone surrogate": '{"a":"\\ud800"}',
    "a lone surrogate in a key": '{"\\udc00":""}',
    "a lone surrogate as it is": '"\ud800"',
    "keys in another order": '{"b":"1","a":"2"}',
    "white space": '{"a": "1"}',
    "a last space": '"a" ',
    "a line's end": "{}\n",
    "a byte order mark": "\ufeff{}",
    "a letter escaped": '{"a":"\\u0041"}',
    "an escaped solidus": '{"a":"\\/"}',
    "a pair of surrogates escaped": '"\\ud83d\\ude00"',
    "an escape in capitals": '"\\u001F"',
    "U+0000": '{"a":"\\u0000"}',
    "U+0000 as it is": '"\x00"',
    "a comma too many": '{"a":"1",}',
    "two values": "{}{}",
    "nothing": "",
    "half of it": '{"a":"1"',
    "a comment": "{}//",
}
NO_EVENTS: dict[str, str | bytes] = {
    "nothing": "",
    "half of it": "{",
    "a list": "[]",
    "a field too few": '{"act":"","code":""}',
    "a number for a text": '{"act":1,"code":"","digest":""}',
    "null for a text": '{"act":null,"code":"","digest":""}',
    "a lone surrogate": '{"act":"\ud800","code":"","digest":""}',
    "no text": b'{"act":"\xff","code":"","digest":""}',
    "a strange field too deep": '{"act":"","code":"","digest":"","x":' + "[" * 100_000 + "]" * 100_000 + "}",
}


@pytest.mark.parametrize("name", CANONICAL)
def test_a_value_has_one_form(name: str) -> None:
    value, text = CANONICAL[name]
    assert codec.dumps(value) == text.encode()
    assert codec.loads(text.encode()) == codec.loads(text) == codec.trusted(text) == value


@pytest.mark.parametrize("name", REFUSALS)
def test_another_form_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        codec.loads(REFUSALS[name])
    with pytest.raises(Unreadable):
        codec.loads(REFUSALS[name].encode("utf-8", "surrogatepass"))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unreadable):
        codec.loads(b'"\xff"')


def test_32_levels_are_read_and_33_are_refused() -> None:
    def nested(levels: int) -> str:
        return '{"a":' * levels + "1" + "}" * levels

    assert codec.loads(nested(32))
    assert codec.loads("[" * 32 + "]" * 32) is not None
    for deeper in (nested(33), "[" * 34 + "]" * 34, "[" * 100_000 + "]" * 100_000):
        with pytest.raises(Unreadable):
            codec.loads(deeper)


def test_the_published_forms_are_ours(vectors: dict[str, Any]) -> None:
    for case in vectors["canonical_json"]["encode"]:
        assert codec.dumps(case["value"]) == case["bytes"].encode() == bytes.fromhex(case["hex"])
        assert codec.loads(case["bytes"]) == case["value"]
    refused = vectors["canonical_json"]["refuse"]
    assert len(refused) == 15
    for text in refused:
        with pytest.raises(Unreadable):
            codec.loads(text)


@given(strategies.PLAIN)
def test_every_plain_value_comes_back(value: Any) -> None:
    canonical.check(value)
    data = codec.dumps(value)
    assert codec.loads(data) == codec.loads(data.decode()) == codec.trusted(data) == value


@pytest.mark.parametrize("value", [1.5, None, Decimal(1), (1,), b"", {1: "a"}, {"é": 1}, "\x00", "é\ud800", [[2**53]]])
def test_what_no_event_holds_fails_the_check(value: Any) -> None:
    with pytest.raises(Unreadable):
        canonical.check(value)


@pytest.mark.parametrize("value", [{1: "a"}, "\ud800", object()])
def test_what_has_no_form_is_not_written(value: Any) -> None:
    with pytest.raises(Unreadable):
        codec.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"), ("-0.50", "-0.50"), ("0", "0"), ("-0", "-0"), ("0E-8", "0.00000000"), ("1E-7", "0.0000001"),
        ("95", "95"), ("100.00", "100.00"), ("12345678901234567890.125", "12345678901234567890.125"),
    ],
)  # fmt: skip
def test_a_decimal_is_text_without_an_exponent(value: str, text: str) -> None:
    assert codec.decimal(Decimal(value)) == text
    scored = StageScored(stage="skd", parts={"twk": Decimal(value)})
    name, data = codec.encode(scored)
    assert data == b'{"parts":{"twk":"%s"},"stage":"skd"}' % text.encode()
    assert codec.decode(name, data) == scored


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_refused(value: str) -> None:
    with pytest.raises(Unreadable):
        codec.encode(StageScored(stage="skd", parts={"twk": Decimal(value)}))


def test_an_instant_has_six_digits_and_z() -> None:
    jakarta = dt.timezone(dt.timedelta(hours=7))
    assert instant(dt.datetime(2027, 3, 15, 9, 41, 7, tzinfo=jakarta)) == "2027-03-15T02:41:07.000000Z"
    assert instant(dt.datetime(2027, 1, 1, 0, 0, 0, 1, tzinfo=jakarta)) == "2026-12-31T17:00:00.000001Z"
    assert instant(dt.datetime(2027, 3, 15, 2, 41, 7, 123456, tzinfo=dt.UTC)) == "2027-03-15T02:41:07.123456Z"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        instant(dt.datetime(2027, 3, 15))  # noqa: DTZ001


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A command with what events of today do not hold: an instant, a list of days or of renamed parts."""

    until: dt.datetime
    days: tuple[dt.date, ...] = ()
    rows: tuple[ImportedRow, ...] = ()
    import_: ImportedRow | None = None


def test_instants_and_days_are_written_and_read() -> None:
    jakarta = dt.timezone(dt.timedelta(hours=7))
    window = Window(until=dt.datetime(2027, 3, 15, 9, 41, 7, tzinfo=jakarta), days=(dt.date(2027, 3, 1),))
    assert codec.body(window) == b'{"days":["2027-03-01"],"rows":[],"until":"2027-03-15T02:41:07.000000Z"}'
    assert codec.read(Window, codec.body(window)) == window


def test_a_trailing_underscore_stays_in_python() -> None:
    adopted = RulePackAdopted(version=1, digest="d", law=(), vectors="v", from_=dt.date(2024, 8, 20))
    name, data = codec.encode(adopted)
    assert data == b'{"digest":"d","from":"2024-08-20","law":[],"vectors":"v","version":1}'
    assert codec.decode(name, data) == adopted
    scored = StageScored(stage="skd", source=ImportedRow(import_="6f", row=17))
    name, data = codec.encode(scored)
    assert data == b'{"source":{"import":"6f","row":17},"stage":"skd"}'
    assert codec.decode(name, data.decode()) == scored
    rows = ImportedRow(import_="7a", row=2), ImportedRow(import_="8b", row=3)
    window = Window(until=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), rows=rows, import_=ImportedRow(import_="6f", row=1))
    assert codec.read(Window, codec.body(window)) == window


def test_the_name_of_python_is_a_strangers_on_the_wire() -> None:
    assert codec.read(ImportedRow, '{"import":"6f","import_":"7a","row":1}') == ImportedRow(import_="6f", row=1)
    with pytest.raises(Unreadable):
        codec.read(ImportedRow, '{"import_":"7a","row":1}')


def test_absent_is_not_empty() -> None:
    absent, empty = StageScored(stage="skb"), StageScored(stage="skb", parts={}, sheets=(), verdict="")
    assert codec.encode(absent)[1] == b'{"stage":"skb"}'
    assert codec.encode(empty)[1] == b'{"parts":{},"sheets":[],"stage":"skb","verdict":""}'
    assert codec.decode(*codec.encode(absent)) == absent != codec.decode(*codec.encode(empty)) == empty


def test_values_inside_lists_and_maps_become_plain() -> None:
    ranked = RankingPublished(
        version=2, ground="objection", as_of=40, list=ListDigest(rows=1, root="ab", head=({"alias": "PCJQPR4FG2MP"},)),
        head=(RankedRow(place=1, alias="PCJQPR4FG2MP", kind="umum", stages={"skd": Decimal(100)}, final=Decimal(71)),),
        by_age=(("A", "B"),),
    )  # fmt: skip
    data = codec.encode(ranked)[1]
    assert codec.loads(data) == {
        "as_of": 40, "by_age": [["A", "B"]], "ground": "objection", "version": 2,
        "head": [{"alias": "PCJQPR4FG2MP", "final": "71", "kind": "umum", "place": 1, "stages": {"skd": "100"}}],
        "list": {"head": [{"alias": "PCJQPR4FG2MP"}], "root": "ab", "rows": 1},
    }  # fmt: skip
    assert codec.decode("merit.selection.RankingPublished.v1", data) == ranked


def test_unknown_fields_are_ignored() -> None:
    data = '{"act":"ScoreStage","added":{"in":["2031"]},"code":"score.absent","digest":"9f"}'
    assert codec.decode(REFUSED, data) == AttemptRefused(act="ScoreStage", code="score.absent", digest="9f")
    data = '{"source":{"import":"6f","line":3,"row":1},"stage":"skd"}'
    assert codec.decode(SCORED, data) == StageScored(stage="skd", source=ImportedRow(import_="6f", row=1))


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"StageScored\.v9"):
        codec.decode("merit.selection.StageScored.v9", "{}")


@pytest.mark.parametrize("name", NO_EVENTS)
def test_what_is_no_event_of_the_type_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        codec.decode(REFUSED, NO_EVENTS[name])


@pytest.mark.parametrize(
    "data", ["7", '{"stage":"skd","source":7}', '{"stage":"skd","source":[]}', '{"stage":"skd","source":{"row":1}}']
)
def test_what_is_no_event_of_a_type_with_renamed_fields_is_refused(data: str) -> None:
    with pytest.raises(Unreadable):
        codec.decode(SCORED, data)


def test_a_day_is_a_day() -> None:
    with pytest.raises(Unreadable):
        codec.decode(ADOPTED, '{"digest":"d","from":"2024-08-20T00:00:00Z","law":[],"vectors":"v","version":1}')


@pytest.mark.parametrize("kind", catalogue.TYPES, ids=lambda kind: kind.of.__name__)
@given(data=st.data())
def test_every_event_comes_back(kind: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.of(kind.of))
    name, raw = codec.encode(event)
    assert name == kind.name
    assert codec.decode(name, raw) == codec.decode(name, raw.decode()) == event
    assert codec.dumps(codec.loads(raw)) == raw == codec.body(event)


def test_a_fingerprint_tells_commands_apart_and_never_the_same_one() -> None:
    def scored(**marks: str) -> StageScored:
        return StageScored(stage="skd", parts={part: Decimal(mark) for part, mark in marks.items()})

    assert codec.fingerprint(scored(twk="95", tiu="140")) == codec.fingerprint(scored(tiu="140", twk="95"))
    others = [
        scored(),
        scored(twk="95"),
        scored(twk="95", tiu="141"),
        StageScored(stage="skb"),
        StageScored(stage="skd"),
    ]
    assert len({codec.fingerprint(one) for one in others}) == len(others)
    with pytest.raises(Unreadable):
        codec.fingerprint(StageScored(stage="\ud800"))


SHEETS = StageScored(
    stage="interview",
    sheets=(
        Sheet(panelist="K3VQ", points={"analysis": Decimal("7.50")}, nonce="a0", words=Words(id="11", mac="a5")),
        Sheet(panelist="T6ZB", points={"analysis": Decimal("6.00")}, nonce="c0"),
    ),
    set_aside=(SetAside(panelist="R2HD", reason="conflict"),),
    facts={"gpa": "3.52"},
)


def test_a_list_that_is_split_keeps_length_and_order_in_both_halves() -> None:
    data = codec.loads(codec.encode(SHEETS)[1])
    shown, kept = codec.split(SCORED, data, public=False, alias="PCJQPR4FG2MP")
    assert shown == {
        "alias": "PCJQPR4FG2MP",
        "set_aside": [{"panelist": "R2HD"}],
        "sheets": [
            {"nonce": "a0", "panelist": "K3VQ", "points": {"analysis": "7.50"}},
            {"nonce": "c0", "panelist": "T6ZB", "points": {"analysis": "6.00"}},
        ],
        "stage": "interview",
        "type": SCORED,
    }
    assert kept == {
        "facts": {"gpa": "3.52"},
        "set_aside": [{"reason": "conflict"}],
        "sheets": [{"words": {"id": "11", "mac": "a5"}}, {}],
    }


def test_a_type_without_a_shown_half_shows_nothing() -> None:
    data = {"act": "ScoreStage", "code": "score.absent", "digest": "9f"}
    assert codec.split(REFUSED, data, public=False, alias="PCJQPR4FG2MP") == ({}, data)


def test_a_shown_half_without_an_alias_is_refused() -> None:
    with pytest.raises(Unreadable, match="alias"):
        codec.split(SCORED, {"stage": "skd"}, public=False, alias=None)


def test_a_public_event_keeps_its_hidden_fields_and_digests_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = EventType(name="merit.intake.Announced.v1", of=object, hidden=("ties", "dates"), words=("text",))
    monkeypatch.setitem(catalogue.BY_NAME, kind.name, kind)
    data = {"on": "2027-03-01", "text": "Jadwal", "ties": ["A"]}
    assert codec.split(kind.name, data, public=True, alias=None) == ({}, {"ties": ["A"]})
    assert codec.leaf_data(kind.name, data, str.upper) == {"on": "2027-03-01", "text": "JADWAL"}


def test_words_inside_lists_and_maps_are_digests_too(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("items", "parts.text", "plan.stages.anchors", "goals", "absent.text")
    kind = EventType(name="merit.intake.Nested.v1", of=object, words=words)
    monkeypatch.setitem(catalogue.BY_NAME, kind.name, kind)
    data = {
        "goals": ["one", "two"],
        "items": {"a": "post", "b": "unit"},
        "n": 1,
        "parts": [{"id": "r1", "text": "first"}, {"id": "r2"}],
        "plan": {"by": "pack", "stages": [{"anchors": ["low", "high"], "id": "s"}]},
    }
    before = codec.dumps(data)
    assert codec.leaf_data(kind.name, data, str.upper) == {
        "goals": ["ONE", "TWO"],
        "items": {"a": "POST", "b": "UNIT"},
        "n": 1,
        "parts": [{"id": "r1", "text": "FIRST"}, {"id": "r2"}],
        "plan": {"by": "pack", "stages": [{"anchors": ["LOW", "HIGH"], "id": "s"}]},
    }
    assert codec.dumps(data) == before


@pytest.mark.parametrize("name", ["score_parts", "score_sheets"])
def test_the_published_halves_are_made_of_the_whole(vectors: dict[str, Any], name: str) -> None:
    vector = next(one for one in vectors["vectors"] if one["name"] == name)
    shown, kept = vector["shown"], vector["kept"]["data"]
    whole = joined({key: value for key, value in shown.items() if key not in {"alias", "type"}}, kept)
    made = codec.split(SCORED, whole, public=False, alias=shown["alias"])
    assert made == (shown, kept)
    assert codec.dumps(made[0]) == vector["shown_bytes"].encode()
    event = codec.decode(SCORED, codec.dumps(whole))
    assert codec.loads(codec.encode(event)[1]) == whole


def joined(shown: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The whole of two halves."""
    made = {**kept, **shown}
    for key in shown.keys() & kept.keys():
        made[key] = [{**one, **two} for one, two in zip(shown[key], kept[key], strict=True)]
    return made


@pytest.mark.parametrize(
    "event",
    [
        AttemptRefused(act="a\x00b", code="c", digest="d"),
        AttemptRefused(act="\ud800", code="c", digest="d"),
        StageScored(stage="skd", parts={"é": Decimal(1)}),
        ListDigest(rows=2**53, root="r"),
        ListDigest(rows=-(2**53), root="r"),
    ],
    ids=["U+0000", "lone surrogate", "key beyond ASCII", "2^53", "-2^53"],
)
def test_what_no_verifier_could_read_is_never_written(event: Any) -> None:
    with pytest.raises(Unreadable):
        codec.body(event)


def test_long_numbers_and_words_that_may_stand_are_written() -> None:
    assert b"9007199254740991" in codec.body(ListDigest(rows=2**53 - 1, root="r"))
    assert codec.encode(AttemptRefused(act="Åsa ✓", code="c", digest="d"))[1].decode().count("✓") == 1


@pytest.mark.parametrize("value", ["1E+41", "1E-41", "1E+99999999", "0E-99999"])
def test_a_decimal_that_would_be_a_page_of_zeros_is_unreadable(value: str) -> None:
    with pytest.raises(Unreadable, match="beyond 10 to the power of 40"):
        codec.decimal(Decimal(value))
    assert codec.decimal(Decimal("1E+40")) == "1" + "0" * 40
