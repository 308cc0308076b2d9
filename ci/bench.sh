#!/usr/bin/env bash
# CPU time per request of assay and of wrk against the same nginx, in interleaved rounds; writes build/bench.json.
#   ci/bench.sh [options of tests/bench/bench.py, for instance --rounds 9 --seconds 5]
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build bench
tests=OFF
if [ -e build/release/build.ninja ] && grep -q '^ASSAY_TESTS:BOOL=ON' build/release/CMakeCache.txt; then tests=ON; fi
mkdir -p build
cmake --preset release -DASSAY_TESTS=$tests >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)" --target assay
exec python3 -B tests/bench/bench.py --assay build/release/assay "$@"
