#!/bin/sh
# Puts the program together: one executable file out of its parts.
set -eu

mkdir -p bin
{
  echo '#!/bin/sh'
  echo "# roman ${CI_COMMIT_SHORT_SHA:-unknown}"
  echo "exec awk '"
  cat src/roman.awk
  # shellcheck disable=SC2016
  echo "' \"\$@\""
} > bin/roman
chmod +x bin/roman
echo "built bin/roman, $(wc -l < bin/roman | tr -d ' ') lines"
