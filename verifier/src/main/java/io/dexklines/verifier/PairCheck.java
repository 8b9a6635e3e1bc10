package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares what the sinks hold of one pair with the recomputation, and with each other. */
final class PairCheck {

    /** How many klines of a pair and interval stay in Redis. */
    static final int REDIS_KEEPS = 1500;

    /**
     * What came of it.
     *
     * @param compared how many klines of each sink were looked at, missing ones included
     * @param refused how many of MySQL's klines are missing or old there because it refused them
     * @param problems those that are wrong
     */
    record Result(Map<Sink, Long> compared, long refused, List<Problem> problems) {}

    private final Recomputation recomputation;
    private final Cut required;
    private final Cut searched;
    private final Cut known;
    private final long relaySinceMs;
    private final long latestBlockTime;

    /**
     * @param required the sinks hold at least what lies before it
     * @param searched from here on the moment is looked for at which a row was right; at or before
     *     {@code required}
     * @param known up to here it is known what was excluded
     * @param relaySinceMs what was written to the topics from then on the relay has been told, in
     *     epoch milliseconds
     */
    PairCheck(
            Recomputation recomputation, Cut required, Cut searched, Cut known, long relaySinceMs) {
        this.recomputation = recomputation;
        this.required = required;
        this.searched = searched;
        this.known = known;
        this.relaySinceMs = relaySinceMs;
        this.latestBlockTime = recomputation.latestBlockTime();
    }

    Result check(PairRows rows) {
        return new OnePair(rows).result();
    }

    /** An earlier check's result with a pair, less the problems that do not remain. */
    Result recheck(String pair, Result earlier) {
        OnePair again = new OnePair(new PairRows(pair, List.of(), List.of(), List.of()));
        for (Problem problem : earlier.problems()) {
            problem.row()
                    .ifPresentOrElse(
                            row -> again.compare(problem.sink(), row),
                            () -> again.problems.add(problem));
        }
        return new Result(earlier.compared(), earlier.refused() + again.refused, again.problems);
    }

    private final class OnePair {

        private final PairRows rows;
        private final List<Entry> counted;
        private final Map<KlineKey, Kline> expected;
        private final Map<Sink, Long> compared = new EnumMap<>(Sink.class);
        private final List<Problem> problems = new ArrayList<>();
        private long refused;
        private Set<KlineKey> touched;

        OnePair(PairRows rows) {
            this.rows = rows;
            this.counted = recomputation.counted(rows.pair());
            this.expected = recomputation.klines(counted, required);
        }

        Result result() {
            Map<KlineKey, Row> mysql = compareRows(Sink.MYSQL, rows.mysql());
            Map<KlineKey, Row> redis = compareRows(Sink.REDIS, rows.redis());
            Map<KlineKey, Row> relay = compareRows(Sink.RELAY, rows.relay());
            expected.values().stream()
                    .filter(kline -> !mysql.containsKey(kline.key()))
                    .forEach(kline -> lost(Sink.MYSQL, kline));
            inRedis().stream()
                    .filter(kline -> !redis.containsKey(kline.key()))
                    .forEach(kline -> lost(Sink.REDIS, kline));
            tooManyInRedis();
            inRelay(relay).forEach(kline -> lost(Sink.RELAY, kline));
            relay.values().forEach(row -> compareClosed(row, mysql.get(row.key())));
            return new Result(compared, refused, problems);
        }

        private Map<KlineKey, Row> compareRows(Sink sink, List<Row> held) {
            Map<KlineKey, Row> byKey = new HashMap<>();
            for (Row row : held) {
                if (!recomputation.shape().isWhole(row.key())) {
                    // of a job before this one
                    continue;
                }
                compared.merge(sink, 1L, Long::sum);
                if (byKey.put(row.key(), row) != null) {
                    problems.add(
                            new Problem(
                                    sink,
                                    Problem.Kind.SURPLUS,
                                    row.key(),
                                    "is there twice",
                                    -row.trades(),
                                    Optional.empty()));
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
                    problem(sink, Problem.Kind.SURPLUS, row, "no trade makes it", -row.trades());
                } else {
                    long missing = kline.trades() - row.trades();
                    if (missing > 0 && wasRefused(sink, kline)) {
                        refused++;
                        return;
                    }
                    problem(sink, Problem.Kind.MISMATCHED, row, difference.get(), missing);
                }
                return;
            }
            Span span = recomputation.spans().get(row.key().span());
            if (row.closed().orElse(false) && latestBlockTime < span.close(row.key().open())) {
                String what = "is closed, but no trade is as late as that";
                problem(sink, Problem.Kind.MISMATCHED, row, what, 0);
            }
        }

