#!/bin/sh
# Copies app/ to each host as a release of its own. The hosts switch only once all of them have it.
set -eu
# shellcheck disable=SC2086
remote() { host=$1; shift; ssh $SSH_OPTIONS "$host" "$@"; }

count=$(echo "$HOSTS" | wc -w) done=0
for host in $HOSTS; do
    tar -C app -cf - . | remote "$host" "
        set -e
        rm -rf '$APP/releases/$DPLOY_COMMIT' && mkdir -p '$APP/releases/$DPLOY_COMMIT'
        tar -C '$APP/releases/$DPLOY_COMMIT' -xf -"
    done=$((done + 1))
    echo "::step copy $((done))/$((count))"
done
done=0
for host in $HOSTS; do
    remote "$host" "
        set -e
        cd '$APP'
        ln -sfn 'releases/$DPLOY_COMMIT' next && mv -fT next current
        if [ -x current/restart ]; then ./current/restart; fi
        cd releases && ls -t | tail -n +6 | while read -r old; do rm -rf \"./\$old\"; done" </dev/null
    done=$((done + 1))
    echo "::step switch $((done))/$((count))"
done
