#!/usr/bin/env bash
# Installs other load generators to compare assay with: Debian's by ci/setup.sh, the rest into build/peers/bin by the
# package managers of Go and Rust, at pinned versions. What cannot be had is said and left out; the bench and the lie
# detector run with what is there.
#   ci/peers.sh
set -uo pipefail
cd "$(dirname "$0")/.."

bin=$PWD/build/peers/bin
mkdir -p "$bin"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

skip() { echo "left out: $1: $2"; }
last_words() { grep -v '^\s*$' "$log" | tail -n 1 | sed 's/^\s*//' | cut -c 1-160; }

from_go() { # NAME MODULE VERSION
  local name=$1 module=$2 version=$3
  [ -x "$bin/$name" ] && go version -m "$bin/$name" 2>/dev/null | grep -q "$module[[:space:]]$version" && return
  command -v go >/dev/null || { skip "$name" "Go is not installed"; return; }
  echo "building $name $version"
  GOBIN=$bin timeout --foreground 900 go install "$module@$version" >"$log" 2>&1 || skip "$name" "$(last_words)"
}

from_cargo() { # NAME VERSION
  local name=$1 version=$2
  [ -x "$bin/$name" ] && "$bin/$name" --version 2>/dev/null | grep -qF "$version" && return
  command -v cargo >/dev/null || { skip "$name" "cargo is not installed"; return; }
  echo "building $name $version"
  timeout --foreground 1800 cargo install --quiet --locked --root build/peers --version "$version" "$name" >"$log" 2>&1 ||
    skip "$name" "$(last_words)"
}

ci/setup.sh peers || skip "h2load, ab, hey" "the Debian packages could not be installed"
from_go k6 go.k6.io/k6 v1.8.1
# Later ones need modules that the Go proxy does not serve.
from_go fortio fortio.org/fortio v1.63.7
from_go vegeta github.com/tsenart/vegeta/v12 v12.12.0
from_go bombardier github.com/codesenberg/bombardier v1.2.6
from_cargo oha 1.16.0
skip wrk2 "in no package manager; only its sources are published"
