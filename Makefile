# demo, test, lint and bench set up .venv by themselves, from requirements.lock; Python 3.11+ and make are all they need.
PYTHON ?= python3
VENV := .venv
GOLD ?= tests/fixtures/gold
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench wheel lock clean

demo: $(READY)
	$(BIN)/synth demo demo

test: $(READY)
	$(BIN)/pytest -n auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python benchmarks/runtime.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/masking.py
	$(BIN)/python benchmarks/quality.py $(GOLD)

# Builds the wheel, installs it outside the checkout without development tools, and runs the demo from it.
wheel: $(READY)
	rm -rf dist build/wheel && mkdir -p build
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/pip install --quiet dist/*.whl
	cd build && wheel/bin/synth --help > /dev/null && wheel/bin/synth demo wheel-demo

# Needs uv: one lock for all platforms, with hashes and without an index.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "synth needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(READY)

clean:
	rm -rf $(VENV) build dist demo
