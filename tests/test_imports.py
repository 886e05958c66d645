"""Who may import whom: services share events and rules, never each other; the verifier trusts nothing of ours."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"services", "shared", "verifier", "tests", "bench"}
SCALE = {"aiokafka", "confluent_kafka", "faust", "kafka", "psycopg", "psycopg2"}  # not installed in the base
SCALE_MODULES = {
    "shared/runtime/faust_worker.py": {"faust"},
    "shared/runtime/kafka_relay.py": {"confluent_kafka"},
    "shared/runtime/kafka_admin.py": {"kafka"},
}


def imported(tree: ast.Module, path: str) -> Iterator[str]:
    """Dotted names that a module imports, `from a import b` as `a.b`, wherever in the module it stands."""
    package = path.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            yield from (".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names)


def allowed(path: str, tree: ast.Module) -> set[str] | None:
    """What a module may import beside the standard library; None: any library, and of ours what its folder may."""
    own = ".".join(path.split("/")[:2])
    match path.split("/"):
        case ["shared", "events", *rest]:
            return {own, "msgspec"} if rest[0] in {"codec", "codec.py"} else {own}
        case ["shared", "rules", *_]:
            return {own, "shared.events"}
        case ["shared", "ledger", *_]:
            return {own, "shared.events", "sqlalchemy", "cryptography"}
        case ["verifier", *_]:
            return {"verifier", "cryptography"}
        case ["services", _, _] if any(isinstance(n, ast.FunctionDef) and n.name == "decide" for n in tree.body):
            return {own, "shared.events", "shared.rules"}
    return None


def violations(path: str, source: str) -> list[str]:
    """The imports of a module that its place in the repository forbids."""
    tree = ast.parse(source)
    names = sorted(set(imported(tree, path)))
    listed, place = allowed(path, tree), path.split("/")
    ours = {
        "shared": {"shared"},
        "services": {"shared", "services" if place[1:2] == ["cli"] else ".".join(place[:2])},
    }.get(place[0], OURS)

    def may(name: str) -> bool:
        top = name.split(".")[0]
        if top in SCALE:
            return place[0] in {"tests", "bench"} or top in SCALE_MODULES.get(path, set())
        if listed is None:
            return top not in OURS or within(name, ours)
        return top in sys.stdlib_module_names or within(name, listed)

    return [name for name in names if not may(name)]


def within(name: str, packages: set[str]) -> bool:
    """Whether a dotted name is one of these packages or stands below one."""
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def test_every_module_imports_only_what_its_place_allows() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): violations(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for folder in sorted(OURS)
        for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("path", "source", "forbidden"),
    [
        ("services/intake/api.py", "from services.people import vault", "services.people.vault"),
        ("services/intake/api.py", "from ..people import vault", "services.people.vault"),
        ("services/intake/api.py", "from services import people", "services.people"),
        ("services/intake/views.py", "def f() -> None:\n    import services.people.vault", "services.people.vault"),
        ("services/intake/views.py", "import verifier", "verifier"),
        ("services/intake/vacancies.py", "import msgspec\ndef decide() -> None: ...", "msgspec"),
        ("services/intake/vacancies.py", "import shared.ledger\ndef decide() -> None: ...", "shared.ledger"),
        ("shared/events/codec.py", "import sqlalchemy", "sqlalchemy"),
        ("shared/events/intake.py", "import msgspec", "msgspec"),
        ("shared/events/intake.py", "from shared import rules", "shared.rules"),
        ("shared/rules/scores.py", "from shared.ledger import keys", "shared.ledger.keys"),
        ("shared/ledger/store.py", "import pydantic", "pydantic"),
        ("shared/ledger/store.py", "import psycopg2", "psycopg2"),
        ("shared/runtime/pipeline.py", "import faust", "faust"),
        ("shared/runtime/pipeline.py", "import services.intake", "services.intake"),
        ("services/intake/service.py", "from kafka import KafkaConsumer", "kafka.KafkaConsumer"),
        ("verifier/tree.py", "from shared.ledger import merkle", "shared.ledger.merkle"),
        ("verifier/tree.py", "import msgspec", "msgspec"),
    ],
)
def test_a_forbidden_import_is_found(path: str, source: str, forbidden: str) -> None:
    assert violations(path, source) == [forbidden]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("services/cli/serve.py", "import services.intake.service, typer"),
        ("services/intake/api.py", "import pydantic, shared.runtime\nfrom . import vacancies"),
        ("services/intake/vacancies.py", "import shared.rules, shared.events.intake\ndef decide() -> None: ..."),
        ("shared/events/codec/prepared.py", "import json, msgspec, shared.events.envelope"),
        ("shared/rules/scores.py", "import decimal, shared.events"),
        ("shared/ledger/keys.py", "import sqlalchemy.exc, cryptography, shared.events"),
        ("shared/runtime/faust_worker.py", "import faust"),
        ("verifier/tree.py", "import hashlib, cryptography\nfrom verifier import proofs"),
    ],
)
def test_an_allowed_import_is_not(path: str, source: str) -> None:
    assert violations(path, source) == []
