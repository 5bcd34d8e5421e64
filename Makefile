.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := django-storefront-store django-generic-tags django-generic-likes django-storefront-auth

.PHONY: help env
help: ## Show what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: $(BIN)/.ready ## Make the environment alone: .venv with everything installed.

$(BIN)/.ready: pyproject.toml $(wildcard packages/*/pyproject.toml)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --group example --group test --group lint $(foreach p,$(PACKAGES),-e packages/$(p))
	touch $@
