"""Feedback's tables: what its own events make, what training's make, and what no event may ever tell.

Of the third kind there is no time, no position and no order: their rows lie in the order of digests and random ids.
"""

from __future__ import annotations

import sqlalchemy as sa

own = sa.MetaData()
tallies = sa.Table(
    "tallies",
    own,
    sa.Column("stream", sa.Text, primary_key=True),  # of a survey: one service, one day; answers on its quarter's last
    sa.Column("target", sa.Text, nullable=False),  # unit+service
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Column("respondents", sa.Integer, nullable=False),
    sa.Column("sums", sa.Text, nullable=False),  # JSON, by element
    sa.Index("tallies_target", "target", "period"),
    sqlite_with_rowid=False,
)
counters = sa.Table(
    "counters",
    own,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("counter", sa.Text, primary_key=True),
    sa.Column("every", sa.Integer, primary_key=True),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("codes", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
results = sa.Table(
    "results",
    own,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("day", sa.Text, nullable=False),  # the day of its publication
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Column("respondents", sa.Integer, nullable=False),
    sa.Column("means", sa.Text, nullable=False),  # JSON, by element
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("grade", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
evaluations = sa.Table(
    "evaluations",
    own,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("targets", sa.Text),  # JSON
    sa.Column("late", sa.Integer),  # days after day 30 on which the plan was agreed
    sa.Column("asked", sa.Text),  # JSON: groups
    sa.Column("until", sa.Text),  # until when coworkers answer
    sa.Column("results", sa.Text),
    sa.Column("behaviours", sa.Text),  # JSON
    sa.Column("grade", sa.Text),
    sa.Column("coworkers", sa.Integer),
    sa.Column("version", sa.Integer),  # of the evaluation in its stream: what a reply names
    sa.Column("position", sa.BigInteger),
    sa.Column("replied", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
reviews = sa.Table(
    "reviews",
    own,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("grp", sa.Text, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("sums", sa.Text, nullable=False),  # JSON, by behaviour
    sqlite_with_rowid=False,
)
plans = sa.Table(
    "plans",
    own,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("standing", sa.Text, nullable=False),  # unit+service, or the officer
    sa.Column("unit", sa.Text, nullable=False),  # empty of an officer
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("gaps", sa.Text, nullable=False),  # JSON
    sa.Column("officers", sa.Text, nullable=False),  # JSON
    sa.Column("mentor", sa.Text),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("causes_by", sa.Text, nullable=False),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("evaluation", sa.Text),
    sa.Index("plans_standing", "standing"),
    sqlite_with_rowid=False,
)
measures = sa.Table(
    "measures",
    own,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("gap", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("cause", sa.Text),
    sa.Column("until", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
complaints = sa.Table(
    "complaints",
    own,
    sa.Column("complaint", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # filed, answered, closed
    sa.Column("measure", sa.Text),
    sqlite_with_rowid=False,
)

trained = sa.MetaData()
officers = sa.Table(
    "officers",
    trained,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("mentor", sa.Text, nullable=False),
    sa.Column("gone", sa.Text),  # the day from which they are gone
    sa.Index("officers_unit", "unit"),
    sqlite_with_rowid=False,
)
completions = sa.Table(
    "completions",
    trained,
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Index("completions_officer", "officer"),
    sqlite_with_rowid=False,
)
programmes = sa.Table(
    "programmes",
    trained,
    sa.Column("programme", sa.Text, primary_key=True),
    sa.Column("competences", sa.Text, nullable=False),  # JSON
    sa.Column("retired", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

beside = sa.MetaData()
codes = sa.Table(
    "codes",
    beside,
    sa.Column("digest", sa.Text, primary_key=True),  # SHA-256 of the visit's day and the code
    sa.Column("stream", sa.Text, nullable=False),  # the survey
    sa.Column("until", sa.Text, nullable=False),  # its last day
    sa.Column("spent", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
box = sa.Table(
    "box",
    beside,
    sa.Column("id", sa.Text, primary_key=True),  # random
    sa.Column("stream", sa.Text, nullable=False),  # of a ballot: its quarter's last day, not the visit's
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
papers = sa.Table(
    "papers",
    beside,
    sa.Column("digest", sa.Text, primary_key=True),  # of the paper's code
    sa.Column("keyed_by", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),  # their HMAC under the code; never the answers
    sqlite_with_rowid=False,
)
asked = sa.Table(
    "asked",
    beside,
    sa.Column("stream", sa.Text, primary_key=True),  # of the evaluation
    sa.Column("coworker", sa.Text, primary_key=True),
    sa.Column("grp", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
nonces = sa.Table(
    "nonces",
    beside,
    sa.Column("stream", sa.Text, primary_key=True),  # of the evaluation
    sa.Column("nonce", sa.Text, nullable=False),  # hides who was eligible; with it the draw repeats, until it is over
    sqlite_with_rowid=False,
)
consents = sa.Table(
    "consents",
    beside,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),  # of the plan that the officer agrees to
    sqlite_with_rowid=False,
)
collected = sa.Table(
    "collected",
    beside,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),  # on which the box was last looked into
    sqlite_with_rowid=False,
)
