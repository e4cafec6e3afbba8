#!/bin/sh
# Healthy once app/check succeeds on every host.
set -eu
healthy=0 count=$(echo "$HOSTS" | wc -w) failed=
for host in $HOSTS; do
    # shellcheck disable=SC2086
    if ssh $SSH_OPTIONS "$host" "cd '$APP/current' && ./check" </dev/null; then
        healthy=$((healthy + 1))
    else
        failed="$failed $host"
    fi
done
echo "::app example $((healthy))/$((count))"
[ -z "$failed" ] || { echo "not healthy:$failed"; exit 1; }
