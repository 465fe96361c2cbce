# Article Six. `make help` lists what there is.
PYTHON ?= python3
DATA   ?= article6-data
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run exercise test test-browser mutants faults check format contracts lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: .venv/ready-to-run ## everything in one process, with the shipped data in it, on http://127.0.0.1:8606
	@$(BIN)/article6 serve --data $(DATA)

exercise: .venv/ready-to-run ## the same with fictional States, for training
	@$(BIN)/article6 exercise

test: .venv/ready-to-test ## every test that needs no browser
	@$(BIN)/pytest -n auto -m "not browser"

test-browser: .venv/ready-to-test ## the pages in a real Chromium (Debian: chromium)
	@$(BIN)/pytest -m browser

mutants: .venv/ready-to-test ## plant every fault of the catalogue; the tests must notice each
	@$(BIN)/python -m tests.mutants

faults: .venv/ready-to-test ## kill, starve and confuse a real server, and look for what is lost (ROUNDS=1000: the long run)
	@$(BIN)/python -m tests.faults

check: .venv/ready-to-test ## style, types, layers, security, contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/bandit -q -c pyproject.toml -r shared services deploy
	@$(BIN)/python -m deploy.contracts --check

format: .venv/ready-to-test ## put the code into the house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

contracts: .venv/ready-to-run ## write contracts/ from the code
	@$(BIN)/python -m deploy.contracts

lock: .venv/ready-to-test ## resolve the dependencies anew (names, versions and hashes only)
	@$(BIN)/python -m pip install -q "uv>=0.9,<1"
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra dev --extra pdf --extra otlp --extra peers -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was set up and cached; the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Article Six needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/ready-to-run: .venv/made requirements.lock pyproject.toml
	@echo "Setting up (once, half a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-to-test: .venv/ready-to-run requirements-dev.lock
	@echo "Setting up the tools for development (once, one or two minutes) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
