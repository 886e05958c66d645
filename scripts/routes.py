"""Writes `docs/routes.md`, the authorisation matrix, from the routes themselves.

python -m scripts.routes             write it
python -m scripts.routes --check     write nothing; fail if the page says something else than the routes
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from services.cli.platform import Platform
from services.cli.serving import House
from services.people.roles import OF_EVERYBODY
from services.portal.reference import service_of
from shared.runtime.demo import DemoClock
from shared.runtime.folder import Folder
from shared.runtime.http.routes import Listed, routes
from shared.runtime.http.rules import Objects, Rule

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/routes.md"

HEAD = """# Routes and roles

Who is let in where: every route of the platform with the rule at its door, deny by default. `anybody` need not sign in;
`everybody` is whoever has an account. What is beyond a rule's reach (another agency's, another unit's, another
person's) answers as what is not there. Duties (who may not do two things on one vacancy) are the deciders' own, and
come on top. A demonstration alone has the routes under `/api/demo`. This page is made by `python -m scripts.routes`.
"""
OF: dict[Objects, str] = {
    "any": "",
    "agency": "of their agency",
    "unit": "of their unit, or one below",
    "own": "one's own",
}
TABLE = "| method | route | who | on what |\n|---|---|---|---|\n"


def page() -> str:
    """The whole page."""
    with TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        folder = Folder(data, create=True, demo=True)
        try:
            platform = Platform(folder, DemoClock(data))
            platform.create()
            return HEAD + "".join(_sections(list(routes(House(platform).app))))
        finally:
            folder.close()


def _sections(found: list[Listed]) -> Iterator[str]:
    for service in sorted({service_of(one.path) for one in found}):
        rows = sorted((one.path, one.method, one) for one in found if service_of(one.path) == service)
        yield f"\n## {service}\n\n{TABLE}{''.join(_row(one) for _, _, one in rows)}"


def _row(one: Listed) -> str:
    rule = one.rule or Rule()  # the document itself, which the framework serves
    who = "everybody" if rule.roles == OF_EVERYBODY else ", ".join(sorted(rule.roles)) or "anybody"
    return f"| {one.method} | `{one.path}` | {who} | {OF[rule.of]} |\n"


def main(arguments: list[str]) -> int:
    """Write, or check."""
    if arguments == ["--check"]:
        return int(not PAGE.is_file() or PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
