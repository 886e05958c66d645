"""Selection as one value."""

from services.selection import candidates, imports, selections
from services.selection.facts import (
    NOBODY,
    NOT_OPEN,
    Attendance,
    Procedure,
    attendance_key,
    fold_attendance,
    fold_procedure,
    procedure_key,
)
from shared.runtime.service import Fact, Service

PROCEDURE = Fact(name="procedure", of=Procedure, initial=NOT_OPEN, key=procedure_key, fold=fold_procedure)
ATTENDANCE = Fact(name="attendance", of=Attendance, initial=NOBODY, key=attendance_key, fold=fold_attendance)

SELECTION = Service(
    name="selection",
    deciders={"import": imports, "selection": selections, "candidate": candidates},
    facts=(PROCEDURE, ATTENDANCE),
)
