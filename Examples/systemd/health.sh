#!/bin/sh
# Healthy while the service is active, and has not been restarted after a crash.
set -eu
state=$(systemctl is-active "$SERVICE") || { echo "::app $SERVICE 0/1"; echo "$SERVICE is $state"; exit 1; }
restarts=$(systemctl show --property NRestarts --value "$SERVICE")
if [ "$restarts" != 0 ]; then
    echo "::app $SERVICE 0/1"
    echo "$SERVICE crashed and was restarted $restarts times"
    exit 1
fi
if [ -n "${HEALTH_URL:-}" ]; then curl -fsS -o /dev/null "$HEALTH_URL"; fi
echo "::app $SERVICE 1/1"
