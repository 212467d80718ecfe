# The two commands: `make demo` and `make test`. Everything that they need is made from the locks.
SHELL := /bin/sh
export PYTHON
# In a folder with Chinese characters Python does not start where LC_ALL names a language that is not there.
export LC_ALL := C.UTF-8
BIN := .venv/bin
CUSTOMERS ?= 5000
PORT ?= 8000
# Other Pythons on which the tests are run that need no server.
OTHERS ?= python3.12 python3.13

.PHONY: demo demo-reset test pythons check bench bench-dmn env needs-demo needs-test locks format clean

# Each says all that is missing before anything begins.
needs-demo:
	@sh setup/needs.sh demo

needs-test:
	@sh setup/needs.sh test

env:
	@sh setup/needs.sh demo
	@sh setup/environment.sh

demo: needs-demo
	@sh setup/environment.sh
	@$(BIN)/stead demo --customers $(CUSTOMERS) --serve 127.0.0.1:$(PORT)

demo-reset: needs-demo
	@sh setup/environment.sh
	@$(BIN)/stead demo --customers $(CUSTOMERS) --reset --serve 127.0.0.1:$(PORT)

# Lint, types, layers and the tests that need no server.
check: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@sh setup/together.sh '$(BIN)/mypy' '$(BIN)/pytest -n auto -m "not database and not browser and not slow"'

# Everything; the branches of the code that the tests went through are counted, and fewer than the floor of
# pyproject.toml fail. `coverage report` says afterwards which lines are missing.
test: needs-test
	@sh setup/environment.sh
	@sh tests/browser.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@sh setup/together.sh '$(BIN)/mypy' '$(BIN)/pytest -n auto --cov --cov-report='

# The same on other Pythons, where they are there: each with an environment of its own under var/.
pythons: env
	@sh setup/pythons.sh $(OTHERS)

bench: env
	$(BIN)/python -m bench

# Decision tables beside a CASE written by hand and beside other engines, which the lock brings.
bench-dmn: env
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BIN)/python -m bench.dmn

format: env
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Written anew when a dependency in pyproject.toml changes; no registry's address goes in.
locks: env
	$(BIN)/python -m tests.locks

clean:
	rm -rf .venv node_modules var
