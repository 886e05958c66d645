"""What is logged while a test runs, as a service writes it to stderr."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from shared.runtime import logs


class Lines:
    """All of it so far."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self._text = ""

    def text(self) -> str:
        self._text += self._captured.readouterr().err
        return self._text


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Everything is put back behind the test."""
    handlers, level = logging.root.handlers, logging.root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.configure("selection", "debug")
    yield Lines(capsys)
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
