package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Brokers in memory, which answer at once unless a partition has no leader. */
final class FakeOffsets implements PartitionOffsets {

    /** The questions about one kind of offset, in the order in which they were asked. */
    final Map<Kind, List<Set<Partition>>> asked = new HashMap<>();

    private final Map<Partition, Log> logs = new TreeMap<>();
    private final Set<Partition> leaderless = new HashSet<>();
    private final Map<Partition, List<CompletableFuture<Long>>> unanswered = new HashMap<>();
    private Set<String> topics = Set.of();
    private boolean down;

    private static final class Log {
        private long beginning;
        private long end;
        private long openFrom = Long.MAX_VALUE;

        long offset(Kind kind) {
            return switch (kind) {
                case BEGINNING -> beginning;
                case END -> end;
                case STABLE_END -> Math.min(openFrom, end);
            };
        }
    }

    /** Sets the topics to list. */
    void list(Set<String> listed) {
        topics = listed;
    }

    void createTopic(String topic, int partitions) {
        for (int number = 0; number < partitions; number++) {
            logs.putIfAbsent(new Partition(topic, number), new Log());
        }
    }

    void append(Partition partition) {
        logs.get(partition).end++;
    }

    /** Appends a record in a transaction that stays open. */
    void appendOpen(Partition partition) {
        Log log = logs.get(partition);
        log.openFrom = Math.min(log.openFrom, log.end);
        log.end++;
    }

    void deleteBefore(Partition partition, long offset) {
        logs.get(partition).beginning = offset;
    }

    /** Leaves questions about the partition unanswered from now on. */
    void loseLeader(Partition partition) {
        leaderless.add(partition);
    }

    /** Answers all questions about the partition with its offset at the end, also earlier ones. */
    void electLeader(Partition partition) {
        leaderless.remove(partition);
        List<CompletableFuture<Long>> open = unanswered.remove(partition);
        if (open != null) {
            open.forEach(question -> question.complete(logs.get(partition).end));
        }
    }

    /** Sets whether no broker lists anything. */
    void setDown(boolean isDown) {
        down = isDown;
    }

    @Override
    public CompletionStage<Set<Partition>> partitions() {
        Set<Partition> listed = new TreeSet<>();
        Set<String> found = new HashSet<>();
        for (Partition partition : logs.keySet()) {
            if (topics.contains(partition.topic())) {
                listed.add(partition);
                found.add(partition.topic());
            }
        }
        return down || !found.equals(topics)
                ? CompletableFuture.failedFuture(new IllegalStateException("not all are listed"))
                : CompletableFuture.completedFuture(listed);
    }

    @Override
    public Map<Partition, CompletionStage<Long>> ask(Kind kind, Set<Partition> partitions) {
        asked.computeIfAbsent(kind, any -> new ArrayList<>()).add(Set.copyOf(partitions));
        Map<Partition, CompletionStage<Long>> answers = new TreeMap<>();
        for (Partition partition : partitions) {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            answers.put(partition, answer);
            if (leaderless.contains(partition)) {
                unanswered.computeIfAbsent(partition, any -> new ArrayList<>()).add(answer);
            } else {
                answer.complete(logs.get(partition).offset(kind));
            }
        }
        return answers;
    }

    @Override
    public void close() {
        // answers at once, so there is nothing to give up
    }
}
