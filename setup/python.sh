#!/bin/sh
# Prints the Python to set up with: $PYTHON if given, else the first one that runs and is new enough; nothing
# where there is none.
for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
  if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    command -v "$name"
    exit 0
  fi
done
