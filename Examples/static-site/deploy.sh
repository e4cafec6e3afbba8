#!/bin/sh
# Publishes public/ as a release of its own, then switches to it at once.
set -eu
release=$WWW/releases/$DPLOY_COMMIT
mkdir -p "$WWW/releases"
rm -rf "$release.new"
cp -R public "$release.new"
rm -rf "$release"
mv "$release.new" "$release"
echo "::step copy 1/2"
# Renaming a link is atomic: no visitor sees half a release.
ln -sfn "releases/$DPLOY_COMMIT" "$WWW/next"
mv -fT "$WWW/next" "$WWW/current"
echo "::step copy 2/2"
if [ -n "${SITE_URL:-}" ]; then echo "::url $SITE_URL"; fi
# Keep the five newest.
cd "$WWW/releases"
ls -t | tail -n +6 | while read -r old; do rm -rf "./$old"; done
