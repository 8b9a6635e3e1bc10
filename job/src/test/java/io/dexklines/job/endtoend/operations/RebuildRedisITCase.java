package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.RebuildCommand;
import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;

/** Tests {@code klines rebuild redis}, which runs from the jar that a cluster has. */
@WholeStack.Shared
class RebuildRedisITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PAIR = "0x00000000000000000000000000000000f0cacc1a";
    private static final String OTHER_PAIR = "0x00000000000000000000000000000000f0cacc1b";

    /** The intervals whose sets in Redis expire within eight days without a write. */
    private static final List<String> EXPIRED = keys("1m", "5m", "15m", "30m", "1h", "4h");

    private static final List<String> KEPT = keys("12h", "1d", "1w");

    @Test
    void lostKeysThatHaveNotExpiredAreRebuiltFromMySql(Running stack) throws Exception {
        long nowS = Instant.now().getEpochSecond();
        long timeS = nowS - Duration.ofDays(8).toSeconds();
        stack.publish(
                "evm-trades-v4",
                trade(PAIR, 1, timeS),
                trade(PAIR, 2, timeS),
                // closes the klines of the first two, so that they no longer change
                trade(OTHER_PAIR, 3, nowS));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                stack.number(
                                                "SELECT COUNT(*) FROM kline WHERE trades = 2 AND"
                                                        + " closed AND pair_addr = '"
                                                        + PAIR
                                                        + "'")
                                        == EXPIRED.size() + KEPT.size());
        try (Jedis redis = stack.stack().redis().connect()) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(members(redis, KEPT).values())
                                            .allSatisfy(
                                                    members ->
                                                            assertThat(members)
                                                                    .singleElement()
                                                                    .asString()
                                                                    .endsWith(",2,0,2")));
            Map<String, List<String>> before = members(redis, KEPT);
            redis.del(KEPT.toArray(new String[0]));
            redis.del(EXPIRED.toArray(new String[0]));

            assertThat(rebuild(stack)).isZero();
            assertThat(members(redis, KEPT)).isEqualTo(before);
            assertThat(redis.exists(EXPIRED.toArray(new String[0]))).isZero();
            String week = KEPT.get(2);
            assertThat(redis.ttl(week)).isGreaterThan(2_591_000);

            // a version that is newer than MySQL's
            long openTimeS = (long) redis.zrangeWithScores(week, 0, -1).get(0).getScore();
            String newer = before.get(week).get(0).replaceFirst(",2,0,2$", ",9,0,9");
            redis.zremrangeByRank(week, 0, -1);
            redis.zadd(week, openTimeS, newer);

            assertThat(rebuild(stack)).isZero();
            assertThat(redis.zrange(week, 0, -1)).containsExactly(newer);

            assertThat(rebuild(stack, "--force")).isZero();
            assertThat(members(redis, KEPT)).isEqualTo(before);
        }
    }

    @Test
    void failsWithoutARunningStack(@TempDir Path nothingHere) {
        assertThat(commandLine().execute("redis", "--dir", nothingHere.toString())).isEqualTo(4);
    }

    @Test
    void failsWithoutADestination() {
        assertThat(commandLine().execute()).isEqualTo(2);
    }

    private static int rebuild(Running stack, String... more) {
        List<String> arguments =
                Stream.concat(
                                Stream.of("redis", "--dir", stack.folder().toString()),
                                Stream.of(more))
                        .toList();
        return commandLine().execute(arguments.toArray(new String[0]));
    }

    private static List<String> keys(String... intervals) {
        return Stream.of(intervals).map(interval -> "kline:137:" + PAIR + ":" + interval).toList();
    }

    private static Map<String, List<String>> members(Jedis redis, List<String> keys) {
        return keys.stream().collect(Collectors.toMap(key -> key, key -> redis.zrange(key, 0, -1)));
    }

    private static String trade(String pair, int number, long timeS) {
        return """
        {"chain_id":"137","pair_addr":"%s","tx_hash":"0xf0%d","maker":"0xmaker","type":"buy",
         "token_amount":"0.1","base_token_amount":1,"total_usd":"0.3","token_price_usd":3,
         "block_num":7,"block_time":%d,"transaction_index":%d}"""
                .formatted(pair, number, timeS, number);
    }

    private static CommandLine commandLine() {
        return CommandErrors.install(new CommandLine(new RebuildCommand(ProjectHome.find())));
    }
}
