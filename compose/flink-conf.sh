#!/usr/bin/env bash
# Writes the folder of Flink's configuration for a process or a command line: the files of flink-conf, and the
# keys for the certificates that it may use. Flink takes the passwords of stores from its configuration only,
# so the folder is private.
#   flink-conf.sh FOLDER rest=CERTIFICATES internal=CERTIFICATES
set -euo pipefail

source=${KLINES_CONF:-$(dirname "${BASH_SOURCE[0]}")/../flink-conf}
target=$1
shift
umask 077
mkdir -p "$target"
cp "$source"/config.yaml "$source"/log4j*.properties "$target"/
for part in "$@"; do
    connections=security.ssl.${part%%=*}
    store=${part#*=}/store.p12
    password=$(cat "${part#*=}/password")
    cat >> "$target"/config.yaml <<EOF
$connections.enabled: true
$connections.keystore: $store
$connections.keystore-password: $password
$connections.key-password: $password
$connections.truststore: $store
$connections.truststore-password: $password
EOF
    if [ "$connections" = security.ssl.rest ]; then
        echo "$connections.authentication-enabled: true" >> "$target"/config.yaml
    fi
done
