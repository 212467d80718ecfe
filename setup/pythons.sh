#!/bin/sh
# Runs the tests that need no server, and those of the embedded server, on other Pythons, where they are there.
# Usage: pythons.sh python3.12 python3.13
# PYTHON_TESTS: the folders and files whose quick tests are run; all of them if not given.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
cd "$here/.." || exit 1

found() { # the program of that name, also one that pyenv has and does not show
  "$1" -c '' 2>/dev/null && command -v "$1" && return
  version=$(pyenv whence "$1" 2>/dev/null | tail -n 1)
  [ -n "$version" ] && echo "$(pyenv prefix "$version")/bin/$1"
}

for name in "$@"; do
  python=$(found "$name")
  if [ -z "$python" ]; then
    echo "$name is not here: left out."
    continue
  fi
  export PYTHON="$python" STEAD_VENV="var/venv-$name"
  sh "$here/environment.sh" || exit 1
  echo "Tests on $("$name" --version)"
  # Names of folders, one word each.
  # shellcheck disable=SC2086
  "$STEAD_VENV/bin/pytest" -n auto -m 'not database and not browser and not slow' ${PYTHON_TESTS:-} || exit 1
  "$STEAD_VENV/bin/pytest" src/stead/core/tests/test_server.py tests/test_one_night.py || exit 1
done
