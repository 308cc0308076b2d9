#!/usr/bin/env bash
# What assay costs beside other load generators on the same nginx: tests/bench/README.md. Writes build/bench.json.
#   ci/bench.sh [--peers] [options of tests/bench/bench.py, for instance --quick or --rows cpu,instructions]
# Measures with the tools that are installed; --peers installs the others first, as far as they can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

options=()
for each in "$@"; do
  if [ "$each" = --peers ]; then ci/peers.sh; else options+=("$each"); fi
done

ci/setup.sh build test bench
mkdir -p build
# With the tests, because the clients that assay is compared with are built with them; only what is named is built.
cmake --preset release -DASSAY_TESTS=ON >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)" --target assay bench_net bench_floor
exec python3 -B tests/bench/bench.py --build build/release ${options[@]+"${options[@]}"}
