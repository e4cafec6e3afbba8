#!/bin/sh
# Healthy once the released page is there, and the web server answers with it.
set -eu
test -s "$WWW/current/index.html" || { echo "there is no index.html"; exit 1; }
if [ -n "${SITE_URL:-}" ]; then
    curl -fsS "$SITE_URL/" | cmp -s - public/index.html || { echo "$SITE_URL serves another page"; exit 1; }
fi
