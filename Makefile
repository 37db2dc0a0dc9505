# make demo: a whole campaign on a built-in population, with its report.   make test: everything that CI checks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test clean

demo: $(VENV)/installed-demo
	$(BIN)/variorum demo --out demo

test: $(VENV)/installed-test
	scripts/check
	scripts/test

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Variorum needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; choose another one with: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

# The stamps below stand for an installation; they are older than a changed list of dependencies.
$(VENV)/installed-demo: $(VENV)/created pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[report]'
	@touch $@

$(VENV)/installed-test: $(VENV)/created pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/installed-demo
