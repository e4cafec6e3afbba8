# Every task of a contributor is a target here. `make help` lists them.

SWIFT ?= swift
SOURCES := Sources Tests Benchmarks Package.swift
# Debian's names of what the build and the tests need beside a Swift toolchain.
PACKAGES := sqlite3 openssl libncurses-dev libsqlite3-dev zlib1g-dev git gzip tmux

# Each test brings servers of its own; with more of them at a time than the machine has room for, all only get slower.
TESTS_AT_A_TIME ?= 6
FAULT_ROUNDS ?= 200
SECONDS ?= 60

.PHONY: help deps build test test-faults test-thread test-address fuzz lint format demo screenshots image-test words clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

deps: ## install the system packages that are missing (Debian, Ubuntu)
	@missing="$$(for package in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	echo "Installing $$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing

build: deps ## build the program, .build/debug/observer
	$(SWIFT) build --product observer

test: deps ## build and run every test
	$(SWIFT) build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_A_TIME) $(SWIFT) test --skip-build

test-faults: deps ## kill it and break what it needs, FAULT_ROUNDS times each
	$(SWIFT) build --build-tests
	FAULT_ROUNDS=$(FAULT_ROUNDS) $(SWIFT) test --skip-build --filter FaultTests

test-thread: deps ## build and run every test under ThreadSanitizer
	.ci/sanitize thread $(TESTS_AT_A_TIME)

test-address: deps ## build and run every test under AddressSanitizer
	.ci/sanitize address $(TESTS_AT_A_TIME)

fuzz: deps ## make up inputs for all that reads from outside, SECONDS for each target
	.ci/fuzz $(SECONDS)

lint: ## check the format of every source file
	$(SWIFT) format lint --strict --recursive $(SOURCES)

words: ## find the words that .ci/words replaces, in everything or IN="files and folders"
	@.ci/words-check $(IN)

format: ## put every source file into its format
	$(SWIFT) format --in-place --recursive $(SOURCES)

demo: deps ## watch the observer at work in front of simulated servers, until Ctrl-C
	$(SWIFT) build --product observer
	$(SWIFT) build --product observer-demo
	@"$$($(SWIFT) build --show-bin-path)/observer-demo"

screenshots: deps ## take the pictures of the README from the real program in a terminal
	$(SWIFT) build --product observer
	$(SWIFT) build --product observer-demo
	.ci/screenshots

image-test: ## build the container image without a Docker engine, and run it
	.ci/image-test

clean: ## remove what was built
	rm -rf .build
