#!/usr/bin/env bash
# The README's own commands, as they stand there: tour-readme.sh <http url> <grpc url> <key>
set -euo pipefail
http=$1 grpc=$2 key=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only the addresses, the key and the way to buf are those of this run.
{
  echo 'set -euo pipefail; npx() { shift; "$BUF" "$@"; }'
  sed -n '/^```bash$/,/^```$/{/^```/d;p}' "$here/../../README.md" \
    | sed -e "s|http://127.0.0.1:5080|$http|; s|http://127.0.0.1:5081|$grpc|; s|^export KEY=.*|export KEY=$key|"
} > "$work/tour.sh"
cd "$here/../.."
BUF=$here/node_modules/.bin/buf bash "$work/tour.sh" > "$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }

wanted() {
  grep -qF -- "$1" "$work/out" || { printf 'The README promises %s, which did not come:\n' "$1" >&2; cat "$work/out" >&2; exit 1; }
  echo "ok  $1"
}
wanted '"id":"local-fs"'
wanted '"path":"/docs/readme.md"'
wanted '# Yyc3.Connectors'
wanted '"affectedRows":1'
wanted '"name":"Jane"'
wanted '"value":{"eventType":"user.created"}'
wanted '"percentage":100'
wanted '"recordId":"1"'
wanted '"name": "more files"'
! grep -F '"success":false' "$work/out" || exit 1
