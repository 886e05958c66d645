"""People as one value."""

from services.people import roles
from services.people.roles import (
    NOBODY,
    Administrators,
    GrantRole,
    RevokeRole,
    administrators_key,
    fold_administrators,
)
from services.people.views import GRANTS
from shared.runtime.service import Fact, Service

ADMINISTRATORS = Fact(
    name="administrators", of=Administrators, initial=NOBODY, key=administrators_key, fold=fold_administrators
)

PEOPLE = Service(
    name="people",
    deciders={"role": roles},
    facts=(ADMINISTRATORS,),
    views=(GRANTS,),
    commands={kind.__name__: kind for kind in (GrantRole, RevokeRole)},
)
