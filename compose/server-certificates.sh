#!/bin/sh
# Issues the servers' certificates, unless they are there, and gives the keys to the users of the containers.
set -eu

java -Xmx64m -jar /opt/klines/klines-access.jar server-certificates "$@" /run/server-tls
chmod 755 /run/server-tls
# the user of Kafka's image
chown -R 1000:1000 /run/server-tls/kafka
