"""What the commands do, once their options are read: open the folder, act, say what was counted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from services.cli import output
from services.cli.platform import Platform, opened
from shared.events import NotFound
from shared.ledger import Ledger
from shared.runtime.problems import sentence


def import_vacancies(file: Path, data: Path, as_json: bool) -> int:
    """Prints what the list and the read model count."""
    from services.cli import importing
    from services.intake.views import counted

    outcome = importing.Outcome()
    with opened(data, create=True) as platform:
        try:
            read, _ = importing.import_vacancies(platform, file, output.progress(), outcome)
        except KeyboardInterrupt:
            return _interrupted(outcome)
        vacancies, seats, agencies = counted(platform.intake.ledger.reader)
    educations = sum(len(row.educations) for row in read.vacancies)
    value = {
        "file": read.sha256,
        "rows": read.rows,
        "in_file": {
            "vacancies": len(read.vacancies),
            "seats": sum(row.seats for row in read.vacancies),
            "educations": educations,
        },
        "recorded": outcome.recorded,
        "known": outcome.known,
        "refused": _refused(outcome.refused),
        "in_folder": {"vacancies": vacancies, "seats": seats, "agencies": agencies},
    }
    if as_json:
        output.as_json(value)
    else:
        output.say(f"{read.rows:,} rows read: {len(read.vacancies):,} vacancies, {educations:,} qualifying educations")
        output.say(_outcome(outcome))
        output.say(f"The list holds {vacancies:,} vacancies, {seats:,} seats, of {agencies:,} agencies.")
    return _closing(data, read.sha256, outcome.refused)


def import_results(file: Path, scheme: str, layout: str | None, agency: str | None, data: Path, as_json: bool) -> int:
    """Prints what became of the rows, and what the ranking counts."""
    from services.cli import importing
    from services.projections import queries
    from shared.rules import packs

    pack = packs.load(scheme)
    outcome = importing.Outcome()
    with opened(data, create=True) as platform:
        try:
            results, _ = importing.import_results(
                platform, file, pack, output.progress(), layout=layout, agency=agency, outcome=outcome
            )
        except KeyboardInterrupt:
            return _interrupted(outcome)
        with platform.ranking.store.begin() as tx:
            counted = queries.counted(tx, results.file.sha256)
        size = platform.selection.ledger.size()
    value = {
        "file": results.file.sha256,
        "layout": results.file.map,
        "agency": results.file.agency,
        "rows": len(results.file.rows),
        "recorded": outcome.recorded,
        "known": outcome.known,
        "refused": _refused(outcome.refused),
        "in_folder": counted,
        "waiting": dict(sorted(outcome.waiting.items())),
        "differs": _refused(outcome.differs),
        "events": size,
    }
    if as_json:
        output.as_json(value)
    else:
        output.say(f"{len(results.file.rows):,} rows read (layout {results.file.map}, agency {results.file.agency})")
        output.say(_outcome(outcome))
        output.say(
            f"{counted['vacancies']:,} vacancies, {counted['candidacies']:,} candidacies: {counted['in_order']:,} in"
            f" the order, {counted['hired']:,} inside the seats; {counted['published']:,} rankings published"
        )
        for code, number in sorted(outcome.waiting.items()):
            output.say(f"{number:,} rankings wait: {_why(code)}")
        output.say(f"{len(outcome.differs):,} results differ from what the list prints")
        output.say(f"Selection's ledger holds {size:,} events. Next: merit ranking --all --data {data}")
    return _closing(data, results.file.sha256, [*outcome.refused, *outcome.differs])


def ranking(vacancy: str | None, csv: Path | None, as_of: int | None, data: Path, as_json: bool) -> int:
    """A table for people, JSON for programs, or a file."""
    from services.cli import ranking as table

    with opened(data) as platform:
        every = list(table.lines(platform, vacancy, as_of))
    if csv is not None:
        table.write_csv(csv, every)
        value = {"file": str(csv), "rows": len(every), "ranked": sum(one["rank"] != "" for one in every)}
        if as_json:
            output.as_json(value)
        else:
            output.say(f"{value['rows']:,} rows, {value['ranked']:,} of them in the order, written to {csv}")
    elif as_json:
        output.as_json(every)
    else:
        _table(every)
    return output.OK


def _table(every: Sequence[dict[str, Any]]) -> None:
    shown = ("rank", "final_score", "status", "alias", "kind", "decided_by")
    last = None
    for one in every:
        if one["vacancy"] != last:
            last = one["vacancy"]
            seats = f", {one['seats']} seats" if one["seats"] != "" else ""
            output.say(f"\n{last}{seats} (as of event {one['as_of']:,})")
            output.say(f"{'rank':>4}  {'final':>8}  {'status':<7} {'alias':<12}  {'kind':<12} decided by")
        rank, final, status, alias, kind, by = (one[name] for name in shown)
        shared = " (shared)" if one["shared_place"] else ""
        output.say(f"{rank:>4}  {final:>8}  {status:<7} {alias:<12}  {kind:<12} {by}{shared}".rstrip())


def explain(vacancy: str, place: int, kind: str | None, as_of: int | None, lang: str, data: Path, as_json: bool) -> int:
    """One place, explained."""
    from services.cli import explain as explaining

    with opened(data) as platform:
        found = explaining.explained(platform, vacancy, place, kind, as_of)
    if as_json:
        output.as_json(explaining.as_value(found, lang))
    else:
        output.say(explaining.text(found, lang))
    return output.OK


def events(service: str | None, after: int, limit: int | None, follow: bool, data: Path) -> int:
    """CloudEvents on stdout, in order; with --follow until interrupted."""
    from shared.events import codec

    out = sys.stdout.buffer
    with opened(data) as platform:
        for ledger in [one for one in platform.ledgers() if service in (None, one.service)] or _no_service(
            platform, service
        ):
            while True:
                for page in ledger.read(after, limit=limit):
                    out.writelines(_shown(codec.message(one, ledger.service)) + b"\n" for one in page)
                    after, limit = page[-1].position + 1, None if limit is None else limit - len(page)
                out.flush()
                if not follow or limit == 0:
                    break
                time.sleep(0.2)
            after = 0
    return output.OK


def _shown(message: bytes) -> bytes:
    return message if message.isascii() and b"\x7f" not in message else output.escaped_json(message.decode()).encode()


def _no_service(platform: Platform, said: str | None) -> list[Any]:
    known = ", ".join(one.service for one in platform.ledgers())
    raise NotFound(f"no ledger {said!r} here; there are {known}")


def rebuild(view: str | None, data: Path, as_json: bool) -> int:
    """Each view made anew, with the digest of its rows and whether the old rows were the same."""
    from shared.runtime import rebuild as rebuilding

    show = output.progress()
    with opened(data, writing=True) as platform:
        jobs = dict(_jobs(platform, show))
        if view is not None and view not in jobs:
            raise NotFound(f"no view {view!r}; there are {', '.join(jobs)}")
        for source, views in platform.views.items():  # the old tables may be the only trace of another past
            for one in views:
                if view in (None, one.view.name, source):
                    rebuilding.refuse_another_past(one, platform.pipelines[source].ledger)
        restored = [name for ledger in platform.ledgers() for name in ledger.restore_guards()]
        made = [job() for name, job in jobs.items() if view in (None, name)]
    for name in restored:
        output.complain(f"trigger {name} was missing and is there again; merit doctor tells whether rows were changed")
    if as_json:
        output.as_json(
            [
                {name: getattr(one, name) for name in ("view", "events", "rows", "digest", "was_same", "behind")}
                for one in made
            ]
        )
    else:
        for one in made:
            behind = (
                f"was {one.behind:,} events behind, caught up"
                if one.behind
                else "the rows were others, or were missing"
            )
            said = "the rows were the same" if one.was_same else behind
            output.say(f"{one.view:<16} {one.rows:>8,} rows from {one.events:,} events  {one.digest[:16]}…  {said}")
    return output.OK


def _jobs(platform: Platform, show: output.Progress) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What can be made anew, by name: each service's own tables, each read model."""
    from shared.runtime import rebuild as rebuilding

    def shown(name: str, ledger: Ledger) -> Callable[[int], None]:
        size = ledger.size()
        return lambda done: show(name, done, size)

    for name, pipeline in platform.pipelines.items():
        ledger = pipeline.ledger
        yield name, partial(rebuilding.rebuild_own, pipeline.service, ledger, shown(name, ledger))
    for source, views in platform.views.items():
        ledger = platform.pipelines[source].ledger
        for one in views:
            yield one.view.name, partial(rebuilding.rebuild, one, ledger, shown(one.view.name, ledger))


