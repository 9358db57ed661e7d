# Two commands: `make run` shows the demo, `make test` proves everything.
HOST ?= 127.0.0.1
PORT ?= 8000
# the newest Python from 3.11 on that is installed; `make PYTHON=… run` chooses another
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRANSLATIONS := core/web/translations
CATALOGUES := $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/messages.po)
PYTEST := $(BIN)/pytest -n 2

.PHONY: run install translations test lint types check-catalog test-sqlite test-postgresql test-browser format clean

run: install translations
	@VINHDANH_ENV=demo exec $(BIN)/vinhdanh demo run --host $(HOST) --port $(PORT)

# ---------------------------------------------------------------- the environment, made again when pyproject.toml changes

install: $(STAMP)

$(STAMP): pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (tried python3.13 to python3)." >&2; exit 2; fi
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,postgres,prod]'
	@touch $(STAMP)

translations: install $(CATALOGUES:.po=.mo)

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# ---------------------------------------------------------------- proof

test: lint check-catalog test-sqlite test-postgresql test-browser
	@echo "make test: all green"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-catalog: install
	$(BIN)/vinhdanh catalog check

test-sqlite: install translations
	VINHDANH_TEST_ENGINE=sqlite $(PYTEST) -m "not browser"

test-postgresql: install translations
	VINHDANH_TEST_ENGINE=postgresql $(PYTEST) -m "not browser"

# The browser drives the pages once, on SQLite. Root on a machine without one (a CI container) gets it by apt.
test-browser: install translations
	@find_browser() { test -n "$$VINHDANH_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }; \
	if ! find_browser && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium >/dev/null || true; fi; \
	if find_browser; then VINHDANH_TEST_ENGINE=sqlite $(BIN)/pytest -m browser; \
	else echo "No Chromium here: the browser tests did NOT run. Install chromium and call make test-browser."; fi

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) *.egg-info .ruff_cache .mypy_cache .import_linter_cache .hypothesis
