#!/usr/bin/env bash
# Starts the JobManager with the job in it. Without high availability, Flink forgets its job when the
# process ends, so this script looks for the newest checkpoint or savepoint of that job, in the folders of
# Flink's configuration on any file system that Flink has.
# JobManager and command line have certificates and a folder of configuration each.
# KLINES_FROM: newest, none, or the path or URI of a checkpoint or savepoint.
set -euo pipefail

tls=${KLINES_TLS:-/run/tls}
conf=${KLINES_FLINK_CONF:-/run/flink}
flink=${FLINK_HOME:-/opt/flink}
class_path=${KLINES_CLASS_PATH:-$flink/lib/*:$flink/usrlib/klines-job.jar}
entry_point=${KLINES_ENTRY_POINT:-/docker-entrypoint.sh}
from=${KLINES_FROM:-newest}

# Prints the newest complete checkpoint or savepoint. Fails if a folder cannot be read, since the job must
# not start without its state then. The entry point enables the plugins of Flink that the image is told to,
# then runs its arguments.
newest() {
    local java=java output
    [ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
    output=$(FLINK_PLUGINS_DIR=${FLINK_PLUGINS_DIR:-$flink/plugins} "$entry_point" "$java" \
        -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$class_path" \
        io.dexklines.job.restore.NewestRestorePoint "$@") || return
    grep '^newest restore point: ' <<<"$output" | cut -d ' ' -f 4-
}

write_conf=$(dirname "${BASH_SOURCE[0]}")/flink-conf.sh
bash "$write_conf" "$conf/cli" rest="$tls/cli"
bash "$write_conf" "$conf/process" rest="$tls/rest" internal="$tls/internal"
export FLINK_CONF_DIR=$conf/process

case $from in
    newest) from=$(newest "$@") ;;
    none) from= ;;
    /*) from=file://$from ;;
esac

restore=()
if [ -n "$from" ]; then
    restore=(--fromSavepoint "$from")
fi
echo "starting from ${from:-nothing}"
exec "$entry_point" standalone-job --job-classname io.dexklines.job.KlineJob "${restore[@]}" "$@"
