#!/bin/sh
# Applies the manifests, and removes objects of this repository that are no longer in them.
set -eu
kubectl --namespace "$NAMESPACE" apply --filename k8s/ --prune --selector deployed-by=observer
