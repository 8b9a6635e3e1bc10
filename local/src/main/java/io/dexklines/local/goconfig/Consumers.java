package io.dexklines.local.goconfig;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The blocks of go-queue's consumers. One job takes the place of all of them: it reads each topic
 * once, whatever the number of groups that read it.
 */
final class Consumers {

    /** The keys of {@code kq.KqConf}, normalized. */
    static final Set<String> KEYS =
            Set.of(
                    "brokers",
                    "group",
                    "topic",
                    "offset",
                    "conns",
                    "consumers",
                    "processors",
                    "minbytes",
                    "maxbytes",
                    "username",
                    "password",
                    "cafile",
                    "commitinorder",
                    "forcecommit");

    /** The chains of the topics that the job reads by default. */
    static final Map<String, String> CHAINS =
            Map.of(
                    "sol-trades", "100000",
                    "bsc-trades", "56",
                    "evm-trades-v4", "1,8453,42161,10,137");

    private static final String BROKERS = "kafka.bootstrap-servers";
    private static final String GROUP = "kafka.group-id";
    private static final String START = "kafka.start-offset";
    private static final String TOPICS = "ingest.topics";
    private static final String READERS = "ingest.parallelism";
    private static final String WORKERS = "klines.parallelism";
    private static final String MIN_BYTES = "kafka.fetch-min-bytes";
    private static final String MAX_BYTES = "kafka.fetch-max-bytes";
    private static final String PROTOCOL = "kafka.security-protocol";
    private static final String USER = "kafka.username";
    private static final String PASSWORD = "kafka.password";
    private static final String CA_FILE = "kafka.ca-file";

    private static final String FIRST = "first";
    private static final String LAST = "last";

    /** go-queue's default of {@code MaxBytes}. */
    private static final int GO_MAX_BYTES = 10 << 20;

    private static final int JOB_MAX_BYTES = 1 << 20;
    private static final int MOST_BYTES = Integer.MAX_VALUE;
    private static final int MOST_GOROUTINES = 32_768;

    private final List<Block> consumers;
    private final Map<String, String> chainsByTopic;
    private final Imported imported;

    /**
     * @param consumers at least one
     * @param chainsByTopic the chains of further topics, separated by commas
     */
    Consumers(List<Block> consumers, Map<String, String> chainsByTopic, Imported imported) {
        this.consumers = consumers;
        this.chainsByTopic = new LinkedHashMap<>(CHAINS);
        this.chainsByTopic.putAll(chainsByTopic);
        this.imported = imported;
    }

    static boolean isConsumer(Block block) {
        return block.has("brokers") && block.has("topic") && block.has("group");
    }

    /**
     * Sets the properties of Kafka and notes what each key became.
     *
     * @throws Refused if the consumers do not fit into one job
     */
    void convert() {
        imported.set(BROKERS, String.join(",", brokers()));
        imported.set(GROUP, required(consumers.get(0), "group") + "-klines");
        imported.set(START, start());
        imported.set(TOPICS, topics());
        sumByTopic("consumers").ifPresent(sum -> imported.set(READERS, sum.toString()));
        sumByTopic("processors").ifPresent(sum -> imported.set(WORKERS, sum.toString()));
        fetchSizes();
        Block login = setSecurity();
        for (Block consumer : consumers) {
            note(consumer, login);
        }
    }

    private List<String> brokers() {
        Set<String> all = new LinkedHashSet<>();
        for (Block consumer : consumers) {
            List<String> brokers = consumer.list("brokers");
            for (String broker : brokers) {
                if (!broker.matches("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):\\d{1,5}")) {
                    throw new Refused(
                            consumer.pathOf("brokers") + " has an address that is not host:port");
                }
            }
            if (brokers.isEmpty()) {
                throw new Refused(consumer.pathOf("brokers") + " is empty");
            }
            if (!all.isEmpty() && Collections.disjoint(all, brokers)) {
                throw new Refused(
                        "%s and %s have no broker in common, and a job reads one cluster: leave one out with --skip"
                                .formatted(
                                        consumers.get(0).pathOf("brokers"),
                                        consumer.pathOf("brokers")));
            }
            all.addAll(brokers);
        }
        return List.copyOf(all);
    }

    private String start() {
        Set<String> starts = new LinkedHashSet<>();
        for (Block consumer : consumers) {
            String start = consumer.text("offset").orElse(LAST);
            if (!start.equals(FIRST) && !start.equals(LAST)) {
                throw new Refused(consumer.pathOf("offset") + " is neither first nor last");
            }
            starts.add(start);
        }
        return starts.contains(FIRST) ? FIRST : LAST;
    }

    private String topics() {
        Set<String> topics = new LinkedHashSet<>();
        for (Block consumer : consumers) {
            String topic = required(consumer, "topic");
            if (!topic.matches("[a-zA-Z0-9._-]{1,249}")) {
                throw new Refused(consumer.pathOf("topic") + " is not the name of a topic");
            }
            if (!chainsByTopic.containsKey(topic)) {
                throw new Refused(
                        "%s is %s, whose chains are not known: give them with --chains %s=ID,ID, or leave the consumer out with --skip if it does not read trades"
                                .formatted(consumer.pathOf("topic"), topic, topic));
            }
            topics.add(topic + "=" + chainsByTopic.get(topic));
        }
        return String.join(";", topics);
    }

    /**
     * Returns the sum over the topics of the largest number that is given for a topic; empty if
     * none is given.
     */
    private Optional<Integer> sumByTopic(String key) {
        Map<String, Integer> largest = new LinkedHashMap<>();
        for (Block consumer : consumers) {
            consumer.number(key, MOST_GOROUTINES)
                    .ifPresent(
                            number ->
                                    largest.merge(required(consumer, "topic"), number, Math::max));
        }
        return largest.values().stream().reduce(Math::addExact);
    }

