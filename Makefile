# All is installed into .venv, from pyproject.toml at the versions of constraints.txt.
# A stamp says which part is there: a second `make evals` installs nothing.

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

BIN     := $(VENV)/bin
INSTALL  = $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

# Without byte code, each test that starts a pytest of its own would compile all of harness again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help evals test lint clean

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\): .*## /  make \1\t/p' Makefile

evals: $(VENV)/.evals ## Run the evals of the embedded study; ARGS="-k rl" goes to pytest
	$(BIN)/pytest evals/ $(ARGS)

test: $(VENV)/.test ## Run the tests and report coverage; ARGS goes to pytest
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

lint: $(VENV)/.dev ## Check style, types, import layers, schemas and workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/zizmor --offline --no-progress --persona pedantic .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --check-metaschema harness/schemas/*.json

clean: ## Remove what was installed, built or cached; .harness/ stays, for draws may cost money
	rm -rf $(VENV) build dist .coverage .coverage.* htmlcov
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find evals fixtures harness tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.evals: pyproject.toml constraints.txt | $(VENV)/.python
	$(INSTALL) -e '.[ctranslate2]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/.python
	$(INSTALL) -e '.[test]'
	@touch $@ $(VENV)/.evals

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.python
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.test $(VENV)/.evals

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "harness needs Python 3.11 or newer; $(PYTHON): $$($(PYTHON) -V 2>&1 | tail -1)." \
	    "Name another: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@
