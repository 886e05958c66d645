"""Every event type by its name on the wire, with what of it is public and what publication may show (events.md 2, 3f).

Names are explicit and for ever: never a module's path, never renamed, never used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from shared.events import feedback, intake, people, platform, selection, training
from shared.events.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """`shown`: fields (`sheets.points` for one inside a list) of the half that publication may open, beside alias and
    type. `hidden`: the `~fields` of a public type, in the commitment only. `words`: public texts (`requirements.words`
    for one inside a list), in the leaf as their digest; of a list or map of texts, each by itself.
    `fact`: publication may show that it happened, beside alias and type, and nothing else."""

    name: str
    of: type[Any]
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    fact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of stream. `service`: whose ledger holds it, empty where any may. `public`: data stand in the leaf.
    `holder`: which part names the person's id, None for a key of its own. `vacancy`: the first part is the vacancy that
    gives the alias its key. `by_day`: its leaves show the day alone."""

    name: str
    service: str
    public: bool
    holder: int | None = None
    vacancy: bool = False
    founded: bool = False
    by_day: bool = False


SCORED: Final = (
    "stage", "parts", "sheets.panelist", "sheets.points", "sheets.nonce", "verdict", "set_aside.panelist", "outside",
    "source",
)  # fmt: skip

PUBLISHED_WORDS: Final = (
    "requirements.words", "scheme.stages.criteria.words", "scheme.stages.criteria.anchors", "scheme.goals",
)  # fmt: skip

TERMS_WORDS: Final = ("terms.stages.criteria.words", "terms.stages.criteria.anchors", "terms.goals")

INTAKE: Final = (
    EventType(name="merit.intake.JobAnalysisAdopted.v1", of=intake.JobAnalysisAdopted, words=("items",)),
    EventType(name="merit.intake.NeedProposed.v1", of=intake.NeedProposed, words=("tasks.words",)),
    EventType(name="merit.intake.NeedRecommended.v1", of=intake.NeedRecommended, words=("words",)),
    EventType(name="merit.intake.NeedApproved.v1", of=intake.NeedApproved),
    EventType(name="merit.intake.ActingOfficerAssigned.v1", of=intake.ActingOfficerAssigned),
    EventType(name="merit.intake.RoundOpened.v1", of=intake.RoundOpened, words=("words",)),
    EventType(name="merit.intake.RoundClosed.v1", of=intake.RoundClosed),
    EventType(name="merit.intake.VacancyListed.v1", of=intake.VacancyListed),
    EventType(name="merit.intake.VacancyPublished.v1", of=intake.VacancyPublished, words=PUBLISHED_WORDS),
    EventType(name="merit.intake.VacancyAnnounced.v1", of=intake.VacancyAnnounced),
    EventType(name="merit.intake.DeadlineExtended.v1", of=intake.DeadlineExtended, words=("words",)),
    EventType(name="merit.intake.VacancyCancelled.v1", of=intake.VacancyCancelled, words=("words",)),
    EventType(
        name="merit.intake.ApplicationsClosed.v1", of=intake.ApplicationsClosed, hidden=("submitted", "abandoned")
    ),
    EventType(name="merit.intake.VerifierAssigned.v1", of=intake.VerifierAssigned, hidden=("ties",)),
    EventType(name="merit.intake.CheckResultAnnounced.v1", of=intake.CheckResultAnnounced, words=("words",)),
    EventType(name="merit.intake.ApplicationSubmitted.v1", of=intake.ApplicationSubmitted),
    EventType(name="merit.intake.ApplicationWithdrawn.v1", of=intake.ApplicationWithdrawn),
    EventType(name="merit.intake.DocumentsChecked.v1", of=intake.DocumentsChecked, shown=("meets", "facts")),
    EventType(name="merit.intake.CheckObjectionFiled.v1", of=intake.CheckObjectionFiled),
    EventType(name="merit.intake.CheckObjectionDecided.v1", of=intake.CheckObjectionDecided),
    EventType(name="merit.intake.RulePackAdopted.v1", of=intake.RulePackAdopted),
)

