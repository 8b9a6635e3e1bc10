package io.dexklines.local.takeover;

import io.dexklines.kline.Interval;
import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.text.PrintableText;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.JobShape;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code klines takeover}, which says where the job begins when it replaces another consumer group,
 * and where that group goes on afterwards.
 */
@Command(
        name = "takeover",
        description = {
            "Says where a job begins that takes over from another consumer group.",
            "",
            "Reads the group's committed offsets and changes nothing. Prints a line of the job's"
                    + " configuration, with comments: the start lies before the kline of every"
                    + " interval that is under way at the switch. An interval whose kline is no"
                    + " longer whole in the topics begins with its next whole kline, and is named.",
            "",
            "With --back, prints where the job stopped, as `topic,partition,offset`, so that the"
                    + " group goes on there. Only --set sets the group's offsets."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "docs/switching.md has all steps of a switch."},
        exitCodeList = {
            "1:The group has no offsets on the job's topics, or with --back --set it has members."
        })
public final class TakeoverCommand implements Callable<Integer> {

    private static final String CONFIGURATION = "the job's configuration: ";

    private final Clock clock;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = {
                "The job's properties file.",
                "Secrets in it are resolved here: the variables or files must exist."
            })
    private Path config;

    @Option(
            names = "--group",
            required = true,
            paramLabel = "NAME",
            description = "The consumer group of the other writer.")
    private String group;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description =
                    "The switch: an instant such as 2026-01-05T12:00:00Z, or epoch milliseconds"
                            + " (default: now). Until an instant to come, the group is expected to"
                            + " read what is there now.")
    private String at;

    @Option(
            names = "--back",
            description = "Print where the job stopped. Stop the job first, by `flink stop`.")
    private boolean back;

    @Option(
            names = "--set",
            description = "With --back: set the group's offsets. Stop its members first.")
    private boolean set;

    @Spec private CommandSpec spec;

    public TakeoverCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (set && !back) {
            throw new ParameterException(spec.commandLine(), "--set needs --back");
        }
        if (at != null && back) {
            throw new ParameterException(spec.commandLine(), "--at and --back exclude each other");
        }
        Cluster cluster = cluster();
        if (cluster.shape().consumerGroup().equals(group)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--group: the job's kafka.group-id is %s too: give the job a group of its own"
                            .formatted(group));
        }
        try (GroupOffsets offsets = GroupOffsets.of(cluster.kafka())) {
            if (back) {
                goBack(offsets, cluster.shape());
            } else {
                takeOver(offsets, cluster.shape());
            }
        }
        return 0;
    }

    private Cluster cluster() {
        try {
            return Cluster.of(config, "", List.of(), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), CONFIGURATION + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE,
                    "the job's configuration cannot be read: " + CommandErrors.reason(e.getCause()),
                    e);
        }
    }

    private void takeOver(GroupOffsets offsets, JobShape shape) throws InterruptedException {
        long nowMs = clock.millis();
        long switchMs = at == null ? nowMs : switchMs();
        List<Interval> intervals = intervals(shape);
        List<PartitionState> states = states(offsets, shape);
        if (states.stream().allMatch(each -> each.committed().isEmpty())) {
            throw noOffsets(group, shape);
        }
        long oldestUnreadMs =
                switchMs > nowMs
                        ? Long.MAX_VALUE
                        : offsets.oldestUnreadMs(states, shape.maxDisorder());
        long maxFutureMs = shape.maxFuture().toMillis();
        long heldFromMs =
                TakeoverPlan.heldFromMs(
                        states.stream()
                                .flatMap(each -> each.firstTimeMs().stream().boxed())
                                .toList(),
                        nowMs,
                        maxFutureMs);
        TakeoverPlan plan =
                TakeoverPlan.of(Math.min(switchMs, oldestUnreadMs), intervals, heldFromMs);
        Map<TopicPartition, Long> from = offsets.at(states, plan.startMs() - maxFutureMs);
        print(
                TakeoverReport.lines(
                        group, switchMs, oldestUnreadMs, states, from, heldFromMs, plan));
    }

    private long switchMs() {
        try {
            return at.matches("\\d{1,18}") ? Long.parseLong(at) : Instant.parse(at).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--at: '%s' is not an instant such as 2026-01-05T12:00:00Z".formatted(at),
                    e);
        }
    }

    private List<Interval> intervals(JobShape shape) {
        try {
            return Interval.validated(shape.spans().stream().map(Interval::ofCode).toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), CONFIGURATION + "klines.intervals: " + e.getMessage(), e);
        }
    }

    private void goBack(GroupOffsets offsets, JobShape shape) throws InterruptedException {
        List<PartitionState> states = states(offsets, shape);
        Map<TopicPartition, Long> stopped = offsets.committed(shape.consumerGroup());
        Map<TopicPartition, Long> next = new LinkedHashMap<>();
        for (PartitionState each : states) {
            Long offset = stopped.get(each.partition());
            if (offset != null) {
                next.put(each.partition(), offset);
            }
        }
        if (next.isEmpty()) {
            throw noOffsets(shape.consumerGroup(), shape);
        }
        print(
                next.entrySet().stream()
                        .map(
                                each ->
                                        "%s,%d,%d"
                                                .formatted(
                                                        each.getKey().topic(),
                                                        each.getKey().partition(),
                                                        each.getValue()))
                        .toList());
        for (PartitionState each : states) {
            remark(each, next.get(each.partition()));
        }
        if (set) {
            int members = offsets.members(group);
            if (members > 0) {
                throw new CommandFailure(
                        ExitStatus.NO,
                        "the group %s has %d members, which would go on where they are: stop the old consumers, and repeat the command"
                                .formatted(group, members));
            }
            offsets.set(group, next);
            note("the group %s goes on at these offsets".formatted(group));
        }
    }

    /** Says what is special about a partition on the way back. */
    private void remark(PartitionState state, Long next) {
        if (next == null) {
            note("the job has no offset of %s: nothing is said of it".formatted(state.partition()));
        } else if (next < state.first()) {
            note(
                    "%s: %d records behind the job's offset have been removed"
                            .formatted(state.partition(), state.first() - next));
        } else if (state.committed().isPresent() && state.committed().getAsLong() > next) {
            note(
                    "%s: the group is at %d, later than the job: it would count %d records again"
                            .formatted(
                                    state.partition(),
                                    state.committed().getAsLong(),
                                    state.committed().getAsLong() - next));
        }
    }

    private List<PartitionState> states(GroupOffsets offsets, JobShape shape)
            throws InterruptedException {
        return offsets.states(shape.chainsByTopic().keySet(), group);
    }

    private static CommandFailure noOffsets(String group, JobShape shape) {
        return new CommandFailure(
                ExitStatus.NO,
                "the group %s has no committed offsets on %s: are the name of the group and the topics right?"
                        .formatted(group, String.join(", ", shape.chainsByTopic().keySet())));
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(line -> out.println(PrintableText.of(line)));
        out.flush();
    }

    private void note(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(PrintableText.of(CommandErrors.PREFIX + text));
        err.flush();
    }
}
