# Two commands: `make run` opens the app, `make test` runs every check.
# Both set up all they need first; `make clean` takes that away again.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
INSTALL := $(PIP) --no-compile --require-hashes -r
# all processors compile what was installed; a file that cannot be compiled is none that is imported
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib
LOCK := .venv/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# what one process has compiled of this project serves the many others that tests start
unexport PYTHONDONTWRITEBYTECODE

# many tests wait for processes or for a browser: two more at once than two cores
AT_ONCE ?= 4

.PHONY: run test format lock audit fuzz clean

run: .venv/run.stamp
	$(BIN)/python -m dashboard serve --open

test: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python tests/browser/install.py
	$(BIN)/python tests/postgres/install.py
	$(BIN)/python -m pytest -n $(AT_ONCE) --no-loadscope-reorder

format: .venv/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/tools.stamp
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-cluster.txt -c requirements.lock -o requirements-cluster.lock
	$(LOCK) tests/requirements.txt -c requirements.lock -o tests/requirements.lock

audit: .venv/tools.stamp
	.venv/tools/bin/pip-audit --require-hashes --disable-pip -r tests/requirements.lock

SECONDS ?= 60
fuzz: .venv/test.stamp
	$(PIP) atheris==3.0.0
	$(BIN)/python -m tests.fuzz -max_total_time=$(SECONDS)

clean:
	rm -rf .venv .pytest_cache .hypothesis .ruff_cache .schemathesis

.venv/python.stamp:
	@test -n "$(PYTHON)" || { echo "Clickwatch needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/python.stamp requirements.lock
	$(INSTALL) requirements.lock
	-$(COMPILE)
	@touch $@

# this lock holds all of the other
.venv/test.stamp: .venv/python.stamp requirements.lock tests/requirements.lock
	$(INSTALL) tests/requirements.lock
	-$(COMPILE)
	@touch .venv/run.stamp $@

.venv/tools.stamp: .venv/python.stamp
	$(BIN)/python -m venv .venv/tools
	.venv/tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 pip-audit==2.10.1
	@touch $@
