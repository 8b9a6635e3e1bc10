#!/bin/sh
# Runs klines migrate until it succeeds, and then once a day. The arguments are those of the command.
set -eu

while true; do
    until java -Xmx128m -jar /opt/klines/klines-schema.jar "$@"; do
        rm -f /tmp/migrated
        sleep 10
    done
    touch /tmp/migrated
    sleep 86400
done
