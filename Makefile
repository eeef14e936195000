# `make demo` and `make test` need only python3 (3.11 or newer, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXIT ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint format clean bench kill-test kill-deployed attack-test

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# One marker a kind of installation; a newer pyproject.toml or constraints.txt installs again.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(VENV)/.installed  ## set up everything and run the main job on a sample register (EXIT=1: end afterwards)
	$(BIN)/outreach demo $(if $(EXIT),--exit)

test: $(VENV)/.installed-dev lint  ## set up everything and run all checks and tests
	$(BIN)/python -m tests.left_out
	$(BIN)/pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed-dev  ## style, types and the import rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.installed-dev  ## put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev  ## measure the register import, a whole campaign, the event webhook, whom an event reaches, and the portal
	$(BIN)/python benchmarks/import_register.py
	$(BIN)/python -m benchmarks.delivery
	$(BIN)/python -m benchmarks.delivery --database postgresql
	$(BIN)/python benchmarks/webhook.py
	$(BIN)/python benchmarks/outcomes.py
	$(BIN)/python -m benchmarks.reach
	$(BIN)/python -m benchmarks.reach --database postgresql
	$(BIN)/python -m benchmarks.dashboard
	$(BIN)/python -m benchmarks.dashboard --database postgresql
	$(BIN)/python -m benchmarks.forecast

kill-test: $(VENV)/.installed-dev  ## kill -9 a campaign at random until it is done, and count (ARGS=--help)
	$(BIN)/python -m tests.killing.run $(ARGS)

kill-deployed: $(VENV)/.installed-dev  ## kill -9 worker and run of the deployed duty while it sends, and count
	$(BIN)/python -m tests.up.killing

attack-test: $(VENV)/.installed-dev  ## publish 1,000 random samples and try to work out single people's answers (ARGS=--help)
	$(BIN)/python -m tests.outcomes.attacking $(ARGS)

clean:  ## remove what was installed; the register and all else in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
