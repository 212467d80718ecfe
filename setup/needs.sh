#!/bin/sh
# Says what this machine lacks for `make demo` or `make test`: all of it, in one sentence with the command that
# brings it, before anything begins. Usage: needs.sh demo|test
set -u
purpose=$1
here=$(dirname "$0")
missing='' packages=''

lacks() { # what a person reads, Debian's packages that bring it
  missing="${missing:+$missing; }$1"
  packages="$packages $2"
}

has() { command -v "$1" >/dev/null 2>&1; }

# What a finished set-up has taken in already is not needed again.
if ! sh "$here/environment.sh" --is-made python; then
  python=$(sh "$here/python.sh")
  if [ -z "$python" ]; then
    lacks 'Python 3.11 or newer' 'python3 python3-venv'
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    lacks "python3-venv for $python" 'python3-venv'
  fi
fi
if ! sh "$here/environment.sh" --is-made node; then
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
  if [ "${major:-0}" -lt 18 ]; then
    lacks 'Node 18 or newer with npm' 'npm'
  elif ! npm --version >/dev/null 2>&1; then
    lacks 'npm' 'npm'
  fi
fi
if [ "$purpose" = test ]; then
  has git || lacks 'git' 'git'
  # Root gets these from tests/browser.sh.
  if [ "$(id -u)" != 0 ] || ! has apt-get; then
    has chromium || has chromium-browser || has google-chrome || lacks 'Chromium' 'chromium'
    find -L /usr/lib* -maxdepth 2 -name libatomic.so.1 2>/dev/null | grep -q . || lacks 'libatomic' 'libatomic1'
    find -L /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" -iname '*cjk*' \
      2>/dev/null | grep -q . || lacks 'a Chinese font' 'fonts-noto-cjk'
  fi
fi

# Megabytes: what the set-up writes here, what the tests' banks take besides.
wanted=50
sh "$here/environment.sh" --is-made python || wanted=$((wanted + 1500))
sh "$here/environment.sh" --is-made node || wanted=$((wanted + 300))
[ "$purpose" = test ] && wanted=$((wanted + 2000))
free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
full=''
[ "${free:-$wanted}" -ge "$wanted" ] || full="$wanted MB of free disk in $(pwd), where $free MB are left"

[ -z "$missing$full" ] && exit 0
said="make $purpose needs first: $missing${missing:+${full:+; }}$full."
if [ -n "$packages" ]; then
  words=$(printf '%s\n' $packages | sort -u | tr '\n' ' ')
  said="$said On Debian and Ubuntu, as root: apt-get update && apt-get install -y ${words% }"
fi
echo "$said" >&2
exit 1
