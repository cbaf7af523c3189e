# Every target makes its own environment first, with the Python there is. `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help bootstrap demo serve ui browser test test-long fuzz statistics spark spark-tests \
	screenshots lint bench faults soak audit sbom docs lock clean

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCKS := requirements
# They count on answers within a second or less, under load or over slow links: beside other tests they meet timeouts.
ALONE := tests/faults tests/storage/test_outages.py tests/storage/test_links.py tests/storage/test_lost_commits.py \
	tests/http/test_database_gone.py tests/http/test_idempotency.py tests/jobs/test_workers.py
# Trust whom the machine trusts, as pip does: a company's mirror or proxy may have a certificate of its own.
export UV_SYSTEM_CERTS ?= true

# A tier is installed when its stamp is newer than its lock. Installing one keeps the others that are already there,
# so `make demo` never takes the test tools away. A target that needs several says which, to install them `together`.
stamp = $(VENV)/.$(1).stamp
kept_tiers = $(sort build runtime $(1) $(together) $(foreach tier,dev bench train ui,$(if $(wildcard $(call stamp,$(tier))),$(tier))))
define install
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode $(patsubst %,$(LOCKS)/%.lock,$(kept_tiers))
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(foreach tier,$(kept_tiers),$(call stamp,$(tier)))
endef

# The tests run hundreds of processes. Each would compile our code again.
unexport PYTHONDONTWRITEBYTECODE

# The text between `##` and the end of a target's line is its help.
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

bootstrap: $(call stamp,dev) browser ## make .venv with everything that developing needs

# The pages of the admin app come while the data are loaded. Where npm gives none, the demo does without them.
demo: together := train ui
demo: $(call stamp,ui) $(call stamp,train) ## load the demo data and serve it on port 8600 (PORT=N names another)
	@mkdir -p .cache && nice $(BIN)/python -m tools.pages >.cache/pages.log 2>&1 &
	$(BIN)/tessella demo $(if $(PORT),--port $(PORT))

serve: $(call stamp,runtime) ## serve what TESSELLA_HOME or TESSELLA_DATABASE_URL holds
	$(BIN)/tessella serve

ui: $(call stamp,ui) ## build the admin app, which the server then has below /app/
	@$(BIN)/python -m tools.pages check test

browser: $(call stamp,ui) # for the tests that use one
	@$(BIN)/python -m tools.browser

screenshots: together := train ui
screenshots: $(call stamp,train) $(call stamp,dev) ui browser ## draw the README's pictures of the admin app from the demo
	$(BIN)/python -m tools.screenshots

# COVERAGE= leaves the count of lines out, and its floors.
COVERAGE := --cov --cov-report=
test: lint ui browser ## lint, then the fast tests in two processes, and those that mind the time alone
	$(BIN)/python -m pytest -m "not long" -n 2 --dist loadscope $(COVERAGE) $(addprefix --ignore=,$(ALONE))
	$(BIN)/python -m pytest -m "not long" $(ALONE)
	$(if $(COVERAGE),$(BIN)/python -m tools.coverage_floors)

test-long: $(call stamp,dev) ## the slow tests: statistics, fuzzing, faults
	$(BIN)/python -m pytest -m long

fuzz: $(call stamp,dev) ## two thousand generated requests to the API with each role
	$(BIN)/python -m pytest -m "long" tests/http/test_openapi.py

statistics: together := bench
statistics: $(call stamp,dev) $(call stamp,bench) ## experiments against planted truths: TESSELLA_BENCH_TIMES=10 repeats more
	$(BIN)/python -m pytest tests/statistics -m "long or not long"

# Apache Spark brings a module named as its client's is, so it has an environment of its own.
SPARK := .venv-spark
SPARK_TESTS := $(patsubst %,tests/warehouse/test_%.py,\
	engines_agree gate_in_sql jsonlogic_suites_in_sql mutations_are_caught spark sql_statements)
java := $$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
spark: ## the tests of Spark's SQL on Apache Spark itself, in local mode; needs Java 17 or newer
	@if [ "$(java)" -ge 17 ] 2>/dev/null; then $(MAKE) --no-print-directory spark-tests; \
	else echo "Skipped: Apache Spark needs Java 17 or newer on PATH, and there is none."; fi

