#!/usr/bin/env bash
# How often the verdict errs and decides, beside other rules: tests/statistics/README.md. Writes build/verdict-bench.json.
#   ci/verdict-bench.sh [--quick] [--tables T1,T3] [--runs N] [--jobs N] [--for SECONDS]      simulated runs
#   ci/verdict-bench.sh --end-to-end [--parallel N] [--cases same,slower] [--for SECONDS]     real gates of 30 s and more
# Exit 1 when an aim is missed. What was done stays in build/verdict-bench.jsonl: the next call goes on from there.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build test
mkdir -p build
cmake --preset release -DASSAY_TESTS=ON >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)" --target assay verdict_bench >build/build.log 2>&1 ||
  { cat build/build.log >&2; exit 1; }
exec python3 -B tests/statistics/verdict_bench.py "$@"