SELECTION: Final = (
    EventType(name="merit.selection.ResultsImported.v1", of=selection.ResultsImported),
    EventType(name="merit.selection.ExpertAdmitted.v1", of=selection.ExpertAdmitted, hidden=("expert", "institution")),
    EventType(name="merit.selection.ExpertReleased.v1", of=selection.ExpertReleased),
    EventType(name="merit.selection.PanelDrawAnnounced.v1", of=selection.PanelDrawAnnounced),
    EventType(name="merit.selection.PanelDrawn.v1", of=selection.PanelDrawn),
    EventType(name="merit.selection.PanelistSeated.v1", of=selection.PanelistSeated),
    EventType(name="merit.selection.CalibrationHeld.v1", of=selection.CalibrationHeld),
    EventType(name="merit.selection.ConflictDeclared.v1", of=selection.ConflictDeclared, hidden=("ties",)),
    EventType(name="merit.selection.PanelistRecused.v1", of=selection.PanelistRecused, hidden=("applications",)),
    EventType(name="merit.selection.PanelistReplaced.v1", of=selection.PanelistReplaced),
    EventType(name="merit.selection.SessionScheduled.v1", of=selection.SessionScheduled),
    EventType(name="merit.selection.SessionRescheduled.v1", of=selection.SessionRescheduled),
    EventType(name="merit.selection.SessionClosed.v1", of=selection.SessionClosed),
    EventType(name="merit.selection.SessionVoided.v1", of=selection.SessionVoided, words=("words",)),
    EventType(name="merit.selection.SelectionOpened.v1", of=selection.SelectionOpened, words=TERMS_WORDS),
    EventType(name="merit.selection.RosterAmended.v1", of=selection.RosterAmended),
    EventType(name="merit.selection.ScoresOpened.v1", of=selection.ScoresOpened),
    EventType(name="merit.selection.StageResultAnnounced.v1", of=selection.StageResultAnnounced),
    EventType(name="merit.selection.StageAnnulled.v1", of=selection.StageAnnulled, words=("words",)),
    EventType(name="merit.selection.SelectionCancelled.v1", of=selection.SelectionCancelled, words=("words",)),
    EventType(name="merit.selection.TieDecided.v1", of=selection.TieDecided),
    EventType(name="merit.selection.RankingPublished.v1", of=selection.RankingPublished, words=("words",)),
    EventType(name="merit.selection.RankingFixed.v1", of=selection.RankingFixed),
    EventType(
        name="merit.selection.ObjectionWindowExtended.v1", of=selection.ObjectionWindowExtended, words=("words",)
    ),
    EventType(
        name="merit.selection.AttendanceRecorded.v1", of=selection.AttendanceRecorded, shown=("stage", "present")
    ),
    EventType(name="merit.selection.ScoreSealed.v1", of=selection.ScoreSealed, shown=("stage", "panelist", "seal")),
    EventType(name="merit.selection.StageScored.v1", of=selection.StageScored, shown=SCORED),
    EventType(
        name="merit.selection.ScoreCorrected.v1",
        of=selection.ScoreCorrected,
        shown=("stage", "panelist", "part", "was", "is", "ground"),
    ),
    EventType(name="merit.selection.CandidateWithdrawn.v1", of=selection.CandidateWithdrawn, fact=True),
    EventType(name="merit.selection.CandidateDisqualified.v1", of=selection.CandidateDisqualified, fact=True),
    EventType(name="merit.selection.ResultObjectionFiled.v1", of=selection.ResultObjectionFiled),
    EventType(
        name="merit.selection.ResultObjectionDecided.v1",
        of=selection.ResultObjectionDecided,
        shown=("announcement", "stage", "upheld", "remedy"),
    ),
    EventType(
        name="merit.selection.AppointmentOffered.v1", of=selection.AppointmentOffered, words=("departure.words",)
    ),
    EventType(
        name="merit.selection.ExternalOpinionRecorded.v1", of=selection.ExternalOpinionRecorded, words=("words",)
    ),
    EventType(name="merit.selection.OfferAccepted.v1", of=selection.OfferAccepted, hidden=("papers",)),
    EventType(name="merit.selection.OfferDeclined.v1", of=selection.OfferDeclined, hidden=("reason",)),
    EventType(name="merit.selection.EmployeeNumberFixed.v1", of=selection.EmployeeNumberFixed),
    EventType(name="merit.selection.CandidateAppointed.v1", of=selection.CandidateAppointed),
    EventType(name="merit.selection.AppointmentRevoked.v1", of=selection.AppointmentRevoked, words=("words",)),
)

TRAINING: Final = (
    EventType(name="merit.training.ProgrammeAdopted.v1", of=training.ProgrammeAdopted, words=("words",)),
    EventType(name="merit.training.ProgrammeRetired.v1", of=training.ProgrammeRetired),
    EventType(name="merit.training.InductionOrdered.v1", of=training.InductionOrdered),
    EventType(name="merit.training.ClassScheduled.v1", of=training.ClassScheduled),
    EventType(name="merit.training.ClassHeld.v1", of=training.ClassHeld),
    EventType(name="merit.training.OfficerEnrolled.v1", of=training.OfficerEnrolled),
    EventType(name="merit.training.EnrolmentCancelled.v1", of=training.EnrolmentCancelled),
    EventType(name="merit.training.TrainingCompleted.v1", of=training.TrainingCompleted),
    EventType(name="merit.training.OfficerOnboarded.v1", of=training.OfficerOnboarded),
    EventType(name="merit.training.ProbationConcluded.v1", of=training.ProbationConcluded),
    EventType(name="merit.training.OfficerDeparted.v1", of=training.OfficerDeparted),
)

