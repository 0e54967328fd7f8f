# Two commands are all a newcomer needs: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
TRIAL ?=
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: run test check bench study browser clean

run: $(VENV)/.run  ## open the dashboard; TRIAL=path opens another trial folder
	PILOTLIGHT_TRIAL="$(TRIAL)" $(BIN)/streamlit run dashboard.py --server.port $(PORT)

test: check browser  ## everything: checks, unit, app and real-browser tests
	$(BIN)/pytest -n 3 -m "not browser" --dist worksteal
	$(BIN)/pytest -n 2 -m browser --maxschedchunk 4

check: $(VENV)/.test  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.test browser  ## how fast, beside plain Streamlit and other statistics, in about six minutes; BENCH_N=5 repeats less
	$(BIN)/python -m tests.bench

study: $(VENV)/.test  ## how often the intervals cover, in a few minutes on two cores; rewrites docs/interval-coverage.md
	$(BIN)/python -m tests.studies.interval_coverage

browser:  ## Chromium, its headless shell and the fonts of the figures, from Debian, where they are not installed yet
	@command -v chromium >/dev/null && fc-list | grep -q "Liberation Sans" || { \
	  $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q chromium fonts-liberation fontconfig; }
	@command -v chromium-headless-shell >/dev/null || \
	  { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q chromium-headless-shell; } || \
	  echo "Without chromium-headless-shell the tests run in chromium itself."

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
	  { echo "Python 3.11 or newer is wanted; $$($(PYTHON) --version) was found. Name another: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.txt constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/bin/python requirements.txt tests/requirements.txt constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -r tests/requirements.txt
	@touch $@

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
