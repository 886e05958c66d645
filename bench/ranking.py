"""T7b: the order of 50,000 candidates of one vacancy, against `ORDER BY` over the same rows in SQLite.

Both start from the rows as they lie there: ours from the read model's marks as text, SQLite from integers that somebody
converted for it before the clock started. Both must give the same order, to the last alias.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.harness import Options, Sample, Unfit, alternate, durable, main, seconds, settings, values
from bench.report import Bound, Report, Row
from bench.scores import PACK, SEED
from services.projections import ranking
from shared.rules import packs
from shared.rules.columns import plan
from shared.rules.ranking import Candidacy, Ranking, rank

SEATS = 500
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
TABLE = """CREATE TABLE scored (alias TEXT PRIMARY KEY, twk INTEGER, tiu INTEGER, tkp INTEGER, skb INTEGER,
    gpa INTEGER) WITHOUT ROWID"""
# In thousandths, half-up after every step, as the pack says: 2a + b over 2b is a / b rounded.
ORDERED = """SELECT alias, skd_weighted + skb_weighted AS final FROM (
    SELECT alias, twk, tiu, tkp, gpa, skd, (2 * 40 * ((2 * 100000 * skd + 550) / 1100) + 100) / 200 AS skd_weighted,
        (2 * 60 * skb + 100) / 200 AS skb_weighted
    FROM (SELECT *, twk + tiu + tkp AS skd FROM scored))
    ORDER BY final DESC, skd DESC, tkp DESC, tiu DESC, twk DESC, gpa DESC, alias"""


def measure(options: Options) -> Report:
    """From the read model's rows, from candidacies, and by SQLite, run by run."""
    rows = candidates(options.size(50_000, 1_000))
    rivals = [Candidacy(key=row.alias, marks=row.marks, facts=row.facts) for row in rows]
    pack = packs.load(PACK)
    orders: dict[str, list[str]] = {}

    def ours(name: str, made: Callable[[], Ranking]) -> Sample:
        plan.cache_clear()  # marks that it has read before are not remembered
        found: list[Ranking] = []
        spent = seconds(lambda: found.append(made()))
        orders[name] = [entry.key for entry in found[0].entries if entry.place is not None]
        return Sample(value=spent, sent=len(rows), stored=len(rivals), folded=len(orders[name]))

    def theirs(path: Path) -> Sample:
        sample, orders["sqlite"] = _by_sqlite(path, rows)
        return sample

    found = alternate(
        options,
        {
            "ranked from rows": lambda _: ours("rows", lambda: ranking.ranked(pack, rows, SEATS, ())),
            "rank alone": lambda _: ours("pure", lambda: rank(pack, rivals, SEATS)),
            "ORDER BY in SQLite": theirs,
        },
    )
    if not orders["rows"] == orders["pure"] == orders["sqlite"]:
        raise Unfit("the orders differ: a comparison of their times is void")
    bound = Bound(floor=1, goal=0.3, less=True)
    measured = [
        Row(target="T7b", name=name, unit="s", values=values(samples), bound=Bound() if "SQLite" in name else bound)
        for name, samples in found.items()
    ]
    ratio = measured[0].over(measured[2], Bound(floor=1), turned=True)
    return Report(bench="ranking", rows=(*measured, ratio), settings=settings(found))


def candidates(count: int) -> list[ranking.Row]:
    """Rows of the read model, the same every time: marks as lists print them, ties included."""
    chance = random.Random(SEED)
    return [
        ranking.Row(
            vacancy="bench.1",
            application=chance.randbytes(16).hex(),
            alias="".join(chance.choices(SIGNS, k=12)),
            kind="general",
            marks={
                "skd": {
                    "tiu": str(5 * chance.randint(16, 35)),
                    "tkp": str(chance.randint(166, 225)),
                    "twk": str(5 * chance.randint(13, 30)),
                },
                "skb": {"skb": f"{chance.randint(200, 950) / 10:.1f}"},
            },
            facts={"gpa": f"{chance.randint(275, 400) / 100:.2f}"},
        )
        for _ in range(count)
    ]


def _by_sqlite(path: Path, rows: Sequence[ranking.Row]) -> tuple[Sample, list[str]]:
    connection = sqlite3.connect(path / "peer.db", isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute(TABLE)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO scored VALUES (?,?,?,?,?,?)", map(_integers, rows))
    connection.execute("COMMIT")
    found: list[tuple[str, int]] = []
    spent = seconds(lambda: found.extend(connection.execute(ORDERED)))
    stored = connection.execute("SELECT count(*) FROM scored").fetchone()[0]
    made = Sample(value=spent, sent=len(rows), stored=stored, folded=len(found), settings=(durable(connection),))
    connection.close()
    return made, [alias for alias, _ in found]


def _integers(row: ranking.Row) -> tuple[str | int, ...]:
    skd, skb = row.marks["skd"], row.marks["skb"]["skb"]
    points = (int(skd[part]) for part in ("twk", "tiu", "tkp"))
    return (row.alias, *points, round(float(skb) * 1000), round(float(row.facts["gpa"]) * 100))


if __name__ == "__main__":
    sys.exit(main(measure, "the order of 50,000 candidates"))
