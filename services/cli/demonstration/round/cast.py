"""Who plays: officials with roles, experts, three thousand applicants. All of it is made up, and says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from services.cli.demonstration.round.stage import AGENCY, Actor, Stage
from services.people import roles
from services.people.assisted import Assisted, Identity
from services.people.roles import GrantRole

PASSWORD: Final = "enam kata yang mudah diingat saja"
DECREE: Final = "821/DEMO/2027"
FOUNDERS: Final = {"first": "pauh.bkpsdm", "second": "pauh.inspektorat"}
OFFICES: Final = {
    "hr": "pauh.bkpsdm",
    "ppk": "pauh.setda",
    "unit_head": "pauh.dinkes",
    "committee": "pauh.panitia",
    "secretary": "pauh.sekretariat",
    "verifier-1": "pauh.verifikasi",
    "verifier-2": "pauh.verifikasi",
    "verifier-3": "pauh.verifikasi",
    "supervisor": "pauh.pengawas",
    "cat_operator": "pauh.cat",
    "counter": "pauh.dinkes",
    "trainer": "pauh.diklat",
    "mentor": "pauh.dinkes",
    "auditor": "pauh.inspektorat",
}
JPT: Final = f"{AGENCY}.2027-j"  # the round of the kepala dinas
LOCAL: Final = f"{AGENCY}.2027-l"  # the round of local staff
VACANCIES: Final = tuple(f"{AGENCY}.2027-{n:03}" for n in range(1, 13))
HEAD, NURSES, *OTHERS = VACANCIES
SEATS: Final = {HEAD: 1, NURSES: 40, **dict.fromkeys(OTHERS, 1)}
EXPERTS: Final = {"internal": 6, "academic": 9, "practitioner": 9}  # of the pool
SHARES: Final = ((HEAD, 4), (NURSES, 496), *((one, 50) for one in OTHERS))  # of a thousand


@dataclass(slots=True)
class Applicant:
    """Somebody made up: the number tells what they will do."""

    number: int
    vacancy: str
    person: str = ""
    application: str = ""  # the id alone, as a candidacy's stream names it

    @property
    def identity(self) -> Identity:
        """What the papers of nobody say: no region's NIK begins with 99."""
        born = dt.date(1985, 1, 1) + dt.timedelta(days=self.number % 5000)
        return Identity(
            name=f"Pelamar Contoh {self.number}", born=born.isoformat(), nik=f"9999{self.number:012}"
        )  # fmt: skip

    @property
    def sent(self) -> str:
        """The stream of the application."""
        return f"application-{AGENCY}.{self.application}"

    @property
    def candidacy(self) -> str:
        """The stream of the candidacy."""
        return f"candidate-{self.vacancy}+{self.application}"

    @property
    def actor(self) -> Actor:
        """They act in no unit."""
        return Actor(id=self.person, unit="")

    def mark(self, seed: int, about: str, least: int, most: int) -> int:
        """A whole number between two, the same on every machine."""
        said = sha256(f"{seed}/{self.number}/{about}".encode()).digest()
        return least + int.from_bytes(said[:4], "big") % (most - least + 1)


def applicants(many: int) -> list[Applicant]:
    """So many, over the vacancies by their shares, the nurses take the rest; everybody has a number of their own."""
    wanted = {vacancy: max(4, many * share // 1000) for vacancy, share in SHARES}
    wanted[NURSES] += many - sum(wanted.values())
    made: list[Applicant] = []
    for vacancy, number in wanted.items():
        made += [Applicant(len(made) + n, vacancy) for n in range(number)]
    return made


def officials(stage: Stage) -> None:
    """Two administrators are founded, everybody else holds a role that both granted."""
    accounts, now = stage.platform.stores.accounts, stage.clock()
    first_day, last_day = stage.today, dt.date(2031, 12, 31)
    for name, unit in {**FOUNDERS, **OFFICES}.items():
        person = accounts.sign_up(f"{name}@contoh.invalid", PASSWORD, now)
        stage.actors[name] = Actor(id=person or "", unit=unit)
    for name, unit in FOUNDERS.items():
        grant = GrantRole(role="administrator", scope=unit, decree=DECREE, from_=first_day, until=last_day)
        stage.act(f"role-{AGENCY}.{stage.actors[name].id}", grant, Actor(id=roles.SYSTEM, unit=AGENCY))
    grants = [
        (
            f"role-{AGENCY}.{stage.actors[name].id}",
            GrantRole(role=name.partition("-")[0], scope=unit, decree=DECREE, from_=first_day, until=last_day),
        )
        for name, unit in OFFICES.items()
    ]
    stage.all_by_two(grants, "first", "second")


def experts(stage: Stage) -> None:
    """The people of the pool, by kind and number: academics, practitioners, officials of the region."""
    names = [f"{kind}-{n}" for kind, many in EXPERTS.items() for n in range(1, many + 1)]
    people = [
        Identity(name=f"Ahli Contoh {n}", born="1970-01-01", nik=f"9998{n:012}") for n, _ in enumerate(names)
    ]  # fmt: skip
    for name, one in zip(names, enrolment(stage).enrol(JPT, people), strict=True):
        stage.actors[name] = Actor(id=one.person, unit=f"pauh.ahli-{name}")


def sign_up(stage: Stage, everybody: list[Applicant]) -> None:
    """All applicants, by the round that they apply in."""
    for round_, mine in (
        (JPT, [one for one in everybody if one.vacancy == HEAD]),
        (LOCAL, [one for one in everybody if one.vacancy != HEAD]),
    ):
        for one, made in zip(mine, enrolment(stage).enrol(round_, [one.identity for one in mine]), strict=True):
            one.person, one.application = made.person, made.application


def enrolment(stage: Stage) -> Assisted:
    """The counter where people are written down."""
    platform = stage.platform
    stores = platform.stores
    _ = stores.accounts, stores.claims  # their tables
    return Assisted(stores.store, platform.folder.master, platform.folder.keys, stores.vault)
