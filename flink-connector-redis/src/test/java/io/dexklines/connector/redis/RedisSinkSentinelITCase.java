package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a writer against a real master, its replica and the sentinel that promotes it. */
@Timeout(120)
class RedisSinkSentinelITCase {

    @Test
    void aPromotedReplicaReceivesLaterElements(@TempDir Path folder) throws Exception {
        try (LocalSentinel servers = LocalSentinel.start(folder)) {
            RedisSink<Integer> sink =
                    RedisSink.<Integer>builder()
                            .connection(servers.settings())
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
                servers.awaitReplication();
                servers.master().kill();
                writer.write(2);
                writer.flush();

                assertThat(servers.replica().getAll(List.of("n:1", "n:2")))
                        .containsExactly("1", "2");
                assertThat(writer.counter(RedisSinkMetric.CONNECTION_FAILURES)).isPositive();
            }
        }
    }
}
