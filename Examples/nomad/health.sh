#!/bin/sh
# Healthy once the latest deployment of the job is successful.
set -eu
status=$(nomad job deployments -latest -t '{{.Status}}' "$JOB")
counts=$(nomad job deployments -latest \
    -t '{{range $name, $group := .TaskGroups}}{{$name}} {{$group.HealthyAllocs}}/{{$group.DesiredTotal}}{{"\n"}}{{end}}' "$JOB")
echo "$counts" | sed -n 's/^./::app &/p'
[ "$status" = successful ] || { echo "the deployment of $JOB is $status"; exit 1; }
