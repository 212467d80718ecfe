#!/bin/sh
# Finds what the page tests need beside Python and Node, or installs it from Debian when root: Chromium, a Chinese
# font, and the library of Playwright's own Node. With CI=true a missing Chromium fails.
set -u
packages=''
has() { command -v "$1" >/dev/null 2>&1; }
has chromium || has chromium-browser || has google-chrome || packages='chromium'
find -L /usr/lib* -maxdepth 2 -name libatomic.so.1 2>/dev/null | grep -q . || packages="$packages libatomic1"
find -L /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" -iname '*cjk*' \
  2>/dev/null | grep -q . || packages="$packages fonts-noto-cjk"
[ -z "$packages" ] && exit 0
if [ "$(id -u)" = 0 ] && has apt-get; then
  echo "Installing from Debian's packages:" $packages
  export DEBIAN_FRONTEND=noninteractive LC_ALL=C
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "Not here, and could not be installed: $packages." >&2
case $packages in *chromium*) [ "${CI:-}" = true ] && exit 1 ;; esac
exit 0
