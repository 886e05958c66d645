"""`merit init`: an agency's folder and its first two administrators, of two units, by one decree.

Everything that could be refused is looked at before anything is written; accounts come before grants, so that the same
command ends what was interrupted. Passwords are typed by the persons themselves: none is given, none stands in an
argument. Nothing that is printed says who they are.
"""

from __future__ import annotations

import datetime as dt
import getpass
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from services.cli import output
from services.cli.platform import Platform, opened
from services.people import contacts, passwords, roles, views
from services.people.roles import GrantRole
from shared.events import Refused, Unknown, streams
from shared.runtime.calls import Call
from shared.runtime.problems import sentence

YEARS = 5
_AGENCY = re.compile("(?=.*[a-z])[a-z0-9-]{1,60}")
_UNIT = re.compile(r"[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A person as the command names them: how they sign in, and the unit that they act in."""

    nth: str
    contact: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What the command says."""

    agency: str
    founders: tuple[Founder, Founder]
    decree: str
    until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """An administrator, by id."""

    principal: str
    unit: str


def init(said: Founding, data: Path, as_json: bool) -> int:
    """Prints who administers the agency now, by id and unit, and whether that is new."""
    _check(said)
    with opened(data, create=True) as platform:
        before = _there(platform, said)
        made = before if before is not None else _found(platform, said)
    changed = before is None
    if as_json:
        rows = [{"principal": one.principal, "unit": one.unit} for one in made]
        output.as_json({"agency": said.agency, "changed": changed, "administrators": rows})
        return output.OK
    if changed:
        output.say(f"{said.agency} has two administrators now; they grant every further role, together:")
    else:
        output.say(f"{said.agency} has these two administrators already; nothing was changed:")
    for one in made:
        output.say(f"  {one.principal}  in {one.unit}")
    if changed:
        output.say("They sign in with the contacts and passwords just given; nothing shows these again.")
    return output.OK


def _check(said: Founding) -> None:
    """What needs no folder to be seen."""
    if not _AGENCY.fullmatch(said.agency):
        raise typer.BadParameter("an agency's code is made of small letters, digits and hyphens, at most 60 signs")
    units = [one.unit for one in said.founders]
    for unit in units:
        if not _UNIT.fullmatch(unit) or not streams.covers(said.agency, unit):
            raise typer.BadParameter(f"a unit is named as in {said.agency}.bkpsdm: the agency's code, a dot, its own")
    if not streams.apart(*units):
        raise typer.BadParameter("the two come from two units, neither above the other: one alone approves nothing")
    if not said.decree.strip() or not said.decree.isprintable():
        raise typer.BadParameter("--decree is the number of the decree that appoints them")


def _there(platform: Platform, said: Founding) -> list[Founded] | None:
    """Both, if this very command was done already; else None. Refused (`role.founded`) where the agency would have
    others, too, or one of them in another unit."""
    digests = {_digest(platform, one) for one in said.founders}
    known = [platform.stores.accounts.holder(one.contact) for one in said.founders]
    if len(digests) < 2 or (known[0] is not None and known[0] == known[1]):
        raise typer.BadParameter("--first and --second are two persons")
    with platform.people.ledger.reader.begin() as tx:
        held = views.administrators(tx, said.agency, platform.today())
    wanted = {who: one.unit for who, one in zip(known, said.founders, strict=True) if who is not None}
    for who, units in held.items():
        if wanted.get(who) not in units:
            raise Refused("role.founded")
    if held.keys() != wanted.keys() or len(wanted) < len(said.founders):
        return None
    return [Founded(principal=who, unit=unit) for who, unit in wanted.items()]


def _found(platform: Platform, said: Founding) -> list[Founded]:
    """Accounts, then grants; what an interrupted command left is taken up."""
    today = platform.today()
    until = said.until or _years_on(today)
    if until < today:
        raise typer.BadParameter("--until is the last day of their term, and it is over")
    made = _accounts(platform, said.founders, list(_typed(said.founders)))
    command = {"role": "administrator", "decree": said.decree, "from_": today, "until": until}
    with platform.people.ledger.reader.begin() as tx:
        held = views.administrators(tx, said.agency, today)
    _granted(platform, said.agency, [(one, command) for one in made if one.principal not in held])
    return made


def _granted(platform: Platform, agency: str, wanted: Sequence[tuple[Founded, dict[str, Any]]]) -> None:
    """By the system, one after the other; the rule itself lets no third one in."""
    now = platform.now()
    calls = [
        Call(
            stream=f"role-{agency}.{one.principal}",
            command=GrantRole(scope=one.unit, **command),
            by=roles.SYSTEM,
            key=f"init/{one.principal}/{now}",
            received_at=now,
        )
        for one, command in wanted
    ]
    for answer in platform.people.run(calls):
        if answer.failed:
            raise Unknown(sentence("failed", output.lang(None)))
        if answer.refused is not None:
            raise Refused(answer.refused)


def _accounts(platform: Platform, founders: Sequence[Founder], typed: Sequence[str]) -> list[Founded]:
    """New accounts, or those of whoever knows their passwords; refused before any is made (`password.short`,
    `signin.wrong`)."""
    accounts, both = platform.stores.accounts, list(zip(founders, typed, strict=True))
    for _, password in both:
        passwords.judge(password)
    proved = [accounts.holder(one.contact) and accounts.proved(one.contact, password) for one, password in both]
    made: list[Founded] = []
    for (one, password), there in zip(both, proved, strict=True):
        who = there or accounts.sign_up(one.contact, password, platform.clock())
        if who is None:
            raise Refused("signin.wrong")  # another process was faster
        made.append(Founded(principal=who, unit=one.unit))
    return made


def _digest(platform: Platform, one: Founder) -> bytes:
    return contacts.digest(platform.folder.master, contacts.kind_of(one.contact), one.contact)


def _typed(founders: Sequence[Founder]) -> Iterator[str]:
    """A password each: without echo and twice on a terminal, else a line each of standard input."""
    for one in founders:
        if not sys.stdin.isatty():
            line = sys.stdin.readline()
            if not line.endswith("\n"):
                raise typer.BadParameter("two passwords are read from standard input, a line each; type them there")
            yield line.removesuffix("\n")
            continue
        first = getpass.getpass(f"Password of the {one.nth} administrator ({one.unit}): ")
        if getpass.getpass("The same again: ") != first:
            raise typer.BadParameter("the two were not the same; nothing was done")
        yield first


def _years_on(day: dt.date) -> dt.date:
    """The last day of five years that begin today; the 28th where the year lacks the 29th of February."""
    last = (day.month, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return dt.date(day.year + YEARS, *last) - dt.timedelta(days=1)
