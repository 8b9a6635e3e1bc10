package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisShard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests {@link MarkedRedis} against a real master, its replica and the sentinel that promotes it.
 */
@Timeout(120)
class MarkedRedisSentinelITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    private LocalSentinel servers;
    private MarkedRedis client;
    private final List<RedisShard> lost = new ArrayList<>();

    @BeforeEach
    void startServers() throws IOException {
        servers = LocalSentinel.start(folder);
        client = MarkedRedis.open(servers.settings(), "present", -1);
        write("1");
    }

    @AfterEach
    void stopServers() throws IOException {
        client.close();
        servers.close();
    }

    @Test
    void aPromotedReplicaThatKeptUpIsNoLoss() throws Exception {
        servers.awaitReplication();
        servers.master().kill();

        write("2");

        assertThat(servers.replica().get("key")).isEqualTo("2");
        assertThat(lost).isEmpty();
    }

    @Test
    void aPromotedReplicaThatLaggedIsALoss() throws Exception {
        servers.master().cutOffReplicas();
        write("2");
        servers.master().kill();

        write("3");

        assertThat(servers.replica().get("key")).isEqualTo("3");
        assertThat(lost).singleElement().matches(shard -> shard.holds("key"));
    }

    /** Writes a value until it is carried out. */
    private void write(String value) {
        List<RedisCommand> commands = List.of(RedisCommand.of("SET").key("key").arg(value).build());
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            MarkedRedis.Written written = client.write(commands);
                            lost.addAll(written.lost());
                            return written.failures().stream().allMatch(Objects::isNull);
                        });
    }
}
