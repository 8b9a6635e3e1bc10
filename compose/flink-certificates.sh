#!/bin/sh
# Issues Flink's certificates, unless they are there, and gives them to the users of the containers.
set -eu

java -Xmx64m -jar /opt/klines/klines-access.jar certificates "$@" /run/tls
chmod 755 /run/tls
# Flink's user in its image, and the user of the service flink-ui
chown -R 9999:9999 /run/tls/internal /run/tls/rest /run/tls/cli
chown -R 10001:10001 /run/tls/ui
