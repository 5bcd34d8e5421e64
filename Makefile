.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := django-storefront-store django-generic-tags django-generic-likes django-storefront-auth
GROUPS := example test lint matrix

# MySQL's driver has to be compiled, so it is installed only if a MySQL server is given.
DRIVER := $(if $(filter mysql://%,$(DATABASE_URL)),$(BIN)/.ready-mysql)

.PHONY: help env demo smoke demo-services two-nodes scale-out faults load bench capacity lint format test full lock schema clients fuzz docs dist clean
help: ## Show this list of targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: $(BIN)/.ready $(DRIVER) ## Create the virtual environment .venv with everything installed.

$(BIN)/.ready: pyproject.toml constraints.txt $(wildcard packages/*/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt $(foreach g,$(GROUPS),--group $(g)) $(foreach p,$(PACKAGES),-e packages/$(p))
	touch $@

$(BIN)/.ready-mysql: $(BIN)/.ready
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group mysql
	touch $@

demo: env ## Run the example shop on 127.0.0.1:8001, its API on 8000. CATALOGUE=file, DATABASE_URL=…, THROTTLING=off, PORT=…
	@$(BIN)/python scripts/demo.py

smoke: env ## Run it on a free port with a temporary database and place an order. CATALOGUE=file
	@$(BIN)/python scripts/smoke.py

demo-services: env ## Run the shop with PostgreSQL, Redis, Celery, a mail catcher and Flower, from Debian's packages.
	@$(BIN)/python scripts/demo_services.py $(ARGS)

two-nodes: env ## Run two web nodes behind nginx with one PostgreSQL and one Redis. ARGS=--check tests them.
	@$(BIN)/python scripts/two_nodes.py $(ARGS)

scale-out: env ## Run two web nodes with PgBouncer, a streaming replica of PostgreSQL and Redis. ARGS=--check tests them.
	@PYTHONPATH=benchmarks/shop $(BIN)/python scripts/scale_out.py $(ARGS)

faults: env ## Kill and hang the worker, mail server, broker and cache during 200 orders; count orders, waits and mails.
	@$(BIN)/python scripts/faults.py $(ARGS)

load: env ## Run a load test with 100 users for a minute; writes figures and a chart.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dev
	@$(BIN)/python scripts/load.py $(ARGS)

bench: env ## Compare the shop with other packages on PostgreSQL; writes figures and charts. QUICK=1 takes five minutes.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=scripts:benchmarks/shop $(BIN)/python benchmarks/shop/run.py $(if $(QUICK),--quick) $(ARGS)

capacity: env ## Measure which pages of the shop grow with the catalogue and the orders. ARGS="--products 100000 --orders 1000000"
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=scripts:benchmarks/shop $(BIN)/python benchmarks/shop/capacity.py $(ARGS)

lint: env ## Check style, likely bugs, types, import contracts, workflows and the client, in about a minute.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python scripts/check_client.py
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@PYTHONPATH=example_project $(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/check_types.py

format: env ## Format the code, and apply safe automatic fixes.
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .
	@$(BIN)/python scripts/check_client.py --fix

test: env ## Run all checks, and all test suites with the lowest and highest versions.
	@$(BIN)/python scripts/run_cells.py

full: env ## Run all checks, and all test suites with all supported versions.
	@$(BIN)/python scripts/run_cells.py --full

lock: env ## Update constraints.txt: the versions, with hashes, of everything that `make env` installs.
	$(BIN)/uv pip compile $(wildcard packages/*/pyproject.toml) --all-extras $(foreach g,$(GROUPS) dev dist docs pages storage,--group $(g)) \
		--universal --generate-hashes --python-version 3.11 --no-header --quiet --upgrade -o constraints.txt

schema: env ## Update docs/openapi.yaml, the OpenAPI schema of the example project.
	@$(BIN)/python example_project/manage.py spectacular --settings storefront.settings.test --validate --fail-on-warn --file docs/openapi.yaml
	@$(BIN)/python scripts/schema_page.py

clients: env ## Generate a TypeScript and a Python client from docs/openapi.yaml; compile the one, place an order with the other.
	@$(BIN)/python scripts/clients.py $(ARGS)

fuzz: env ## Test the API with 20,000 requests that Schemathesis generates from the schema. ARGS="--cases 2000 --minutes 5"
	@$(BIN)/python scripts/fuzz.py $(ARGS)

docs: env ## Build the documentation into docs/_build/html.
	@$(BIN)/tox run -e docs

dist: env ## Rehearse a release: build, check, install from a local package index, place an order. ARGS=--python 3.13
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dist
	@$(BIN)/python scripts/dist.py rehearse $(ARGS)

clean: ## Remove the files of builds and tests; keeps the environment and the demo's data.
	rm -rf .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache docs/_build packages/*/build packages/*/dist
