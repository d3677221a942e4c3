# Works with GNU make 3.81 (what macOS has). `make image` and `make test` are all that most people need.

SWIFT = swift
BERTH = .build/release/berth

# On a machine without apt (every Mac) the first build needs to know where Debian's packages come from:
#   make image DEBIAN_MIRROR=https://… DEBIAN_SECURITY_MIRROR=https://…
MIRRORS = $(foreach address,$(DEBIAN_MIRROR),--debian-mirror $(address)) \
	$(foreach address,$(DEBIAN_SECURITY_MIRROR),--debian-security-mirror $(address)) \
	$(foreach address,$(PYTHON_INDEX),--python-index $(address))

.PHONY: help setup setup-test build image test lint bench soak docs mac-check clean

help:
	@echo 'make image      set up, build, and build the Python image (also: NAME=node, DEBIAN_MIRROR=ADDRESS)'
	@echo 'make test       set up, check format and scripts, run all tests'
	@echo 'make bench      measure against other builders; writes docs/benchmarks.md'
	@echo 'make soak       builds, kills and collections at random on one store (SOAK_SECONDS=600)'
	@echo 'make docs       write docs/reference again from the commands'
	@echo 'make mac-check  three minutes on a Mac; prints one JSON to send back'
	@echo 'make setup      install what the first two need, and nothing else'
	@echo 'make clean      remove what was built here; the store stays'

setup:
	@scripts/setup build

setup-test:
	@scripts/setup test

build: setup
	$(SWIFT) build --configuration release --product berth $$(SWIFT="$(SWIFT)" scripts/swift-static)

NAME = python
image: build
	$(BERTH) image build $(NAME) $(MIRRORS)
	$(BERTH) image test $(NAME) --if-engine

test: setup-test lint
	@scripts/test

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@scripts/lint

bench: setup-test build
	@Tests/Benchmarks/bench.sh

SOAK_SECONDS = 600
SOAK_ROUNDS = 200
soak: setup-test build
	@scripts/soak $(SOAK_SECONDS)
	@scripts/soak-cache $(SOAK_ROUNDS)
	@BERTH_MODEL_SECONDS=60 scripts/test --filter BerthCacheTests.ModelTests
	@scripts/compare-trees

docs:
	@BERTH_WRITE_DOCS=1 $(SWIFT) test --disable-xctest --filter ProjectTests.ReferenceTests

mac-check:
	@scripts/mac-check

clean:
	rm -rf .build
