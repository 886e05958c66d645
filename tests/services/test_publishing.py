"""From places to a publication: the digest of the list and the rows that the event carries itself."""

import json
from decimal import Decimal
from hashlib import sha256

from services.selection.publishing import Placed, handover, publication
from shared.events.platform import ListDigest
from shared.events.selection import RankedRow
from shared.rules import packs

CPNS = packs.load("cpns-2024")
SCHOOL = packs.load("kedinasan-2023")


def marks(skb: str) -> dict[str, dict[str, str]]:
    """TEST 7's SKD, 442."""
    return {"skd": {"twk": "100", "tiu": "142", "tkp": "200"}, "skb": {"skb": skb}}


def leaf(line: str) -> bytes:
    """RFC 6962: the hash of one row."""
    return sha256(b"\x00" + line.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def test_a_small_list_by_hand() -> None:
    """TEST 7: SKD 442 and SKB 78.400 make 32.146 + 47.040 = 79.186; rows are committed by alias, printed by place."""
    rows = [
        Placed(place=2, alias="AAAA", kind="general", marks=marks("70")),
        Placed(place=1, alias="CCCC", kind="general", marks=marks("78.4")),
        Placed(place=1, alias="BBBB", kind="disability", marks=marks("70")),
    ]
    made = publication(CPNS, rows, ground="import", as_of=9, inputs=6, by_age=[("CCCC", "AAAA")], open_ties=0)
    lines = [
        '{"alias":"AAAA","final":"74.146","kind":"general","place":2,"stages":{"skb":"42.000","skd":"32.146"}}',
        '{"alias":"BBBB","final":"74.146","kind":"disability","place":1,"stages":{"skb":"42.000","skd":"32.146"}}',
        '{"alias":"CCCC","final":"79.186","kind":"general","place":1,"stages":{"skb":"47.040","skd":"32.146"}}',
    ]
    root = node(node(leaf(lines[0]), leaf(lines[1])), leaf(lines[2]))
    assert made.list == ListDigest(rows=3, root=root.hex(), head=None)
    assert [(row.kind, row.place, row.alias) for row in made.head] == [
        ("disability", 1, "BBBB"),
        ("general", 1, "CCCC"),
        ("general", 2, "AAAA"),
    ]
    top = made.head[1]
    stages = {"skd": Decimal("32.146"), "skb": Decimal("47.040")}
    assert top == RankedRow(place=1, alias="CCCC", kind="general", stages=stages, final=Decimal("79.186"))
    assert (made.ground, made.as_of, made.inputs, made.by_age, made.open_ties) == (
        "import",
        9,
        6,
        (("CCCC", "AAAA"),),
        0,
    )


def test_arrival_changes_nothing() -> None:
    rows = [Placed(place=n, alias=f"A{n:03}", kind="general", marks=marks(str(90 - n))) for n in range(1, 8)]
    same = {"ground": "import", "as_of": 1, "inputs": 1, "by_age": (), "open_ties": 0}
    assert publication(CPNS, rows, **same) == publication(CPNS, rows[::-1], **same)  # type: ignore[arg-type]


def test_a_long_list_is_a_digest_and_its_first_two_hundred_places() -> None:
    """events.md 1.8: an entry of the log ends at 65,535 bytes; all rows are committed all the same."""
    rows = [Placed(place=n, alias=f"A{n:03}", kind="general", marks=marks(f"{90 - n / 10:.1f}")) for n in range(1, 202)]
    made = publication(CPNS, rows[::-1], ground="import", as_of=1, inputs=402, by_age=(), open_ties=0)
    assert (made.list.rows, made.list.head, len(made.head)) == (201, None, 200)
    assert [row.place for row in made.head] == list(range(1, 201))
    shorter = publication(CPNS, rows[:200], ground="import", as_of=1, inputs=400, by_age=(), open_ties=0)
    assert shorter.head == made.head
    assert shorter.list.root != made.list.root


def test_a_list_of_one_stage_brings_its_points() -> None:
    """Service schools rank by the sum of SKD's parts."""
    row = Placed(place=1, alias="A", kind="P1", marks={"skd": {"twk": "100", "tiu": "120", "tkp": "190"}})
    made = publication(SCHOOL, [row], ground="import", as_of=1, inputs=1, by_age=(), open_ties=0)
    assert made.head[0].final == Decimal(410)
    assert made.head[0].stages == {"skd": Decimal(410)}


def test_nobody_in_the_order_is_an_empty_list() -> None:
    made = publication(CPNS, [], ground="import", as_of=1, inputs=0, by_age=(), open_ties=0)
    assert made.list == ListDigest(rows=0, root=sha256(b"").hexdigest(), head=None)
    assert made.head == ()


def test_a_roster_is_committed_by_alias_whatever_the_order_of_the_list() -> None:
    made = handover(CPNS, "d" * 64, ["B", "A", "C"], source="f", seats={"general": 1})
    assert made == handover(CPNS, "d" * 64, ["C", "B", "A"], source="f", seats={"general": 1})
    leaves = [leaf(json.dumps({"alias": alias}, separators=(",", ":"))) for alias in "ABC"]
    assert made.roster.root == node(node(leaves[0], leaves[1]), leaves[2]).hex()
    assert (made.roster.rows, made.pack_digest, made.source, made.seats) == (3, CPNS.digest, "f", {"general": 1})
    long = handover(CPNS, "d" * 64, [f"A{n:03}" for n in range(201)], source="f", seats=None)
    assert (long.roster.rows, len(long.roster.head or ())) == (201, 200)
