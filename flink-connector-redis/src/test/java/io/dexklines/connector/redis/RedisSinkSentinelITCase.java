package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisSentinel;

/** Tests a writer against a real master, its replica and the sentinel that promotes it. */
@Timeout(120)
class RedisSinkSentinelITCase {

    @Test
    void aPromotedReplicaReceivesLaterElements(@TempDir Path folder) throws Exception {
        int sentinelPort = LocalRedis.freePort();
        try (LocalRedis master = LocalRedis.start(Files.createDirectory(folder.resolve("master")));
                LocalRedis replica =
                        LocalRedis.start(
                                Files.createDirectory(folder.resolve("replica")),
                                "replicaof " + LocalRedis.HOST + " " + master.port())) {
            RedisSentinel sentinel =
                    RedisSentinel.newRedisSentinel()
                            .bind(LocalRedis.HOST)
                            .port(sentinelPort)
                            .masterPort(master.port())
                            .masterName("primary")
                            .quorumSize(1)
                            .downAfterMilliseconds(500L)
                            .failOverTimeout(3_000L)
                            .build();
            sentinel.start();
            RedisSink<Integer> sink =
                    RedisSink.<Integer>builder()
                            .connection(
                                    RedisConnectionSettings.sentinel(
                                                    "primary", LocalRedis.HOST + ":" + sentinelPort)
                                            .build())
                            .converter(
                                    (number, context) ->
                                            List.of(
                                                    RedisCommand.of("SET")
                                                            .key("n:" + number)
                                                            .arg(number)
                                                            .build()))
                            .build();
            try (WriterHarness<Integer> writer = new WriterHarness<>(sink)) {
                writer.write(1);
                writer.flush();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> "1".equals(replica.get("n:1")) && knowsReplica(sentinelPort));
                master.kill();
                writer.write(2);
                writer.flush();

                assertThat(replica.get("n:2")).isEqualTo("2");
                assertThat(writer.counter(RedisSinkMetric.CONNECTION_FAILURES)).isPositive();
            } finally {
                sentinel.stop();
            }
        }
    }

    private static boolean knowsReplica(int sentinelPort) {
        try (Jedis client = new Jedis(LocalRedis.HOST, sentinelPort)) {
            return client.sentinelReplicas("primary").size() == 1;
        }
    }
}
