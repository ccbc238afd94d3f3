#!/usr/bin/env bash
# The tour by curl: tour-curl.sh <http url> <grpc url> <key> <file tree>
set -euo pipefail
http=$1 key=$3 tree=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
auth=(-H "Authorization: Bearer $key")
json=(-H 'Content-Type: application/json')

# Every answer goes to files, so that status, headers and body can be looked at apart.
call() { curl -sS --noproxy '*' -o "$work/body" -D "$work/head" -w '%{http_code}' "$@" > "$work/status"; }
read_json() { node -e 'const $ = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(String(eval(process.argv[2])))' "$work/body" "$1"; }
header() { sed -nE "s/^$1: (.*)\r$/\1/Ip" "$work/head"; }
expect() { # actual, wanted, what
  if [ "$1" != "$2" ]; then
    printf '%s: expected %q, got %q\n' "$3" "$2" "$1" >&2
    cat "$work/head" "$work/body" >&2
    exit 1
  fi
}
status() { expect "$(cat "$work/status")" "$1" "status of $2"; }
step() { echo "ok  $1"; }
encode() { node -p 'encodeURIComponent(process.argv[1])' "$1"; }

create() { # type, provider, config
  call "${auth[@]}" "${json[@]}" "$http/v1/integrations" \
    -d "{\"name\":\"$2 集成\",\"type\":\"$1\",\"provider\":\"$2\",\"config\":$3,\"auth\":{\"type\":\"none\"}}"
  status 201 "creating $2"
  expect "$(read_json '$.success + $.data.name')" "true$2 集成" 'created integration'
  id=$(read_json '$.data.id')
}

