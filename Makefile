# make demo    environment, default graph, one example note diagnosed (no torch, no Java)
# make test    development environment, Neo4j artefacts, all tests
# make lint    ruff and mypy --strict
# make bench   measure, and write the figures into tests/benchmarks/history/
# make lock    resolve requirements/*.txt again from pyproject.toml
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: demo test lint bench lock neo4j

PYTHON ?= python3
GRAPH ?= graph
BIN := .venv/bin
UV := $(BIN)/uv
NEO4J := .cache/neo4j
LOCK := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" --override requirements/overrides.txt

demo: .venv/.core
	$(BIN)/aitia build --graph $(GRAPH)
	$(BIN)/aitia diagnose docs/examples/note_en.txt --graph $(GRAPH)

test: .venv/.dev neo4j
	$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

bench: .venv/.dev
	for benchmark in tests/benchmarks/[a-z]*.py; do $(BIN)/python "$$benchmark" --graph $(GRAPH); done

lock: $(UV)
	$(LOCK) --output-file requirements/core.txt
	$(LOCK) --group dev --extra embedded --extra llm --output-file requirements/dev.txt

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Aitia needs Python 3.11 or later: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"

# A development environment holds the core one, so `make demo` after `make test` takes nothing away.
.venv/.core: requirements/core.txt pyproject.toml | $(UV)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/core.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	rm -f .venv/.dev
	touch $@

.venv/.dev: requirements/dev.txt pyproject.toml | $(UV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch .venv/.core $@

neo4j:
	if ! command -v java >/dev/null || ! command -v mvn >/dev/null || ! [[ "$$(java -version 2>&1)" =~ version\ \"(1[7-9]|[2-9][0-9]) ]]; then \
		echo "NO JAVA 17 OR NO MAVEN: the tests against a real Neo4j will be skipped" >&2; \
	elif [[ ! -e $(NEO4J)/.fetched || tests/neo4j/pom.xml -nt $(NEO4J)/.fetched ]]; then \
		mvn --quiet --batch-mode -f tests/neo4j/pom.xml dependency:copy-dependencies && touch $(NEO4J)/.fetched; \
	fi
