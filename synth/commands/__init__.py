"""The commands, by what they are for; `synth.cli` puts them together."""