        private boolean wasRight(Row row) {
            Span span = recomputation.spans().get(row.key().span());
            if (span == null || !touched().contains(row.key())) {
                return false;
            }
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

        /** The klines to which something came since the search's first cut. */
        private Set<KlineKey> touched() {
            if (touched == null) {
                touched = new HashSet<>();
                for (Entry entry : counted) {
                    if (known.covers(entry) && !searched.covers(entry)) {
                        touched.addAll(recomputation.keys(entry.swap().orElseThrow()));
                    }
                }
            }
            return touched;
        }

        private void lost(Sink sink, Kline kline) {
            compared.merge(sink, 1L, Long::sum);
            if (wasRefused(sink, kline)) {
                refused++;
                return;
            }
            problems.add(
                    new Problem(
                            sink,
                            Problem.Kind.LOST,
                            kline.key(),
                            "of " + kline.trades() + " trades is not there",
                            kline.trades(),
                            Optional.empty()));
        }

        /** What MySQL refused for its content is accounted for in the topic of refused klines. */
        private boolean wasRefused(Sink sink, Kline kline) {
            return sink == Sink.MYSQL && recomputation.journal().isRefused(kline);
        }

        private void problem(Sink sink, Problem.Kind kind, Row row, String what, long missing) {
            problems.add(new Problem(sink, kind, row.key(), what, missing, Optional.of(row)));
        }

        /** What must be among the newest, whatever has come since. */
        private List<Kline> inRedis() {
            Map<String, Set<KlineKey>> newest =
                    recomputation.spans().keySet().stream()
                            .collect(Collectors.toMap(code -> code, this::newestKnown));
            return expected.values().stream()
                    .filter(kline -> newest.get(kline.key().span()).contains(kline.key()))
                    .toList();
        }

        private Set<KlineKey> newestKnown(String code) {
            Span span = recomputation.spans().get(code);
            return counted.stream()
                    .filter(known::covers)
                    .map(entry -> span.open(entry.swap().orElseThrow().blockTime()))
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .limit(REDIS_KEEPS)
                    .map(open -> new KlineKey(rows.pair(), code, open))
                    .collect(Collectors.toSet());
        }

        private void tooManyInRedis() {
            Map<String, Long> sizes =
                    rows.redis().stream()
                            .collect(
                                    Collectors.groupingBy(
                                            row -> row.key().span(), Collectors.counting()));
            sizes.forEach(
                    (code, size) -> {
                        if (size > REDIS_KEEPS) {
                            KlineKey oldest =
                                    rows.redis().stream()
                                            .map(Row::key)
                                            .filter(key -> key.span().equals(code))
                                            .min(Comparator.comparingLong(KlineKey::open))
                                            .orElseThrow();
                            String what = "is one of " + size + " in its set";
                            problems.add(
                                    new Problem(
                                            Sink.REDIS,
                                            Problem.Kind.SURPLUS,
                                            oldest,
                                            what,
                                            0,
                                            Optional.empty()));
                        }
                    });
        }

        /** The newest klines that the relay must hold and does not. */
        private List<Kline> inRelay(Map<KlineKey, Row> held) {
            Map<String, Kline> newest = new HashMap<>();
            for (Kline kline : expected.values()) {
                newest.merge(
                        kline.key().span(),
                        kline,
                        (a, b) -> a.key().open() >= b.key().open() ? a : b);
            }
            return newest.values().stream()
                    .filter(
                            kline ->
                                    held.keySet().stream()
                                            .noneMatch(key -> isAsNew(key, kline.key())))
                    .filter(this::wasPublished)
                    .toList();
        }

        private boolean isAsNew(KlineKey held, KlineKey newest) {
            return held.span().equals(newest.span()) && held.open() >= newest.open();
        }

        /** A relay and a job that were restarted need not know what nobody has traded since. */
        private boolean wasPublished(Kline kline) {
            return recomputation.of(kline.key(), counted).stream()
                    .anyMatch(entry -> required.covers(entry) && entry.writtenMs() >= relaySinceMs);
        }

        /** The same version of a kline is closed in both or in neither. */
        private void compareClosed(Row relay, Row mysql) {
            if (mysql != null
                    && mysql.trades() == relay.trades()
                    && !mysql.closed().equals(relay.closed())) {
                String what =
                        relay.closed().orElse(false)
                                ? "is closed, but open in MySQL"
                                : "is open, but closed in MySQL";
                problems.add(
                        new Problem(
                                Sink.RELAY,
                                Problem.Kind.MISMATCHED,
                                relay.key(),
                                what,
                                0,
                                Optional.empty()));
            }
        }
    }
}
