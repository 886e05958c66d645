"""All benchmarks, in one table for docs/performance.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bench import doctor, http, imports, pipeline, ranking, save
from bench.harness import Unfit, options_of, show, surroundings

BENCHES = {
    "pipeline": pipeline.measure,
    "save": save.measure,
    "imports": imports.measure,
    "ranking": ranking.measure,
    "doctor": doctor.measure,
    "http": http.measure,
}


def run(arguments: Sequence[str] | None = None) -> int:
    """Every one in turn; 1 if one of them cannot be reported, and the others are reported all the same."""
    options, as_json = options_of(arguments, "all benchmarks")
    found, code = [], 0
    try:
        around = surroundings(options)
    except Unfit as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    for name, bench in BENCHES.items():
        print(f"bench: {name} ...", file=sys.stderr)
        try:
            found.append(bench(options))
        except Unfit as reason:
            print(f"bench: {name}: {reason}", file=sys.stderr)
            code = 1
    show(found, around, as_json=as_json)
    return code


if __name__ == "__main__":
    sys.exit(run())
