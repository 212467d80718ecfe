#!/bin/sh
# Sets up .venv and node_modules from the locks, a line for each step with its seconds. What was made before and
# still holds is kept; what was stopped half-way has no mark, and is made anew.
# Usage: environment.sh, or environment.sh --is-made python|node
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
cd "$here/.." || exit 1
venv=${STEAD_VENV:-.venv}

is_made_python() {
  mark=$venv/.made
  # A link leads to what others use too: it is theirs to bring up to date.
  [ -L "$venv" ] && return
  [ -e "$mark" ] && [ ! requirements-dev.lock -nt "$mark" ] && [ ! pyproject.toml -nt "$mark" ] &&
    "$venv/bin/python" -c '' 2>/dev/null &&
    # Its programs know where they lie: in a folder that was moved they would not start.
    [ "$(cat "$mark")" = "$(pwd)" ]
}

is_made_node() {
  mark=node_modules/.made
  # A link leads to what others use too: npm would empty that.
  [ -L node_modules ] && return
  [ -e "$mark" ] && [ ! package.json -nt "$mark" ] && [ ! package-lock.json -nt "$mark" ]
}

if [ "${1:-}" = --is-made ]; then
  "is_made_$2"
  exit
fi

log=$(mktemp "${TMPDIR:-/tmp}/stead-setup.XXXXXX") || exit 1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 LC_ALL=C.UTF-8
child='' apart=$(command -v setsid)
trap 'rm -f "$log"' EXIT
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP

stop() { # the step that is at work does not hear what was sent to this shell alone
  [ -n "$child" ] && { kill -- "-$child" || kill "$child"; wait "$child"; } 2>/dev/null
  echo
  echo 'Stopped. Give the same command again.' >&2
  exit "$1"
}

step() { # what is done, then the command that does it
  printf '%-58s' "$1 ..."
  shift
  began=$(date +%s)
  # In a group of its own, where there is setsid, so that what it starts ends with it.
  $apart "$@" >"$log" 2>&1 &
  child=$!
  if wait "$child"; then
    child=''
    printf '%4d s\n' $(($(date +%s) - began))
  else
    printf ' failed\n'
    tail -n 15 "$log" >&2
    grep -q 'No space left on device' "$log" && echo "The disk is full: $(df -Ph . | tail -n 1)" >&2
    exit 1
  fi
}

if ! is_made_python; then
  # Without its mark it is half-made, with an old one it is brought up to date.
  if [ ! -e "$venv/.made" ] || [ "$(cat "$venv/.made")" != "$(pwd)" ]; then
    rm -rf "$venv"
  fi
  rm -f "$venv/.made"
  if ! "$venv/bin/python" -c '' 2>/dev/null; then
    python=$(sh "$here/python.sh")
    step "Making a Python environment with $(basename "$python")" "$python" -m venv "$venv"
  fi
  # Python compiles a module when it is first imported. Most never are, and pip would compile all of them first, for
  # 15 seconds of a processor.
  step "Installing $(grep -c '^[a-z]' requirements-dev.lock) Python packages" \
    "$venv/bin/python" -m pip install --no-compile --require-hashes -r requirements-dev.lock
  step 'Installing Stead' "$venv/bin/python" -m pip install --no-deps --no-build-isolation -e .
  step 'Compiling the translations' "$venv/bin/python" -m stead.core.catalogs
  pwd >"$venv/.made"
fi
if ! is_made_node; then
  rm -f node_modules/.made
  step 'Installing what the pages load' npm ci
  step 'Gathering what the pages load' "$venv/bin/python" -m stead.core.assets
  touch node_modules/.made
fi
