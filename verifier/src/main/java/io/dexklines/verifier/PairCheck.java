package io.dexklines.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the klines of one pair in the sinks with the recomputed ones. */
final class PairCheck {

    /** By how much the job may write two trades further apart than they were published. */
    private static final Duration MAX_DELAY = Duration.ofHours(1);

    /**
     * The klines that the sinks hold of one pair.
     *
     * @param relays the newest kline of each interval, in a list for each relay
     */
    record Rows(String pair, List<Row> mysql, List<Row> redis, List<List<Row>> relays) {}

    /**
     * The result for one pair.
     *
     * @param compared how many klines of each sink were compared, missing ones included
     * @param refused how many klines are missing or old in a store because it refused them
     * @param incomparable how many klines of the sinks are older than what the topics still hold
     * @param openInRelay the relays' rows that were open, while MySQL, which was read later, held
     *     the same version closed
     */
    record Result(
            Map<Sink, Long> compared,
            Map<Sink, Long> refused,
            long incomparable,
            List<Problem> problems,
            List<Row> openInRelay) {

        /**
         * Returns this result, with a problem for each row that is still open in a relay.
         *
         * @param relays the newest klines of all relays, read after MySQL
         */
        Result confirmed(Set<Row> relays) {
            List<Problem> all = new ArrayList<>(problems);
            for (Row row : openInRelay) {
                if (relays.contains(row)) {
                    all.add(
                            new Problem(
                                    Sink.RELAY,
                                    Problem.Kind.MISMATCHED,
                                    row.key(),
                                    "is open, but closed in MySQL",
                                    0,
                                    Optional.empty()));
                }
            }
            return new Result(compared, refused, incomparable, all, List.of());
        }
    }

    private final Recomputation recomputation;
    private final Cut required;
    private final List<Cut> searched;
    private final Cut known;
    private final long relaySinceMs;
    private final Outputs outputs;
    private final long nowMs;
    private final Map<String, Long> latestBlockTimes;
    private final RedisRetention retention;

    /**
     * @param required the sinks must hold everything before this cut
     * @param searched a row may have been right at any moment after the last of these cuts, which
     *     is at or before {@code required}. The cuts are tried in turn, newest first, because the
     *     search after a newer one is shorter.
     * @param known all exclusions of entries before this cut are known
     * @param relaySinceMs see {@link Outputs#relaySinceMs}
     * @param nowMs the wall clock, in epoch milliseconds
     */
    PairCheck(
            Recomputation recomputation,
            Outputs outputs,
            Cut required,
            List<Cut> searched,
            Cut known,
            long relaySinceMs,
            long nowMs) {
        this.recomputation = recomputation;
        this.outputs = outputs;
        this.nowMs = nowMs;
        this.required = required;
        this.searched = searched;
        this.known = known;
        this.relaySinceMs = relaySinceMs;
        this.latestBlockTimes = recomputation.journal().latestBlockTimes();
        this.retention = recomputation.shape().redisRetention();
    }

    Result check(Rows rows) {
        return new OnePair(rows).result();
    }

    /**
     * Compares the problematic rows of an earlier check again. Returns its result with only the
     * problems that remain.
     */
    Result recheck(String pair, Result earlier) {
        OnePair again = new OnePair(new Rows(pair, List.of(), List.of(), List.of()));
        for (Problem problem : earlier.problems()) {
            problem.row()
                    .ifPresentOrElse(
                            row -> again.compare(problem.sink(), row),
                            () -> again.problems.add(problem));
        }
        return new Result(
                earlier.compared(),
                sum(earlier.refused(), again.refused),
                earlier.incomparable(),
                again.problems,
                List.of());
    }

    private static Map<Sink, Long> sum(Map<Sink, Long> some, Map<Sink, Long> others) {
        Map<Sink, Long> sum = new EnumMap<>(Sink.class);
        some.forEach((sink, count) -> sum.merge(sink, count, Long::sum));
        others.forEach((sink, count) -> sum.merge(sink, count, Long::sum));
        return sum;
    }

    private final class OnePair {

        private final Rows rows;
        private final List<Entry> counted;
        private final Map<KlineKey, Kline> expected;
        private final Map<Sink, Long> compared = new EnumMap<>(Sink.class);
        private final List<Problem> problems = new ArrayList<>();
        private final List<Row> openInRelay = new ArrayList<>();
        private final Map<Sink, Long> refused = new EnumMap<>(Sink.class);
        private long incomparable;
        private Set<KlineKey> changedSinceSearched;

        OnePair(Rows rows) {
            this.rows = rows;
            this.counted = recomputation.counted(rows.pair());
            this.expected = recomputation.klines(counted, required);
        }

