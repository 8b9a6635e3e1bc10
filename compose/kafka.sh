#!/usr/bin/env bash
# Starts Kafka with its users, whose passwords are in files. The broker and its controller log in as admin.
set -euo pipefail

users=/run/kafka/users.conf
quoted() {
    tr -d '\r\n' < "$1" | sed -e 's/[\\"]/\\&/g'
}
admin=$(quoted /run/secrets/kafka-admin-password)
umask 077
cat > "$users" <<EOF
KafkaServer {
    org.apache.kafka.common.security.plain.PlainLoginModule required
    username="admin"
    password="$admin"
    user_admin="$admin"
    user_klines="$(quoted /run/secrets/kafka-password)"
    user_producer="$(quoted /run/secrets/kafka-producer-password)"
    user_relay="$(quoted /run/secrets/kafka-relay-password)";
};
EOF

exec /etc/kafka/docker/run
