"""Models that think before they answer: what they think counts, and costs, as output, and fills an answer's bound."""

from __future__ import annotations

import re

EFFORT = "low"  # finding and naming lines needs little thought; with the default, thinking alone can fill the bound
_THINKS = re.compile(r"(?:openai|azure_openai):(?:o\d|gpt-5)(?!.*chat)")


def thinks(model: str) -> bool:
    """Whether `model`, "<provider>:<model>", is known to think; it takes no temperature then."""
    return _THINKS.match(model) is not None
