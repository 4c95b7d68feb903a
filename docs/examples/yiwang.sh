#!/bin/sh
# A client with curl alone. YIWANG_URL: where the register is; YIWANG_KEY: a key (`yiwang key create`).
#   yiwang.sh lookup LON LAT DATUM          who answers for a point
#   yiwang.sh batch FILE.csv DATUM          the same for a table with id, lon, lat; CSV comes back
#   yiwang.sh changes SINCE                 all that changed after that number, a page a line
#   yiwang.sh report MATTER LON LAT DATUM KEY [WHEN]   take in an incident, once for each KEY
set -eu
: "${YIWANG_URL:?}" "${YIWANG_KEY:?}"

# The key goes through a pipe: what stands on a command line, every account of the machine can read.
# 503 and lost connections are tried again; with an Idempotency-Key that is safe for a POST too.
ask() {
  printf 'header = "Authorization: Bearer %s"\n' "$YIWANG_KEY" |
    curl --config - --silent --show-error --fail-with-body --retry 5 --retry-connrefused "$@"
}

verb=$1
shift
case $verb in
lookup)
  ask --get --data-urlencode "lon=$1" --data-urlencode "lat=$2" --data-urlencode "datum=$3" \
    "$YIWANG_URL/v1/lookup"
  ;;
batch)
  ask --header 'Content-Type: text/csv' --data-binary "@$1" "$YIWANG_URL/v1/lookup/batch?datum=$2"
  ;;
changes)
  next=$1
  while :; do
    page=$(ask --get --data-urlencode "since=$next" --data-urlencode "limit=1000" "$YIWANG_URL/v1/changes")
    printf '%s\n' "$page"
    next=$(printf '%s' "$page" | sed 's/.*"next":\([0-9]*\),"more".*/\1/')
    case $page in
    *'"more":true}') ;;
    *) break ;;
    esac
  done
  ;;
report)
  when=${6:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}
  body=$(mktemp)
  trap 'rm -f "$body"' EXIT
  printf '{"matter":"%s","happened_at":"%s","lon":%s,"lat":%s,"datum":"%s","source":"example"}' \
    "$1" "$when" "$2" "$3" "$4" >"$body"
  ask --header 'Content-Type: application/json' --header "Idempotency-Key: $5" --data-binary "@$body" \
    "$YIWANG_URL/v1/incidents"
  ;;
*)
  sed -n '2,6p' "$0" >&2
  exit 2
  ;;
esac
