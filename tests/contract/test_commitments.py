"""Keys, tags, commitments in two halves, leaves and trees: the published bytes, and what must not open them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.events import Recorded, Unreadable, catalogue, codec
from shared.events.catalogue import Category, EventType
from shared.ledger import commitments, merkle, store
from shared.ledger.commitments import prepared
from shared.ledger.keys import StreamKeys

K = bytes(range(32))
SERVICE = "selection"
STREAM = "candidate-pauh.2027-014+5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6"
K_TAG = bytes.fromhex("329089d2382f60d5557d8398e2336dba400aba37012b63e084f24700b564e852")
K_OPEN = bytes.fromhex("d68a6a0200190978c3a67fa02d360a4a75589dd2c6181887e4509c284c78bf8c")
K_SHOWN = bytes.fromhex("a92a14f35feeabb0ddd5934ed12466ade81e967060a7b17d2b2c5819231730f0")
K_KEPT = bytes.fromhex("7114c8fb3415b8d4710c315b7d5a3ee2f106cd2b02078a371186ffa9133187d1")
MAC_SHOWN = bytes.fromhex("d08df0e7ee7034d8b7a09943f94634fb63a0b41a6827bcfa835d3c650a090e93")
MAC_KEPT = bytes.fromhex("8d31dd6cd42117654661cadd2b513837debbeb6b173d0e1c0bb2ab1419570358")
C = bytes.fromhex("6b2c2f25bef170b3980bf609772db8073a3a21cc6a963e3798cbc141d5fb9b18")
TAG = "a917aab15771c6e674263046395672f171af8eed87511e2aaccbf93e6500ed72"
LEAF = "74ee8d206c8bd6748e22f6f6f8f524549d35dd5e56e98550ff91b6c4d8dba9bf"
SHOWN = (
    b'{"alias":"PCJQPR4FG2MP","parts":{"tiu":"140","tkp":"201","twk":"95"},'
    b'"source":{"import":"6769830f06b0cdaef578e604b53b21510956e3db3938d50d24fdb9dc4ba0f4d3","row":17},'
    b'"stage":"skd","type":"merit.selection.StageScored.v1"}'
)
KEPT = (
    b'{"actor":"c0ffee00c0ffee00c0ffee00c0ffee00","causation":"selection:80231",'
    b'"correlation":"0123456789abcdef0123456789abcdef","data":{"facts":{"gpa":"3.52"}},'
    b'"received_at":"2027-03-15T02:41:06.900000Z","recorded_at":"2027-03-15T02:41:07.123456Z",'
    b'"stream":"candidate-pauh.2027-014+5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6","type":"merit.selection.StageScored.v1",'
    b'"version":2}'
)
K_VAC = bytes(range(64, 96))
BALLOTS = Category(name="survey", service="feedback", public=False, by_day=True)

# The types and kinds of streams that the vectors show and the catalogue does not hold yet.
PANEL = Category(name="panel", service="selection", public=True)
APPLICATIONS = Category(name="application", service="intake", public=False, holder=0)
OTHERS = {one.name: one for one in (BALLOTS, PANEL, APPLICATIONS)}
OTHER_TYPES = (
    "merit.intake.ApplicationSubmitted.v1", "merit.selection.PanelistSeated.v1", "merit.feedback.FeedbackReceived.v1",
)  # fmt: skip


def keys_of(key: bytes, category: Category, stream: str, alias: str | None) -> StreamKeys:
    """What an append would be given."""
    tag, opener = (derive(key, category.service, stream) for derive in (commitments.tag_key, commitments.open_key))
    return StreamKeys(category, prepared(tag), prepared(opener), alias)


def recorded(shown: dict[str, Any], kept: dict[str, Any], public: dict[str, Any] | None = None) -> Recorded:
    """The record whose halves these are."""
    data = dict(public or {}) | {key: value for key, value in shown.items() if key not in {"alias", "type"}}
    for key, value in kept["data"].items():
        both = zip(data[key], value, strict=True) if key in data else None
        data[key] = [{**one, **two} for one, two in both] if both else value
    envelope: dict[str, Any] = {name: kept.get(name) for name in ("received_at", "actor", "causation", "correlation")}
    named = {name: kept[name] for name in ("stream", "version", "type", "recorded_at")}
    text = codec.dumps(data).decode()
    return Recorded(shard="main", position=0, data=text, leaf=b"", previous_leaf=b"", **envelope, **named)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the catalogue know every type of the vectors."""
    for name in OTHER_TYPES:
        monkeypatch.setitem(catalogue.BY_NAME, name, EventType(name=name, of=object))


