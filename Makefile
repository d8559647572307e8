# Everything a person does here. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SET_UP := infra/local/set_up.sh
PYTHON_BIN := .venv/bin
REGION := ap-northeast-1
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$(REGION) .venv-sam/bin/sam
export PYTHON

# Lambda's own: compiles what is uploaded, where it is found. Nothing else needs it.
LAMBDA_PYTHON ?= python3.13

DEMO_ARGS ?= --out out/demo
TEST_ARGS ?=
# sam validate does not look into the nested templates.
NESTED_TEMPLATES = $(filter-out %.asl.yaml,$(wildcard infra/*.yaml))
BENCHES = $(wildcard bench/*.py)
# A file's tests stay together: they share a running system. No set may change the order in which the processes collect them. What
# breaks hundreds of tests is told by the first of them (docs/decisions/0016).
PYTEST = PYTHONHASHSEED=0 $(PYTHON_BIN)/pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder --maxfail 40
TEST_PROCESSES ?= 2

.PHONY: help setup demo test check lint clauses bench cost build artefacts validate deploy lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with the pinned packages (demo and test do it themselves)
	@$(SET_UP) venv

demo: setup ## Play two outages from fault to recovery mail, into out/demo (DEMO_ARGS="--speed 10 ...")
	@$(SET_UP) demopeers
	@$(PYTHON_BIN)/toban demo $(DEMO_ARGS)

test: check ## All checks and tests: what CI runs

check: lint validate ## The same as test: lint, format, types, template, tests (TEST_ARGS="-k words ...")
	@$(SET_UP) peers
	@$(SET_UP) asl
	@$(SET_UP) runtime
	$(PYTEST) $(TEST_ARGS)

lint: setup ## Check lint, format and types
	$(PYTHON_BIN)/ruff check
	$(PYTHON_BIN)/ruff format --check
	$(PYTHON_BIN)/mypy

clauses: setup ## Write docs/clauses.md: every clause of the specification and the tests that show it
	$(PYTHON_BIN)/python -m tests.clauses

bench: setup ## Measure our claims with the scripts of bench/
	@for script in $(BENCHES); do echo "== $$script"; $(PYTHON_BIN)/python "$$script"; done

cost: setup ## Run the real code, count what it asks of AWS and price it, into out/cost.json
	@$(SET_UP) demopeers
	@$(PYTHON_BIN)/python -m bench.cost

build: ## Build the functions and layers for Lambda, arm64 (needs no container and no Python 3.13)
	@$(SET_UP) sam
	@$(LAMBDA_PYTHON) -c '' 2>/dev/null || echo "No $(LAMBDA_PYTHON) here: nothing is compiled, and a cold start takes twice the time (docs/deploy.md)."
	LAYER_PIP="$(CURDIR)/.venv-sam/bin/python -m pip" LAMBDA_PYTHON="$(LAMBDA_PYTHON)" $(SAM) build

artefacts: setup ## Build for Lambda and run every function as it is built; tell sizes and times (test does the same)
	@$(SET_UP) runtime
	$(PYTHON_BIN)/pytest tests/artefacts -rP

validate: setup ## Lint template.yaml and the templates it nests, and look for what is not secure
	@$(SET_UP) sam
	$(SAM) validate --lint
	$(PYTHON_BIN)/cfn-lint --regions $(REGION) -- $(NESTED_TEMPLATES)
	@$(SET_UP) checkov
	.venv-checkov/bin/checkov --config-file .checkov.yaml --skip-download $(foreach file,template.yaml $(NESTED_TEMPLATES),--file $(file))

deploy: build ## Build, then deploy to your AWS account, asking for what it needs (docs/deploy.md)
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam deploy --guided --no-fail-on-empty-changeset $(addprefix --config-file ,$(wildcard deploy.toml))

lock: setup ## Compile every requirements .in file into its lock, with hashes (LOCK_ARGS="--upgrade")
	@requirements/lock.sh $(LOCK_ARGS)

clean: ## Remove what make has made, the virtual environments included
	rm -rf .venv .venv-sam .venv-checkov .aws-sam .make out .mypy_cache .ruff_cache .pytest_cache .hypothesis
