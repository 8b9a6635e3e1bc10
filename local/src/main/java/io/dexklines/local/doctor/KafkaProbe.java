package io.dexklines.local.doctor;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.doctor.KafkaFacts.Topic;
import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the brokers of a cluster as the job's user. Sends no request that changes anything. */
final class KafkaProbe {

    private static final int TIMEOUT_MS = 5_000;
    private static final String LOGIN = "correct kafka.username and kafka.password";

    /** Kafka creates these when a client first asks for a coordinator. */
    private static final String TRANSACTIONS = "__transaction_state";

    private static final String OFFSETS = "__consumer_offsets";

    private final JobTarget job;
    private final Admin admin;

    private KafkaProbe(JobTarget job, Admin admin) {
        this.job = job;
        this.admin = admin;
    }

    /** What is read from the answer to a request. */
    private interface Reading<T> {
        T read() throws ExecutionException, InterruptedException, TimeoutException;
    }

    static KafkaFacts read(JobTarget job) throws ProbeFailure, InterruptedException {
        Map<String, Object> properties;
        try {
            Brokers.open(job.kafka().bootstrapServers()).requireReachable();
            properties = new HashMap<>(job.kafka().clientProperties());
        } catch (CommandFailure e) {
            throw ProbeFailure.unreachable(e.getMessage(), "");
        } catch (IllegalArgumentException | IllegalStateException e) {
            // an address of another form, a secret that is missing
            throw ProbeFailure.refused(e.getMessage(), "correct the job's configuration");
        }
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        try (Admin admin = Admin.create(properties)) {
            return new KafkaProbe(job, admin).facts();
        } catch (KafkaException e) {
            throw ProbeFailure.refused(
                    rootMessage(e), "correct the keys kafka.* of the job's configuration");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthenticationException) {
                throw ProbeFailure.refused("the login is refused: " + rootMessage(e), LOGIN);
            }
            throw ProbeFailure.unreachable(rootMessage(e), "look at the brokers' logs");
        } catch (TimeoutException e) {
            throw ProbeFailure.unreachable(
                    "no answer within %d s from %s"
                            .formatted(TIMEOUT_MS / 1000, job.kafka().bootstrapServers()),
                    "is kafka.security-protocol right, and are the brokers well?");
        }
    }

    private KafkaFacts facts() throws ExecutionException, InterruptedException, TimeoutException {
        Collection<Node> nodes = get(admin.describeCluster().nodes());
        List<String> brokers = new ArrayList<>();
        List<String> unreachable = new ArrayList<>();
        for (Node node : nodes) {
            String address = node.host() + ":" + node.port();
            brokers.add(address);
            if (!isReachable(node)) {
                unreachable.add(address);
            }
        }
        if (!unreachable.isEmpty() && unreachable.size() == brokers.size()) {
            // requests would wait for their timeouts
            return new KafkaFacts(
                    brokers,
                    unreachable,
                    Map.of(),
                    Right.UNKNOWN,
                    false,
                    Right.UNKNOWN,
                    OptionalLong.empty());
        }
        Map<String, Topic> topics = topics();
        boolean hasOffsets = topics.remove(OFFSETS).state() != Topic.State.MISSING;
        boolean hasTransactions = topics.remove(TRANSACTIONS).state() != Topic.State.MISSING;
        return new KafkaFacts(
                brokers,
                unreachable,
                topics,
                hasOffsets ? group() : Right.UNKNOWN,
                hasOffsets && hasCommitted(),
                hasTransactions ? transactions() : Right.UNKNOWN,
                maxTransactionTimeoutMs(nodes.iterator().next()));
    }

    private static boolean isReachable(Node node) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.host(), node.port()), TIMEOUT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Map<String, Topic> topics()
            throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> names = new LinkedHashSet<>(job.tradeTopics());
        names.addAll(job.listTopics());
        names.addAll(job.outputTopics());
        names.add(OFFSETS);
        names.add(TRANSACTIONS);
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(
                                names,
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> settings =
                admin.describeConfigs(names.stream().map(KafkaProbe::resource).toList()).values();
        Map<String, Topic> topics = new HashMap<>();
        for (String name : names) {
            topics.put(name, topic(descriptions.get(name), settings.get(resource(name))));
        }
        return topics;
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static Topic topic(KafkaFuture<TopicDescription> answer, KafkaFuture<Config> settings)
            throws ExecutionException, InterruptedException, TimeoutException {
        TopicDescription description;
        try {
            description = get(answer);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Topic.invisible(Topic.State.MISSING);
            }
            if (e.getCause() instanceof AuthorizationException) {
                return Topic.invisible(Topic.State.DENIED);
            }
            throw e;
        }
        int leaderless =
                (int)
                        description.partitions().stream()
                                .filter(each -> each.leader() == null || each.leader().isEmpty())
                                .count();
        Set<AclOperation> operations = description.authorizedOperations();
        return new Topic(
                Topic.State.EXISTS,
                description.partitions().size(),
                leaderless,
                operations == null ? Set.of() : Set.copyOf(operations),
                ifAuthorized(() -> entries(get(settings))));
    }

    private static Map<String, String> entries(Config config) {
        Map<String, String> entries = new HashMap<>();
        config.entries()
                .forEach(
                        entry -> {
                            if (entry.value() != null) {
                                entries.put(entry.name(), entry.value());
                            }
                        });
        return entries;
    }

    private Right group() throws ExecutionException, InterruptedException, TimeoutException {
        DescribeConsumerGroupsOptions options =
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
        try {
            ConsumerGroupDescription group =
                    get(
                            admin.describeConsumerGroups(List.of(job.group()), options)
                                    .describedGroups()
                                    .get(job.group()));
            Set<AclOperation> operations = group.authorizedOperations();
            return operations != null && operations.contains(AclOperation.READ)
                    ? Right.GRANTED
                    : Right.DENIED;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Right.DENIED;
            }
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Right.UNKNOWN;
            }
            throw e;
        }
    }

    private boolean hasCommitted()
            throws ExecutionException, InterruptedException, TimeoutException {
        return ifAuthorized(
                        () ->
                                !get(admin.listConsumerGroupOffsets(job.group())
                                                .partitionsToOffsetAndMetadata())
                                        .isEmpty())
                .orElse(false);
    }

    /** Asks for a transactional id of the prefix that no job uses. */
    private Right transactions() throws ExecutionException, InterruptedException, TimeoutException {
        String id = job.transactionalIdPrefix() + "-doctor";
        try {
            get(admin.describeTransactions(List.of(id)).description(id));
            return Right.GRANTED;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Right.DENIED;
            }
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return Right.GRANTED;
            }
            throw e;
        }
    }

    private OptionalLong maxTransactionTimeoutMs(Node broker)
            throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
        return ifAuthorized(
                        () ->
                                get(admin.describeConfigs(List.of(resource)).values().get(resource))
                                        .get("transaction.max.timeout.ms")
                                        .value())
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /** Returns what is read, or empty if the user may not read it. */
    private static <T> Optional<T> ifAuthorized(Reading<T> reading)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return Optional.of(reading.read());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static <T> T get(KafkaFuture<T> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
