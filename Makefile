# The front door: make demo · make test. The rest is for those who work on it.
PYTHON ?= python3
BIN := .venv/bin
export OMP_NUM_THREADS ?= 2
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo code test check translations migration bench-analysis bench-answers bench-results \
	bench-opinions bench-live bench-room

demo: .venv/demo-ready
	@exec $(BIN)/python -m dialogue.demo

code: .venv/demo-ready
	@$(BIN)/python -m dialogue.demo code

test: .venv/test-ready
	@$(BIN)/python -m tests.everything

check: .venv/test-ready
	@$(BIN)/python -m tests.everything checks

translations: .venv/test-ready
	@$(BIN)/python -m translations.workflow update

migration: .venv/test-ready
	@$(BIN)/python -m dialogue.migrations.write "$(MESSAGE)"

# Measurements by hand, on real texts that are not part of the repository (see docs/reading.md).
bench-analysis: .venv/test-ready
	@$(BIN)/python -m tests.bench.analysis

bench-answers: .venv/test-ready
	@$(BIN)/python -m tests.bench.answers

bench-results: .venv/test-ready
	@$(BIN)/python -m tests.bench.results

bench-opinions: .venv/test-ready
	@$(BIN)/python -m tests.bench.opinions

bench-live: .venv/test-ready
	@$(BIN)/python -m tests.bench.live

bench-room: .venv/test-ready
	@$(BIN)/python -m tests.bench.room

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or later is needed. Name it: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/demo-ready: .venv/bin/python requirements.lock translations/sv/LC_MESSAGES/messages.po
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m translations.workflow compile
	@touch $@

.venv/test-ready: .venv/demo-ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
