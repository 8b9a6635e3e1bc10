#!/usr/bin/env bash
# Starts the JobManager with the job in it. Without high availability, Flink forgets its job when the
# process ends, so this script looks for the newest checkpoint or savepoint of that job.
# JobManager and command line have certificates and a folder of configuration each.
# KLINES_FROM: newest, none, or the path of a checkpoint or savepoint.
set -euo pipefail

tls=${KLINES_TLS:-/run/tls}
conf=${KLINES_FLINK_CONF:-/run/flink}
state=${KLINES_STATE:-/var/lib/flink}
entry_point=${KLINES_ENTRY_POINT:-/docker-entrypoint.sh}
from=${KLINES_FROM:-newest}

# Prints the newest complete checkpoint or savepoint. Flink writes _metadata last.
newest() {
    find "$state/checkpoints" "$state/savepoints" -type f -name _metadata -printf '%T@ %h\n' |
        sort -n | tail -n 1 | cut -d ' ' -f 2-
}

case $from in
    newest) from=$(newest) ;;
    none) from= ;;
esac

restore=()
if [ -n "$from" ]; then
    restore=(--fromSavepoint "file://$from")
fi
write_conf=$(dirname "${BASH_SOURCE[0]}")/flink-conf.sh
bash "$write_conf" "$conf/cli" rest="$tls/cli"
bash "$write_conf" "$conf/process" rest="$tls/rest" internal="$tls/internal"
export FLINK_CONF_DIR=$conf/process
echo "starting from ${from:-nothing}"
exec "$entry_point" standalone-job --job-classname io.dexklines.job.KlineJob "${restore[@]}" "$@"
