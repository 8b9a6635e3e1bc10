package io.dexklines.local.doctor;

import io.dexklines.local.doctor.KafkaFacts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;

/** Decides whether a job can read and write its topics. */
final class KafkaChecks {

    /** What brokers allow if nobody has changed it. */
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(15);

    private static final String SUBJECT = "Kafka";
    private static final String CREATE = "create it, as compose/create-topics.sh does";

    private KafkaChecks() {}

    static List<Finding> findings(JobTarget job, KafkaFacts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.add(brokers(job, facts));
        if (facts.topics().isEmpty()) {
            // no broker could be asked
            return findings;
        }
        for (String name : job.tradeTopics()) {
            findings.add(topic(name, facts.topics().get(name), AclOperation.READ));
            addPolicy(findings, name, facts.topics().get(name), false);
            addRetention(findings, name, facts.topics().get(name), job.longestInterval());
        }
        for (String name : job.listTopics()) {
            findings.add(topic(name, facts.topics().get(name), AclOperation.READ));
            addPolicy(findings, name, facts.topics().get(name), true);
        }
        for (String name : job.outputTopics()) {
            findings.add(topic(name, facts.topics().get(name), AclOperation.WRITE));
        }
        addUnreadableSettings(findings, job, facts);
        findings.add(group(job, facts));
        findings.add(transactions(job, facts));
        findings.add(transactionTimeout(job, facts));
        return findings;
    }

    private static Finding brokers(JobTarget job, KafkaFacts facts) {
        if (!facts.unreachable().isEmpty()) {
            return Finding.unreachable(
                    SUBJECT,
                    "brokers are advertised at %s, which cannot be reached from here"
                            .formatted(String.join(", ", facts.unreachable())),
                    "correct their advertised.listeners, or open the way to them");
        }
        return Finding.ok(
                SUBJECT,
                "%d %s at %s, %s"
                        .formatted(
                                facts.brokers().size(),
                                facts.brokers().size() == 1 ? "broker" : "brokers",
                                String.join(", ", facts.brokers()),
                                user(job)));
    }

    private static String user(JobTarget job) {
        String protocol = job.kafka().protocol();
        return job.kafka()
                .username()
                .filter(name -> protocol.startsWith("SASL_"))
                .map(name -> "logged in as " + name)
                .orElse("without a login");
    }

    private static Finding topic(String name, Topic topic, AclOperation needed) {
        String subject = SUBJECT + " topic " + name;
        switch (topic.state()) {
            case MISSING -> {
                return Finding.problem(subject, "does not exist", CREATE);
            }
            case DENIED -> {
                return Finding.problem(
                        subject, "the user has no right to it", "grant " + needed + " on it");
            }
            case EXISTS -> {
                // looked at below
            }
        }
        if (!topic.operations().contains(needed)) {
            return Finding.problem(
                    subject,
                    "the user may not %s it".formatted(verb(needed)),
                    "grant " + needed + " on it");
        }
        if (topic.leaderless() > 0) {
            return Finding.problem(
                    subject,
                    "%d of its %d partitions have no leader"
                            .formatted(topic.leaderless(), topic.partitions()),
                    "start the brokers that have them");
        }
        return Finding.ok(
                subject,
                "%d %s, the user may %s it"
                        .formatted(
                                topic.partitions(),
                                topic.partitions() == 1 ? "partition" : "partitions",
                                verb(needed)));
    }

    private static String verb(AclOperation operation) {
        return operation == AclOperation.READ ? "read" : "write";
    }

    /** Adds a finding if a list is not compacted, or trades are. */
    private static void addPolicy(
            List<Finding> findings, String name, Topic topic, boolean isList) {
        String policy = topic.settings().orElse(Map.of()).getOrDefault("cleanup.policy", "");
        if (policy.isEmpty()) {
            return;
        }
        String subject = SUBJECT + " topic " + name;
        boolean isCompacted = policy.contains("compact");
        boolean isDeleted = policy.contains("delete");
        if (isList && (!isCompacted || isDeleted)) {
            findings.add(
                    Finding.problem(
                            subject,
                            "cleanup.policy is %s, so entries of the list are deleted by age"
                                    .formatted(policy),
                            "set cleanup.policy=compact"));
        } else if (!isList && isCompacted) {
            findings.add(
                    Finding.problem(
                            subject,
                            "cleanup.policy is %s, so trades with equal keys are deleted"
                                    .formatted(policy),
                            "set cleanup.policy=delete"));
        }
    }