        Result result() {
            Map<KlineKey, Row> mysql = compareRows(Sink.MYSQL, rows.mysql());
            Map<KlineKey, Row> redis = compareRows(Sink.REDIS, rows.redis());
            lost(Sink.MYSQL, expected.values(), mysql);
            lost(Sink.REDIS, requiredInRedis(), redis);
            tooManyInRedis();
            for (List<Row> relay : rows.relays()) {
                Map<KlineKey, Row> newest = compareRows(Sink.RELAY, relay);
                requiredInRelay(relay).forEach(kline -> lost(Sink.RELAY, kline));
                newest.values().forEach(row -> compareClosed(row, mysql.get(row.key())));
            }
            return new Result(compared, refused, incomparable, problems, openInRelay);
        }

        private Map<KlineKey, Row> compareRows(Sink sink, List<Row> held) {
            Map<KlineKey, Row> byKey = new HashMap<>();
            for (Row row : held) {
                if (!recomputation.isInScope(row.key())) {
                    continue;
                }
                if (!recomputation.isComparable(row.key())) {
                    incomparable++;
                    continue;
                }
                compared.merge(sink, 1L, Long::sum);
                if (byKey.put(row.key(), row) != null) {
                    problem(sink, Problem.Kind.SURPLUS, row.key(), "is held twice", -row.trades());
                } else {
                    compare(sink, row);
                }
            }
            return byKey;
        }

        private void compare(Sink sink, Row row) {
            Kline kline = expected.get(row.key());
            Optional<String> difference = kline == null ? Optional.of("") : row.difference(kline);
            if (difference.isPresent() && !wasRight(row)) {
                if (kline == null) {
                    problem(sink, Problem.Kind.SURPLUS, row, "has no trades", -row.trades());
                } else {
                    long missing = kline.trades() - row.trades();
                    if (missing > 0 && wasRefused(sink, kline)) {
                        refused.merge(sink, 1L, Long::sum);
                        return;
                    }
                    problem(sink, Problem.Kind.MISMATCHED, row, difference.get(), missing);
                }
                return;
            }
            Span span = recomputation.spans().get(row.key().span());
            if (row.closed().orElse(false) && !canBeClosed(row.key(), span)) {
                String what =
                        "is closed, but neither a trade nor the wall clock can have closed it";
                problem(sink, Problem.Kind.MISMATCHED, row, what, 0);
            }
        }

        private boolean canBeClosed(KlineKey key, Span span) {
            long close = span.close(key.open());
            return latestBlockTimes.getOrDefault(key.chain(), Long.MIN_VALUE) >= close
                    || nowMs >= close * 1000 + recomputation.shape().idleTimeout().toMillis();
        }

        private boolean wasRight(Row row) {
            Span span = recomputation.spans().get(row.key().span());
            return span != null
                    && changedSinceSearched().contains(row.key())
                    && searched.stream().anyMatch(cut -> wasRightAfter(cut, row, span));
        }

        private boolean wasRightAfter(Cut searched, Row row, Span span) {
            List<Swap> base = new ArrayList<>();
            List<Entry> tail = new ArrayList<>();
            for (Entry entry : recomputation.of(row.key(), counted)) {
                if (searched.covers(entry)) {
                    base.add(entry.swap().orElseThrow());
                } else if (known.covers(entry)) {
                    tail.add(entry);
                }
            }
            return new PrefixSearch(row, span, base, tail).finds();
        }

        /** Returns the klines that received a trade after the oldest cut that is searched. */
        private Set<KlineKey> changedSinceSearched() {
            if (changedSinceSearched == null) {
                changedSinceSearched = new HashSet<>();
                Cut oldest = searched.get(searched.size() - 1);
                for (Entry entry : counted) {
                    if (known.covers(entry) && !oldest.covers(entry)) {
                        changedSinceSearched.addAll(recomputation.keys(entry.swap().orElseThrow()));
                    }
                }
            }
            return changedSinceSearched;
        }

        private void lost(Sink sink, Collection<Kline> required, Map<KlineKey, Row> held) {
            if (outputs.has(sink)) {
                required.stream()
                        .filter(kline -> !held.containsKey(kline.key()))
                        .forEach(kline -> lost(sink, kline));
            }
        }

        private void lost(Sink sink, Kline kline) {
            compared.merge(sink, 1L, Long::sum);
            if (wasRefused(sink, kline)) {
                refused.merge(sink, 1L, Long::sum);
                return;
            }
            String what = "of " + kline.trades() + " trades is missing";
            problem(sink, Problem.Kind.LOST, kline.key(), what, kline.trades());
        }

        /** Returns whether the topic of refused rows accounts for a kline that a store lacks. */
        private boolean wasRefused(Sink sink, Kline kline) {
            return recomputation.journal().isRefused(sink, kline);
        }

        private void problem(
                Sink sink, Problem.Kind kind, KlineKey key, String what, long missing) {
            problems.add(new Problem(sink, kind, key, what, missing, Optional.empty()));
        }

