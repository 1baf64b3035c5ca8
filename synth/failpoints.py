"""Places where a test may kill the process, to prove that a crash there loses nothing.

`SYNTH_FAILPOINT=after-answer@3` ends the process, as `kill -9` would, when it reaches that place for the third time.
Without the variable nothing happens.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_reached: Counter[str] = Counter()


def reach(place: str) -> None:
    """Die here if the environment says so."""
    if wanted := os.environ.get("SYNTH_FAILPOINT"):
        name, _, time = wanted.partition("@")
        _reached[place] += 1
        if name == place and _reached[place] >= int(time or 1):
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
