# Article Six. `make help` lists what there is.
PYTHON ?= python3
DATA   ?= article6-data
COMPOSE ?= docker compose
UP_PORT ?= 8606
BUILD  ?= --build
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run exercise run-distributed servers up up-offline compose-there down logs test test-browser test-distributed mutants faults \
	faults-distributed bench bench-distributed bench-portal screenshots check format contracts lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

run: .venv/ready-to-run ## everything in one process, with the shipped data in it, on http://127.0.0.1:8606
	@$(BIN)/article6 serve --data $(DATA)

exercise: .venv/ready-to-run ## the same with fictional States, for training
	@$(BIN)/article6 exercise

run-distributed: .venv/ready-to-run ## each service a process of its own, on a local Kafka and MongoDB-protocol server
	@$(BIN)/python -m deploy.local_cluster

servers: .venv/ready-to-run ## start those local servers (go, java, mvn and postgresql needed; DO=stop|status|wipe)
	@$(BIN)/python -m deploy.servers $(or $(DO),start)

up: .secrets/article6 compose-there ## the whole system in containers, with the shipped data in it
	@ARTICLE6_UP_PORT=$(UP_PORT) $(COMPOSE) up -d $(BUILD) --wait --wait-timeout 300
	@$(COMPOSE) logs --no-log-prefix gateway | sed -n 's#//[^/]*/sign-in#//127.0.0.1:$(UP_PORT)/sign-in#p' | tail -n 1

up-offline: .secrets/article6 compose-there ## the same with images built from packages alone, where no registry can be reached
	@PYTHON=$(PYTHON) deploy/container/offline/build.sh
	@$(MAKE) --no-print-directory up COMPOSE="$(COMPOSE) -f docker-compose.yml -f deploy/container/offline/compose.yml" BUILD=

compose-there:
	@$(COMPOSE) version >/dev/null 2>&1 || { echo "This needs Docker Compose 2 (docker compose), and '$(COMPOSE)' does not answer: install its plugin, or say COMPOSE=…" >&2; exit 1; }

down: ## stop the containers; the data stays (VOLUMES=-v: it goes too)
	@$(COMPOSE) down $(VOLUMES)

logs: ## what the containers say
	@$(COMPOSE) logs -f --tail 100

.secrets/article6:
	@mkdir -p -m 700 .secrets
	@$(PYTHON) -c 'import secrets; print(secrets.token_hex(32))' > $@
	@chmod 444 $@

test: .venv/ready-to-test ## every test that needs neither a browser nor servers
	@$(BIN)/pytest -n auto -m "not browser and not distributed"

test-browser: .venv/ready-to-test ## the pages in a real Chromium (Debian: chromium)
	@$(BIN)/pytest -m browser

test-distributed: .venv/ready-to-test ## the same contracts on a real Kafka and MongoDB-protocol server, and the story over processes
	@$(BIN)/pytest -m distributed

mutants: .venv/ready-to-test ## plant every fault of the catalogue; the tests must notice each
	@$(BIN)/python -m tests.mutants

faults: .venv/ready-to-test ## kill, starve and confuse a real server, and look for what is lost (ROUNDS=1000: the long run)
	@$(BIN)/python -m tests.faults

faults-distributed: .venv/ready-to-test ## the same with every service a process, and broker and database killed too
	@$(BIN)/python -m tests.distributed

bench: .venv/ready-to-test ## how fast it is, beside floors and peers in the same run (ARGS=--quick, ARGS=--help)
	@$(BIN)/python -m bench $(ARGS)

bench-distributed: .venv/ready-to-test ## the same on Kafka and the database
	@$(BIN)/python -m bench.distributed $(ARGS)

bench-portal: .venv/ready-to-test ## how fast and how heavy each page is (ARGS=--quick, ARGS=--help)
	@$(BIN)/python -m bench.portal $(ARGS)

screenshots: .venv/ready-to-test ## pictures of every page, at 1280 and 360 pixels
	@$(BIN)/python -m tests.portal.screenshots

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
