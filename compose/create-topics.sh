#!/bin/sh
# Creates the topics of ingest.topics, excluded.topic and mysql.refused-topic, those that do not exist yet.
set -eu

for topic in sol-trades bsc-trades evm-trades-v4 trades-excluded klines-refused; do
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" \
        --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS"
done
