package io.dexklines.verifier;

import io.dexklines.text.AddressCase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The part of a job's configuration on which its results depend.
 *
 * @param chainsByTopic the topics of trades, each with the chains that it may carry
 * @param spans the codes of the job's intervals, such as {@code 1m}
 * @param consumerGroup the group under which the job commits its offsets
 * @param excludedTopic the topic of the trades that are not counted
 * @param refusedTopic the topic of the rows that a store refused for their content
 * @param maxFuture how far the block time of a trade may be ahead of the clock
 * @param maxDisorder how much older than the latest trade of its chain a trade in order may be
 * @param idleTimeout after how long without trades klines are closed by the wall clock
 * @param lateness how long after the close of its smallest kline a trade still counts
 * @param smartMoney the topics of smart money; empty if smart money is disabled
 * @param redisRetention which klines Redis keeps
 * @param redisAddressCase the case of addresses in the keys and members of Redis
 * @param wholeFrom the open time of the first whole kline, by the code of its interval, in epoch
 *     seconds; all klines of an interval that is missing are whole
 */
public record JobShape(
        Map<String, Set<String>> chainsByTopic,
        List<String> spans,
        String consumerGroup,
        String excludedTopic,
        String refusedTopic,
        Duration maxFuture,
        Duration maxDisorder,
        Duration idleTimeout,
        Duration lateness,
        Optional<SmartMoneyTopics> smartMoney,
        RedisRetention redisRetention,
        AddressCase redisAddressCase,
        Map<String, Long> wholeFrom) {

    /**
     * The topics of smart money.
     *
     * @param rememberTrades how long the job recognizes a redelivered trade
     */
    public record SmartMoneyTopics(
            String wallets,
            String follows,
            String notifications,
            String clusters,
            Duration rememberTrades) {}

    /**
     * @throws IllegalArgumentException if a value is invalid
     */
    static JobShape of(JobProperties job) {
        Map<String, Set<String>> chains = new LinkedHashMap<>();
        String topics =
                job.text(
                        "ingest.topics",
                        "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137");
        for (String topic : JobProperties.words(topics, ";")) {
            String[] nameAndChains = topic.split("=", 2);
            if (nameAndChains.length < 2) {
                throw new IllegalArgumentException("ingest.topics: " + topic);
            }
            chains.put(
                    nameAndChains[0].strip(),
                    Set.copyOf(JobProperties.words(nameAndChains[1], ",")));
        }
        return new JobShape(
                chains,
                JobProperties.words(
                        job.text("klines.intervals", "1m 5m 15m 30m 1h 4h 12h 1d 1w"), "[\\s,]+"),
                job.text("kafka.group-id", "dex-klines"),
                job.text("excluded.topic", "trades-excluded"),
                job.text("mysql.refused-topic", "klines-refused"),
                job.duration("ingest.max-future", "1 min"),
                job.duration("ingest.max-disorder", "5 s"),
                job.duration("ingest.idle-timeout", "30 s"),
                job.duration("klines.allowed-lateness", "1 min"),
                job.text("smart-money.enabled", "true").equals("true")
                        ? Optional.of(smartMoneyTopics(job))
                        : Optional.empty(),
                RedisRetention.of(job),
                redisAddressCase(job),
                Map.of());
    }

    private static AddressCase redisAddressCase(JobProperties job) {
        try {
            return AddressCase.ofCode(job.text("redis.address-case", AddressCase.LOWER.code()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("redis.address-case: " + e.getMessage(), e);
        }
    }

    private static SmartMoneyTopics smartMoneyTopics(JobProperties job) {
        return new SmartMoneyTopics(
                job.text("smart-money.wallets-topic", "smart-money-wallets"),
                job.text("smart-money.follows-topic", "smart-money-follows"),
                job.text("smart-money.notifications-topic", "smart-money-notifications"),
                job.text("smart-money.clusters-topic", "smart-money-clusters"),
                job.duration("smart-money.remember-trades", "1 d"));
    }

    /** Returns the chains of all topics. */
    Set<String> chains() {
        return chainsByTopic.values().stream()
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns this shape with the open times of the first whole klines. */
    JobShape wholeFrom(Map<String, Long> openTimes) {
        return new JobShape(
                chainsByTopic,
                spans,
                consumerGroup,
                excludedTopic,
                refusedTopic,
                maxFuture,
                maxDisorder,
                idleTimeout,
                lateness,
                smartMoney,
                redisRetention,
                redisAddressCase,
                Map.copyOf(openTimes));
    }

    /** Returns whether the job has read all trades of a kline. */
    boolean isWhole(KlineKey kline) {
        return kline.open() >= wholeFrom.getOrDefault(kline.span(), 0L);
    }

    /**
     * Returns the block time before which the job counts no trade, in epoch seconds; 0 if it counts
     * all.
     */
    long begin() {
        return spans.stream().mapToLong(code -> wholeFrom.getOrDefault(code, 0L)).min().orElse(0);
    }

    /** Returns the length of the smallest kline and the allowed lateness after it. */
    Duration lateAfter() {
        Span smallest = smallest();
        return lateness.plusSeconds(smallest.close(smallest.open(0)));
    }

    /** Returns the length of the longest interval; that of a month is 31 days. */
    public Duration longestInterval() {
        return Duration.ofSeconds(
                spans.stream()
                        .map(Span::new)
                        .mapToLong(span -> span.close(span.open(0)) - span.open(0))
                        .max()
                        .orElseThrow());
    }

    /** Returns the shortest interval. */
    Span smallest() {
        return spans.stream()
                .map(Span::new)
                .min((a, b) -> a.isShorterThan(b) ? -1 : b.isShorterThan(a) ? 1 : 0)
                .orElseThrow();
    }
}
