.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := django-storefront-store django-generic-tags django-generic-likes django-storefront-auth
GROUPS := example test lint matrix

# MySQL's driver is the one thing that has to be compiled: only who names a MySQL server gets it.
DRIVER := $(if $(filter mysql://%,$(DATABASE_URL)),$(BIN)/.ready-mysql)

.PHONY: help env demo smoke demo-services two-nodes faults load bench lint format test full lock schema clients fuzz docs dist clean
help: ## Show what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: $(BIN)/.ready $(DRIVER) ## Make the environment alone: .venv with everything installed.

$(BIN)/.ready: pyproject.toml constraints.txt $(wildcard packages/*/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt $(foreach g,$(GROUPS),--group $(g)) $(foreach p,$(PACKAGES),-e packages/$(p))
	touch $@

$(BIN)/.ready-mysql: $(BIN)/.ready
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group mysql
	touch $@

demo: env ## Open the example shop on 127.0.0.1:8001, its back end on 8000. CATALOGUE=file, DATABASE_URL=…, THROTTLING=off, PORT=…
	@$(BIN)/python scripts/demo.py

smoke: env ## Open it on a free port with a throw-away database and walk the main job. CATALOGUE=file
	@$(BIN)/python scripts/smoke.py

demo-services: env ## Open the shop on PostgreSQL, Redis, Celery, a mail catcher and Flower, from Debian's packages.
	@$(BIN)/python scripts/demo_services.py $(ARGS)

two-nodes: env ## Open two web nodes behind nginx on one PostgreSQL and one Redis. ARGS=--check proves what that is for.
	@$(BIN)/python scripts/two_nodes.py $(ARGS)

faults: env ## Kill and hang worker, mail server, broker and cache during 200 orders; count orders, waits and mails.
	@$(BIN)/python scripts/faults.py $(ARGS)

load: env ## Put a hundred users on the shop for a minute; figures and a chart.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dev
	@$(BIN)/python scripts/load.py $(ARGS)

bench: env ## Compare the shop with peers from PyPI on one PostgreSQL; figures and charts. QUICK=1 takes five minutes.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=scripts:benchmarks/shop $(BIN)/python benchmarks/shop/run.py $(if $(QUICK),--quick) $(ARGS)

lint: env ## Check style, likely bugs, types, import contracts, workflows and the client; a minute.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python scripts/check_client.py
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@PYTHONPATH=example_project $(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/check_types.py

format: env ## Format the code, and mend what can be mended without thinking.
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .
	@$(BIN)/python scripts/check_client.py --fix

test: env ## Run every check and every suite on the outer cells of the matrix.
	@$(BIN)/python scripts/run_cells.py

full: env ## Run the whole matrix.
	@$(BIN)/python scripts/run_cells.py --full

lock: env ## Write constraints.txt anew: the versions, with hashes, of everything that `make env` installs.
	$(BIN)/uv pip compile $(wildcard packages/*/pyproject.toml) --all-extras $(foreach g,$(GROUPS) dev dist docs pages storage,--group $(g)) \
		--universal --generate-hashes --python-version 3.11 --no-header --quiet --upgrade -o constraints.txt

schema: env ## Write docs/openapi.yaml anew: the OpenAPI schema of the example project.
	@$(BIN)/python example_project/manage.py spectacular --settings storefront.settings.test --validate --fail-on-warn --file docs/openapi.yaml
	@$(BIN)/python scripts/schema_page.py

clients: env ## Generate a TypeScript and a Python client from docs/openapi.yaml: one compiles strictly, the other buys.
	@$(BIN)/python scripts/clients.py $(ARGS)

fuzz: env ## Try the API with 20,000 requests that schemathesis makes of its schema. ARGS="--cases 2000 --minutes 5"
	@$(BIN)/python scripts/fuzz.py $(ARGS)

docs: env ## Build the documentation into docs/_build/html.
	@$(BIN)/tox run -e docs

dist: env ## Rehearse a release: build, check, install again from an index of this machine, sell something. ARGS=--python 3.13
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet -c constraints.txt --group dist
	@$(BIN)/python scripts/dist.py rehearse $(ARGS)

clean: ## Remove what builds and tests leave behind; the environment and the demo's data stay.
	rm -rf .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache docs/_build packages/*/build packages/*/dist
