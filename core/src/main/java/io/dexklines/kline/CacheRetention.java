package io.dexklines.kline;

import java.time.Duration;
import java.util.List;

/**
 * Which klines of a pair and interval the cache keeps, and for how long.
 *
 * <p>A set keeps every kline that opened less than {@link #age} before its newest kline, and of the
 * others the newest {@link #older} ones. The age counts from the newest kline and not from the wall
 * clock, so that a replay of the past fills the cache, and so that everybody who knows the klines
 * knows which of them the cache keeps.
 */
public enum CacheRetention {
    /** The newest 1,500 klines. */
    NEWEST("newest") {
        @Override
        public Duration age(Interval interval) {
            return Duration.ZERO;
        }

        @Override
        public int older(Interval interval) {
            return NEWEST_KLINES;
        }

        @Override
        public Duration expiry(Interval interval) {
            Duration expiry = Duration.ofMillis(lengthMs(interval)).multipliedBy(EXPIRY_INTERVALS);
            if (expiry.compareTo(SHORTEST_EXPIRY) < 0) {
                return SHORTEST_EXPIRY;
            }
            return expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry;
        }
    },

    /**
     * What the Go consumers keep: three days of {@code 1m}, seven days of longer intervals, and up
     * to 300 older klines. Of shorter intervals, which they do not have, the newest 1,500 klines.
     */
    AGE("age") {
        @Override
        public Duration age(Interval interval) {
            if (isShorterThanAMinute(interval)) {
                return Duration.ZERO;
            }
            return interval == Interval.ONE_MINUTE ? AGE_OF_MINUTES : AGE_OF_OTHERS;
        }

        @Override
        public int older(Interval interval) {
            return isShorterThanAMinute(interval) ? NEWEST_KLINES : OLDER_KLINES;
        }

        @Override
        public Duration expiry(Interval interval) {
            return isShorterThanAMinute(interval) ? NEWEST.expiry(interval) : age(interval);
        }
    };

    /** The number of klines that {@link #NEWEST} keeps. */
    public static final int NEWEST_KLINES = 1500;

    /** The number of older klines that {@link #AGE} keeps. */
    private static final int OLDER_KLINES = 300;

    private static final Duration AGE_OF_MINUTES = Duration.ofDays(3);
    private static final Duration AGE_OF_OTHERS = Duration.ofDays(7);

    private static final Duration SHORTEST_EXPIRY = Duration.ofHours(6);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);

    /** A set stays for so many of its intervals without a write. */
    private static final int EXPIRY_INTERVALS = 30;

    private final String code;

    CacheRetention(String code) {
        this.code = code;
    }

    /** Returns the name in the configuration. */
    public String code() {
        return code;
    }

    /**
     * Returns the retention of that name.
     *
     * @throws IllegalArgumentException if there is none; the message begins with the quoted name
     */
    public static CacheRetention ofCode(String code) {
        for (CacheRetention each : values()) {
            if (each.code.equals(code)) {
                return each;
            }
        }
        throw new IllegalArgumentException("'" + code + "' is neither newest nor age");
    }

    /**
     * Returns how long before the newest kline of a set a kline may have opened to be kept in any
     * case: such klines are younger than this age. Zero if the number of klines alone decides.
     */
    public abstract Duration age(Interval interval);

    /** Returns how many of the klines that are not younger than {@link #age} are kept. */
    public abstract int older(Interval interval);

    /** Returns the time without a write after which a set expires. */
    public abstract Duration expiry(Interval interval);

    /** Returns the most klines that a set keeps. */
    public int most(Interval interval) {
        long lengthMs = lengthMs(interval);
        long younger = (age(interval).toMillis() + lengthMs - 1) / lengthMs;
        return Math.toIntExact(younger + older(interval));
    }

    /**
     * Returns those of the newest klines of a series that a set keeps.
     *
     * @param newest the newest klines of one pair and interval, the newest first: at least {@link
     *     #most}, or all
     */
    public List<Kline> kept(Interval interval, List<Kline> newest) {
        if (newest.isEmpty()) {
            return newest;
        }
        long olderFromMs = newest.get(0).openTimeMs() - age(interval).toMillis();
        int younger = 0;
        while (younger < newest.size() && newest.get(younger).openTimeMs() > olderFromMs) {
            younger++;
        }
        return newest.subList(0, Math.min(newest.size(), younger + older(interval)));
    }

    private static boolean isShorterThanAMinute(Interval interval) {
        return interval.compareTo(Interval.ONE_MINUTE) < 0;
    }

    private static long lengthMs(Interval interval) {
        long openTimeMs = interval.openTimeMs(0);
        return interval.closeTimeMs(openTimeMs) - openTimeMs;
    }
}
