package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Topics and sinks in memory, and a job that has done everything right: the sinks hold what the
 * records published so far make, unless a test changes it.
 */
final class TestingStack implements Topics, Outputs {

    static final int PARTITIONS = 2;
    static final JobShape SHAPE = shape("1m 1h");

    private record Published(int partition, long offset, byte[] value) {}

    private static final List<Column> NOT_IN_MYSQL =
            List.of(Column.FIRST, Column.LAST, Column.LAST_MS);

    private final List<Published> records = new ArrayList<>();
    private final List<Exclusion> exclusions = new ArrayList<>();
    private final List<RefusedRow> refusals = new ArrayList<>();
    private final Map<Sink, Map<KlineKey, Row>> held = new EnumMap<>(Sink.class);
    private final List<List<Row>> otherRelays = new ArrayList<>();
    private final long[] ends = new long[PARTITIONS];
    private final RecordReader reader = new RecordReader(SHAPE.chainsByTopic());
    private final Map<String, Long> lostUntilMs = new HashMap<>();
    private long writtenMs = System.currentTimeMillis();
    private long writtenApartMs;

    /** Of the last records, how many are in the topics only once the sinks were looked at. */
    private int hidden;

    private final List<Map<String, Object>> smartMoneyTrades = new ArrayList<>();
    private final List<Consumer<SmartMoneyJournal>> smartMoney = new ArrayList<>();
    private final List<MySqlOutputs.Misplaced> misplaced = new ArrayList<>();
    private int smartMoneyRead;

    private int recordsRead;
    private int exclusionsRead;
    private Runnable beforehand = () -> {};
    private Runnable afterwards = () -> {};
    private Runnable meanwhile = () -> {};

    TestingStack() {
        for (Sink sink : Sink.values()) {
            held.put(sink, new HashMap<>());
        }
    }

    static JobShape shape(String spans) {
        java.util.Properties properties = new java.util.Properties();
        properties.setProperty("ingest.topics", Records.TOPIC + "=1");
        properties.setProperty("klines.intervals", spans);
        return JobShape.of(new JobProperties(properties));
    }

    /** Publishes a record; the job is as fast as that. */
    void publish(int partition, String... trades) {
        publishUnseen(partition, trades);
        writeAll();
    }

    /** Publishes a record that has not come to the sinks. */
    void publishUnseen(int partition, String... trades) {
        publishBytes(partition, Records.record(trades));
    }

    void publishBytes(int partition, byte[] value) {
        records.add(new Published(partition, ends[partition]++, value));
    }

    void exclude(Reason reason, int partition, long offset, int index) {
        exclude(reason, partition, offset, index, null, 0);
    }

    /** Excludes a trade whose pair and time the exclusion shows. */
    void exclude(
            Reason reason, int partition, long offset, int index, String pair, long blockTime) {
        exclusions.add(
                new Exclusion(
                        reason,
                        Records.TOPIC,
                        partition,
                        offset,
                        index,
                        pair,
                        blockTime,
                        Lateness.of("")));
        writeAll();
    }

    /** Excludes a trade as late, with the detail that the job gives. */
    void excludeLate(int partition, long offset, int index, String detail) {
        exclusions.add(
                new Exclusion(
                        Reason.LATE,
                        Records.TOPIC,
                        partition,
                        offset,
                        index,
                        null,
                        0,
                        Lateness.of(detail)));
        writeAll();
    }

    /** Lets MySQL refuse a version of a kline; what it holds of it stays. */
    void refuse(KlineKey key, long trades) {
        refuse(Sink.MYSQL, key, trades);
    }

    /** Lets a store refuse a version of a kline; what it holds of it stays. */
    void refuse(Sink store, KlineKey key, long trades) {
        refusals.add(new RefusedRow(store, Optional.of(key), trades, Optional.empty()));
    }

    /** Makes the sinks hold what has been published less what was excluded. */
    void writeAll() {
        writeAll(Cut.none(PARTITIONS));
    }

