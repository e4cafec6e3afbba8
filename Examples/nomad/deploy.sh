#!/bin/sh
# Submits the job; health.sh follows its deployment.
set -eu
nomad job validate web.nomad.hcl
nomad job run -detach web.nomad.hcl
