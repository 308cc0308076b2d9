#!/usr/bin/env bash
# Installs the Debian packages that assay needs; does nothing where they are there already.
#   ci/setup.sh [build] [test] [check] [bench] [peers]      groups; build is the default
# Needs root or sudo, and only when something is missing.
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config libboost1.81-dev libssl-dev zlib1g-dev libfmt-dev libsimdjson-dev
       nlohmann-json3-dev libyaml-cpp-dev libcli11-dev libre2-dev libjemalloc-dev libsqlite3-dev libpq-dev
       libcurl4-openssl-dev libc-ares-dev prometheus-cpp-dev libsnappy-dev libjs-dygraphs libutf8proc-dev
       ca-certificates)
test=(doctest-dev python3 python3-jsonschema python3-yaml python3-junitparser perl cmark-gfm openssl nginx-light iproute2 postgresql
      haproxy caddy redis-server rabbitmq-server nats-server openssh-server dnsmasq-base unbound python3-aiosmtpd
      prometheus prometheus-pushgateway python3-prometheus-client prometheus-alertmanager prometheus-blackbox-exporter
      prometheus-node-exporter prometheus-postgres-exporter sslscan testssl.sh python3-pyte
      chromium fonts-dejavu-core nodejs npm)
check=(clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev python3)
bench=(nginx-light wrk python3 openssl strace valgrind)
peers=(nghttp2-client apache2-utils hey)

wanted=()
for group in "${@:-build}"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    check) wanted+=("${check[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    peers) wanted+=("${peers[@]}") ;;
    *) echo "ci/setup.sh: unknown group '$group' (build, test, check, bench, peers)" >&2; exit 2 ;;
  esac
done

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${wanted[@]}"; do
  # Any flavour of nginx serves the tests and the benchmark.
  if [ "$package" = nginx-light ] && command -v nginx >/dev/null; then continue; fi
  # A Node.js from elsewhere brings its own npm and conflicts with Debian's.
  if [ "$package" = nodejs ] && command -v node >/dev/null; then continue; fi
  if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "ci/setup.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

# A service that a package brings must not start on a build machine: it would take port 80.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "installing: ${missing[*]}"
log=$(mktemp)
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 ||
    { cat "$log" >&2; echo "ci/setup.sh: apt-get $1 failed" >&2; exit 1; }
}
install update -qq
install install -y -qq --no-install-recommends "${missing[@]}"
rm -f "$log"