def test_keys_derive_as_published() -> None:
    assert commitments.tag_key(K, SERVICE, STREAM) == K_TAG
    assert commitments.open_key(K, SERVICE, STREAM) == K_OPEN
    assert commitments.half_keys(prepared(K_OPEN), 2) == (K_SHOWN, K_KEPT)
    assert prepared(K_TAG)(commitments.u64(2)).hex() == TAG


def test_a_commitment_is_made_of_two_halves() -> None:
    assert commitments.mac(K_SHOWN, SHOWN) == prepared(K_SHOWN)(SHOWN) == MAC_SHOWN
    assert commitments.mac(K_KEPT, KEPT) == MAC_KEPT
    assert commitments.commitment(MAC_SHOWN, MAC_KEPT) == C


def test_a_leaf_is_made_of_the_bytes_as_stored() -> None:
    one = recorded(codec.loads(SHOWN), codec.loads(KEPT))
    keys = keys_of(K, catalogue.CATEGORIES["candidate"], STREAM, "PCJQPR4FG2MP")
    entry = store.entry_of(one, keys)
    assert entry.decode() == f'{{"at":"2027-03-15T02:41Z","c":"{C.hex()}","class":"candidate","tag":"{TAG}","v":1}}'
    assert store.leaf_of(one, keys) == commitments.leaf_hash(entry) == bytes.fromhex(LEAF)


def test_the_published_leaves_are_ours(vectors: dict[str, Any], others: None) -> None:
    leaves = []
    for vector in vectors["vectors"]:
        stream, version, shown, kept = (vector[key] for key in ("stream", "version", "shown", "kept"))
        kind = (catalogue.CATEGORIES | OTHERS)[stream.partition("-")[0]]
        key = bytes.fromhex(vector["K"])
        assert kind.service == vector["service"]
        assert commitments.tag_key(key, kind.service, stream).hex() == vector["K_tag"]
        assert commitments.open_key(key, kind.service, stream).hex() == vector["K_open"]
        keys = keys_of(key, kind, stream, shown.get("alias"))
        k_shown, k_kept = commitments.half_keys(keys.opener, version)
        assert (k_shown.hex(), k_kept.hex()) == (vector["k_shown"], vector["k_kept"])
        assert codec.dumps(shown) == vector["shown_bytes"].encode()
        assert codec.dumps(kept) == vector["kept_bytes"].encode()
        macs = commitments.mac(k_shown, codec.dumps(shown)), commitments.mac(k_kept, codec.dumps(kept))
        assert tuple(one.hex() for one in macs) == (vector["mac_shown"], vector["mac_kept"])
        assert vector["commit_preimage_hex"] == (b"merit/commit/v1\n" + b"".join(macs)).hex()
        assert commitments.commitment(*macs).hex() == vector["c"]
        assert kind.public or keys.tagger(commitments.u64(version)).hex() == vector["tag"]
        one = recorded(shown, kept, codec.loads(vector["leaf_bytes"]).get("data"))
        assert store.kept_half(one, kept["data"]) == kept
        entry = store.entry_of(one, keys)
        assert entry == vector["leaf_bytes"].encode()
        assert len(entry) == vector.get("leaf_length", len(entry))
        leaves.append(store.leaf_of(one, keys))
        assert leaves[-1].hex() == vector["leaf_hash"]
    assert len(leaves) == 5
    assert merkle.root(leaves).hex() == vectors["root_of_the_five_leaves_in_order"]


def test_the_published_openings_open(vectors: dict[str, Any]) -> None:
    lines = vectors["lines"]["public_bundle"]
    assert len(lines) == 2
    for line in lines:
        index, k_shown, mac_kept, shown = line.removesuffix("\n").split("\t")
        vector = vectors["vectors"][int(index)]
        half = commitments.opened(
            bytes.fromhex(vector["c"]), k_shown=bytes.fromhex(k_shown), shown=shown.encode(),
            mac_kept=bytes.fromhex(mac_kept),
        )  # fmt: skip
        assert half == vector["shown"]
    for line in vectors["lines"]["audit_pack"]:
        index, k_shown, k_kept, shown, kept = line.removesuffix("\n").split("\t")
        mac_kept = commitments.mac(bytes.fromhex(k_kept), kept.encode())
        c = bytes.fromhex(vectors["vectors"][int(index)]["c"])
        assert (
            commitments.opened(c, k_shown=bytes.fromhex(k_shown), shown=shown.encode(), mac_kept=mac_kept) is not None
        )


def test_the_shown_half_opens_alone() -> None:
    assert commitments.opened(C, k_shown=K_SHOWN, shown=SHOWN, mac_kept=MAC_KEPT)["parts"]["twk"] == "95"


