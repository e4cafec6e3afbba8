#!/bin/sh
# Installs app/ as a release of its own, and restarts the service with it.
set -eu
release=$APP/releases/$DPLOY_COMMIT
mkdir -p "$APP/releases"
rm -rf "$release.new"
cp -R app "$release.new"
rm -rf "$release"
mv "$release.new" "$release"
ln -sfn "releases/$DPLOY_COMMIT" "$APP/next"
mv -fT "$APP/next" "$APP/current"
echo "::step install 1/2"
if ! cmp -s example.service "$UNITS/$SERVICE"; then
    cp example.service "$UNITS/$SERVICE"
    systemctl daemon-reload
    systemctl enable "$SERVICE"
fi
systemctl restart "$SERVICE"
echo "::step install 2/2"
cd "$APP/releases"
ls -t | tail -n +6 | while read -r old; do rm -rf "./$old"; done
