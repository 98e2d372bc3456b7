# The commands of the study. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
ANALYSIS := $(BIN)/python -m analysis

# Python would write its byte code beside the sources and read it back; results must not depend on the order of sets.
export PYTHONHASHSEED := 0

.DEFAULT_GOAL := help
.PHONY: help book publish write pdf test browser fresh rehearsal simulate benchmark reconstruct bounds accept reference requirements clean

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

book: $(VENV)/ready ## Run every chapter over every wave, then build the book in _build/html
	@$(ANALYSIS) run
	@$(ANALYSIS) build
	@$(ANALYSIS) check

publish: $(VENV)/ready ## Run, build and check the book; if nothing is found, editions/published is the new edition
	@$(ANALYSIS) publish

write: $(VENV)/ready ## Show the book in the browser while it is written, and again whenever a file is saved
	@$(ANALYSIS) write

pdf: book browser ## Print the book as PDF in _build/html/data, as a whole and its Summary Report; needs Chromium
	@$(ANALYSIS) pdf

test: $(VENV)/ready browser ## Run everything that can fail: style, types, the book with warnings as errors, tests
	@$(BIN)/ruff check --quiet && echo "Style: clean"
	@$(BIN)/mypy --no-error-summary & types=$$!; \
	$(ANALYSIS) build && $(ANALYSIS) check; book=$$?; \
	wait $$types && echo "Types: clean" && exit $$book
	@$(BIN)/python -m pytest -q -n $$($(BIN)/python -c "import os; print((os.cpu_count() or 1) + 1)")

# The pages are printed and tried in a real browser: an installed Chromium, or one that is installed here.
browser: $(VENV)/ready ## Install Chromium for the tests and for printing, where it is missing
	@command -v chromium chromium-browser google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && echo "Installing Chromium: about a minute, once" \
	&& apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| $(BIN)/playwright install chromium \
	|| { echo "The tests and the printing need Chromium. Install it: apt-get install chromium (Debian, Ubuntu)" >&2; exit 1; }

fresh: ## Clone what is committed into an empty folder, and run `make book` and `make test` there
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	&& git clone --quiet . "$$folder/clone" \
	&& $(MAKE) --no-print-directory -C "$$folder/clone" book \
	&& $(MAKE) --no-print-directory -C "$$folder/clone" test

rehearsal: $(VENV)/ready ## Rehearse a follow-up wave on made-up answers, in an edition of its own: _build/rehearsal
	@$(ANALYSIS) rehearse

# Four hundred pairs of waves in each of ten settings: about a quarter of an hour on two cores.
simulate: $(VENV)/ready ## Count anew how often what is said of change is right, on many pairs of made-up waves
	@cd tests && ../$(BIN)/python -m rehearsal.make_rehearsal && ../$(BIN)/python -m rehearsal.simulation

# Half an hour on two cores, of which other work takes nothing if the ratios are to say much; R only where it is installed.
benchmark: $(VENV)/ready ## Measure speed, memory and size against other tools; the results are in benchmarks/
	@$(BIN)/python -m benchmarks

reconstruct: $(VENV)/ready ## Make the records of the reconstructed wave again from the printed figures
	@$(ANALYSIS) reconstruct

bounds: $(VENV)/ready ## Work out the bounds of the numbers that are not printed again
	@$(ANALYSIS) bounds

reference: $(VENV)/ready ## Compute in R again what the tests compare the estimators with, where R is installed
	@command -v Rscript >/dev/null && Rscript -e 'quit(status = !requireNamespace("survey", quietly = TRUE))' 2>/dev/null \
	|| { echo "This needs R and its package survey. Install them: apt-get install r-base-core r-cran-survey" \
	"(Debian, Ubuntu), elsewhere R from r-project.org and install.packages(\"survey\")" >&2; exit 1; }
	@$(BIN)/python tests/reference/make_synthetic.py
	@cd tests/reference && Rscript reference.R
	@$(BIN)/python -m pytest -q tests/test_reference.py

accept: $(VENV)/ready ## Show what moved; with WHY="..." DATE=YYYY-MM-DD, accept it and record the decision
	@$(ANALYSIS) accept --why "$(WHY)" --date "$(DATE)"

requirements: $(VENV)/ready ## Choose exact versions for the lists requirements*.in, with checksums
	@for list in requirements requirements-cluster requirements-python-3.12; do \
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--output-file $$list.txt $$list.in || exit; done

clean: ## Remove the built book and what the checks keep; .venv stays
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache

# Two steps, so that a change of pyproject.toml does not install everything again.
$(VENV)/ready: $(VENV)/installed pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Made anew whenever one of the lists is newer, so that nothing is installed that they do not name. The tests need the
# extra for clusters, too: 31 MB of 0.9 GB. A version of Python may need a list of its own besides.
$(VENV)/installed: requirements.txt requirements-cluster.txt requirements-python-3.12.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "$(PYTHON) is older than Python 3.11: use make PYTHON=python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV): about a minute, once"
	@$(PYTHON) -m venv --clear $(VENV)
	@own=requirements-python-$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt; \
	$(PIP) install --require-hashes --requirement requirements.txt --requirement requirements-cluster.txt \
	$$(test ! -f $$own || echo --requirement $$own)
	@touch $@
