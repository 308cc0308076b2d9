#!/usr/bin/env bash
# Servers that lie in wait, run against assay and every other load generator that is installed: who reports the truth?
#   ci/lie-detector.sh [--trap NAME]... [--tool NAME]... [--json FILE] [--markdown FILE] [--list]
# Exit 1 when assay is wrong in any row, 3 when the machine was too busy to tell, 70 when a trap itself failed.
# ci/peers.sh installs the tools that Debian does not have.
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build test bench peers
mkdir -p build
cmake --preset release -DASSAY_TESTS=ON >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --parallel "$(nproc)" --target assay >build/build.log 2>&1 ||
  { cat build/build.log >&2; exit 1; }
ASSAY_BINARY=build/release/assay exec python3 -B tests/lie-detector/lie_detector.py "$@"
