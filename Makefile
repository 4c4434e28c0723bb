# Everything a newcomer types. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/e2e/node

.DEFAULT_GOAL := help
.PHONY: help demo test check serve bench bench-all bench-neighbour bench-peers soak fuzz mutate proto format clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

demo: $(VENV)/installed ## Run the main job on real input: sign-up and login of a guest
	@$(BIN)/python -m actions_sdk.demo

test: $(VENV)/developing $(NODE)/node_modules/.package-lock.json ## Run the whole test suite
	$(BIN)/python -m pytest -n auto

serve: $(VENV)/installed ## Start a server on 127.0.0.1:50051 with a store in .actions/
	$(BIN)/actions-runtime serve

bench: $(VENV)/developing ## Measure against a bare gRPC echo: two minutes
	$(BIN)/python -m tests.bench

bench-all: $(VENV)/developing ## Measure everything, beside peers and over sizes: half an hour
	$(BIN)/python -m tests.bench all --json bench.json --markdown bench.md --plots bench-plots
	$(BIN)/python -m tests.bench.cold
	$(BIN)/python -m tests.bench.parts

bench-peers: $(VENV)/developing ## Install what the benchmark compares with
	$(BIN)/python -m tests.bench.peers.install

soak: $(VENV)/developing ## Ten minutes at four fifths of the peak: nothing may be wrong or grow
	$(BIN)/python -m tests.bench soak --minutes 10

bench-neighbour: $(VENV)/developing ## Measure what one tenant's bombs do to another's logins
	$(BIN)/python -m tests.bench.neighbour

fuzz: $(VENV)/developing ## Try made-up bytes and programs; FUZZ_SECONDS=60 each
	$(BIN)/python -m tests.fuzz
	PROGRAM_EXAMPLES=3000 $(BIN)/python -m pytest -q --timeout 0 -n auto tests/actions_sandbox/policy/test_generated_programs.py

mutate: $(VENV)/developing ## Put faults into guards and rules; the tests must notice
	$(BIN)/python -m tests.mutation

check: $(VENV)/developing ## Format, lint, types, import rules, contract and drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	cd proto && ../$(BIN)/buf lint
	$(BIN)/python tests/generated.py --check
	$(BIN)/python -m pytest -q tests/test_architecture.py

proto: $(VENV)/developing ## Regenerate the messages, the event schemas, the shapes and the types
	$(BIN)/python tests/generated.py

format: $(VENV)/developing ## Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the virtual environment and every cache
	rm -rf $(VENV) .venv-peers $(NODE)/node_modules tests/bench/peers/node/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The environment holds exactly what the lock says, each file by its hash.
$(VENV)/installed: runtime/requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r runtime/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/developing: $(VENV)/installed tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	touch $@

# The end-to-end tests drive a provider that runs on Node; where there is no Node they say that they were left out.
$(NODE)/node_modules/.package-lock.json: $(NODE)/package-lock.json
	if command -v npm >/dev/null; then npm ci --loglevel error --ignore-scripts --no-audit --no-fund --prefix $(NODE) && touch $@; fi
