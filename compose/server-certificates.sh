#!/bin/sh
# Issues the servers' certificates, unless they are there, and gives the keys to the users of the containers.
set -eu

java -Xmx64m -jar /opt/klines/klines-access.jar server-certificates "$@" /run/server-tls
chmod 755 /run/server-tls
# the users of the images of Kafka, MySQL and Redis, and the user of the service relay
chown -R 1000 /run/server-tls/kafka
chown -R 999 /run/server-tls/mysql /run/server-tls/redis
chown -R 10001 /run/server-tls/relay
