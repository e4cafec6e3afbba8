#!/bin/sh
# Prints what would change. 0: nothing, 2: something. kubectl diff exits with 1 if there is a difference.
kubectl --namespace "$NAMESPACE" diff --filename k8s/
case $? in
0) exit 0 ;;
1) exit 2 ;;
*) exit 1 ;;
esac
