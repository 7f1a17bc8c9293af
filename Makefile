# make run: install, load the demo court, serve it on 127.0.0.1:8000.   make test: everything the tests need, and all of them.
# A machine needs python3 (3.11 or newer), python3-venv and make; the rest comes at set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
VENDOR := src/bihuan/web/static/vendor
PO := $(wildcard src/bihuan/locale/*/LC_MESSAGES/*.po)
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
PARALLEL := -n $(WORKERS) --dist worksteal
export BIHUAN_TESTS_REQUIRE ?= 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help setup run test soak bench lint messages lock dist clean test-setup

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(STAMPS)/package $(STAMPS)/assets $(STAMPS)/messages ## install into .venv: locked dependencies, front-end files, catalogue
	@:

run: setup ## demo court: migrate, load, patrol, then serve it (ARGS="--port 8001" for another port)
	@exec $(BIN)/bihuan run $(ARGS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "==> $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed. Debian, Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# The locks are whole, so nothing is resolved again (--no-deps): a newer release on the index cannot upset an installation.
$(STAMPS)/run: requirements.txt | $(BIN)/python
	@echo "==> dependencies (locked)"
	@$(PIP) install --require-hashes --no-deps -r requirements.txt
	@mkdir -p $(@D) && touch $@

# Installed from the lock alone: no build isolation, no dependencies looked up again.
$(STAMPS)/package: pyproject.toml $(STAMPS)/run
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMPS)/assets: package-lock.json requirements-node.txt scripts/icons.txt scripts/assets.py $(STAMPS)/run $(if $(wildcard $(VENDOR)/manifest.json),,vendor-missing)
	@echo "==> front-end files"
	@$(BIN)/python scripts/assets.py
	@touch $@

.PHONY: vendor-missing
vendor-missing:

$(STAMPS)/messages: $(PO) scripts/messages.py $(STAMPS)/run $(if $(filter-out $(wildcard $(PO:.po=.mo)),$(PO:.po=.mo)),mo-missing)
	@$(BIN)/python scripts/messages.py compile
	@touch $@

.PHONY: mo-missing
mo-missing:

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/run
	@echo "==> dependencies of the tests (locked)"
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.txt
	@$(BIN)/python -m pip --disable-pip-version-check check >/dev/null || { $(BIN)/python -m pip check; exit 1; }
	@touch $@

test-setup: setup $(STAMPS)/dev
	@./scripts/test-system.sh

test: test-setup ## the whole suite on SQLite (with the browser, coverage at least 90 %) and on PostgreSQL, and lint, all at once
	@$(BIN)/python scripts/suite.py $(PYTEST) $(PARALLEL) $(ARGS)

soak: test-setup ## the long kill and endurance runs on both databases, an hour; writes docs/断电与强杀.md (QUICK=1: a handful of points in minutes)
	@QUICK=$(QUICK) ./scripts/soak.sh $(PYTEST) -m soak -p no:xdist $(ARGS)

bench: test-setup ## how fast it is with 100,000 measures, half an hour (QUICK=1: a tenth of it in minutes; ARGS="--only pages")
	@$(BIN)/python -m benchmarks $(if $(QUICK),--size quick,--document docs/性能.md) $(ARGS)

lint: setup $(STAMPS)/dev ## ruff, mypy --strict, import-linter
	@echo "==> ruff, mypy, import-linter"
	@$(BIN)/ruff check --quiet src tests scripts benchmarks conftest.py
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo | tail -n 12

messages: setup ## bring the English catalogue up to the source texts, and compile it
	@$(BIN)/python scripts/messages.py extract

lock: $(STAMPS)/dev ## make the locks anew from requirements*.in and package.json (UPGRADE=--upgrade for newer versions)
	@for name in requirements requirements-dev requirements-node; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) $$name.in -o $$name.txt; done
	@npm install --package-lock-only --ignore-scripts --loglevel=error

dist: setup $(STAMPS)/dev ## a wheel with the front-end files inside, and a folder that installs without network
	@$(BIN)/python scripts/dist.py

clean: ## remove what was made here, but not the data (var/)
	@rm -rf $(VENV) node_modules $(VENDOR) dist build .mypy_cache .ruff_cache .import_linter_cache .coverage .hypothesis
	@find src tests -name __pycache__ -prune -exec rm -rf {} +
