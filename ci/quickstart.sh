#!/usr/bin/env bash
# From a bare Debian 12 to a first verdict: installs what is missing, builds build/release/assay, runs the demo gate.
# Safe to run again. A build/release that was configured with tests keeps them.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build
tests=OFF
if [ -e build/release/build.ninja ] && grep -q '^ASSAY_TESTS:BOOL=ON' build/release/CMakeCache.txt; then tests=ON; fi
mkdir -p build
cmake --preset release -DASSAY_TESTS=$tests >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)" --target assay

echo
echo "build/release/assay is ready. The demo: an embedded target, offered as baseline and as candidate."
echo
exec build/release/assay demo