    /** Adds a finding if trades are deleted before they could be replayed. */
    private static void addRetention(
            List<Finding> findings, String name, Topic topic, Duration longestInterval) {
        Map<String, String> settings = topic.settings().orElse(Map.of());
        String subject = SUBJECT + " topic " + name;
        long retentionMs = Long.parseLong(settings.getOrDefault("retention.ms", "-1"));
        if (retentionMs >= 0 && retentionMs < longestInterval.toMillis()) {
            findings.add(
                    Finding.warning(
                            subject,
                            "retention.ms keeps trades for %s, but the longest klines last %s"
                                    .formatted(
                                            text(Duration.ofMillis(retentionMs)),
                                            text(longestInterval)),
                            "raise it, or a replay cannot make those klines whole"
                                    + " (docs/replay.md)"));
        }
        long retentionBytes = Long.parseLong(settings.getOrDefault("retention.bytes", "-1"));
        if (retentionBytes >= 0) {
            findings.add(
                    Finding.warning(
                            subject,
                            "retention.bytes deletes trades beyond %d bytes a partition"
                                    .formatted(retentionBytes),
                            "make sure that they last longer than the longest klines"));
        }
    }

    private static void addUnreadableSettings(
            List<Finding> findings, JobTarget job, KafkaFacts facts) {
        Set<String> unread = new TreeSet<>();
        for (Set<String> names : List.of(job.tradeTopics(), job.listTopics())) {
            names.stream()
                    .filter(name -> facts.topics().get(name).state() == Topic.State.EXISTS)
                    .filter(name -> facts.topics().get(name).settings().isEmpty())
                    .forEach(unread::add);
        }
        if (!unread.isEmpty()) {
            findings.add(
                    Finding.warning(
                            "Kafka retention",
                            "not checked, because the user may not read the configuration of "
                                    + String.join(", ", unread),
                            "grant DESCRIBE_CONFIGS on them for this check, or look yourself:"
                                    + " trades are kept longer than the longest klines, lists are"
                                    + " compacted"));
        }
    }

    private static Finding group(JobTarget job, KafkaFacts facts) {
        String subject = "Kafka group " + job.group();
        if (facts.group() == Right.DENIED) {
            return Finding.problem(
                    subject, "the user may not commit its offsets", "grant READ on the group");
        }
        if (facts.hasCommitted() && job.startsAtCommitted()) {
            return Finding.warning(
                    subject,
                    "an earlier job has committed offsets, so a job without its state is refused",
                    "resume that state with `flink run -s`, or set kafka.start-offset"
                            + " (docs/replay.md)");
        }
        return Finding.ok(
                subject,
                facts.group() == Right.GRANTED
                        ? "the user may commit its offsets"
                        : "new; whether the user may commit its offsets cannot be asked yet");
    }

    private static Finding transactions(JobTarget job, KafkaFacts facts) {
        String subject = "Kafka transactional ids " + job.transactionalIdPrefix() + "…";
        return switch (facts.transactions()) {
            case DENIED ->
                    Finding.problem(
                            subject,
                            "the user has no right to them",
                            "grant WRITE and DESCRIBE on the prefix");
            case GRANTED -> Finding.ok(subject, "the user may use them");
            case UNKNOWN ->
                    Finding.ok(
                            subject,
                            "the cluster has had no transaction yet, so the right cannot be asked");
        };
    }

    private static Finding transactionTimeout(JobTarget job, KafkaFacts facts) {
        String subject = "Kafka transaction.max.timeout.ms";
        String own = "kafka.transaction-timeout is " + text(job.transactionTimeout());
        if (facts.maxTransactionTimeoutMs().isEmpty()) {
            String unread = "the user may not read the brokers' limit, which is %s by default";
            return job.transactionTimeout().compareTo(DEFAULT_LIMIT) <= 0
                    ? Finding.ok(subject, own + ", and " + unread.formatted(text(DEFAULT_LIMIT)))
                    : Finding.warning(
                            subject,
                            own + ", but " + unread.formatted(text(DEFAULT_LIMIT)),
                            "look at the limit, or the job may be refused");
        }
        Duration limit = Duration.ofMillis(facts.maxTransactionTimeoutMs().getAsLong());
        return job.transactionTimeout().compareTo(limit) > 0
                ? Finding.problem(
                        subject,
                        "%s, but the brokers allow %s".formatted(own, text(limit)),
                        "raise transaction.max.timeout.ms, or lower kafka.transaction-timeout")
                : Finding.ok(subject, "%s, and the brokers allow %s".formatted(own, text(limit)));
    }

    /** Returns a duration in the largest unit in which it is a whole number. */
    static String text(Duration duration) {
        long ms = duration.toMillis();
        record Unit(String name, long ms) {}
        for (Unit unit :
                List.of(
                        new Unit("d", Duration.ofDays(1).toMillis()),
                        new Unit("h", Duration.ofHours(1).toMillis()),
                        new Unit("min", Duration.ofMinutes(1).toMillis()),
                        new Unit("s", Duration.ofSeconds(1).toMillis()))) {
            if (ms >= unit.ms() && ms % unit.ms() == 0) {
                return ms / unit.ms() + " " + unit.name();
            }
        }
        return ms + " ms";
    }
}
