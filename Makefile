# Everything sets itself up: the first target that needs it makes .venv, and a changed pyproject.toml refreshes it.
PYTHON ?= python3
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 60
SOAK_EXAMPLES ?= 5000
BIN := .venv/bin
READY := .venv/.ready
# Each of the tests' processes would read them all as source.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup -q

.PHONY: demo test live check bench fuzz soak docs fmt

demo: $(READY)
	$(BIN)/python -m scripts.demo

test: $(READY)
	$(PYTEST) --ignore=tests/live $(PYTEST_ARGS)

# Against real servers and programs, as .ci/run installs them; what is not there is skipped.
live: $(READY)
	$(PYTEST) tests/live $(PYTEST_ARGS)
	NEXCRED_CASES_ON=postgresql,git $(PYTEST) tests/cases -k "in_postgresql or in_git" $(PYTEST_ARGS)

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python -m scripts.docs
	$(MAKE) --no-print-directory test

bench: $(READY)
	$(BIN)/python -m bench

# Each parser for so many seconds, as many at once as there are processors.
fuzz: $(READY)
	$(BIN)/python -m pip install -q --disable-pip-version-check --group fuzz
	$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS)

# What takes an hour or two: the vault of several people against its model for more examples, all of what `make test` tries
# some of (tests/support/some_of.py), the numbered cases at places that are slow, and a service that is asked a hundred
# thousand times.
soak: $(READY)
	NEXCRED_CASES_ON=postgresql,git NEXCRED_CASES_EACH=1 $(PYTEST) tests/cases -k "in_postgresql or in_git"
	$(BIN)/python -m bench.serving_soak
	NEXCRED_TRY_ALL=1 $(PYTEST) $$(grep -rl --include='test_*.py' tests.support.some_of tests)
	NEXCRED_PEOPLE_EXAMPLES=$(SOAK_EXAMPLES) $(BIN)/python -m pytest -q tests/unit/vault/test_people_against_a_model.py

docs: $(READY)
	$(BIN)/python -m scripts.docs --write
	$(BIN)/python -m scripts.pages --write
	$(BIN)/python -m scripts.site

fmt: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -U pip
	$(BIN)/python -m pip install -q -e . --group dev --group live
	$(BIN)/python -m compileall -q .venv/lib nexcred
	touch $@