spark-tests: $(SPARK)/.stamp
	PYTHONPATH=src TESSELLA_TESTS_SPARK=apache $(SPARK)/bin/python -m pytest $(SPARK_TESTS) -m "long or not long" -k spark

$(SPARK)/.stamp: $(LOCKS)/spark.lock $(LOCKS)/runtime.lock | $(UV)
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(SPARK)
	$(UV) pip sync --quiet --python $(SPARK)/bin/python --require-hashes $(LOCKS)/runtime.lock $(LOCKS)/spark.lock
	@touch $@

lint: $(call stamp,dev) ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: together := bench ui
bench: $(call stamp,dev) $(call stamp,bench) ui browser ## run every benchmark and print a line for each figure
	$(BIN)/python -m benchmarks --all

faults: $(call stamp,dev) ## break things under load, and check that nothing is lost, doubled or wrong (SEED=N repeats a run)
	$(BIN)/python -m faults --all $(if $(SEED),--seed $(SEED))

soak: $(call stamp,dev) ## what takes longer: a minute without the database, and three minutes at 70 % of the maximum
	$(BIN)/python -m faults outage_long soak $(if $(SEED),--seed $(SEED))

audit: $(call stamp,dev) ## ask which locked packages have known vulnerabilities
	@$(BIN)/python -m tools.audit

sbom: $(call stamp,dev) ## write what the product is made of to build/sbom.json, in CycloneDX
	@$(BIN)/python -m tools.sbom

docs: $(call stamp,dev) ## write the reference from the code and build the documentation into site/
	$(BIN)/python -m tools.reference
	$(BIN)/zensical build --clean --strict

compile = $(UV) pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)
lock: $(UV) ## resolve pyproject.toml into requirements/*.lock (UPGRADE=--upgrade takes newer releases)
	$(compile) pyproject.toml -o $(LOCKS)/runtime.lock
	$(compile) --group dev -c $(LOCKS)/runtime.lock -o $(LOCKS)/dev.lock
	$(compile) --group build -c $(LOCKS)/runtime.lock -c $(LOCKS)/dev.lock -o $(LOCKS)/build.lock
	$(compile) --group spark -c $(LOCKS)/runtime.lock -c $(LOCKS)/dev.lock -o $(LOCKS)/spark.lock
	$(compile) --group train -c $(LOCKS)/runtime.lock -c $(LOCKS)/dev.lock -o $(LOCKS)/train.lock
	$(compile) --group ui -c $(LOCKS)/runtime.lock -c $(LOCKS)/dev.lock -o $(LOCKS)/ui.lock
	$(compile) --group bench -c $(LOCKS)/runtime.lock -c $(LOCKS)/dev.lock -c $(LOCKS)/build.lock -o $(LOCKS)/bench.lock

clean: ## remove the environments, the caches and what was built
	rm -rf $(VENV) $(SPARK) dist build site .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf admin/node_modules tools/chromium/node_modules src/tessella/http/app_pages src/tessella/http/.app_pages-*
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(call stamp,runtime): pyproject.toml $(LOCKS)/runtime.lock $(LOCKS)/build.lock | $(UV)
	$(call install,runtime)

$(call stamp,dev): $(LOCKS)/dev.lock $(call stamp,runtime)
	$(call install,dev)

$(call stamp,ui): $(LOCKS)/ui.lock $(call stamp,runtime)
	$(call install,ui)

$(call stamp,train): $(LOCKS)/train.lock $(call stamp,runtime)
	$(call install,train)

$(call stamp,bench): $(LOCKS)/bench.lock $(call stamp,runtime)
	$(call install,bench)

# A Python that is only named on PATH (a version manager's shim, a Debian one without venv) does not run this check.
in_range := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

$(UV):
	@for python in python3.13 python3.12 python3.11 python3; do \
		if $$python -c '$(in_range)' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version)"; \
			$$python -m venv --clear $(VENV) || exit 1; \
			exec $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCKS)/build.lock; \
		fi; \
	done; \
	echo "Tessella needs Python 3.11, 3.12 or 3.13 with its venv module on PATH; install one and run make again." >&2; exit 1
