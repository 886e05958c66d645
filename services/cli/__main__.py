"""`./merit`: hands over to the tests or to the command line; nothing heavy is imported before it is needed."""

import sys

VERSION = "0.1.0"


def main(arguments: list[str]) -> int:
    """The exit code of a command."""
    if arguments[:1] == ["--version"]:
        print(VERSION)
        return 0
    if arguments[:1] == ["test"]:
        from services.cli import checks

        return checks.run(arguments[1:])
    from services.cli import app

    return app.run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
