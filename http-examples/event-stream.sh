#!/bin/sh
# Follows a partition: prints its records as events, those that are there and those to come.
#
#   ./event-stream.sh [partition] [offset]     the default is 0 0
#
# It stops after 60 seconds, or after MAX_TIME. GATEWAY_URL is the gateway's address if it is not
# http://localhost:8080. GATEWAY_KEY is an access key with the right read, which the mode token asks for.
#
# The id of an event is its offset. A reader that was cut off goes on behind the last event it has
# seen: with the header Last-Event-ID, as a browser does by itself, or at that offset plus one.
set -eu

partition=${1:-0}
offset=${2:-0}

# by its standard input, so that no list of processes shows the key
authorization() {
	[ -z "${GATEWAY_KEY:-}" ] || printf 'header = "Authorization: Bearer %s"\n' "$GATEWAY_KEY"
}

status=0
authorization | curl --config - -N --silent --show-error --fail-with-body --max-time "${MAX_TIME:-60}" \
	-H 'Accept: text/event-stream' \
	"${GATEWAY_URL:-http://localhost:8080}/partitions/$partition/records?offset=$offset" || status=$?

# 28: the time is up, which is how this ends; curl has said so.
[ "$status" -eq 28 ] || exit "$status"
