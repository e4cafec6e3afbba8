#!/bin/sh
# Healthy once every deployment has rolled out.
set -eu
status=0
for name in $(kubectl --namespace "$NAMESPACE" get deployments --selector deployed-by=observer --output name); do
    counts=$(kubectl --namespace "$NAMESPACE" get "$name" \
        --output 'jsonpath={.status.updatedReplicas} {.status.readyReplicas} {.spec.replicas}')
    # Missing numbers are zero, and the last one is always there.
    wanted=${counts##* } ready=$(echo "$counts" | awk '{ print (NF > 2 ? $2 : 0) }')
    echo "::app ${name##*/} $ready/$wanted"
    kubectl --namespace "$NAMESPACE" rollout status "$name" --timeout=5s || status=1
done
exit $status
