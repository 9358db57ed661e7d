# Two commands: `make run` shows the demo, `make test` proves everything.
HOST ?= 127.0.0.1
PORT ?= 8000
# Python 3.11 or newer; `make PYTHON=… run` chooses another
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TRANSLATIONS := core/web/translations
CATALOGUES := $(wildcard $(addsuffix /*/LC_MESSAGES/messages.po,$(TRANSLATIONS) plugins/*/translations))
PYTEST := $(BIN)/pytest -n 2

.PHONY: run install install-dev translations test lint types check-catalog test-sqlite test-postgresql test-without-plugins test-browser format clean

run: install translations
	@VINHDANH_ENV=demo exec $(BIN)/vinhdanh demo run --host $(HOST) --port $(PORT)

# ---------------------------------------------------------------- the environment, made again when pyproject.toml changes

install: $(STAMP)
install-dev: $(DEV_STAMP)

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (tried python3.11 to python3.13 and python3)." >&2; exit 2; fi
	@$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing what Vinh Danh needs into $(VENV) (a minute or two, once)..."
	@$(PIP) --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml $(STAMP)
	@echo "Installing what the tests need into $(VENV) (once)..."
	@$(PIP) --editable '.[dev,postgres,prod]'
	@touch $@

translations: install $(CATALOGUES:.po=.mo)

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# ---------------------------------------------------------------- proof

test: lint check-catalog test-sqlite test-postgresql test-without-plugins test-browser
	@echo "make test: all green"

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-catalog: install
	$(BIN)/vinhdanh catalog check

# Generated inputs for each form: `make test-sqlite EXAMPLES=200` asks longer.
EXAMPLES := 50

test-sqlite: install-dev translations
	VINHDANH_TEST_ENGINE=sqlite VINHDANH_EXAMPLES=$(EXAMPLES) $(PYTEST) -m "not browser"

# What never asks a database is proved once.
NO_DATABASE := tests/domain tests/architecture tests/rest

test-postgresql: install-dev translations
	VINHDANH_TEST_ENGINE=postgresql VINHDANH_EXAMPLES=20 $(PYTEST) -m "not browser" $(addprefix --ignore=,$(NO_DATABASE))

# The core stands alone: every door with no plugin installed (the other two runs have all of them).
test-without-plugins: install-dev translations
	VINHDANH_PLUGINS= VINHDANH_TEST_ENGINE=sqlite $(PYTEST) -m "not browser" \
		tests/services tests/web tests/cli tests/jobs --ignore-glob='tests/cli/test_plugin*' -k "not survive"

# The browser drives the pages once, on SQLite. Root on a machine without one (a CI container) gets it by apt.
test-browser: install-dev translations
	@find_browser() { test -n "$$VINHDANH_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }; \
	if ! find_browser && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium >/dev/null || true; fi; \
	if find_browser; then VINHDANH_TEST_ENGINE=sqlite $(BIN)/pytest -m browser; \
	else echo "The browser tests need Chromium: install Debian's package chromium, or set VINHDANH_CHROMIUM." >&2; exit 1; fi

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) *.egg-info .ruff_cache .mypy_cache .import_linter_cache .hypothesis
