"""From what went wrong to a sentence and an exit code."""

from __future__ import annotations

import os
import sqlite3
import traceback

import typer

from services.cli import output
from services.cli.lists import WrongFile
from shared.events import Damaged, MeritError, NotFound, Refused, Unknown
from shared.rules.errors import RulesError, UnknownPack
from shared.runtime.holding import InTheWay
from shared.runtime.problems import sentence


def exit_code(error: Exception) -> int:
    """Says it, and answers the code."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    match error:
        case ValidationError():
            wrong = ", ".join(f"MERIT_{'_'.join(map(str, one['loc'])).upper()}" for one in error.errors())
            output.complain(f"{wrong}: not a value that it may have (docs/settings.md)")
            return output.WRONG_USE
        case typer.Exit():
            return int(error.exit_code)
        case typer.Abort():
            return output.WRONG_USE
        case typer.BadParameter():
            output.complain(f"{error.format_message()} (merit --help)")
            return output.WRONG_USE
        case WrongFile():
            output.complain(error.say(output.lang(None)))
            return output.WRONG_INPUT
        case NotFound() | UnknownPack():
            output.complain(str(error))
            return output.NOT_FOUND
        case InTheWay():
            output.complain(str(error))
            return output.IN_THE_WAY
        case Refused():
            output.complain(sentence(error.code, output.lang(None)))
            return output.REFUSED
        case Damaged():
            output.complain(str(error))
            return output.DAMAGED
        case Unknown():
            output.complain(str(error))
            return _database(error.__cause__.orig) if isinstance(error.__cause__, DBAPIError) else output.FAILED
        case MeritError() | RulesError():
            output.complain(str(error))
            return output.WRONG_INPUT
        case DBAPIError():
            return _database(error.orig)
        case OSError():
            output.complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
            return output.WRONG_INPUT
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # the option parser's own
        if said := error.format_message():  # nothing where the help itself was the answer
            output.complain(f"{said} (merit --help)")
        return output.WRONG_USE
    return _ours(error)


def _database(error: BaseException | None) -> int:
    """Never the statement nor its values: they may be personal."""
    code = getattr(error, "sqlite_errorname", type(error).__name__)
    known = {
        "SQLITE_FULL": "the disk is full: the last batch was not recorded. Make room, then run the same command again",
        "SQLITE_BUSY": "another process holds the ledger; try again when it is done",
        "SQLITE_READONLY": "the data folder cannot be written: check its owner and rights",
        "SQLITE_CORRUPT": "a database file is damaged: keep it, and restore the folder from a backup",
        "SQLITE_NOTADB": "a database file is damaged: keep it, and restore the folder from a backup",
    }
    output.complain(known.get(code, f"the database refused ({code})"))
    return output.DAMAGED if isinstance(error, sqlite3.Error) else output.FAILED


def _ours(error: Exception) -> int:
    """A fault of ours: where, never with values, unless a developer asks for all of it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    output.complain(f"a fault of ours: {type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}")  # noqa: PTH119
    if os.environ.get("MERIT_DEBUG"):
        traceback.print_exception(error)
    return output.FAILED