    /** Returns an order of trades that nobody asks. */
    static AppendOrder anyOrder() {
        return new AppendOrder(Duration.ZERO, Duration.ZERO, 0, 0);
    }

    /** Makes the sinks hold what has been published before a cut. */
    void writeAll(Cut cut) {
        Journal journal = new Journal(partitions(), Scope.ALL, 0, () -> Long.MAX_VALUE, anyOrder());
        records.forEach(record -> journal.add(entries(record)));
        exclusions.forEach(journal::exclude);
        journal.match();
        Recomputation recomputation =
                new Recomputation(journal, SHAPE, Map.of(), java.time.Clock.systemUTC());
        held.values().forEach(Map::clear);
        for (String pair : journal.pairs()) {
            recomputation
                    .klines(recomputation.counted(pair), cut)
                    .values()
                    .forEach(
                            kline -> {
                                for (Sink sink : Sink.values()) {
                                    held.get(sink).put(kline.key(), row(kline));
                                }
                            });
        }
    }

    /** Makes the relay hold what has been published before a cut, and the stores all of it. */
    void writeRelay(Cut cut) {
        writeAll(cut);
        Map<KlineKey, Row> relay = new HashMap<>(held.get(Sink.RELAY));
        writeAll();
        held.put(Sink.RELAY, relay);
    }

