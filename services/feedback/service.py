"""Feedback as one value."""

from services.feedback import complaints, evaluations, results, reviews, support, surveys
from services.feedback.ballots import keep
from services.feedback.facts import NO_STANDING, Standing, fold_standing, standing_key
from services.feedback.prepared import PREPARE
from services.feedback.views import EVALUATIONS, PLANS, SURVEYS
from shared.runtime.approvals import with_approvals
from shared.runtime.service import Fact, Service

STANDING = Fact(name="standing", of=Standing, initial=NO_STANDING, key=standing_key, fold=fold_standing)

TIMED = (results.PublishSurvey,)
REACTED = (support.OpenSupportPlan,)

FEEDBACK = with_approvals(
    Service(
        name="feedback",
        deciders={
            "survey": surveys,
            "service": results,
            "evaluation": evaluations,
            "review": reviews,
            "complaint": complaints,
            "support": support,
        },
        facts=(STANDING,),
        views=(SURVEYS, EVALUATIONS, PLANS),
        commands={kind.__name__: kind for kind in (*TIMED, *REACTED)},
        beside=(keep,),
        prepare=PREPARE,
    )
)
