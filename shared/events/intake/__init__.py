"""Intake's events: job analyses, needs, rounds, vacancies, applications, and the rule packs in force (events.md 3a)."""

from shared.events.intake.applications import (
    ApplicationEvent,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    DocumentsChecked,
    Finding,
    SubmittedDocument,
)
from shared.events.intake.plans import (
    ActingOfficerAssigned,
    JobAnalysisAdopted,
    NeedApproved,
    NeedEvent,
    NeedProposed,
    NeedRecommended,
    PostEvent,
    RoundClosed,
    RoundEvent,
    RoundOpened,
    RulePackAdopted,
    RulePackEvent,
    Task,
)
from shared.events.intake.schemes import Criterion, Formation, Requirement, Scheme, SchemeStage
from shared.events.intake.vacancies import (
    ApplicationsClosed,
    CheckResultAnnounced,
    DeadlineExtended,
    Outage,
    Tie,
    VacancyAnnounced,
    VacancyCancelled,
    VacancyEvent,
    VacancyListed,
    VacancyPublished,
    VerifierAssigned,
)

__all__ = [
    "ActingOfficerAssigned", "ApplicationEvent", "ApplicationSubmitted", "ApplicationWithdrawn", "ApplicationsClosed",
    "CheckObjectionDecided", "CheckObjectionFiled", "CheckResultAnnounced", "Criterion", "DeadlineExtended",
    "DocumentsChecked", "Finding", "Formation", "JobAnalysisAdopted", "NeedApproved", "NeedEvent", "NeedProposed",
    "NeedRecommended", "Outage", "PostEvent", "Requirement", "RoundClosed", "RoundEvent", "RoundOpened",
    "RulePackAdopted", "RulePackEvent", "Scheme", "SchemeStage", "SubmittedDocument", "Task", "Tie", "VacancyAnnounced",
    "VacancyCancelled", "VacancyEvent", "VacancyListed", "VacancyPublished", "VerifierAssigned",
]  # fmt: skip
