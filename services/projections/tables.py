"""The tables of the ranking: what a vacancy's selection is bound to, one row per candidacy, the orders that were
stated."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
selections = sa.Table(
    "ranking_selections",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("pack", sa.Text, nullable=False),  # digest
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("roster", sa.Integer, nullable=False),
    sa.Column("seats", sa.Text),  # JSON {kind: n}; absent where nobody said them
    sa.Column("opened", sa.BigInteger, nullable=False),  # position
    sa.Column("inputs", sa.Integer, nullable=False),  # scores and decided ties so far
    sa.Column("changed", sa.BigInteger, nullable=False),  # position of the last of them, -1 before
    sa.Column("version", sa.Integer, nullable=False),  # of the last published ranking, 0 before
    sa.Column("published", sa.BigInteger),  # its position
    sa.Column("root", sa.Text),  # its list's root
    sqlite_with_rowid=False,
)
candidacies = sa.Table(
    "ranking",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("alias", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("marks", sa.Text, nullable=False),  # JSON {stage: {part: decimal}}
    sa.Column("facts", sa.Text, nullable=False),  # JSON {name: decimal}
    sa.Column("positions", sa.Text, nullable=False),  # JSON {stage: position of its score}
    sa.Column("outside", sa.Text),
    sa.Column("final", sa.Text),  # decimal with the pack's places
    sa.Column("place", sa.Integer),
    sa.Column("hired", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("tied", sa.Integer, nullable=False),  # 1 while the place is shared: nothing has decided it
    sqlite_with_rowid=False,
)
orders = sa.Table(
    "ranking_orders",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("ground", sa.Text, nullable=False),  # by_age, or how it was decided
    sa.Column("aliases", sa.Text, nullable=False),  # JSON, in order
    sqlite_with_rowid=False,
)
terms = sa.Table(
    "ranking_terms",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("scheme", sa.Text),  # the notice's, as its canonical JSON; NULL for a list scored elsewhere
    sa.Column("annulled", sa.Text, nullable=False),  # JSON: stages that do not count
    sa.Column("removed", sa.Text, nullable=False),  # JSON: aliases taken off the roster
    sqlite_with_rowid=False,
)
details = sa.Table(
    "ranking_details",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("sheets", sa.Text, nullable=False),  # JSON {stage: {panelist: {criterion: points}}}
    sa.Column("departures", sa.Text, nullable=False),  # JSON {stage, or empty: code}
    sa.Column("official", sa.Text),
    sqlite_with_rowid=False,
)
