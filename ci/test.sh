#!/usr/bin/env bash
# Builds the release binary with all tests and runs them. The last lines are ctest's summary.
#   ci/test.sh [ctest arguments, for instance -R net/]
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build test
mkdir -p build
cmake --preset release -DASSAY_TESTS=ON >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)"
# A test that hangs is stopped by its own limit; this one bounds all of them together.
timeout --kill-after=10 3600 ctest --preset release --parallel "$(nproc)" --timeout 180 "$@"
