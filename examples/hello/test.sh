#!/bin/sh
# Runs the program on every line of test/cases: a number, and what it must become.
set -eu

passed=0
failed=0
while read -r number expected; do
  actual=$(bin/roman "$number" 2>&1) || true
  if [ "$actual" = "$expected" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: roman $number gave '$actual' instead of '$expected'"
  fi
done < test/cases

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
