"""Writes `docs/law.md`, which article is which rule and which test says so, from the docstrings themselves.

python -m scripts.law             write it
python -m scripts.law --check     write nothing; fail if the page says something else than tests and rules

A test stands there if its docstring cites a worked example ("TEST 20"; or its name, `test_20_...`, in a file whose
docstring cites it), or if its docstring or that of a rule that it calls cites a provision. Nothing is imported or run:
the sources are read.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/law.md"
TESTS = ("tests/domain", "tests/services")
OURS = "Our own rules"
RULES = ("shared.rules", "shared.runtime.places", "services.")  # the modules whose names a test imports

HEAD = """# Articles, rules, tests

Which provision is which rule of the code, and which test reads like it. A rule is named from `shared/` (`rules...`,
`runtime...`) or `services/`; a dash: the test goes through the platform's interface. The last column numbers the worked
examples that rules are tried on, in whatever test; the table at the end lists them. What no provision asks for stands
under "Our own rules". Not all provisions were read in the gazetted text: `merit rules show` says of each pack which.
This page is made by `python -m scripts.law`.
"""
TABLE = "| article | rule | test | example |\n|---|---|---|---|\n"

EXAMPLE = re.compile(r"TEST (\d+(?:(?:, | and | to )\d+)*)")
NUMBERED = re.compile(r"test_(\d{1,2})_")
ARTICLE = r"\d+[a-z]?(?:\(\d+\))*(?![\d/])"
KIND = r"\b(Permenpan RB|PermenPANRB|Kepmenpan RB|Peraturan (?:BKN|LAN)|Permendagri|UU|PP) "
LAW = re.compile(rf"(?:{KIND})?\b(\d{{1,3}}/(?:19|20)\d\d)\b(?:\s+arts?\.\s+({ARTICLE}(?:(?:, | and ){ARTICLE})*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One provision: a law, and an article of it or the whole."""

    law: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One test: where it stands, what it calls and what it cites."""

    path: str
    name: str
    rules: tuple[str, ...]
    laws: frozenset[Cited]
    examples: tuple[int, ...]


def laws(text: str) -> frozenset[Cited]:
    """The provisions that a docstring cites; a number without the kind of law is of the kind named before it."""
    found, kind = set(), ""
    for match in LAW.finditer(" ".join(text.split())):
        kind = (match[1] or kind).replace("PermenPANRB", "Permenpan RB")
        if kind:
            articles = re.split(r", | and ", match[3]) if match[3] else [""]
            found |= {Cited(law=f"{kind} {match[2]}", article=article) for article in articles}
    return frozenset(found)


def examples(text: str) -> frozenset[int]:
    """The worked examples that a docstring cites; "2 to 5" are four."""
    found: set[int] = set()
    for match in EXAMPLE.finditer(" ".join(text.split())):
        for some in re.split(r", | and ", match[1]):
            first, *last = map(int, some.split(" to "))
            found |= set(range(first, (last or [first])[-1] + 1))
    return frozenset(found)


def rows(root: Path = ROOT) -> list[Row]:
    """Every test that cites something, by file and name."""
    files = [path for folder in TESTS for path in sorted((root / folder).glob("test_*.py"))]
    found = [row for path in files for row in _rows(path, root)]
    return sorted((row for row in found if row.laws or row.examples), key=lambda row: (row.path, row.name))


def page(root: Path = ROOT) -> str:
    """The whole page."""
    found = rows(root)
    by_law: dict[str, list[tuple[str, Row]]] = {}
    for row in found:
        for law, article in sorted((one.law, one.article) for one in row.laws) or [(OURS, "")]:
            by_law.setdefault(law, []).append((article, row))
    sections = "".join(f"\n## {law}\n\n{TABLE}{_lines(by_law[law])}" for law in sorted(by_law, key=_order))
    numbers = sorted({number for row in found for number in row.examples})
    lines = "".join(f"| {n} | {'<br>'.join(_link(row) for row in found if n in row.examples)} |\n" for n in numbers)
    return f"{HEAD}{sections}\n## Worked examples\n\n| example | tests |\n|---|---|\n{lines}"


def _rows(path: Path, root: Path) -> Iterator[Row]:
    tree = ast.parse(path.read_text("utf-8"))
    imports, top = _imports(tree), _top(tree)
    header = ast.get_docstring(tree) or ""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            said = ast.get_docstring(node) or ""
            rules = _rules(node, imports, top, root)
            cited = laws(said).union(*(laws(_said(rule, root)) for rule in rules))
            numbers = examples(said) or _numbers(node.name) & examples(header)
            if not cited and numbers and path.stem.startswith("test_rules_"):
                cited = laws(header)
            shown = tuple(rule.removeprefix("shared.").removeprefix("services.") for rule in rules)
            where = path.relative_to(root).as_posix()
            yield Row(path=where, name=node.name, rules=shown, laws=cited, examples=tuple(sorted(numbers)))


def _imports(tree: ast.Module) -> dict[str, str]:
    """The names that a test has from rules and services, as dotted names."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(RULES)
        for alias in node.names
    }


