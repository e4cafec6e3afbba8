# Every task of a contributor is a target here. `make help` lists them.

SWIFT ?= swift
SOURCES := Sources Tests Benchmarks Package.swift
# Debian packages that the build and the tests need in addition to a Swift toolchain.
PACKAGES := sqlite3 openssl libncurses-dev libsqlite3-dev zlib1g-dev git tmux

# Debian packages for tests with real containers, which are skipped without them.
CONTAINER_PACKAGES := podman runc buildah busybox-static docker-compose

# Each test starts its own servers. Too many tests at a time slow each other down.
TESTS_AT_A_TIME ?= 4
FAULT_ROUNDS ?= 200
SECONDS ?= 60

# The API check stops after this time.
API_SECONDS ?= 60
# Where `make install` puts the program and the files that belong to it.
PREFIX ?= /usr/local
# Without Swift's shared libraries, as in the container image: the program starts faster and needs no toolchain.
STATIC := --static-swift-stdlib -Xlinker -s

.PHONY: help deps container-deps build install static deb deb-test release test test-compose test-api test-faults test-thread test-address fuzz bench bench-scale lint format demo screenshots image-test words sentences clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

# Installs the packages of a list that are missing.
define install_packages
	@missing="$$(for package in $(1); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	echo "Installing $$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing
endef

deps: ## install missing system packages (Debian, Ubuntu)
	$(call install_packages,$(PACKAGES))

container-deps: ## install the packages for tests with real containers
	$(call install_packages,$(CONTAINER_PACKAGES))

build: deps ## build the program, .build/debug/observer
	$(SWIFT) build --product observer

# The program of an installation or package: PROGRAM=PATH, or a release that is built here.
static-program = $(or $(PROGRAM),$$($(SWIFT) build -c release --show-bin-path)/observer)

static: deps
	@$(if $(PROGRAM),:,$(SWIFT) build -c release $(STATIC) --product observer)

install: static ## install a release with completions, manual and systemd unit below PREFIX (/usr/local)
	@DESTDIR="$(DESTDIR)" packaging/install "$(static-program)" "$(PREFIX)"

deb: static ## build a Debian package with a systemd service, dist/dploy-observer_VERSION_ARCHITECTURE.deb
	@mkdir -p dist
	@packaging/build-deb "$(static-program)" dist

deb-test: static ## install, start, upgrade and purge the Debian package in a chroot
	@packaging/test-deb "$(static-program)"

release: static ## build a tarball with a program that needs no Swift, and its checksum, in dist/
	@mkdir -p dist
	@packaging/build-release "$(static-program)" dist

test: deps ## build and run every test
	$(SWIFT) build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_A_TIME) $(SWIFT) test --skip-build

test-faults: deps ## run the fault injection tests, FAULT_ROUNDS rounds each
	$(SWIFT) build --build-tests
	FAULT_ROUNDS=$(FAULT_ROUNDS) SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_A_TIME) \
		$(SWIFT) test --skip-build --filter FaultTests

test-thread: deps ## build and run every test under ThreadSanitizer
	.ci/sanitize thread $(TESTS_AT_A_TIME)

test-address: deps ## build and run every test under AddressSanitizer
	.ci/sanitize address $(TESTS_AT_A_TIME)

test-compose: container-deps deps ## test deployments with Compose and real containers (as root)
	$(SWIFT) build --build-tests
	REQUIRE_CONTAINERS=1 $(SWIFT) test --skip-build --filter ComposeContainerTests

test-api: deps ## check the program against docs/api.yaml for API_SECONDS, with schemathesis from PyPI
	$(SWIFT) build --product observer
	$(SWIFT) build --product observer-demo
	SWIFT=$(SWIFT) .ci/test-api $(API_SECONDS)

fuzz: deps ## run the fuzzers, SECONDS per target
	.ci/fuzz $(SECONDS)

bench: deps ## measure deliveries, start, memory and commands against Benchmarks/budget.json, for at most 10 minutes
	$(SWIFT) build -c release $(STATIC) --product observer
	$(SWIFT) build -c release $(STATIC) --product observer-benchmarks
	timeout 600 .build/release/observer-benchmarks deliveries

bench-scale: deps ## measure a long history, a burst and pruning against Benchmarks/budget.json, for at most 15 minutes
	$(SWIFT) build -c release $(STATIC) --product observer
	$(SWIFT) build -c release $(STATIC) --product observer-benchmarks
	timeout 900 .build/release/observer-benchmarks scale

lint: words ## check the format of the sources and the words of everything
	$(SWIFT) format lint --strict --recursive $(SOURCES)

words: ## find words that .ci/words replaces; IN="FILES" checks only these
	@.ci/words-check $(IN)

sentences: ## print every sentence that users can read, for review
	@.ci/sentences $(IN)

format: ## format the sources
	$(SWIFT) format --in-place --recursive $(SOURCES)

demo: deps ## watch an observer deploy to simulated servers, or with TARGET=compose to containers; Ctrl-C stops it
	$(SWIFT) build --product observer
	$(SWIFT) build --product observer-demo
	@"$$($(SWIFT) build --show-bin-path)/observer-demo" $(if $(TARGET),--target $(TARGET))

screenshots: deps ## take the screenshots of the README in a real terminal
	$(SWIFT) build --product observer
	$(SWIFT) build --product observer-demo
	.ci/screenshots

image-test: ## build and test the container image without a Docker engine
	.ci/image-test $(PROGRAM)

clean: ## remove all build products
	rm -rf .build dist
