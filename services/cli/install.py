"""Makes the virtual environment from a lock file, for the launcher `merit`.

Promises: standard library alone (it runs before anything is installed); one installer at a time, the others wait and
then find the work done; an environment that was left half made is made anew; the copy of the lock is written last,
so that it says "everything in it is installed"; something is said at once and every few seconds.
"""

import fcntl
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

QUIET_SECONDS = 2.0
"""After so long without a word, progress is said again."""


class Progress:
    """One line rewritten on a terminal, plain lines elsewhere; alive while nothing happens."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._rewrites = out.isatty()
        self._began = self._said = time.monotonic()
        self._text = ""
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._pulse = threading.Thread(target=self._keep_alive, daemon=True)
        self._pulse.start()

    def say(self, text: str, *, at_once: bool = False) -> None:
        """Tell what is being done; elsewhere than on a terminal not more often than needed, unless `at_once`."""
        with self._mutex:
            self._text = text
            if at_once or self._rewrites or time.monotonic() - self._said >= QUIET_SECONDS:
                self._write()

    def end(self, text: str) -> None:
        """The last line."""
        self._ended.set()
        self._pulse.join()
        self.say(text, at_once=True)
        if self._rewrites:
            print(file=self._out, flush=True)

    def _write(self) -> None:
        self._said = time.monotonic()
        line = f"merit: {self._text} ({self._said - self._began:.0f} s)"
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width]}\x1b[K", end="", file=self._out, flush=True)
        else:
            print(line, file=self._out, flush=True)

    def _keep_alive(self) -> None:
        while not self._ended.wait(QUIET_SECONDS / 2):
            with self._mutex:
                if time.monotonic() - self._said >= (QUIET_SECONDS / 2 if self._rewrites else QUIET_SECONDS):
                    self._write()


def pinned(lock: str) -> list[str]:
    """The names that a lock pins for this platform, as far as a glance tells."""
    pins = [line for line in lock.splitlines() if "==" in line and not line.startswith(("#", " "))]
    return [line.split("==")[0] for line in pins if sys.platform == "win32" or "'win32'" not in line]


def installed(lock: Path, environment: Path) -> bool:
    """Whether everything in the lock is installed there."""
    stamp = environment / lock.name
    return (environment / "bin/python").exists() and stamp.exists() and stamp.read_bytes() == lock.read_bytes()


def satisfied_by(lock: Path) -> list[Path]:
    """The lock and the smaller ones beside it that it contains."""
    contained = {lock.with_name("requirements-all.lock"): [lock, lock.with_name("requirements.lock")]}
    return contained.get(lock, [lock])


@contextmanager
def alone(environment: Path, progress: Progress) -> Iterator[IO[str]]:
    """Hold the lock beside the environment; the system lets go of it when the holder dies.

    The file is not empty while an environment is being made: so the next holder knows that one was left half made.
    """
    environment.parent.mkdir(parents=True, exist_ok=True)
    with environment.with_name(environment.name + ".lock").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("waiting for another start that is preparing it", at_once=True)
            fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        yield mark


def pip(environment: Path, lock: Path, progress: Progress, mark: IO[str]) -> tuple[int, list[str]]:
    """Install the lock; the exit code and everything that pip said. Marked only while installed files change."""
    python = str(environment / "bin/python")
    options = ["--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar", "off"]
    command = [python, "-I", "-m", "pip", "install", *options, "--require-hashes", "-r", str(lock)]
    total = len(pinned(lock.read_text(encoding="utf-8")))
    progress.say(f"fetching {total} packages of {lock.name}", at_once=True)
    said: list[str] = []
    count = 0
    # pip keeps the lock too: should we be killed, the next start waits until pip has ended as well.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=[mark.fileno()]
    ) as process:
        for line in process.stdout or ():
            said.append(line.rstrip())
            word, _, rest = line.strip().partition(" ")
            if word in {"Collecting", "Requirement"}:
                count += 1
                name = rest.removeprefix("already satisfied: ").split("==")[0]
                progress.say(f"package {count} of {total}: {name}")
            elif line.startswith("Installing collected packages"):
                set_mark(mark, half_made=True)
                progress.say(f"unpacking {rest.count(',') + 1} packages", at_once=True)
    return process.returncode, said


def set_mark(mark: IO[str], *, half_made: bool) -> None:
    """Say in the lock file whether a stop at this moment leaves the environment unusable."""
    mark.truncate(0)
    if half_made:
        mark.write("half made\n")
    mark.flush()


def make(environment: Path, progress: Progress, mark: IO[str]) -> None:
    """An empty virtual environment; never in a folder that holds something else."""
    half_made = mark.read() != ""
    if (environment / "bin/python").exists() and not half_made:
        return
    ours = half_made or (environment / "pyvenv.cfg").exists() or not environment.exists()
    if not ours and any(environment.iterdir()):
        raise FileExistsError(f"{environment} holds something else; name another folder in MERIT_VENV")
    progress.say("making it anew" if half_made else "making it", at_once=True)
    set_mark(mark, half_made=True)
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(environment)
    set_mark(mark, half_made=False)


def install(environment: Path, lock: Path) -> int:
    """Make the environment hold the lock; 0 when it does."""
    progress = Progress(sys.stderr)
    with alone(environment, progress) as mark:
        if installed(lock, environment):
            progress.end("ready")
            return 0
        make(environment, progress, mark)
        kept = [other.name for other in satisfied_by(lock) if installed(other, environment)]
        for stamp in environment.glob("requirements*.lock"):
            if stamp.name not in kept:
                stamp.unlink()
        code, said = pip(environment, lock, progress, mark)
        if code:
            progress.end(f"the packages of {lock.name} could not be installed; pip ended with {code} and said last:")
            print(*(f"    {line}" for line in said[-15:]), sep="\n", file=sys.stderr)
            print("merit: run the same command again to retry; finished downloads are kept.", file=sys.stderr)
            return 1
        for stamped in satisfied_by(lock):
            written = environment / f"{stamped.name}.new"
            written.write_bytes(stamped.read_bytes())
            written.replace(environment / stamped.name)
        set_mark(mark, half_made=False)
        progress.end("ready")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(install(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()))
    except KeyboardInterrupt:
        print("\nmerit: stopped; run the same command again to go on.", file=sys.stderr)
        sys.exit(130)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"\nmerit: the environment could not be made: {error}", file=sys.stderr)
        print("merit: run the same command again to retry.", file=sys.stderr)
        sys.exit(1)
