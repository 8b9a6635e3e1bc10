package io.dexklines.local.doctor;

import io.dexklines.secret.SecretReference;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.JobProperties;
import io.dexklines.verifier.JobShape;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a job would use, by its properties file. Secrets are references.
 *
 * @param keys all keys of the file
 * @param tradeTopics the topics of trades
 * @param listTopics the compacted topics of wallets and follows; empty without smart money
 * @param outputTopics the topics that the job writes
 * @param group the consumer group under which it commits offsets
 * @param startsAtCommitted whether it starts as {@code kafka.start-offset=committed} says
 * @param transactionalIdPrefix the beginning of its transactional ids
 * @param transactionTimeout how long its transactions may stay open
 * @param longestInterval the length of its longest klines
 * @param mysql the servers of both lists
 * @param relays the addresses of the relays, {@code ws://host:port/publish}
 * @param relayToken the token of the publisher; empty if the file names none
 * @param relayCaFile a PEM file with the authorities of the relays; empty for Java's own
 * @param checkedRelays the addresses of the relays whose history the job compares
 */
record JobTarget(
        Set<String> keys,
        Cluster.Kafka kafka,
        Set<String> tradeTopics,
        Set<String> listTopics,
        Set<String> outputTopics,
        String group,
        boolean startsAtCommitted,
        String transactionalIdPrefix,
        Duration transactionTimeout,
        Duration longestInterval,
        List<Cluster.Store> mysql,
        Optional<Cluster.Redis> redis,
        List<URI> relays,
        Optional<SecretReference> relayToken,
        Optional<String> relayCaFile,
        List<URI> checkedRelays) {

    private static final String COMMITTED = "committed";

    /**
     * Reads the job's properties file.
     *
     * @throws IllegalArgumentException if a value is invalid; the message names the key
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    static JobTarget of(Path jobProperties) {
        JobProperties job = JobProperties.load(jobProperties);
        Cluster cluster = Cluster.of(jobProperties, "", List.of(), Optional.empty());
        JobShape shape = cluster.shape();
        List<Cluster.Store> mysql = new ArrayList<>(cluster.mysql());
        mysql.addAll(cluster.formerMysql());
        Set<String> outputs = new TreeSet<>(Set.of(shape.excludedTopic()));
        if (!mysql.isEmpty() || cluster.redis().isPresent()) {
            outputs.add(shape.refusedTopic());
        }
        Set<String> lists = new TreeSet<>();
        shape.smartMoney()
                .ifPresent(
                        topics -> {
                            lists.add(topics.wallets());
                            lists.add(topics.follows());
                            outputs.add(topics.notifications());
                            outputs.add(topics.clusters());
                            outputs.add(job.text("smart-money.refused-topic", "lists-refused"));
                        });
        return new JobTarget(
                job.keys(),
                cluster.kafka(),
                new TreeSet<>(shape.chainsByTopic().keySet()),
                lists,
                outputs,
                shape.consumerGroup(),
                job.text("kafka.start-offset", COMMITTED).equals(COMMITTED),
                job.text("kafka.transactional-id-prefix", "dex-klines"),
                job.duration("kafka.transaction-timeout", "15 min"),
                shape.longestInterval(),
                mysql.stream().distinct().toList(),
                cluster.redis(),
                uris(job, "relay.urls"),
                job.secret("relay.token"),
                job.text("relay.ca-file"),
                uris(job, "check.relay-urls"));
    }

    private static List<URI> uris(JobProperties job, String key) {
        List<URI> uris = new ArrayList<>();
        for (String url : JobProperties.words(job.text(key, ""), ",")) {
            try {
                URI uri = URI.create(url);
                if (uri.getHost() == null || uri.getUserInfo() != null) {
                    throw new IllegalArgumentException("no host, or credentials");
                }
                uris.add(uri);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        key + ": an address is not like ws://host:port/publish", e);
            }
        }
        return uris;
    }
}