def doctor(data: Path, as_json: bool) -> int:
    """Every finding with ledger, position and cure; exit 5 if there is one."""
    from services.cli import abreast
    from services.cli import doctor as checking

    with abreast.eyes() as eyes:
        began = time.monotonic()
        found = eyes.diagnose(data)
        seconds = time.monotonic() - began
    findings = found.findings
    if as_json:
        output.as_json(
            {
                "ledgers": [
                    {"ledger": r.ledger, "events": r.events, "root": r.root.hex(), "findings": len(r.findings) + r.more}
                    for r in found.reports
                ],
                "findings": [
                    {"ledger": f.ledger, "position": f.position, "code": f.code, "what": f.what} for f in findings
                ],
            }
        )
        return output.DAMAGED if findings else output.OK
    lang = output.lang(None)
    for report in found.reports:
        output.say(checking.line(report, lang))
    for finding in findings:
        output.say("\n" + checking.text(finding, lang))
    if not findings:
        output.say(checking.holds(seconds, lang))
    return output.DAMAGED if findings else output.OK


def _outcome(outcome: Any) -> str:
    return (
        f"{outcome.recorded:,} commands recorded now, {outcome.known:,} known before, {len(outcome.refused):,} refused"
    )


def _why(code: str) -> str:
    from services.cli.ranking_publication import OPEN_TIE

    return "a tie is left open, and the list does not decide it" if code == OPEN_TIE else f"refused ({code})"


