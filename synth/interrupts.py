"""Ctrl-C in two steps: the first lets what is on its way end and be kept, the second ends the process at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_CODE = 130


@contextmanager
def two_steps() -> Iterator[None]:
    """Raise KeyboardInterrupt for the first Ctrl-C of the block, and leave without ceremony for the second."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def let_finish() -> Iterator[None]:
    """Hold the first Ctrl-C back until the block ends: an answer that is on its way is paid, and is to be kept."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is not _first:
        yield
        return
    asked = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        _announce(number)
        asked.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        if asked.is_set():
            raise KeyboardInterrupt
        signal.signal(signal.SIGINT, _first)


def _first(number: int, frame: FrameType | None) -> None:
    _announce(number)
    signal.default_int_handler(number, frame)


def _announce(number: int) -> None:
    signal.signal(number, _second)
    _say("Stopping: requests on their way are waited for and kept. Ctrl-C again stops at once.")


def _second(number: int, frame: FrameType | None) -> None:
    del number, frame
    _say("Stopped at once. What was committed is kept.")
    os._exit(EXIT_CODE)


def _say(text: str) -> None:
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\n{text}\n".encode())
