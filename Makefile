# Two commands matter: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
TORCH := $(shell sed -n 's/^torch==/==/p' requirements.lock)
UV := $(shell sed -n 's/^uv==/==/p' requirements.lock)

.PHONY: run test check bench clean

run: .venv/ready
	$(BIN)/kizuna serve --demo --home $(or $(KIZUNA_HOME),home)

test: .venv/ready
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST)

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not models and not browser" -n 2 --dist loadfile

bench: .venv/ready
	@for bench in benchmarks/bench_*.py; do $(BIN)/python $$bench; done

clean:
	rm -rf .venv home .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# The lock names every package, so nothing is resolved. PyTorch comes apart: its CPU build has an index of its own,
# and without that index (or behind a closed network) the package index serves.
.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv$(UV)
	$(BIN)/python -c "import torch" 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --no-deps --retries 0 --index-url https://download.pytorch.org/whl/cpu torch$(TORCH) 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --no-deps torch$(TORCH)
	sed '/^torch==/d' requirements.lock | $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -r -
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@
