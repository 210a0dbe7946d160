.DEFAULT_GOAL := help
.PHONY: help run test test-fast demo-reset flask lint bench bench-money bench-statements faults load docs clean lock venv browser
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest --import-mode importlib
# One more than there are processors: tests that wait for a deadline leave theirs to another.
TESTERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
IN_PARALLEL := --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder
# make run AT="2026-12-25 23:50" and make test AT=…: the same at another day and hour, in London time.
AT_THAT_TIME := $(if $(AT),$(PYTHON) -m deploy.moved_clock "$(AT)",)
SETTINGS := $(or $(POOL_VAR),var)/environment
# Python keeps its compiled files, whatever the caller's environment says: without them every start takes twice as long.
export PYTHONDONTWRITEBYTECODE =

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: venv ## start everything with the demo place; Ctrl-C stops it
	@exec $(AT_THAT_TIME) $(PYTHON) -m deploy run

test: venv browser ## run all tests; make test ARGS="tests/deploy -k port" runs some, AT="2026-12-25 23:50" at another time
	@$(AT_THAT_TIME) $(PYTEST) $(or $(ARGS),$(IN_PARALLEL))

test-fast: venv ## run the quick tests before a commit: rules, matching, services, messages and documents
	@$(AT_THAT_TIME) $(PYTEST) $(IN_PARALLEL) -m "not slow" $(addprefix tests/,rules matching services messages documents places) $(ARGS)

demo-reset: venv ## throw away the demo data and start over at the next run
	@$(PYTHON) -m deploy reset

flask: venv ## run a command on the running product: make flask ARGS="practices import FILE"
	@test -f $(SETTINGS) || { echo "It is not running: start it with 'make run' in another window."; exit 1; }
	@set -a && . $(SETTINGS) && exec $(PYTHON) -m flask --app wsgi $(ARGS)

lint: venv ## check layout, style, types and the direction of imports
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy matching pool workers deploy
	.venv/bin/lint-imports

faults: venv ## kill processes and servers under way: nothing is lost, nothing done twice
	@$(PYTEST) -m faults $(ARGS)

load: venv ## measure the portal with many people at once
	@$(PYTHON) -m benchmarks.load $(ARGS)

bench: venv ## measure the engine and the invoices
	@$(PYTHON) -m benchmarks $(ARGS)

bench-statements: venv ## SQL statements and CPU ms of what people press most; ARGS="--beside ../before" compares checkouts
	@$(PYTHON) -m benchmarks.statements $(ARGS)

bench-money: venv ## bill thousands of sessions, with PDF and UBL; ARGS=--england for all of England
	@$(PYTHON) -m benchmarks.money $(ARGS)

docs: venv ## draw the generated pages of docs/ anew
	@$(PYTHON) docs/draw_lifecycle.py
	@$(PYTHON) docs/draw_imports.py

venv:
	@deploy/venv.sh

browser: venv
	@$(PYTHON) -m tests.browser.provision

clean: ## remove what was installed and cached here; data in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tests/browser/node_modules
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

lock: venv ## write requirements*.txt anew from pyproject.toml
	$(PYTHON) -m uv pip compile --system-certs pyproject.toml --universal --generate-hashes --no-header --quiet -o requirements.txt
	$(PYTHON) -m uv pip compile --system-certs pyproject.toml --group dev --universal --generate-hashes --no-header --quiet -o requirements-dev.txt
