#!/usr/bin/env bash
# Finds Chromium for the page tests, or installs it from Debian when root. With CI=true a missing one fails.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Chromium is missing: installing it from Debian's packages."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null && exit 0
fi
echo "Chromium was not found and could not be installed: the page tests cannot run." >&2
[ "${CI:-}" = true ] && exit 1
exit 0
