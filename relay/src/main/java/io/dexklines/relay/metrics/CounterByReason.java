package io.dexklines.relay.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one name that differ in the label {@code reason}. Thread-safe. */
public final class CounterByReason {

    private final String name;
    private final String help;
    private final Map<String, LongAdder> byReason = new ConcurrentSkipListMap<>();

    CounterByReason(String name, String help) {
        this.name = name;
        this.help = help;
    }

    /** Exports the counter of a reason before anything is counted, as a rate needs it. */
    public void declare(String reason) {
        counter(reason);
    }

    /**
     * Counts one more.
     *
     * @param reason one of a fixed set, in lower case
     */
    public void increment(String reason) {
        counter(reason).increment();
    }

    private LongAdder counter(String reason) {
        return byReason.computeIfAbsent(reason, first -> new LongAdder());
    }

    /** Appends the counters in Prometheus' text format. */
    void appendTo(StringBuilder text) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" counter\n");
        byReason.forEach(
                (reason, count) ->
                        text.append(name)
                                .append("{reason=\"")
                                .append(reason)
                                .append("\"} ")
                                .append(count.sum())
                                .append('\n'));
    }
}
