"""Intake as one value."""

from services.intake import applications, needs, posts, rounds, rulepacks, vacancies
from services.intake.facts import (
    NO_NOTICE,
    NO_POST,
    NO_ROLL,
    NO_ROUND,
    Notice,
    Post,
    Roll,
    Round,
    fold_notice,
    fold_post,
    fold_roll,
    fold_round,
    post_home,
    post_key,
    round_home,
    round_key,
    vacancy_home,
    vacancy_key,
)
from services.intake.lists import PREPARE
from services.intake.verifiers import VERIFIERS
from services.intake.views import NOTICES, VACANCIES
from shared.runtime.access import with_access
from shared.runtime.approvals import with_approvals
from shared.runtime.service import Fact, Service

POST = Fact(name="post", of=Post, initial=NO_POST, key=post_key, fold=fold_post, home=post_home)
ROUND = Fact(name="round", of=Round, initial=NO_ROUND, key=round_key, fold=fold_round, home=round_home)
NOTICE = Fact(name="notice", of=Notice, initial=NO_NOTICE, key=vacancy_key, fold=fold_notice, home=vacancy_home)
ROLL = Fact(name="roll", of=Roll, initial=NO_ROLL, key=vacancy_key, fold=fold_roll, home=vacancy_home)

TIMED = (vacancies.CloseApplications,)
BY_TWO = (
    rounds.OpenRound, vacancies.PublishVacancy, vacancies.ExtendDeadline, vacancies.CancelVacancy,
    applications.DecideCheckObjection,
)  # fmt: skip

_PLAIN = with_approvals(
    Service(
        name="intake",
        deciders={
            "post": posts,
            "need": needs,
            "round": rounds,
            "vacancy": vacancies,
            "application": applications,
            "rulepack": rulepacks,
        },
        facts=(POST, ROUND, NOTICE, ROLL),
        views=(VACANCIES, NOTICES, VERIFIERS),
        commands={kind.__name__: kind for kind in (*TIMED, *BY_TWO)},
        prepare=PREPARE,
    )
)
INTAKE = with_access(_PLAIN)  # no proposal is about a look
