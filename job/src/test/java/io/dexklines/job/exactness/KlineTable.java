package io.dexklines.job.exactness;

import io.dexklines.job.sink.JobSink;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineNumbers;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import io.dexklines.trade.TradePosition;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A table in this JVM that takes upserts as a database would and survives failures of the job. It
 * replaces MySQL in a test on a MiniCluster and can make the job fail.
 */
public final class KlineTable implements AutoCloseable {

    private static final Map<String, KlineTable> BY_NAME = new ConcurrentHashMap<>();

    private final String name;
    private final Map<String, Kline> newest = new ConcurrentSkipListMap<>();
    private final Map<String, Long> closedAfterMs = new ConcurrentHashMap<>();
    private final AtomicInteger updates = new AtomicInteger();
    private final AtomicInteger checkpoints = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger untilFailure = new AtomicInteger(Integer.MIN_VALUE);

    private KlineTable(String name) {
        this.name = name;
    }

    /** Creates an empty table, which exists until it is closed. */
    public static KlineTable create(String name) {
        KlineTable table = new KlineTable(name);
        if (BY_NAME.putIfAbsent(name, table) != null) {
            throw new IllegalArgumentException("the table exists already: " + name);
        }
        return table;
    }

    public JobSink sink() {
        return results ->
                results.klines()
                        .map(new FailsOnRequest(name))
                        .returns(results.klines().getType())
                        .name("Fails on request")
                        .uid("fails-on-request")
                        .sinkTo(new Upserts(name))
                        .name("Table")
                        .uid("table");
    }

    /** Returns how many updates of pairs have arrived, including those of failed attempts. */
    public int updates() {
        return updates.get();
    }

    /** Returns how many completed checkpoints all subtasks together were notified of. */
    public int checkpoints() {
        return checkpoints.get();
    }

    /** Returns how many times this table has made the job fail. */
    public int failures() {
        return failures.get();
    }

    /** Lets {@code more} updates pass and makes the job fail on the next one. */
    public void failAfter(int more) {
        untilFailure.set(more);
    }

    /** Returns the number of closed klines. */
    long closed() {
        return newest.values().stream().filter(Kline::closed).count();
    }

    /** Returns the newest version of each kline of a chain. */
    public List<Kline> klines(String chainId) {
        return newest.entrySet().stream()
                .filter(row -> row.getKey().startsWith(chainId + ":"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * Returns the shortest time, in milliseconds, from the end of a kline by the wall clock until
     * the table had it closed. It is negative if a kline was closed before it ended.
     */
    public long soonestCloseMs() {
        return closedAfterMs.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    /** Returns the number of trades in all klines of an interval. */
    public long trades(String intervalCode) {
        return newest.values().stream()
                .filter(kline -> kline.interval().code().equals(intervalCode))
                .mapToLong(Kline::trades)
                .sum();
    }

    /** Returns every row by its key, as a line that shows each bit of its doubles. */
    public Map<String, String> rows() {
        return newest.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                row -> text(row.getValue()),
                                (one, other) -> other,
                                ConcurrentSkipListMap::new));
    }

    static String key(String pair, String intervalCode, long openTimeS) {
        return pair + " " + intervalCode + " " + openTimeS;
    }

    /** Formats doubles so that any two different ones have different texts. */
    static String bits(double... numbers) {
        return DoubleStream.of(numbers)
                .mapToObj(Double::toHexString)
                .collect(Collectors.joining(" "));
    }

    @Override
    public void close() {
        BY_NAME.remove(name);
    }

    private static String text(Kline kline) {
        return bits(KlineNumbers.of(kline).stream().mapToDouble(Double::doubleValue).toArray())
                + " "
                + bits(kline.vwap())
                + " "
                + kline.trades()
                + " "
                + kline.buys()
                + " "
                + position(kline.first())
                + " "
                + position(kline.last())
                + " "
                + (kline.closed() ? "closed" : "open");
    }

    private static String position(TradePosition trade) {
        return trade.blockTimeSeconds() + "/" + trade.text() + "#" + trade.index();
    }

    private void upsert(KlineUpdates update) {
        long nowMs = System.currentTimeMillis();
        Pair pair = update.pair();
        for (Kline kline : update.klines()) {
            String key = key(pair.text(), kline.interval().code(), kline.openTimeMs() / 1000);
            if (kline.closed()) {
                closedAfterMs.putIfAbsent(key, nowMs - kline.closeTimeMs());
            }
            newest.merge(key, kline, (held, offered) -> offered.supersedes(held) ? offered : held);
        }
    }

    private void passOrFail() {
        updates.incrementAndGet();
        if (untilFailure.get() != Integer.MIN_VALUE && untilFailure.getAndDecrement() == 0) {
            untilFailure.set(Integer.MIN_VALUE);
            failures.incrementAndGet();
            throw new IllegalStateException("this failure was requested by the test");
        }
    }

    private static final class FailsOnRequest
            implements MapFunction<KlineUpdates, KlineUpdates>, CheckpointListener {

        private static final long serialVersionUID = 1L;

        private final String table;

        FailsOnRequest(String table) {
            this.table = table;
        }

        @Override
        public KlineUpdates map(KlineUpdates update) {
            BY_NAME.get(table).passOrFail();
            return update;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            BY_NAME.get(table).checkpoints.incrementAndGet();
        }
    }

    private record Upserts(String table) implements Sink<KlineUpdates>, Serializable {

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(KlineUpdates update, Context ignored) {
                    BY_NAME.get(table).upsert(update);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