FEEDBACK: Final = (
    EventType(name="merit.feedback.VisitCodesIssued.v1", of=feedback.VisitCodesIssued),
    EventType(name="merit.feedback.FeedbackReceived.v1", of=feedback.FeedbackReceived),
    EventType(name="merit.feedback.SurveyResultPublished.v1", of=feedback.SurveyResultPublished),
    EventType(name="merit.feedback.PerformancePlanAgreed.v1", of=feedback.PerformancePlanAgreed),
    EventType(name="merit.feedback.CoworkersAsked.v1", of=feedback.CoworkersAsked),
    EventType(name="merit.feedback.CoworkerFeedbackGiven.v1", of=feedback.CoworkerFeedbackGiven),
    EventType(name="merit.feedback.OfficerEvaluated.v1", of=feedback.OfficerEvaluated),
    EventType(name="merit.feedback.OfficerReplied.v1", of=feedback.OfficerReplied),
    EventType(name="merit.feedback.ComplaintFiled.v1", of=feedback.ComplaintFiled),
    EventType(name="merit.feedback.ComplaintAnswered.v1", of=feedback.ComplaintAnswered),
    EventType(name="merit.feedback.ComplaintClosed.v1", of=feedback.ComplaintClosed),
    EventType(name="merit.feedback.SupportPlanOpened.v1", of=feedback.SupportPlanOpened),
    EventType(name="merit.feedback.SupportPlanProgressed.v1", of=feedback.SupportPlanProgressed),
    EventType(name="merit.feedback.SupportPlanClosed.v1", of=feedback.SupportPlanClosed),
)

TYPES: Final = (
    EventType(name="merit.platform.AttemptRefused.v1", of=platform.AttemptRefused),
    EventType(name="merit.platform.ActProposed.v1", of=platform.ActProposed),
    EventType(name="merit.platform.ActApproved.v1", of=platform.ActApproved),
    EventType(name="merit.platform.ActRefused.v1", of=platform.ActRefused),
    EventType(name="merit.platform.PersonalDataRead.v1", of=platform.PersonalDataRead),
    *INTAKE,
    *SELECTION,
    *TRAINING,
    *FEEDBACK,
    EventType(name="merit.people.RoleGranted.v1", of=people.RoleGranted),
    EventType(name="merit.people.RoleRevoked.v1", of=people.RoleRevoked),
)

CATEGORIES: Final = {
    category.name: category
    for category in (
        Category(name="post", service="intake", public=True),
        Category(name="need", service="intake", public=True),
        Category(name="round", service="intake", public=True),
        Category(name="vacancy", service="intake", public=True),
        Category(name="application", service="intake", public=False, holder=0, founded=True),
        Category(name="rulepack", service="intake", public=True),
        Category(name="import", service="selection", public=True),
        Category(name="selection", service="selection", public=True),
        Category(name="approval", service="", public=False),
        Category(name="pool", service="selection", public=True),
        Category(name="panel", service="selection", public=True),
        Category(name="session", service="selection", public=True),
        Category(name="seat", service="selection", public=True),
        Category(name="programme", service="training", public=True),
        Category(name="class", service="training", public=False),
        Category(name="enrolment", service="training", public=False, holder=2),
        Category(name="officer", service="training", public=False, holder=0),
        Category(name="survey", service="feedback", public=False, by_day=True),
        Category(name="service", service="feedback", public=True),
        Category(name="evaluation", service="feedback", public=False, holder=0),
        Category(name="review", service="feedback", public=False, by_day=True),
        Category(name="complaint", service="feedback", public=False),
        Category(name="support", service="feedback", public=False),
        Category(name="access", service="", public=False),
        Category(name="candidate", service="selection", public=False, holder=1, vacancy=True),
        Category(name="role", service="people", public=False, holder=0),
    )
}

BY_NAME: Final = {kind.name: kind for kind in TYPES}
BY_CLASS: Final = {kind.of: kind for kind in TYPES}


def named(name: str) -> EventType:
    """The type of that name; Unreadable if no published version has it."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise Unreadable(f"event type {name!r} is not in the catalogue; a newer version of Merit may know it") from None