WRONG = {
    "the kept half for the shown one": (K_KEPT, KEPT, MAC_SHOWN),
    "another event's key": (commitments.half_keys(prepared(K_OPEN), 5)[0], SHOWN, MAC_KEPT),
    "another point": (K_SHOWN, SHOWN.replace(b'"95"', b'"96"'), MAC_KEPT),
    "a key of 33 bytes": (K_SHOWN + b"\x00", SHOWN, MAC_KEPT),
    "a space": (K_SHOWN, SHOWN.replace(b",", b", ", 1), MAC_KEPT),
    "another kept half": (K_SHOWN, SHOWN, bytes(32)),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_wrong_half_is_refused(name: str) -> None:
    k_shown, shown, mac_kept = WRONG[name]
    with pytest.raises(Unreadable):
        commitments.opened(C, k_shown=k_shown, shown=shown, mac_kept=mac_kept)


@pytest.mark.parametrize(
    "half",
    [{"actor": "c0ffee", "type": "merit.selection.StageScored.v1"}, {"stage": "skd"}, ["stage"], "stage"],
    ids=str,
)
def test_what_is_no_shown_half_is_refused_though_its_digest_fits(half: Any) -> None:
    shown = codec.dumps(half)
    c = commitments.commitment(commitments.mac(K_SHOWN, shown), MAC_KEPT)
    with pytest.raises(Unreadable, match="not a shown half"):
        commitments.opened(c, k_shown=K_SHOWN, shown=shown, mac_kept=MAC_KEPT)


def test_a_half_that_shows_nothing_opens() -> None:
    c = commitments.commitment(commitments.mac(K_SHOWN, b"{}"), MAC_KEPT)
    assert commitments.opened(c, k_shown=K_SHOWN, shown=b"{}", mac_kept=MAC_KEPT) == {}


def test_every_published_wrong_opening_is_refused(vectors: dict[str, Any]) -> None:
    assert len(vectors["negative"]) == 5
    for case in vectors["negative"]:
        with pytest.raises(Unreadable):
            commitments.opened(
                bytes.fromhex(case["c_in_leaf"]), k_shown=bytes.fromhex(case["k_shown"]),
                shown=case["shown_bytes"].encode(), mac_kept=bytes.fromhex(case["mac_kept"]),
            )  # fmt: skip


@pytest.mark.parametrize("key", [b"", K[:31], K + b"\x00"], ids=len)
def test_a_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(Unreadable, match="32 bytes"):
        commitments.mac(key, b"")
    with pytest.raises(Unreadable, match="32 bytes"):
        prepared(key)


def test_a_leaf_ends_at_65535_bytes() -> None:
    assert commitments.leaf_hash(b"a" * 65535) == sha256(b"\x00" + b"a" * 65535).digest()
    with pytest.raises(Unreadable, match="65,535"):
        commitments.leaf_hash(b"a" * 65536)


def test_a_persons_leaf_shows_the_minute_a_ballots_the_day_a_public_one_the_instant() -> None:
    at = "2027-03-15T02:41:07.123456Z"
    assert commitments.shown_at(at, catalogue.CATEGORIES["candidate"]) == "2027-03-15T02:41Z"
    assert commitments.shown_at(at, BALLOTS) == "2027-03-15"
    assert commitments.shown_at(at, catalogue.CATEGORIES["selection"]) == at


def test_aliases_labels_rolls_seals_and_vault_digests_are_as_published() -> None:
    key, application = prepared(K_VAC), "5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6"
    assert commitments.alias(key, application) == "PCJQPR4FG2MP"
    assert commitments.label_order(key, application).hex().startswith("482b6b59ccdc9572")
    assert commitments.key_hash(K_VAC).startswith("5fde9664b96f5fa9")
    of_application = bytes.fromhex("0025ec503e7968fb6d2e874f33a12f9afe898e5ce988ac2472ceb0f5d6f26d8f")
    roll = commitments.roll_key(of_application, K_TAG)
    assert roll == "aa859ecf2b3c01eec904486e9392d17f8b7250fd8c8cab590f942f2f49f61c2c"
    sheet = {
        "stage": "interview", "points": {"regional": "8.00", "analysis": "7.50"}, "panelist": "K3VQX7M2AD",
        "alias": "PCJQPR4FG2MP",
    }  # fmt: skip
    nonce = bytes(range(0xA0, 0xC0))
    assert commitments.seal(nonce, sheet) == "145853f3371adb9c4421c48bac0601657a8951164330f11137faf4357813e460"
    words = "Jawaban runtut, contoh dari puskesmas – baik.\n".encode()
    mac = commitments.vault_mac(bytes(range(32, 64)), "11112222333344445555666677778888", words)
    assert mac == "a56ac38fcfdd9bee8d23aae537a76cfec7676b7d308e52346d49b40a87cfda6d"
    assert commitments.digest_of_words("é") == sha256(b"\xc3\xa9").hexdigest()


def test_the_published_aliases_and_labels_are_ours(vectors: dict[str, Any]) -> None:
    published = vectors["vacancy_key"]
    secret = bytes.fromhex(published["K_vac"])
    key = prepared(secret)
    assert commitments.key_hash(secret) == published["key_hash"]
    assert len(published["aliases"]) == len(published["panel_labels"]) == 3
    for case in published["aliases"]:
        assert commitments.alias(key, case["application"]) == case["alias"]
    labels = published["panel_labels"]
    assert [commitments.label_order(key, one["application"]).hex() for one in labels] == [one["mac"] for one in labels]
    ordered = sorted(labels, key=lambda one: commitments.label_order(key, one["application"]))
    assert [one["label"] for one in ordered] == [1, 2, 3]


def test_the_published_roll_is_ours(vectors: dict[str, Any]) -> None:
    key = prepared(bytes.fromhex(vectors["vacancy_key"]["K_vac"]))
    rows = []
    for person in vectors["roll"]["persons"]:
        secret, application = bytes.fromhex(person["K"]), person["application"]
        own = commitments.tag_key(secret, "intake", f"application-pauh.{application}")
        candidacy = commitments.tag_key(secret, "selection", f"candidate-pauh.2027-014+{application}")
        assert (own.hex(), candidacy.hex()) == (person["K_tag_application"], person["K_tag_candidate"])
        rows.append({"alias": commitments.alias(key, application), "key": commitments.roll_key(own, candidacy)})
    rows.sort(key=lambda row: row["alias"])
    assert [codec.dumps(row).decode() for row in rows] == vectors["roll"]["row_bytes"]
    digest = merkle.list_digest(rows)
    assert codec.body(digest) == vectors["roll"]["list_bytes"].encode()
    assert codec.loads(codec.body(digest)) == vectors["roll"]["list"]


def test_the_published_seals_and_vault_digest_are_ours(vectors: dict[str, Any]) -> None:
    assert len(vectors["seals"]) == 2
    for case in vectors["seals"]:
        sheet = codec.loads(case["sheet_bytes"])
        assert commitments.seal(bytes.fromhex(case["nonce"]), sheet) == case["seal"]
    vault = vectors["vault"]
    content = bytes.fromhex(vault["content_hex"])
    assert commitments.vault_mac(bytes.fromhex(vault["K_vault"]), vault["id"], content) == vault["mac"]


def entry(number: int) -> bytes:
    """The leaf hash of the published trees' entry."""
    return commitments.leaf_hash(b"entry-%d" % number)


def by_halves(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_halves(leaves[:split]) + by_halves(leaves[split:])).digest()


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert entry(1).hex() == "e868811a482c27d50b6d45dde79c465d6adb9b06645100477a90cf3d8518898b"


def test_roots_of_every_size_up_to_70000_are_as_published(trees: dict[str, Any]) -> None:
    published = {int(size): root for size, root in trees["roots_by_size"].items()}
    assert len(published) == 20
    assert merkle.root([]).hex() == trees["empty_root"]
    tree, found = merkle.Tree(), {}
    for number in range(max(published)):
        tree.add(entry(number))
        if tree.size in published:
            found[tree.size] = tree.root().hex()
    assert found == {size: root for size, root in published.items() if size > 0}


def test_the_root_of_70000_entries() -> None:
    found = merkle.root(entry(number) for number in range(70_000)).hex()
    assert found == "a62a54be33294ffd5a5c4c637fd754630b71a892e8356e3a666a5c8a7ffd1518"


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
@example([bytes([n]) * 32 for n in range(64)])
def test_the_compact_tree_has_the_root_of_the_recursive_one(leaves: list[bytes]) -> None:
    tree = merkle.Tree()
    for number, leaf in enumerate(leaves):
        assert tree.size == number
        assert tree.root() == by_halves(leaves[:number])
        tree.add(leaf)
    assert tree.root() == merkle.root(leaves) == by_halves(leaves)


@pytest.mark.parametrize(("rows", "head"), [(0, 200), (3, 200), (201, 200), (3, 2), (3, 0)])
def test_a_list_is_its_number_its_root_and_its_first_rows(rows: int, head: int) -> None:
    table = [{"alias": f"A{number:03}"} for number in range(rows)]
    made = merkle.list_digest(table, head=head)
    assert made.rows == rows
    assert made.root == by_halves([sha256(b"\x00" + codec.dumps(row)).digest() for row in table]).hex()
    assert made.head == (tuple(table[:head]) if head else None)