files() {
  create storage local-fs '{}'
  local base=$http/v1/integrations/$id/storage count=0 file path
  while IFS= read -r -d '' file; do
    path=/tree/${file#"$tree"/}
    # A ";" in -F begins an option: so quotes around the file, and --form-string for texts.
    call "${auth[@]}" "$base/upload" --form-string "path=$(dirname "$path")" --form-string "name=$(basename "$path")" \
      -F 'metadata={"作者":"tour"};type=application/json' -F "file=@\"$file\";type=application/octet-stream"
    status 201 "uploading $path"
    expect "$(read_json '$.data.path + " " + $.data.size')" "$path $(stat -c %s "$file")" 'stored file'
    count=$((count + 1))
  done < <(find "$tree" -type f -print0)
  step "$count files uploaded as multipart/form-data"

  call "${auth[@]}" "$base/files?path=/tree&recursive=true"
  status 200 'the listing'
  expect "$(read_json '$.data.files.map(file => file.size + " " + file.path).sort().join("\n")')" \
    "$(find "$tree" -type f -printf '%s /tree/%P\n' | node -p 'require("fs").readFileSync(0, "utf8").trim().split("\n").sort().join("\n")')" 'listing'
  expect "$(read_json '$.data.pagination.truncated')" false 'truncated'
  step 'all listed'

  while IFS= read -r -d '' file; do
    path=/tree/${file#"$tree"/}
    call "${auth[@]}" "$base/download?path=$(encode "$path")"
    status 200 "downloading $path"
    expect "$(sha256sum < "$work/body")" "$(sha256sum < "$file")" "SHA-256 of $path"
    expect "$(header content-length)" "$(stat -c %s "$file")" "Content-Length of $path"
  done < <(find "$tree" -type f -print0)
  step 'all downloaded raw with the same SHA-256'

  file=$(find "$tree" -type f -size +4M) path=$(encode "/tree/${file#"$tree"/}")
  call "${auth[@]}" -r 1000000-1000099 "$base/download?path=$path"
  status 206 'a range'
  expect "$(header content-range)" "bytes 1000000-1000099/$(stat -c %s "$file")" 'Content-Range'
  expect "$(sha256sum < "$work/body")" "$(tail -c +1000001 "$file" | head -c 100 | sha256sum)" 'SHA-256 of the range'
  call "${auth[@]}" -r -7 "$base/download?path=$path"
  expect "$(sha256sum < "$work/body")" "$(tail -c 7 "$file" | sha256sum)" 'the last seven bytes'
  call "${auth[@]}" -r 99999999- "$base/download?path=$path"
  status 416 'a range beyond the end'
  step 'ranges downloaded'

  call "${auth[@]}" -X DELETE "$base/files?path=$path"
  status 204 'deleting'
  call "${auth[@]}" "$base/stat?path=$path"
  status 404 'a deleted file'
  step 'a file deleted'
}

rows() {
  create database sqlite '{"path":"curl.db"}'
  local base=$http/v1/integrations/$id/database
  execute() { call "${auth[@]}" "${json[@]}" "$base/execute" -d "$1" "${@:2}"; status 200 "$1"; }
  execute '{"command":"CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, big INTEGER, note TEXT)"}'
  execute '{"command":"INSERT INTO items (name, price, big, note) VALUES (:name, :price, :big, :note)",
    "params":{"name":"it'\''s 物品","price":10.5,"big":"9007199254740993","note":null}}'
  expect "$(read_json '$.data.affectedRows + " " + $.data.insertId')" '1 1' 'inserted row'
  step 'a table made and a row inserted with parameters'

  local insert='{"command":"INSERT INTO items (name) VALUES (:name)","params":{"name":"once"}}'
  execute "$insert" -H 'Idempotency-Key: once-1'
  local first; first=$(read_json '$.data.insertId')
  execute "$insert" -H 'Idempotency-Key: once-1'
  expect "$(read_json '$.data.insertId')" "$first" 'the repeat with an Idempotency-Key'
  call "${auth[@]}" "${json[@]}" -H 'Idempotency-Key: once-1' "$base/execute" -d '{"command":"DELETE FROM items"}'
  status 409 'the same key for another command'
  step 'a repeat with an Idempotency-Key changed nothing'

  call "${auth[@]}" "${json[@]}" "$base/query" -d '{"query":"SELECT name, price, big, note FROM items WHERE id = :id","params":{"id":1}}'
  status 200 'the query'
  expect "$(read_json 'JSON.stringify($.data.rows) + $.data.rowCount')" \
    '[{"name":"it'\''s 物品","price":10.5,"big":"9007199254740993","note":null}]1' 'queried row'
  step 'a row queried with a parameter'

  execute '{"command":"INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 998) SELECT :name FROM n","params":{"name":"more"}}'
  call "${auth[@]}" "${json[@]}" "$base/stream" -d '{"query":"SELECT id FROM items ORDER BY id"}'
  status 200 'the stream'
  expect "$(header content-type)" 'application/x-ndjson; charset=utf-8' 'Content-Type'
  expect "$(sha256sum < "$work/body")" "$(seq 1 1000 | sed 's/.*/{"id":&}/' | sha256sum)" 'streamed lines'
  step '1000 rows streamed as NDJSON'
}

messages() {
  create messaging local-queue '{}'
  local base=$http/v1/integrations/$id/messaging
  call "${auth[@]}" "${json[@]}" "$base/send" -d '{"topic":"orders","message":{"订单":1.50},"options":{"key":"a","headers":{"kind":"created"}}}'
  status 200 'sending'
  for n in 2 3 4; do echo "{\"topic\":\"orders\",\"message\":{\"订单\":$n}}"; done \
    | call "${auth[@]}" -H 'Content-Type: application/x-ndjson' "$base/batch" --data-binary @-
  status 200 'sending a batch'
  expect "$(read_json '$.data.messages.length')" 3 'messages of the batch'
  step '4 messages sent, alone and as NDJSON'

  call "${auth[@]}" "$base/receive?topic=orders&timeout=0&ackMode=manual"
  status 200 'receiving'
  grep -q '"value":{"订单":1.50}' "$work/body" || expect "$(cat "$work/body")" '… {"订单":1.50} …' 'verbatim message'
  expect "$(read_json '$.data.messages.map(message => message.value["订单"] + (message.key ?? "-"))')" '1.5a,2-,3-,4-' 'received'
  local handles; handles=$(read_json 'JSON.stringify({ receiptHandles: $.data.messages.map(message => message.receiptHandle) })')
  call "${auth[@]}" "${json[@]}" "$base/ack" -d "$handles"
  status 200 'acknowledging'
  expect "$(read_json '$.data.results.map(result => result.outcome)')" 'done,done,done,done' 'outcomes'
  call "${auth[@]}" "$base/receive?topic=orders&timeout=0"
  expect "$(read_json '$.data.messages.length')" 0 'messages left'
  step 'received, acknowledged, none left'
}

versions() {
  create storage local-fs '{}'
  local one=$http/v1/integrations/$id
  call "${auth[@]}" "$one"
  status 200 'reading'
  local etag; etag=$(header etag)
  call "${auth[@]}" "${json[@]}" -X PATCH "$one" -H "If-Match: $etag" -d '{"description":"first"}'
  status 200 'the first change'
  call "${auth[@]}" "${json[@]}" -X PATCH "$one" -H "If-Match: $etag" -d '{"description":"second"}'
  status 412 'a change of what has changed'
  call "${auth[@]}" "$one"
  expect "$(read_json '$.data.description')" first 'description'
  call "${auth[@]}" -X DELETE "$one"
  status 204 'deleting'
  step 'ETag and If-Match keep the second change out'

  local body='{"name":"once","type":"messaging","provider":"local-queue","config":{},"auth":{"type":"none"}}'
  call "${auth[@]}" "${json[@]}" -H 'Idempotency-Key: create-1' "$http/v1/integrations" -d "$body"
  status 201 'creating'
  id=$(read_json '$.data.id')
  call "${auth[@]}" "${json[@]}" -H 'Idempotency-Key: create-1' "$http/v1/integrations" -d "$body"
  expect "$(read_json '$.data.id')" "$id" 'the repeated creation'
  step 'a repeated creation gave the same integration'
}

refused() { # status, code, what, then curl's arguments
  call "${@:4}"
  status "$1" "$3"
  expect "$(read_json '$.success + " " + $.error.code')" "false $2" "code of $3"
}

errors() {
  refused 401 UNAUTHENTICATED 'a wrong key' -H 'Authorization: Bearer wrong-key-0123456789' "$http/v1/integrations"
  refused 401 UNAUTHENTICATED 'no key' "$http/v1/integrations"
  refused 404 INTEGRATION_NOT_FOUND 'an unknown integration' "${auth[@]}" "$http/v1/integrations/int-nosuch"
  refused 400 INVALID_REQUEST 'a missing field' "${auth[@]}" "${json[@]}" "$http/v1/integrations" -d '{"type":"storage","provider":"local-fs","config":{},"auth":{"type":"none"}}'
  expect "$(read_json '$.error.details.field')" name 'the missing field'
  refused 400 INVALID_REQUEST 'an unknown field' "${auth[@]}" "${json[@]}" "$http/v1/integrations" -d '{"nmae":"x"}'
  expect "$(read_json '$.error.details.field')" nmae 'the unknown field'
  refused 400 MALFORMED_JSON 'broken JSON' "${auth[@]}" "${json[@]}" "$http/v1/integrations" -d '{"name":'
  refused 415 UNSUPPORTED_MEDIA_TYPE 'a form' "${auth[@]}" "$http/v1/integrations" -d 'name=x'
  refused 404 ROUTE_NOT_FOUND 'no such path' "${auth[@]}" "$http/v1/nowhere"
  refused 405 METHOD_NOT_ALLOWED 'a wrong method' "${auth[@]}" -X PUT "$http/v1/integrations"
  expect "$(header x-request-id)" "$(read_json '$.error.details.requestId')" 'request id'
  call "${auth[@]}" -H 'Accept-Language: zh-CN' "$http/v1/integrations/int-nosuch"
  grep -q '集成' "$work/body" || expect "$(cat "$work/body")" '… 集成 …' 'Chinese message'
  step 'errors come in the envelope with code, field and request id'
}

files
rows
messages
versions
errors
