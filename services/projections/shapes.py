"""What projections answer over HTTP, as its readers see it."""

from __future__ import annotations

from shared.runtime.http.reads import Said

AsOf = dict[str, int]  # how many events of which service an answer is made of


class Place(Said):
    """A published line; `stages` what each adds to `final`."""

    place: int
    alias: str
    kind: str
    stages: dict[str, str]
    final: str


class Ranking(Said):
    """A version of a vacancy's ranking. `places` are all of its `rows` where `complete`, else the first of each kind;
    `root` commits them all."""

    vacancy: str
    version: int
    versions: list[int]
    at: str
    position: int
    ground: str
    counted: int
    rows: int
    root: str
    complete: bool
    places: list[Place]
    until: str | None = None
    words: str | None = None
    fixed_at: str | None = None
    as_of: AsOf


class Candidate(Said):
    """A line of the order as it stands before it is published; `below` names the minimum that was missed."""

    alias: str
    kind: str
    place: int | None = None
    final: str | None = None
    hired: bool
    outside: str | None = None
    below: str | None = None
    decided_by: str | None = None
    tied: bool
    stages: list[str]


class Standing(Said):
    """The order as it stands, for those who are to publish it; `published` is the last version, 0: none; `is_behind`
    where scores are newer than that."""

    vacancy: str
    published: int
    is_behind: bool
    roster: int
    inputs: int
    places: list[Candidate]
    as_of: AsOf


class Moved(Said):
    """Who stands elsewhere in the later version; without `is`: no longer among its first."""

    alias: str
    kind: str
    was: int | None = None
    now: int | None = None
    final_was: str | None = None
    final_now: str | None = None


class Difference(Said):
    """What a later version changed, and on which ground it was published."""

    vacancy: str
    from_version: int
    to_version: int
    ground: str
    words: str | None = None
    complete: bool
    moved: list[Moved]
    as_of: AsOf


class Line(Said):
    """A public event in words."""

    service: str
    position: int
    at: str
    type: str
    stream: str
    words: str


class Count(Said):
    """At least so many, in whole tens."""

    stage: str | None = None
    what: str
    at_least: int


class Transparency(Said):
    """Everything public about a vacancy, and how far the rest has come."""

    vacancy: str
    lines: list[Line]
    counts: list[Count]
    as_of: AsOf


class Survey(Said):
    """A published SKM result (Permenpan RB 14/2017)."""

    service: str
    period: str
    codes: int
    respondents: int
    value: str
    grade: str
    means: dict[str, str]


class UnitPerformance(Said):
    """A unit in a period. Officers are counted in whole tens, ten evaluations at a time. Every grade and every state of
    a plan is there, without a number where it is under the floor or hidden with one that is; `training_hours` is the
    mean of a year, in whole hours (JP)."""

    unit: str
    period: str
    surveys: list[Survey]
    evaluated: int | None = None
    grades: dict[str, int | None]
    training_hours: int | None = None
    plans: dict[str, int | None]
    floor: int
    as_of: AsOf


class Evaluation(Said):
    """A predikat, with the expectation met by behaviour."""

    period: str
    grade: str
    results: str
    behaviours: dict[str, str]
    coworkers: int


class Group(Said):
    """What a group of three coworkers or more said: the mean by behaviour."""

    period: str
    group: str
    givers: int
    means: dict[str, str]


class Plan(Said):
    """A support plan: its cause, each measure's state, when it is looked at again."""

    cause: str
    state: str
    outcome: str | None = None
    measures: dict[str, str]
    review: str


class OfficerPerformance(Said):
    """An officer's own: evaluations, coworkers in groups, lesson hours by year, plans."""

    officer: str
    unit: str | None = None
    evaluations: list[Evaluation]
    coworkers: list[Group]
    training_hours: dict[str, str]
    plans: list[Plan]
    as_of: AsOf


class Need(Said):
    """A need and what became of it."""

    need: str
    unit: str
    post: str
    year: int
    staff: int
    proposed: int
    recommended: int | None = None
    approved: int | None = None
    advertised: int
    appointed: int
    onboarded: int
    departed: int


class Validity(Said):
    """The mean that officers of a grade had in a stage of their selection, of ten or more."""

    stage: str
    post: str
    grade: str
    n: int
    mean: str


class Needs(Said):
    """An agency's needs of a year, and what its stages foretold."""

    agency: str
    year: int
    needs: list[Need]
    validity: list[Validity]
    floor: int
    as_of: AsOf
