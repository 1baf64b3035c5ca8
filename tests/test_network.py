"""The guard itself: a test, or a process it starts, that tries to reach another machine fails."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from conftest import ATTEMPTS


def test_a_connection_is_refused_and_noticed_even_when_the_error_is_swallowed() -> None:
    with pytest.raises(OSError, match="no network"):
        socket.getaddrinfo("models.example.com", 443)
    assert "models.example.com" in ATTEMPTS.read_text()
    ATTEMPTS.unlink()


def test_a_child_process_is_watched_too() -> None:
    code = "import socket\ntry: socket.create_connection(('192.0.2.1', 443), 1)\nexcept OSError as error: print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "no network" in done.stdout
    assert "192.0.2.1" in ATTEMPTS.read_text()
    ATTEMPTS.unlink()
