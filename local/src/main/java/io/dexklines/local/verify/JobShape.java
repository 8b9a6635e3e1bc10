package io.dexklines.local.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of a job's configuration its results depend on.
 *
 * @param chainsByTopic the topics of trades and the chains that each may carry
 * @param spans the codes of its intervals, such as {@code 1m}
 * @param consumerGroup where its offsets are committed
 * @param excludedTopic where the trades go that are not counted
 * @param refusedTopic where the klines go that MySQL refuses for their content
 * @param maxFuture how far ahead of the clock a trade may be
 * @param lateness how long after its smallest kline closed a trade still counts
 * @param wholeFrom by the code of a span, when its first whole kline opens, epoch seconds; all are
 *     whole where it is missing
 */
public record JobShape(
        Map<String, Set<String>> chainsByTopic,
        List<String> spans,
        String consumerGroup,
        String excludedTopic,
        String refusedTopic,
        Duration maxFuture,
        Duration lateness,
        Map<String, Long> wholeFrom) {

    /** A job whose configuration says nothing of all this. */
    public static JobShape byDefault() {
        return of(new Properties());
    }

    /**
     * The job that a stack runs.
     *
     * @param folder the stack's
     */
    public static JobShape in(Path folder) throws IOException {
        Properties properties = new Properties();
        Path file = folder.resolve("job.properties");
        if (Files.exists(file)) {
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return of(properties);
    }

    /**
     * The job of that configuration.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public static JobShape of(Properties properties) {
        Map<String, Set<String>> chains = new LinkedHashMap<>();
        String topics =
                properties.getProperty(
                        "ingest.topics",
                        "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137");
        for (String topic : words(topics, ";")) {
            String[] nameAndChains = topic.split("=", 2);
            if (nameAndChains.length < 2) {
                throw new IllegalArgumentException("ingest.topics: " + topic);
            }
            chains.put(nameAndChains[0].strip(), Set.copyOf(words(nameAndChains[1], ",")));
        }
        List<String> spans =
                words(
                        properties.getProperty("klines.intervals", "1m 5m 15m 30m 1h 4h 12h 1d 1w"),
                        "[\\s,]+");
        return new JobShape(
                chains,
                spans,
                properties.getProperty("kafka.group-id", "dex-klines"),
                properties.getProperty("excluded.topic", "trades-excluded"),
                properties.getProperty("mysql.refused-topic", "klines-refused"),
                duration(properties.getProperty("ingest.max-future", "1 min")),
                duration(properties.getProperty("klines.allowed-lateness", "1 min")),
                Map.of());
    }

    /**
     * The same job, with what it says of its intervals.
     *
     * @param openTimes by the code of a span, when its first whole kline opens, epoch seconds
     */
    JobShape wholeFrom(Map<String, Long> openTimes) {
        return new JobShape(
                chainsByTopic,
                spans,
                consumerGroup,
                excludedTopic,
                refusedTopic,
                maxFuture,
                lateness,
                Map.copyOf(openTimes));
    }

    /** Whether all trades of that kline were the job's to count. */
    boolean isWhole(KlineKey kline) {
        return kline.open() >= wholeFrom.getOrDefault(kline.span(), 0L);
    }

    /**
     * Earlier trades are in no kline of this job; epoch seconds, 0 if it counts from the first on.
     */
    long begin() {
        return spans.stream().mapToLong(code -> wholeFrom.getOrDefault(code, 0L)).min().orElse(0);
    }

    /** The span of the shortest klines. */
    Span smallest() {
        return spans.stream()
                .map(Span::new)
                .min((a, b) -> a.isShorterThan(b) ? -1 : b.isShorterThan(a) ? 1 : 0)
                .orElseThrow();
    }

    private static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toList());
    }

    /** A number and a unit, as Flink's configuration writes it; milliseconds without a unit. */
    private static Duration duration(String text) {
        String trimmed = text.strip();
        String digits = trimmed.replaceFirst("[^0-9].*$", "");
        if (digits.isEmpty()) {
            throw new IllegalArgumentException("no duration: " + text);
        }
        long count = Long.parseLong(digits);
        String unit = trimmed.substring(digits.length()).strip();
        return switch (unit) {
            case "", "ms", "milli", "millis", "millisecond", "milliseconds" ->
                    Duration.ofMillis(count);
            case "s", "sec", "secs", "second", "seconds" -> Duration.ofSeconds(count);
            case "m", "min", "minute", "minutes" -> Duration.ofMinutes(count);
            case "h", "hour", "hours" -> Duration.ofHours(count);
            case "d", "day", "days" -> Duration.ofDays(count);
            default -> throw new IllegalArgumentException("no duration: " + text);
        };
    }
}
