"""Training as one value."""

from services.training import classes, enrolments, officers, programmes
from services.training.facts import (
    NO_CERTIFICATE,
    NO_COURSE,
    NO_OFFICER,
    NO_PROGRAMME,
    NO_SEAT,
    NO_TIMETABLE,
    Certificate,
    Course,
    Officer,
    Programme,
    Seat,
    Timetable,
    certificate_key,
    course_key,
    fold_certificate,
    fold_course,
    fold_officer,
    fold_programme,
    fold_seat,
    fold_timetable,
    officer_key,
    programme_key,
    seat_key,
    timetable_key,
)
from services.training.preparing import PREPARE
from services.training.views import OWN
from shared.runtime.approvals import with_approvals
from shared.runtime.service import Fact, Service

FACTS = (
    Fact(name="programme", of=Programme, initial=NO_PROGRAMME, key=programme_key, fold=fold_programme),
    Fact(name="course", of=Course, initial=NO_COURSE, key=course_key, fold=fold_course),
    Fact(name="officer", of=Officer, initial=NO_OFFICER, key=officer_key, fold=fold_officer),
    Fact(name="timetable", of=Timetable, initial=NO_TIMETABLE, key=timetable_key, fold=fold_timetable),
    Fact(name="seat", of=Seat, initial=NO_SEAT, key=seat_key, fold=fold_seat),
    Fact(name="certificate", of=Certificate, initial=NO_CERTIFICATE, key=certificate_key, fold=fold_certificate),
)

TRAINING = with_approvals(
    Service(
        name="training",
        deciders={
            "programme": programmes,
            "class": classes,
            "enrolment": enrolments,
            "officer": officers,
        },
        facts=FACTS,
        views=(OWN,),
        prepare=PREPARE,
    )
)
