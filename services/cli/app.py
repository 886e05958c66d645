"""The commands, their options and their exit codes. What a command needs is imported when it runs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.cli import output

main = typer.Typer(
    name="merit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Merit: recruitment of civil servants by merit, from events that anybody can recompute.",
    epilog="Exit codes: 0 done, 2 wrong use, 3 wrong file, 4 rows refused, 5 damaged, 6 not found,"
    " 7 in use or in the way, 70 a fault of ours.",
)
imports = typer.Typer(no_args_is_help=True, help="Official lists in: checked whole, then one command per row.")
rules = typer.Typer(no_args_is_help=True, help="The rule packs: what a score, a tie, a cut is, and by which law.")
keys = typer.Typer(no_args_is_help=True, help="Keys that are kept outside the data folder.")
main.add_typer(imports, name="import")
main.add_typer(rules, name="rules")
main.add_typer(keys, name="keys")

Data = Annotated[Path, typer.Option("--data", envvar="MERIT_DATA", help="The data folder.", show_default="./data")]
Json = Annotated[bool, typer.Option("--json", help="The answer as one JSON document.")]
Lang = Annotated[Literal["id", "en"] | None, typer.Option("--lang", help="id or en; by the locale if not given.")]
AsOf = Annotated[int | None, typer.Option("--as-of", help="As the first N events of selection made it.")]
HERE = Path("data")


@main.command()
def init(
    agency: Annotated[str, typer.Argument(help="The agency's code, e.g. pauh.")],
    first: Annotated[str, typer.Option(help="How the first administrator signs in: e-mail or telephone.")],
    first_unit: Annotated[str, typer.Option(help="The unit that they act in, e.g. pauh.bkpsdm.")],
    second: Annotated[str, typer.Option(help="The same of the second administrator: another person.")],
    second_unit: Annotated[str, typer.Option(help="Another unit, e.g. pauh.inspektorat.")],
    decree: Annotated[str, typer.Option(help="The number of the decree that appoints both.")],
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day of their term; five years if not given."),
    ] = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """A data folder with an agency's first two administrators. Each types a password, or standard input has a line for
    each; there is no default."""
    from services.cli import founding

    founders = (
        founding.Founder(nth="first", contact=first, unit=first_unit),
        founding.Founder(nth="second", contact=second, unit=second_unit),
    )
    last = None if until is None else until.date()
    said = founding.Founding(agency=agency, founders=founders, decree=decree, until=last)
    raise typer.Exit(founding.init(said, data, json))


@imports.command("vacancies")
def import_vacancies(
    file: Annotated[Path, typer.Argument(help="CSV, or CSV in gzip.")], data: Data = HERE, json: Json = False
) -> None:
    """A list of vacancies that were published elsewhere (SSCASN)."""
    from services.cli import commands

    raise typer.Exit(commands.import_vacancies(file, data, json))


@imports.command("results")
def import_results(
    file: Annotated[Path, typer.Argument(help="CSV, or CSV in gzip.")],
    scheme: Annotated[str, typer.Option(help="The rule pack, e.g. cpns-2024 (merit rules list).")],
    layout: Annotated[
        str | None, typer.Option("--map", help="The layout; recognised by its columns if not given.")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="The agency's code, where the layout's own is not meant.")] = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """An official list of results: scores as events, and the rankings that follow."""
    from services.cli import commands

    if agency is not None and not re.fullmatch("(?=.*[a-z])[a-z0-9-]{1,60}", agency):
        raise typer.BadParameter("an agency's code is made of small letters, digits and hyphens, at most 60 signs")
    raise typer.Exit(commands.import_results(file, scheme, layout, agency, data, json))


@main.command()
def ranking(
    vacancy: Annotated[str | None, typer.Argument(help="A vacancy, or the end of its id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All vacancies.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Into this file.")] = None,
    as_of: AsOf = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """The order of a vacancy, or of all, computed from events."""
    from services.cli import commands

    if (vacancy is None) == (not every):
        raise typer.BadParameter("name a vacancy, or --all")
    raise typer.Exit(commands.ranking(vacancy, csv, as_of, data, json))


@main.command()
def explain(
    vacancy: Annotated[str, typer.Argument(help="A vacancy, or the end of its id.")],
    place: Annotated[int, typer.Option(help="The place in its order.")],
    kind: Annotated[str | None, typer.Option(help="The kind of need, where there are several.")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """Why somebody stands there: the sum, the neighbours, the step that decided, the law, the events."""
    from services.cli import commands

    raise typer.Exit(commands.explain(vacancy, place, kind, as_of, output.lang(lang), data, json))


@main.command()
def events(
    service: Annotated[
        str | None, typer.Argument(help="intake, selection, training, feedback or people; all if not given.")
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="How many events are held already.")] = 0,
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for more, until interrupted.")] = False,
    data: Data = HERE,
    json: Annotated[bool, typer.Option("--json", help="As always: the answer is JSON anyway.")] = True,
) -> None:
    """The events as CloudEvents, one JSON document a line."""
    from services.cli import commands

    if service is None and (after or follow):
        raise typer.BadParameter("--after and --follow are about one ledger: name the service")
    raise typer.Exit(commands.events(service, after, limit, follow, data))


@main.command()
def rebuild(
    view: Annotated[str | None, typer.Argument(help="ranking, or a service; all if not given.")] = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """Everything derived, made anew from the events, compared, switched."""
    from services.cli import commands

    raise typer.Exit(commands.rebuild(view, data, json))


@main.command()
def doctor(data: Data = HERE, json: Json = False) -> None:
    """Whether the folder proves what it holds: every event recomputed, every read model compared."""
    from services.cli import commands

    raise typer.Exit(commands.doctor(data, json))


@main.command()
def demo(
    data: Annotated[
        Path | None, typer.Option("--data", help="A new folder; without it one that is thrown away.")
    ] = None,
    to: Annotated[
        Literal["offices", "needs", "open", "sent", "closed", "checked", "answered", "compared"] | None,
        typer.Option("--to", help="Only the first half of a round, over HTTP, up to this step."),
    ] = None,
    applicants: Annotated[
        int | None,
        typer.Option(min=0, max=100_000, help="How many apply.", show_default="3000; 60 with --to"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other marks.")] = 2027,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any.")] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Whether it goes on serving.")] = True,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """A whole round that plays itself, from need to help: 12 vacancies, 3,000 made-up applicants; then everything is
    recounted, and a fraud on a copy is caught."""
    if to is not None:
        from services.cli.demonstration import command as half

        raise typer.Exit(half.demo(data, to, 60 if applicants is None else applicants, port, serve, json))
    from services.cli.demonstration.round import command

    many = command.MANY if applicants is None else applicants
    if many < command.FEWEST:
        raise typer.BadParameter(f"a whole round needs at least {command.FEWEST} applicants (with --to, any number)")
    raise typer.Exit(command.demo(data, many, seed, port, serve, json, lang))


@main.command()
def timeline(
    vacancy: Annotated[str, typer.Argument(help="A vacancy, or the end of its id.")],
    data: Data = HERE,
    every: Annotated[bool, typer.Option("--all", help="A line for each act, also where many alike follow.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document a line, for each act.")] = False,
) -> None:
    """Who did what when about a vacancy, over every ledger."""
    from services.cli import oversight

    raise typer.Exit(oversight.timeline(vacancy, data, json, every=every or json))


@main.command()
def replay(
    vacancy: Annotated[str, typer.Argument(help="A vacancy, or the end of its id.")],
    panelist: Annotated[
        str | None, typer.Option("--without-panelist", help="As if this panelist had judged nobody.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--without-stage", help="As if this stage (or `stage.part`) had not been.")
    ] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """The ranking recomputed from events alone, and who would move without a stage or a panelist."""
    from services.cli import oversight

    raise typer.Exit(oversight.replay(vacancy, panelist, stage, as_of, data, json, output.lang(lang)))


@main.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen (MERIT_HOST).", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="0 is any (MERIT_PORT).", show_default="8000")
    ] = None,
    data: Data = HERE,
    json: Annotated[bool, typer.Option("--json", help="The address as one JSON line, once it answers.")] = False,
) -> None:
    """The platform over HTTP: /api, /health, /metrics."""
    from services.cli import serving

    raise typer.Exit(serving.serve(data, host, port, json))


@main.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy: a new file.")],
    key: Annotated[
        Path | None, typer.Option(help="Seal it under this key (merit keys backup-key); it then holds master.key, too.")
    ] = None,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """A copy of the data folder as it is at one instant, while a server goes on."""
    from services.cli import keeping

    raise typer.Exit(keeping.backup(file, key, data, json))


@main.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy that merit backup made.")],
    key: Annotated[Path | None, typer.Option(help="The key that it is sealed under.")] = None,
    master: Annotated[
        Path | None, typer.Option(help="The folder's master.key, where the copy does not hold it.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Even if the folder holds something; that is kept beside it.")
    ] = False,
    data: Data = HERE,
    json: Json = False,
) -> None:
    """A copy as a data folder: all of it is checked before anything is put in place."""
    from services.cli import keeping

    raise typer.Exit(keeping.restore(file, key, master, replace, data, json))


@keys.command("backup-key")
def backup_key(file: Annotated[Path, typer.Argument(help="A new file.")], json: Json = False) -> None:
    """A new key for copies, to be kept apart from them."""
    from services.cli import keeping

    raise typer.Exit(keeping.backup_key(file, json))


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def test() -> None:
    """Lint, types, tests, coverage; with arguments pytest alone, which gets them."""


@rules.command("list")
def rules_list(json: Json = False) -> None:
    """The packs, with their digests and laws."""
    from services.cli import rules_text

    raise typer.Exit(rules_text.listed(json))


@rules.command("show")
def rules_show(
    pack: Annotated[str, typer.Argument(help="Its name (merit rules list).")], json: Json = False, lang: Lang = None
) -> None:
    """One pack, rule by rule; --json prints its canonical bytes."""
    from services.cli import rules_text

    raise typer.Exit(rules_text.shown(pack, json, output.lang(lang)))


def run(arguments: list[str]) -> int:
    """The exit code; what went wrong is one sentence on stderr, never a traceback for what a person can mend."""
    try:
        found: Any = main(arguments, standalone_mode=False, prog_name="merit")
        return found if isinstance(found, int) else output.OK
    except KeyboardInterrupt:
        output.complain("stopped: what was answered is recorded, and the same command goes on from there")
        return 130
    except SystemExit:  # the option parser's way with a reader who left early; it has silenced what is still buffered
        return 141
    except Exception as error:  # noqa: BLE001  the last word to a person
        from services.cli import failures

        return failures.exit_code(error)