    private static Row row(Kline kline) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            if (!NOT_IN_MYSQL.contains(column)) {
                values.put(column, column.of(kline));
            }
        }
        return new Row(kline.key(), values, Optional.of(false));
    }

    void remove(Sink sink, KlineKey key) {
        Objects.requireNonNull(held.get(sink).remove(key), key.toString());
    }

    void change(Sink sink, KlineKey key, Column column, UnaryOperator<Object> change) {
        Row row = held.get(sink).get(key);
        Map<Column, Object> values = new EnumMap<>(row.values());
        values.compute(column, (c, value) -> change.apply(value));
        held.get(sink).put(key, new Row(key, values, row.closed()));
    }

    void close(Sink sink, KlineKey key) {
        Row row = held.get(sink).get(key);
        held.get(sink).put(key, new Row(key, row.values(), Optional.of(true)));
    }

    void add(Sink sink, KlineKey key, KlineKey like) {
        Row row = held.get(sink).get(like);
        held.get(sink).put(key, new Row(key, row.values(), row.closed()));
    }

    /** What happens whenever the verification is about to look at the relay. */
    void wheneverRelaysAreRead(Runnable run) {
        meanwhile = run;
    }

    /** What happens once, after the verification has looked at the relay and before MySQL. */
    void beforeMySqlIsRead(Runnable run) {
        beforehand = run;
    }

    /** What happens once, after the verification has looked at the sinks for the first time. */
    void afterSinksWereRead(Runnable run) {
        afterwards = run;
    }

    /** Lets the last records come to the topics only once the sinks were looked at. */
    void hide(int lastRecords) {
        hidden = lastRecords;
        afterSinksWereRead(() -> hidden = 0);
    }

    /** Lets another verification read the topics from the beginning. */
    void readAgain() {
        recordsRead = 0;
        exclusionsRead = 0;
        smartMoneyRead = 0;
    }

    @Override
    public List<Journal.Partition> partitions() {
        return List.of(
                new Journal.Partition(Records.TOPIC, 0), new Journal.Partition(Records.TOPIC, 1));
    }

    @Override
    public Cut ends() {
        long[] visible = new long[PARTITIONS];
        records.stream()
                .limit(records.size() - hidden)
                .forEach(record -> visible[record.partition()] = record.offset() + 1);
        return new Cut(visible);
    }

    /** Lets all records have been written at a time, in epoch milliseconds. */
    void written(long timeMs) {
        writtenMs = timeMs;
    }

    /** Lets each record have been written some time after the one before it, in milliseconds. */
    void writtenApart(long apartMs) {
        writtenApartMs = apartMs;
    }

    /** Lets retention remove all records of a topic that were written before a time. */
    void lose(String topic, long untilMs) {
        lostUntilMs.put(topic, untilMs);
    }

    @Override
    public Map<String, Long> lostUntilMs() {
        return lostUntilMs;
    }

    @Override
    public Cut begin() {
        return new Cut(new long[PARTITIONS]);
    }

    @Override
    public Cut committed() {
        return ends();
    }

    @Override
    public Cut read(Cut upTo, Journal journal, VerifyProgress progress) {
        for (; recordsRead < records.size() - hidden; recordsRead++) {
            journal.add(entries(records.get(recordsRead)));
        }
        return ends();
    }

    private long writtenMs(Published record) {
        return writtenMs + writtenApartMs * records.indexOf(record);
    }

    private List<Entry> entries(Published record) {
        return reader.entries(
                Records.TOPIC,
                record.partition(),
                record.offset(),
                writtenMs(record),
                record.value());
    }

    @Override
    public void readExclusions(Journal journal) {
        for (; exclusionsRead < exclusions.size(); exclusionsRead++) {
            journal.exclude(exclusions.get(exclusionsRead));
        }
    }

    @Override
    public void readRefusals(Journal journal) {
        refusals.forEach(journal::refuse);
    }

    @Override
    public boolean has(Sink sink) {
        return true;
    }

    /** The rows of {@code smart_money_trade}, to be changed by a test. */
    List<Map<String, Object>> rows() {
        return smartMoneyTrades;
    }

    /** Adds a record of one of the topics of smart money. */
    void smartMoney(Consumer<SmartMoneyJournal> record) {
        smartMoney.add(record);
    }

    /** Lets MySQL refuse a smart-money trade. */
    void refuseTrade(String id) {
        refusals.add(new RefusedRow(Sink.MYSQL, Optional.empty(), 0, Optional.of(id)));
    }

    @Override
    public void readSmartMoney(SmartMoneyJournal read, Journal journal) {
        for (; smartMoneyRead < smartMoney.size(); smartMoneyRead++) {
            smartMoney.get(smartMoneyRead).accept(read);
        }
    }

    @Override
    public Optional<List<Map<String, Object>>> smartMoneyTrades() {
        return Optional.of(smartMoneyTrades);
    }

    @Override
    public Set<String> pairs() {
        Set<String> pairs = new TreeSet<>();
        held.get(Sink.MYSQL).keySet().forEach(key -> pairs.add(key.pair()));
        held.get(Sink.REDIS).keySet().forEach(key -> pairs.add(key.pair()));
        return pairs;
    }

    /** Lets a row be on a MySQL server where it does not belong. */
    void misplace(MySqlOutputs.Misplaced rows) {
        misplaced.add(rows);
    }

    @Override
    public List<MySqlOutputs.Misplaced> misplaced() {
        return misplaced;
    }

    @Override
    public List<Row> mysql(String pair) {
        beforehand.run();
        beforehand = () -> {};
        return rows(Sink.MYSQL, pair);
    }

    @Override
    public List<Row> redis(String pair) {
        List<Row> rows = rows(Sink.REDIS, pair);
        afterwards.run();
        afterwards = () -> {};
        return rows;
    }

    private List<Row> rows(Sink sink, String pair) {
        return held.get(sink).values().stream()
                .filter(row -> row.key().pair().equals(pair))
                .toList();
    }

    @Override
    public List<List<Row>> relays() {
        meanwhile.run();
        return Stream.concat(Stream.of(newest()), otherRelays.stream()).toList();
    }

    /** Adds a relay that holds those of the first one's klines that match. */
    void addRelay(Predicate<Row> holds) {
        otherRelays.add(newest().stream().filter(holds).toList());
    }

    private List<Row> newest() {
        Map<String, Row> newest = new HashMap<>();
        for (Row row : held.get(Sink.RELAY).values()) {
            newest.merge(
                    row.key().pair() + row.key().span(),
                    row,
                    (a, b) -> a.key().open() > b.key().open() ? a : b);
        }
        return List.copyOf(newest.values());
    }

    @Override
    public long relaySinceMs() {
        return 0;
    }

    @Override
    public void close() {}
}
