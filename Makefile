# The two commands: `make demo` and `make test`. Everything that they need is made from the locks.
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
CUSTOMERS ?= 5000
PORT ?= 8000

.PHONY: demo demo-reset test check bench bench-dmn env locks format clean

env: .venv/.made node_modules/.made

.venv/.made: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m stead.core.catalogs
	@touch $@

node_modules/.made: package.json package-lock.json .venv/.made
	@npm ci --silent
	@$(BIN)/python -m stead.core.assets
	@touch $@

demo: env
	@$(BIN)/stead demo --customers $(CUSTOMERS) --serve 127.0.0.1:$(PORT)

demo-reset: env
	@$(BIN)/stead demo --customers $(CUSTOMERS) --reset --serve 127.0.0.1:$(PORT)

# Lint, types, layers and the tests that need no server.
check: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto -m "not database and not browser and not slow"

test: env
	@bash tests/browser.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto

bench: env
	$(BIN)/python -m bench

# Decision tables beside a CASE written by hand and beside other engines, which the lock brings.
bench-dmn: env
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BIN)/python -m bench.dmn

format: env
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Written anew when a dependency in pyproject.toml changes; no registry's address goes in.
locks: env
	$(BIN)/python -m tests.locks

clean:
	rm -rf .venv node_modules var
