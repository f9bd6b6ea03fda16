# `make demo` and `make test` need Python ≥ 3.11 and make, and nothing else prepared.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= data
PORT   ?= 8000

.PHONY: help demo test check check-ckan lint types docs clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.installed  ## Build the graph of the bundled report and serve it on 127.0.0.1:8000
	$(BIN)/regiograph demo --data $(DATA) --port $(PORT)

test: $(VENV)/.installed-dev  ## Install what the tests need, and run them
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: lint types test  ## Lint, format, types and tests

check-ckan: $(VENV)/.installed-dev $(VENV)-ckan/.installed  ## Let CKAN's own reader read the catalogue, in an environment of its own
	$(BIN)/python -m tests.ckan.check $(VENV)-ckan/bin/python

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

docs: $(VENV)/.installed-dev  ## Write the pages on settings, commands, questions and terms from the code
	$(BIN)/python docs/make_pages.py
	$(BIN)/python docs/make_vocabulary.py

# The environment is made anew when what it is made from changes; versions are those of constraints.txt.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "regiograph needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)-ckan/.installed: tests/ckan/requirements.txt
	$(PYTHON) -m venv $(VENV)-ckan
	$(VENV)-ckan/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

clean:  ## Remove the environment and caches (not the data)
	rm -rf $(VENV) $(VENV)-ckan build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
