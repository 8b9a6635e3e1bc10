#!/bin/sh
# Creates the topics that the job reads and writes, unless they exist.
set -eu

for topic in sol-trades bsc-trades evm-trades-v4 trades-excluded klines-refused lists-refused smart-money-notifications smart-money-clusters; do
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" \
        --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS"
done

# The lists are compacted: the last record of each key is kept, however old it is.
for topic in smart-money-wallets smart-money-follows; do
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" \
        --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS" \
        --config cleanup.policy=compact
done
