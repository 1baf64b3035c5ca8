"""Names that no list holds, by Presidio with the spaCy models that are installed: `[privacy] mask = "ner"`.

An extra, because it is large and misses much (names written small above all): it only adds to what the lists find.
What it finds is masked everywhere in the source, like a listed name. Nothing is downloaded: without a model for a
language its lines are left to the lists, and without any model the setting is an error.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from synth.errors import SettingsInvalid
from synth.model import Transcript

_LEAST_SCORE = 0.5
_REMEDY = "needs the extra (pip install 'synth[ner]') and an installed spaCy model, such as en_core_web_sm"


def people_named(transcript: Transcript) -> tuple[str, ...]:
    """Return the people that the speech names, as it spells them; raises SettingsInvalid when nothing can look."""
    engine = _engine()
    found: dict[str, None] = {}
    for line in transcript.lines:
        language = line.language or transcript.source.language
        if line.speech and language in engine.supported_languages:
            for one in engine.analyze(line.text, language, entities=["PERSON"], score_threshold=_LEAST_SCORE):
                found[line.text[one.start : one.end]] = None
    return tuple(found)


@cache
def _engine() -> Any:
    try:
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider
        from spacy.util import get_installed_models
    except ImportError:
        raise SettingsInvalid("synth.toml", f"[privacy] mask = 'ner' {_REMEDY}") from None
    # Named one by one, because an engine that is left to its default downloads a model.
    models = {name[:2]: name for name in sorted(get_installed_models(), reverse=True)}
    if not models:
        raise SettingsInvalid("synth.toml", f"[privacy] mask = 'ner' {_REMEDY}")
    listed = [{"lang_code": language, "model_name": name} for language, name in models.items()]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": listed})
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=list(models))
