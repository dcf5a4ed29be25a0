# One command per habit; `make` alone lists them. Noise goes to var/log/.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
NPM := $(shell command -v npm 2>/dev/null || echo .venv/bin/npm)
NODE := $(if $(filter .venv/%,$(NPM)),--group node)
# --inexact: what `make test` has added stays when `make run` comes after it
SYNC = env -u VIRTUAL_ENV $(UV) sync --locked --inexact
APP = $(SYNC) --python "$$(setup/find-python 3.12 newer)" $(NODE)
# pytest's processes: many tests wait more than they work
PROCESSES ?= 3
RASA = $(SYNC) --python "$$(setup/find-python 3.10)" --project bot

.PHONY: help run demo test train eval bench lint format install install-tests test-rasa test-app looks

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: install ## Install what is missing, train if needed, start everything, print the addresses
	@.venv/bin/baddala run

demo: install ## Fill var/demo/ with an invented department (AGAIN=1: anew, up to today), then start on it
	@.venv/bin/baddala demo $(if $(AGAIN),--again)
	@BADDALA_DATA_DIR=var/demo BADDALA_DATABASE_URL= .venv/bin/baddala run

test: install-tests lint test-rasa test-app ## Run every check (what .ci/run runs)

train: install ## Train the model from data/
	@.venv/bin/baddala train

eval: train ## Score the model on ../shared/eval and write var/eval/; FOLDS=5 cross-validates data/ too
	@.venv/bin/python -m bench.understanding
	@$(if $(FOLDS),.venv/bin/python -m bench.cross_validation --folds $(FOLDS))

bench: install-tests ## Measure cost beside stock Rasa, floods and kills, and write var/bench/; FLOOD=20: a short flood
	@.venv/bin/python -m bench
	@.venv/bin/python -m bench.desk_load
	@.venv/bin/python -m bench.managers_screens
	@.venv/bin/python -m bench.quarter_run
	@.venv/bin/python -m bench.public_sets
	@.venv/bin/python -m bench.ack --seconds $(or $(FLOOD),300)
	@.venv/bin/python -m pytest -q -s --long tests/app/killing/test_kills_with_rasa.py
	@.venv/bin/python -m pytest -q -s --long tests/app/content/test_random_edits.py
	@.venv/bin/python -m bench.release
	@.venv/bin/python -m bench.release_kills
	@.venv/bin/python -m bench.relearning

lint: .venv/.tests ## Check style, types, imports between packages, and the content under data/
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy --no-error-summary
	@said=$$(.venv/bin/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@.venv/bin/python -m content.check

format: .venv/.tests ## Rewrite the code in the house style
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

install: .venv/.app bot/.venv/.rasa node_modules/.browser ## Install both Python environments and the browser libraries

install-tests: install .venv/.tests bot/.venv/.tests ## Install what the tests need as well (browser, PostgreSQL, fonts)
	@.ci/install-system >/dev/null 2>&1 || setup/step system "Installing programs for the tests" .ci/install-system

looks: install-tests ## Take pictures of every page of the desk into var/looks/
	@.venv/bin/python -m pytest -q tests/e2e/test_every_page.py --looks

test-rasa: install-tests ## Run the tests of the Rasa side (Python 3.10)
	@bot/.venv/bin/python -m pytest -c tests/rasa/pytest.ini --rootdir . tests/both tests/rasa

test-app: install-tests ## Run the tests of the app side, the browser tests included
	@.venv/bin/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

.tools/uv/bin/uv:
	@setup/step uv "Installing uv" setup/install-uv

.venv/.app: pyproject.toml uv.lock | $(UV)
	@setup/step install-app "Installing the app side (Python 3.12 or newer)" $(APP) --no-default-groups
	@touch $@

.venv/.tests: .venv/.app
	@setup/step install-tests "Installing the tools of the tests" $(APP)
	@touch $@

bot/.venv/.rasa: bot/pyproject.toml bot/uv.lock | $(UV)
	@setup/step install-rasa "Installing the Rasa side (Python 3.10; a few minutes the first time)" $(RASA) --no-default-groups
	@touch $@

bot/.venv/.tests: bot/.venv/.rasa
	@setup/step install-rasa-tests "Installing the tools of the Rasa side's tests" $(RASA)
	@touch $@

node_modules/.browser: package.json package-lock.json | .venv/.app
	@setup/step install-browser "Installing the browser libraries" $(NPM) ci --ignore-scripts
	@touch $@
