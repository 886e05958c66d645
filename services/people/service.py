"""People as one value. Roles are granted by two persons, so its acts go with approvals."""

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
from shared.runtime.approvals import with_approvals
from shared.runtime.service import Fact, Service

ADMINISTRATORS = Fact(
    name="administrators", of=Administrators, initial=NOBODY, key=administrators_key, fold=fold_administrators
)

PEOPLE = with_approvals(
    Service(
        name="people",
        deciders={"role": roles},
        facts=(ADMINISTRATORS,),
        views=(GRANTS,),
        commands={kind.__name__: kind for kind in (GrantRole, RevokeRole)},
    )
)
