# Everything a newcomer types. `make` alone prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
SERVE ?= 1
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: browser database help setup demo demo-cluster test faults ray lint types docs bench secrets bundle clean

help: ## print these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with everything the project needs

$(STAMP): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (a few minutes the first time) …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed.") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: setup ## import sample reports, show what was understood, serve until Ctrl-C (SERVE=0 stops before)
	@$(BIN)/triage demo $(if $(filter 0,$(SERVE)),--no-serve,)

demo-cluster: setup database ## the same on a PostgreSQL and an Elasticsearch started for it, gone at its end
	@$(BIN)/triage demo --cluster $(if $(filter 0,$(SERVE)),--no-serve,)

browser:
	@command -v chromedriver >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium and its driver for the browser tests …"; \
	    apt-get update -qq >/dev/null && apt-get install -y -qq chromium chromium-driver >/dev/null; \
	  else echo "No Chromium with its driver here: the browser tests will be skipped."; fi; }

database:
	@test -n "$$TRIAGE_TEST_DATABASE_URL" || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing PostgreSQL for its tests (no server of it is left running) …"; \
	    apt-get update -qq >/dev/null && apt-get install -y -qq postgresql-common >/dev/null && \
	    sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
	    apt-get install -y -qq postgresql >/dev/null; \
	  else echo "No PostgreSQL here: its tests will be skipped."; fi; }

test: setup browser database ## run every test (JOBS=2 at a time)
	@echo "Running the tests …"
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(PYTEST_ARGS)

faults: setup database ## kill -9 of every part, 100 times under 20,000 reports, and all that takes minutes
	@TRIAGE_TEST_KILLS=$${TRIAGE_TEST_KILLS:-100} TRIAGE_TEST_REPORTS=$${TRIAGE_TEST_REPORTS:-20000} \
	  $(BIN)/python -m pytest tests/faults -m fault -s -o faulthandler_timeout=14400 $(PYTEST_ARGS)

ray: setup ## the example for Ray on a cluster of two nodes of this machine (installs Ray into .venv first)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ray]'
	@$(BIN)/python -m pytest tests/operation/test_bulk_on_ray.py $(PYTEST_ARGS)

lint: setup ## ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy --strict
	@$(BIN)/mypy

docs: setup ## write the generated pages anew
	@$(BIN)/python -m triage.cli.pages

bench: setup ## speed and memory, as ratios measured in one run
	@$(BIN)/triage bench all

secrets: ## write the secrets of docker-compose.yml into ./secrets, each once, for its user alone
	@umask 077 && mkdir -p secrets && for name in master_key database_password search_password metrics_token; do \
	  test -s secrets/$$name || { od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > secrets/$$name && chmod 400 secrets/$$name; }; \
	done
	@if [ "$$(id -u)" = 0 ]; then chown 1000:0 secrets/*; \
	elif [ "$$(id -u)" != 1000 ]; then echo "The containers run as user 1000: as root, chown 1000:0 secrets/*"; fi
	@echo "Keep a copy of secrets/master_key where the backups are not: without it nobody can read a report."

bundle: setup ## a folder to install from where no network reaches (wheels, models, checksums), tried once
	@$(BIN)/python -m triage.operation.bundle build/bundle

clean: ## remove .venv and caches (never data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache build *.egg-info