        /** Adds a problem that may disappear when more trades are read. */
        private void problem(Sink sink, Problem.Kind kind, Row row, String what, long missing) {
            problems.add(new Problem(sink, kind, row.key(), what, missing, Optional.of(row)));
        }

        /** Returns the klines that must be among the newest in Redis. */
        private List<Kline> requiredInRedis() {
            Map<String, Long> oldest = new HashMap<>();
            recomputation.spans().forEach((code, span) -> oldest.put(code, oldestInRedis(span)));
            return expected.values().stream()
                    .filter(kline -> kline.key().open() >= oldest.get(kline.key().span()))
                    .toList();
        }

        /**
         * Returns the open time of the oldest kline that Redis must still keep, in epoch seconds.
         * Klines after the scope's window are known only from Redis.
         */
        private long oldestInRedis(Span span) {
            List<Long> held =
                    rows.redis().stream()
                            .map(Row::key)
                            .filter(key -> key.span().equals(span.code()))
                            .map(KlineKey::open)
                            .toList();
            List<Long> newestFirst =
                    Stream.concat(held.stream(), unexpired(span).stream())
                            .distinct()
                            .sorted(Comparator.reverseOrder())
                            .toList();
            return newestFirst.isEmpty()
                    ? Long.MAX_VALUE
                    : newestFirst.get(
                            Math.min(newestFirst.size(), retention.kept(span, newestFirst)) - 1);
        }

        /**
         * Returns the open times of the klines of an interval since the last time at which their
         * set may have expired, in epoch seconds.
         */
        private Set<Long> unexpired(Span span) {
            long expiryMs = retention.expiry(span).minus(MAX_DELAY).toMillis();
            Set<Long> opens = new HashSet<>();
            long lastMs = 0;
            List<Entry> traded =
                    counted.stream()
                            .filter(known::covers)
                            .sorted(Comparator.comparingLong(Entry::writtenMs))
                            .toList();
            for (Entry entry : traded) {
                if (entry.writtenMs() - lastMs > expiryMs) {
                    opens.clear();
                }
                opens.add(span.open(entry.swap().orElseThrow().blockTime()));
                lastMs = entry.writtenMs();
            }
            return nowMs - lastMs > expiryMs ? Set.of() : opens;
        }

        private void tooManyInRedis() {
            Map<String, List<KlineKey>> sets =
                    rows.redis().stream()
                            .map(Row::key)
                            .collect(Collectors.groupingBy(KlineKey::span));
            sets.forEach(
                    (code, keys) -> {
                        List<Long> newestFirst =
                                keys.stream()
                                        .map(KlineKey::open)
                                        .sorted(Comparator.reverseOrder())
                                        .toList();
                        Span span = recomputation.spans().get(code);
                        int kept =
                                span == null
                                        ? RedisRetention.NEWEST_KLINES
                                        : retention.kept(span, newestFirst);
                        if (keys.size() > kept) {
                            KlineKey oldest =
                                    keys.stream()
                                            .min(Comparator.comparingLong(KlineKey::open))
                                            .orElseThrow();
                            String what = "is one of " + keys.size() + " in its set";
                            problem(Sink.REDIS, Problem.Kind.SURPLUS, oldest, what, 0);
                        }
                    });
        }

        /**
         * Returns the newest klines for which a relay must hold the same or a newer one, but does
         * not.
         */
        private List<Kline> requiredInRelay(List<Row> relay) {
            Map<String, Kline> newest = new HashMap<>();
            for (Kline kline : expected.values()) {
                newest.merge(
                        kline.key().span(),
                        kline,
                        (a, b) -> a.key().open() >= b.key().open() ? a : b);
            }
            return newest.values().stream()
                    .filter(kline -> relay.stream().noneMatch(row -> isNotOlder(row, kline)))
                    .filter(this::wasPublished)
                    .toList();
        }

        private boolean isNotOlder(Row held, Kline newest) {
            return held.key().span().equals(newest.key().span())
                    && held.key().open() >= newest.key().open();
        }

        /** Returns whether a kline changed since the relay receives every change. */
        private boolean wasPublished(Kline kline) {
            return recomputation.of(kline.key(), counted).stream()
                    .anyMatch(entry -> required.covers(entry) && entry.writtenMs() >= relaySinceMs);
        }

        /** Checks that the same version of a kline is closed in both or in neither. */
        private void compareClosed(Row relay, Row mysql) {
            if (mysql != null
                    && mysql.trades() == relay.trades()
                    && !mysql.closed().equals(relay.closed())) {
                if (relay.closed().orElse(false)) {
                    String what = "is closed, but open in MySQL";
                    problem(Sink.RELAY, Problem.Kind.MISMATCHED, relay.key(), what, 0);
                } else {
                    openInRelay.add(relay);
                }
            }
        }
    }
}
