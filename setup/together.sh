#!/bin/sh
# Runs a command that keeps one processor busy beside one that shares out the others; what the first says is shown
# when both are done. Fails when either fails. Usage: together.sh 'first command' 'second command'
set -u
said=$(mktemp "${TMPDIR:-/tmp}/stead-together.XXXXXX") || exit 1
first=''
trap 'rm -f "$said"' EXIT
trap '[ -n "$first" ] && kill "$first" 2>/dev/null; exit 130' INT TERM HUP

sh -c "exec $1" >"$said" 2>&1 &
first=$!
sh -c "exec $2"
second=$?
wait "$first"
code=$?
first=''
echo "$1"
cat "$said"
[ "$code" = 0 ] && exit "$second"
exit "$code"
