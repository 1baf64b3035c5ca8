"""`python -m synth` is `synth`."""

from synth.cli import app

app(prog_name="synth")
