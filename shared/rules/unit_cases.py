"""A unit's case after a poor survey: when it opens and closes, by when, and which measure may answer which gap.

A measure fits its gap: nobody is trained because a waiting room lacks chairs.
"""

import datetime as dt

from shared.rules.errors import UnknownKind
from shared.rules.survey import Instrument, enough

MEASURES = ("facilities", "process", "staffing", "competence")
POOR = ("C", "D")
OWN = {
    "u1": "process", "u2": "process", "u3": "staffing", "u4": "process", "u5": "process", "u6": "competence",
    "u7": "competence",
}  # fmt: skip
CAUSES = dt.timedelta(days=14)
AGAIN = dt.timedelta(days=90)
ENROLLED = dt.timedelta(days=7)


def opens(grade: str, respondents: int) -> bool:
    """Grade C or D by at least 30 answers."""
    return grade in POOR and enough(respondents)


def closes(grade: str, respondents: int) -> bool:
    """Measured again: A or B by at least 30 answers; else the case stays open and the regional secretary holds it
    too."""
    return grade not in POOR and enough(respondents)


def measure_for(element: str, instrument: Instrument) -> str:
    """The measure that answers a gap: facilities (sarana) a request, process (U1, U2, U4, U5) a changed standard,
    staffing (U3) perhaps a need, competence (U6, U7, complaints) training; `UnknownKind` for another element.
    """
    if element == instrument.facilities:
        return "facilities"
    if element == instrument.complaints:
        return "competence"
    if element not in OWN or element not in instrument.elements:
        raise UnknownKind(f"no element {element!r}; known: {', '.join(instrument.elements)}")
    return OWN[element]


def may_answer(measure: str, element: str, instrument: Instrument) -> bool:
    """Whether this kind of measure answers the gap; `UnknownKind` for a measure or an element that is none."""
    if measure not in MEASURES:
        raise UnknownKind(f"no measure {measure!r}; known: {', '.join(MEASURES)}")
    return measure == measure_for(element, instrument)


def trains(measure: str) -> bool:
    """Whether officers of the service are enrolled."""
    return measure == "competence"


def drafts_need(measure: str, efficiency: str | None) -> bool:
    """Whether a staffing gap drafts a need: only where the efficiency of the post (EJ) is above 1.00, class A."""
    return measure == "staffing" and efficiency == "A"


def causes_due(opened: dt.date) -> dt.date:
    """By when the head names cause, evidence and measure of each gap: 14 days."""
    return opened + CAUSES


def measured_again(opened: dt.date) -> dt.date:
    """When the service is measured again: at 90 days."""
    return opened + AGAIN


def enrolled_by(agreed: dt.date) -> dt.date:
    """By when the officers are in a class, if competence is the measure: 7 days."""
    return agreed + ENROLLED
