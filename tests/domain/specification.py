"""given(events).when(command).then(events): how the rules of a stream are told. A module is the decider."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pytest

from shared.events import Refused
from shared.runtime.service import Decider


@dataclass(frozen=True)
class Specification:
    """The rules of one decider; `facts` holds where a sentence names none."""

    decider: Decider
    facts: Any

    def given(self, *events: Any) -> "History":
        """What has happened in the stream so far."""
        return History(self, reduce(self.decider.evolve, events, self.decider.initial))


@dataclass(frozen=True)
class History:
    """A stream as it stands."""

    rules: Specification
    state: Any

    def when(self, command: Any, facts: Any = None) -> "Outcome":
        """Somebody wants something."""
        asked = self.rules.facts if facts is None else facts
        return Outcome(lambda: list(self.rules.decider.decide(command, self.state, asked)))


@dataclass(frozen=True)
class Outcome:
    """What comes of it."""

    of: Callable[[], list[Any]]

    def then(self, *events: Any) -> None:
        """These events; none where it was done already."""
        assert self.of() == list(events)

    def refused(self, code: str, *evidence: Any) -> None:
        """It is not done, for this reason; the attempt leaves this evidence."""
        with pytest.raises(Refused) as caught:
            self.of()
        assert (caught.value.code, caught.value.evidence) == (code, evidence)
