#!/bin/sh
# Creates the topics that the job reads and writes, those that do not exist yet.
set -eu

for topic in sol-trades bsc-trades evm-trades-v4 trades-excluded klines-refused smart-money-notifications smart-money-clusters; do
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" \
        --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS"
done

# The lists: the last record of a key is what holds, however old it is.
for topic in smart-money-wallets smart-money-follows; do
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" \
        --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS" \
        --config cleanup.policy=compact
done
