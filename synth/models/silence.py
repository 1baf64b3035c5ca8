"""Telemetry stays off: no library of ours may send what was said to a tracing server, whatever the shell turns on."""

from __future__ import annotations

import os

_OFF = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_OTEL_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_OTEL_GRANULARITY": "none",
    "CHROMA_OTEL_COLLECTION_ENDPOINT": "",
    "OPENAI_LOG": "",
}


def silence() -> list[str]:
    """Turn tracing and usage statistics of libraries off for this process; return the variables that asked for them."""
    asked = [name for name, off in _OFF.items() if os.environ.get(name, off).casefold() != off.casefold()]
    os.environ.update(_OFF)
    return asked
