#!/bin/sh
# Prints what would change. 0: nothing, 2: something. nomad exits with 1 if allocations would change.
nomad job plan -no-color web.nomad.hcl
case $? in
0) exit 0 ;;
1) exit 2 ;;
*) exit 1 ;;
esac