def _top(tree: ast.Module) -> dict[str, ast.stmt]:
    """What a test file itself defines, by name."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {one.id: node for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


def _rules(test: ast.stmt, imports: dict[str, str], top: dict[str, ast.stmt], root: Path) -> tuple[str, ...]:
    """The rules that a test calls itself, else those that its file's own names call for it."""
    seen: dict[str, ast.stmt] = {}
    waiting = _names(test)
    while waiting:
        name = waiting.pop()
        if name in top and name not in seen:
            seen[name] = top[name]
            waiting |= _names(top[name])
    behind = {rule for node in seen.values() for rule in _called(node, imports, root)}
    return tuple(sorted(_called(test, imports, root) or behind))


def _called(node: ast.stmt, imports: dict[str, str], root: Path) -> set[str]:
    """Functions and deciders, not classes and constants; loading a pack and starting a platform are no rules."""
    owners = {id(one.value): one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in imports]
    found = {(imports[one.id], owners.get(id(one))) for one in names}
    dotted = {f"{name}.{attribute}" if attribute and _is_module(name, root) else name for name, attribute in found}
    plumbing = ("shared.rules.packs.", "services.cli.")
    return {
        rule for rule in dotted if not rule.startswith(plumbing) and (_is_module(rule, root) or _is_rule(rule, root))
    }


def _is_module(dotted: str, root: Path) -> bool:
    return (root / f"{dotted.replace('.', '/')}.py").is_file()


def _is_rule(dotted: str, root: Path) -> bool:
    module, _, name = dotted.rpartition(".")
    return name in _docstrings(root / f"{module.replace('.', '/')}.py")


def _names(node: ast.stmt) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.arg for one in ast.walk(node) if isinstance(one, ast.arg)
    }


def _said(rule: str, root: Path) -> str:
    """The docstring of a function by its dotted name, "" for anything else."""
    module, _, name = rule.rpartition(".")
    return _docstrings(root / f"{module.replace('.', '/')}.py").get(name, "")


@cache
def _docstrings(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    nodes = ast.parse(path.read_text("utf-8")).body
    return {node.name: ast.get_docstring(node) or "" for node in nodes if isinstance(node, ast.FunctionDef)}


def _lines(found: Iterable[tuple[str, Row]]) -> str:
    ordered = sorted(found, key=lambda one: (_number(one[0]), one[0], one[1].path, one[1].name))
    return "".join(
        f"| {article} | {', '.join(f'`{rule}`' for rule in row.rules) or '–'} | {_link(row)} |"
        f" {', '.join(map(str, row.examples))} |\n"
        for article, row in ordered
    )


def _link(row: Row) -> str:
    return f"[{NUMBERED.sub('test_', row.name).removeprefix('test_').replace('_', ' ')}](../{row.path})"


def _numbers(name: str) -> frozenset[int]:
    match = NUMBERED.match(name)
    return frozenset([int(match[1])] if match else [])


def _order(law: str) -> tuple[bool, str, str, int]:
    """By kind and year; our own last."""
    kind, _, number = law.rpartition(" ")
    n, _, year = number.partition("/")
    return law == OURS, kind, year, _number(n)


def _number(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else 0


def main(arguments: list[str]) -> int:
    """Write, or check."""
    if arguments == ["--check"]:
        return int(not PAGE.is_file() or PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
