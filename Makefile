# Two commands: `make run` and `make test`. See README.md.
.PHONY: run test check fix bench lock clean
.DEFAULT_GOAL := run

PYTHON ?= $(shell command -v python3.11 || command -v python3)
export PYTHON
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

# Every source of the translations, so that a changed word is compiled before it is served.
CATALOGUES := $(wildcard directory/translations/*/LC_MESSAGES/*.po)

run: .venv/run $(CATALOGUES:.po=.mo)
	$(BIN)/directory setup --demo
	$(BIN)/directory serve --host $(HOST) --port $(PORT)

test: .venv/dev $(CATALOGUES:.po=.mo)
	.ci/system test
	.ci/with-postgresql $(BIN)/pytest -n auto --dist loadgroup $(ARGS)

check: .venv/dev $(CATALOGUES:.po=.mo)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates

fix: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev $(CATALOGUES:.po=.mo)
	.ci/system test
	.ci/with-postgresql $(BIN)/python -m tests.bench $(ARGS)

# The lock files name versions and hashes only, no address.
lock: .venv/dev
	$(BIN)/pip-compile $(LOCK) -o requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

clean:
	rm -rf .venv var build *.egg-info

.venv/bin/python:
	.ci/system run
	$(PYTHON) -m venv .venv

.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	.ci/system run
	@echo "Cài các thư viện (lần đầu mất vài phút)…"
	$(BIN)/pip install --disable-pip-version-check --progress-bar on --require-hashes -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: requirements-dev.lock .venv/run
	$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

%.mo: %.po | .venv/run
	$(BIN)/pybabel --quiet compile -i $< -o $@
