#!/bin/sh
# Creates the topics that the job reads and writes, unless they exist, and the rights of Kafka's users. Docker Compose
# and flink-conf/kubernetes/base/topics.yaml both run it: this is the only list of topics.
set -eu

bin=${KLINES_KAFKA_BIN:-/opt/kafka/bin}
mechanism=${KLINES_SASL_MECHANISM:-PLAIN}
case $mechanism in
    SCRAM-*) module=scram.ScramLoginModule ;;
    *) module=plain.PlainLoginModule ;;
esac
login=/tmp/admin.properties
umask 077
cat > "$login" <<EOF
security.protocol=SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=$KLINES_AUTHORITY_FILE
sasl.mechanism=$mechanism
sasl.jaas.config=org.apache.kafka.common.security.$module required username="admin" \
    password="$(tr -d '\r\n' < "$KLINES_ADMIN_PASSWORD_FILE" | sed -e 's/[\\"]/\\&/g' -e 's/\\/\\\\/g')";
EOF

kafka() {
    tool=$1
    shift
    "$bin/$tool" --bootstrap-server "$KLINES_BOOTSTRAP_SERVERS" --command-config "$login" "$@"
}

for topic in sol-trades bsc-trades evm-trades-v4 trades-excluded klines-refused lists-refused smart-money-notifications smart-money-clusters; do
    kafka kafka-topics.sh --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS"
done

# The lists are compacted: the last record of each key is kept, however old it is. The broker stores them plain,
# since the relay reads no other compression than gzip.
for topic in smart-money-wallets smart-money-follows; do
    kafka kafka-topics.sh --create --if-not-exists --topic "$topic" --partitions "$KLINES_PARTITIONS" \
        --config cleanup.policy=compact --config compression.type=uncompressed
done

allow() {
    user=$1
    shift
    kafka kafka-acls.sh --add --allow-principal "User:$user" "$@" > /dev/null
}

# The job reads every topic and writes its own, in transactions.
allow klines --operation Read --topic '*'
allow klines --operation Read --group dex-klines
allow klines --operation Write --resource-pattern-type prefixed --transactional-id dex-klines
allow klines --operation Describe --resource-pattern-type prefixed --transactional-id dex-klines
allow klines --operation Write --topic trades-excluded --topic klines-refused --topic lists-refused \
    --topic smart-money-notifications --topic smart-money-clusters
# Who delivers trades and edits the lists. Who edits them by klines lists sync reads them, too.
allow producer --operation Write --topic sol-trades --topic bsc-trades --topic evm-trades-v4 \
    --topic smart-money-wallets --topic smart-money-follows
allow producer --operation Read --topic smart-money-wallets --topic smart-money-follows
# The relay, by which users follow wallets.
allow relay --operation Read --topic smart-money-follows
allow relay --operation Write --topic smart-money-follows