def _interrupted(outcome: Any) -> int:
    """What is recorded stays; at least so much, for the last answers may not have been read."""
    done = outcome.recorded + outcome.known
    output.complain(
        f"interrupted: at least {done:,} commands of this list are recorded ({outcome.recorded:,} of them now), each"
        " whole; the same command goes on from there"
    )
    return output.INTERRUPTED


def _refused(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"row": one.row, "vacancy": one.vacancy, "code": one.code} for one in rows]


def _line(row: int) -> int | str:
    """A data row as a spreadsheet counts it, with the header above; nothing for the whole list."""
    return row + 1 if row else ""


def _closing(data: Path, file: str, refused: Sequence[Any]) -> int:
    """Refused rows come back as an error sheet."""
    if not refused:
        return output.OK
    import csv

    sheet = data / f"refused-{file[:12]}.csv"
    with sheet.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("row", "vacancy", "code", "kesalahan", "error"))
        writer.writerows(
            (_line(one.row), one.vacancy, one.code, sentence(one.code, "id"), sentence(one.code, "en"))
            for one in sorted(refused, key=lambda one: (one.row, one.code))
        )
    first = min(refused, key=lambda one: (one.row, one.code))
    said = sentence(first.code, output.lang(None))
    where = f"the first at row {_line(first.row)}" if first.row else "the whole list"
    output.complain(f"{len(refused):,} refused or different, {where}: {said} All in {sheet}")
    return output.REFUSED
