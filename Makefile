# Everything starts here; `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Compiled modules are kept: a process starts a quarter faster, and some hundreds are started by the tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo drill test soak lint bench mutants law schemes tools up status down format clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: $(PYTHON) was not found; name yours with PYTHON=..." >&2; exit 2; }
	@echo "installing the locked packages: half a minute or so"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@rm -rf $(VENV)/lib/python*/site-packages/tests  # gostcrypto leaves its tests there, which hide ours
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)  ## Play the main story on real parts; the transcript is .demo/transcript.md
	$(BIN)/python -m deploy.demo

drill: $(READY)  ## Tamper with both databases in every way: which audit finds it; DRILL="--only clock"
	$(BIN)/python -m deploy.drill $(DRILL)

test: $(READY)  ## Run all tests
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

soak: $(READY)  ## Thousands of packages through every kind of fault, in some minutes; SOAK="--seed 7"
	$(BIN)/python -m tests.soak $(SOAK)

lint: $(READY)  ## Style, types, directions of import
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## Measure against named baselines; writes .bench/results.json
	$(BIN)/python -m tests.bench

mutants: $(READY)  ## Alter the rules line by line: is it noticed? MUTANTS="--part 1/10"
	$(BIN)/python -W ignore -m tests.mutants $(MUTANTS)

law: $(READY)  ## Print the table of clauses; writes .law/clauses.json
	$(BIN)/python -m shared_contracts.law.clauses

schemes: $(READY)  ## Print the steps of annex 2 and the rows of annex 3; writes .law/schemes.json
	$(BIN)/python -m shared_contracts.law.schemes

tools: $(READY)  ## Install the foreign tools which some tests use (Debian, as root)
	bash deploy/tools.sh

up: $(READY)  ## Start the authority, the Registry and an SEZ on loopback; UP="--registry 9401"
	$(BIN)/python -m deploy.up $(UP)

status: $(READY)  ## Tell how what `make up` started is doing
	$(BIN)/python -m deploy.status

down: $(READY)  ## Stop what `make up` started
	$(BIN)/python -m deploy.down

format: $(READY)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove what was built here (the databases of `make up` stay in .run)
	rm -rf $(VENV) .demo .drill .bench .law .mutants build *.egg-info
