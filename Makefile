# Masdar: `make run` opens the assistant, `make test` checks everything. Both set up what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install install-dev run demo test lint types bench-answers bench-retrieval screenshots clean

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo "$$name"; break; }; done)
VENV := .venv
VENV_BENCH := .venv-bench
BIN := $(VENV)/bin
DATA ?= data
INDEX ?= $(if $(filter data,$(DATA)),index,index/$(shell printf '%s' '$(abspath $(DATA))' | cksum | cut -d' ' -f1))

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22
	@echo "  make run DATA=/path   the same over a folder of your own"

install: $(VENV)/.installed ## Make .venv with everything that runs, and unpack the language model

$(VENV)/.python:
	@if [ -z "$(PYTHON)" ]; then echo "Masdar needs Python 3.11, 3.12 or 3.13; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements.txt
	@echo "Installing the packages (a few minutes at first) …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --requirement requirements.txt
	@$(BIN)/python -m rag prepare
	@touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing the development tools …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

run: install ## Open the assistant in the browser, over data/
	@$(BIN)/python app.py --data "$(DATA)" --index "$(INDEX)"

demo: install ## Take the guided tour: six questions, two minutes, for a room to see
	@$(BIN)/python app.py --tour

test: install-dev lint types ## Run every check: lint, types, tests
	@$(BIN)/python -m pytest

lint: install-dev ## Check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install-dev ## Check types
	@$(BIN)/mypy

bench-answers: install-dev ## Measure the answers; tables go to docs/results.md, rows to benchmarks/results
	@$(BIN)/python -m benchmarks.answers

screenshots: install-dev ## Take the pictures that the documents show
	@$(BIN)/python -m docs.take_screenshots

bench-retrieval: $(VENV_BENCH)/.installed ## Measure retrieval against its peers, and write the tables of docs/retrieval.md
	@$(VENV_BENCH)/bin/python -m benchmarks.retrieval --ablation --peers --write

$(VENV_BENCH)/.installed: requirements.txt benchmarks/requirements.txt benchmarks/requirements-alone.txt
	@echo "Making $(VENV_BENCH) (some minutes at first) …"
	@$(PYTHON) -m venv $(VENV_BENCH)
	@$(VENV_BENCH)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	@$(VENV_BENCH)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --requirement benchmarks/requirements-alone.txt
	@touch $@

clean: ## Remove the environment and the index; conversations stay
	@rm -rf $(VENV)
	@find index -depth -mindepth 1 ! -name README.md ! -name 'conversations.sqlite*' \( ! -type d -o -empty \) -delete