    private void fetchSizes() {
        Optional<Integer> min = numbers("minbytes").stream().min(Integer::compare);
        Optional<Integer> max = numbers("maxbytes").stream().max(Integer::compare);
        min.ifPresent(bytes -> imported.set(MIN_BYTES, bytes + " bytes"));
        if (max.isPresent()) {
            imported.set(MAX_BYTES, max.get() + " bytes");
        } else if (min.orElse(0) > JOB_MAX_BYTES) {
            imported.set(MAX_BYTES, GO_MAX_BYTES + " bytes");
        }
        int most = max.orElse(min.orElse(0) > JOB_MAX_BYTES ? GO_MAX_BYTES : JOB_MAX_BYTES);
        if (min.orElse(0) > most) {
            throw new Refused("MinBytes is more than MaxBytes: the job needs it the other way");
        }
    }

    private List<Integer> numbers(String key) {
        return consumers.stream()
                .flatMap(consumer -> consumer.number(key, MOST_BYTES).stream())
                .toList();
    }

    /** Returns the consumer whose login the job has. */
    private Block setSecurity() {
        Block login =
                consumers.stream().filter(Consumers::hasLogin).findFirst().orElse(consumers.get(0));
        Optional<String> caFile =
                consumers.stream().flatMap(each -> each.text("cafile").stream()).findFirst();
        if (hasLogin(login)) {
            imported.set(PROTOCOL, caFile.isPresent() ? "SASL_SSL" : "SASL_PLAINTEXT");
            imported.set("kafka.sasl-mechanism", "PLAIN");
            imported.set(USER, login.text("username").orElseThrow());
        } else if (caFile.isPresent()) {
            imported.set(PROTOCOL, "SSL");
        }
        caFile.ifPresent(file -> imported.set(CA_FILE, file));
        return login;
    }

    private static boolean hasLogin(Block consumer) {
        return consumer.text("username").isPresent() && consumer.secret("password").isPresent();
    }

    private void note(Block consumer, Block login) {
        for (String key : consumer.values().keySet()) {
            if (!KEYS.contains(key)) {
                continue;
            }
            String path = consumer.pathOf(key);
            switch (key) {
                case "brokers" -> imported.became(path, BROKERS, "");
                case "topic" -> imported.became(path, TOPICS, "one job reads each topic once");
                case "group" ->
                        imported.became(
                                path,
                                GROUP,
                                "a group of its own. The offsets of %s are for `klines takeover --group %s`"
                                        .formatted(
                                                required(consumer, key), required(consumer, key)));
                case "offset" ->
                        imported.became(
                                path,
                                START,
                                "for a job without a checkpoint; at a switch, take the line of"
                                        + " `klines takeover` instead");
                case "consumers" ->
                        number(
                                path,
                                READERS,
                                "subtasks that read and decode, over all topics; the cluster needs"
                                        + " as many task slots");
                case "processors" ->
                        number(
                                path,
                                WORKERS,
                                "subtasks that compute klines, over all topics; the cluster needs"
                                        + " as many task slots, and no pair is on two");
                case "minbytes" -> number(path, MIN_BYTES, "trades wait for others up to 500 ms");
                case "maxbytes" -> number(path, MAX_BYTES, "");
                case "conns" -> imported.none(path, "each reading subtask has one client");
                case "commitinorder", "forcecommit" ->
                        imported.none(
                                path, "a checkpoint is the commit, of state and offsets together");
                case "cafile" -> noteCaFile(path, consumer.text(key));
                default -> noteLogin(consumer, key, login);
            }
        }
        if (!consumer.has("offset")) {
            imported.became(
                    consumer.path().isEmpty() ? "Offset" : consumer.path() + ".Offset",
                    START,
                    "not given, and go-queue's default is last");
        }
    }

    private void number(String path, String property, String remark) {
        if (imported.property(property) == null) {
            imported.none(path, "it has no number, so the job's default holds");
        } else {
            imported.became(path, property, remark);
        }
    }

    private void noteCaFile(String path, Optional<String> file) {
        if (file.isEmpty()) {
            imported.none(path, "it is empty");
            return;
        }
        if (!file.get().equals(imported.property(CA_FILE))) {
            imported.none(
                    path, "the job has one file of authorities, " + imported.property(CA_FILE));
            return;
        }
        imported.became(
                path,
                CA_FILE,
                "with %s. It has to be there on every TaskManager and JobManager, and unlike go-queue the job checks that the names in the brokers' certificates are theirs"
                        .formatted(imported.property(PROTOCOL)));
    }

    private void noteLogin(Block consumer, String key, Block login) {
        String path = consumer.pathOf(key);
        if (!hasLogin(consumer)) {
            imported.none(path, "go-queue logs in only if user and password are there");
        } else if (consumer != login && !sameLogin(consumer, login)) {
            imported.none(path, "the job logs in as one user, that of " + login.pathOf("username"));
        } else if (key.equals("username")) {
            imported.became(
                    path, USER, "with " + imported.property(PROTOCOL) + " and the mechanism PLAIN");
        } else if (consumer == login) {
            imported.setSecret(path, PASSWORD, consumer.secret("password").orElseThrow());
        } else {
            imported.became(path, PASSWORD, "");
        }
    }

    private static boolean sameLogin(Block one, Block other) {
        return one.text("username").equals(other.text("username"))
                && one.secret("password").equals(other.secret("password"));
    }

    private static String required(Block consumer, String key) {
        return consumer.text(key)
                .orElseThrow(() -> new Refused(consumer.pathOf(key) + " is empty"));
    }
}
