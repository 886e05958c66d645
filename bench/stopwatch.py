"""Where the time of the pipeline goes, by clocks around its parts: no profiler, about a third of a microsecond a
call."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from shared.ledger import Batch, Keys, store
from shared.runtime.turn import Turn

PARTS = ("enrol", "derive", "load", "decide", "commitment", "append", "answers and facts", "commit", "rest")


class Stopwatch:
    """Seconds by part. A part is the time inside it, without the parts inside that."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(PARTS, 0.0)
        self._inside = [0.0]

    def run(self, writer: sa.Engine, act: Callable[[], object]) -> None:
        """Clocks around enrolment, keys, loading, deciding, committing to bytes, appending and the commit itself."""
        with (
            patch.object(Keys, "enrol", self._around("enrol", Keys.enrol)),
            patch.object(Keys, "ensure", self._around("derive", Keys.ensure)),
            patch.object(Turn, "begin", self._around("load", Turn.begin)),
            patch.object(Turn, "decide", self._around("decide", Turn.decide)),
            patch.object(store, "record", self._around("commitment", store.record)),
            patch.object(Batch, "append", self._around("append", Batch.append)),
            patch.object(Turn, "finish", self._around("answers and facts", Turn.finish)),
            patch.object(writer.dialect, "do_commit", self._around("commit", writer.dialect.do_commit)),
        ):
            began = perf_counter()
            act()
            self.spent["rest"] += perf_counter() - began - sum(self.spent.values())

    def _around(self, part: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        inside, spent = self._inside, self.spent

        def timed(*given: Any, **named: Any) -> Any:
            inside.append(0.0)
            began = perf_counter()
            try:
                return inner(*given, **named)
            finally:
                whole = perf_counter() - began
                spent[part] += whole - inside.pop()
                inside[-1] += whole

        return timed
