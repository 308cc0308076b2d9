#!/usr/bin/env bash
# Everything that a change must survive beyond ci/test.sh: format, layers, clang-tidy, and the tests under sanitizers.
#   ci/check.sh [format] [layers] [tidy] [asan] [tsan]     all of them by default
set -euo pipefail
cd "$(dirname "$0")/.."

ci/setup.sh build test check
jobs=$(nproc)
our_sources() { find harness reports probes tests -name '*.h' -o -name '*.cc' | sort; }

quiet_configure() { # NAME, further arguments
  local name=$1 log
  shift
  mkdir -p build
  log=build/configure-$name.log
  cmake "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

check_format() { our_sources | xargs clang-format-14 --dry-run --Werror; }

check_layers() { ci/lint_layers.py --self-test && ci/lint_layers.py; }

# Configured only: clang-tidy reads the compile commands, nothing is built.
check_tidy() {
  quiet_configure check -S . -B build/check -G Ninja -DCMAKE_BUILD_TYPE=Debug -DASSAY_TESTS=OFF \
    -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_CXX_COMPILER_LAUNCHER=
  run-clang-tidy-14 -p build/check -quiet -j "$jobs" "$PWD/(harness|reports|probes)/.*\.cc$" >build/tidy.log 2>&1 ||
    { grep -E '(error|warning):' -A 4 build/tidy.log | sort -u | head -200 >&2; return 1; }
}

# Every unit and command-line test; the integration tests measure time, which a sanitizer distorts, and it does not see
# what a browser does with a page.
check_asan() {
  quiet_configure asan --preset asan
  cmake --build --preset asan --parallel "$jobs"
  timeout 1800 ctest --preset asan --parallel "$jobs" --timeout 300 -LE 'integration|browser'
}

# Only what has threads: the engine, the target, the probes, the live page, and a real run of all together.
check_tsan() {
  quiet_configure tsan --preset tsan
  cmake --build --preset tsan --parallel "$jobs" --target assay unit_engine unit_demo unit_net unit_client unit_probes unit_ui
  timeout 1800 ctest --preset tsan --parallel "$jobs" --timeout 300 -R '^(engine|demo|net|client|probes|ui)/'
  local status=0
  TSAN_OPTIONS="halt_on_error=1 exitcode=66" build/tsan/assay demo --workers 2 --quiet --ui 127.0.0.1:0 --out build/tsan/demo-run \
    >build/tsan/demo.log 2>&1 || status=$?
  # The verdict is not the question: a slowed-down generator may be called late (3).
  case $status in 0 | 1 | 3 | 4) ;; *) cat build/tsan/demo.log >&2; return 1 ;; esac
}

failed=()
for part in "${@:-format layers tidy asan tsan}"; do
  for each in $part; do
    echo "== $each"
    # A subshell with -e: `if` would switch it off inside the function.
    set +e
    (set -e; "check_$each")
    [ $? -eq 0 ] || failed+=("$each")
    set -e
  done
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
echo "all checks passed"
