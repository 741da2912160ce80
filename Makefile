# `make demo` and `make test` need nothing but Python >= 3.11 and make: they build .venv themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# One thread per process: cores are shared by glasses, not by one glass's linear algebra.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: demo test check validate bench format clean

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hessian-lab needs Python >= 3.11; give one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[peers,cholmod,dev]'
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/hessian-lab run simulations/quickstart/quickstart.toml --out runs/quickstart
	$(BIN)/hessian-lab report runs/quickstart
	$(BIN)/hessian-lab show runs/quickstart

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

validate: $(STAMP)
	$(BIN)/python -m pytest tests/validation -m slow -n 2 --timeout 3600

bench: $(STAMP)
	$(BIN)/hessian-lab bench quench
	$(BIN)/hessian-lab bench spectrum

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache *.egg-info
