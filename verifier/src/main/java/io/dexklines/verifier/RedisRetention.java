package io.dexklines.verifier;

import java.time.Duration;
import java.util.List;

/** Which klines of a pair and interval the job keeps in Redis. */
enum RedisRetention {
    /** The newest 1,500. */
    NEWEST,

    /**
     * Those younger than some days, and some older ones; of intervals below {@code 1m} as above.
     */
    AGE;

    /** How many klines {@link #NEWEST} keeps. */
    static final int NEWEST_KLINES = 1500;

    private static final int OLDER_KLINES = 300;

    private static final long MINUTE_SECONDS = 60;
    private static final Duration AGE_OF_MINUTES = Duration.ofDays(3);
    private static final Duration AGE_OF_OTHERS = Duration.ofDays(7);

    /** Without ages, a set expires after 30 intervals without a write, within these limits. */
    private static final int EXPIRY_INTERVALS = 30;

    private static final Duration SHORTEST_EXPIRY = Duration.ofHours(6);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);

    /**
     * Reads the job's setting.
     *
     * @throws IllegalArgumentException if it is neither of the two
     */
    static RedisRetention of(JobProperties job) {
        String name = job.text("redis.retention", "newest");
        return switch (name) {
            case "newest" -> NEWEST;
            case "age" -> AGE;
            default ->
                    throw new IllegalArgumentException(
                            "redis.retention: '" + name + "' is neither newest nor age");
        };
    }

    /**
     * Returns how many of the newest klines a set keeps.
     *
     * @param newestFirst the open times of all klines that were put into it, in epoch seconds; at
     *     least one
     */
    int kept(Span span, List<Long> newestFirst) {
        if (!isByAge(span)) {
            return NEWEST_KLINES;
        }
        long olderFrom = newestFirst.get(0) - age(span).toSeconds();
        return (int) newestFirst.stream().filter(open -> open > olderFrom).count() + OLDER_KLINES;
    }

    /** Returns the time without a write after which a set expires. */
    Duration expiry(Span span) {
        if (isByAge(span)) {
            return age(span);
        }
        Duration expiry = length(span).multipliedBy(EXPIRY_INTERVALS);
        if (expiry.compareTo(SHORTEST_EXPIRY) < 0) {
            return SHORTEST_EXPIRY;
        }
        return expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry;
    }

    private static Duration age(Span span) {
        return length(span).toSeconds() == MINUTE_SECONDS ? AGE_OF_MINUTES : AGE_OF_OTHERS;
    }

    private boolean isByAge(Span span) {
        return this == AGE && length(span).toSeconds() >= MINUTE_SECONDS;
    }

    private static Duration length(Span span) {
        return Duration.ofSeconds(span.close(span.open(0)) - span.open(0));
    }
}
