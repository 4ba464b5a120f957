# Two commands: `make run` opens the app, `make test` runs every check.
# Both set up all they need first; `make clean` takes that away again.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(name))))
BIN := .venv/bin

.PHONY: run test format clean

run: .venv/run.stamp
	$(BIN)/python -m dashboard serve --open

test: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python tests/browser/install.py
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

format: .venv/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .pytest_cache .hypothesis .ruff_cache

.venv/python.stamp:
	@test -n "$(PYTHON)" || { echo "Clickwatch needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/python.stamp requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: .venv/run.stamp tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
