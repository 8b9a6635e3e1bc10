package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.LocalRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Reads keys and members of a real Redis that have addresses in mixed case. */
class AddressCaseOutputsITCase {

    private static final String STORED = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
    private static final String WRITTEN = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private static final String OF_SOLANA = "8sLbNZoA1cfnvMJLPfp98ZLAnFSYCFApfJKMbiXNLwxj";
    private static final long NOON = 1_767_960_000L;

    @TempDir Path folder;

    @Test
    void theKlinesAreThoseOfTheirPairsAndKeysInAnotherCaseAreNotRead() throws Exception {
        try (LocalRedis redis = LocalRedis.start(Files.createDirectory(folder.resolve("redis")));
                Jedis client = redis.client()) {
            client.zadd("kline:1:" + WRITTEN + ":1m", NOON, member(WRITTEN, NOON));
            client.zadd("kline:1:" + WRITTEN + ":1m", NOON + 60, member(STORED, NOON + 60));
            client.zadd("kline:1:" + STORED + ":1m", NOON, "left from before");
            client.zadd("kline:100000:" + OF_SOLANA + ":1m", NOON, member(OF_SOLANA, NOON));
            Path properties =
                    Files.writeString(
                            folder.resolve("klines.properties"),
                            """
                            kafka.bootstrap-servers=a:1
                            redis.uri=redis://%s:%d
                            redis.address-case=eip55
                            """
                                    .formatted(LocalRedis.HOST, redis.port()));
            Cluster cluster =
                    Cluster.of(properties, "http://flink:8081", List.of(), Optional.empty());

            try (ClusterOutputs outputs =
                    ClusterOutputs.of(
                            cluster,
                            Scope.ALL,
                            new FlinkRest(
                                    cluster.flinkRest(),
                                    cluster.flinkIdentity(),
                                    cluster.jobId()))) {
                assertThat(outputs.pairs())
                        .containsExactlyInAnyOrder("1:" + STORED, "100000:" + OF_SOLANA);
                assertThat(outputs.redis("1:" + STORED))
                        .extracting(row -> row.values().get(Column.PAIR_ADDR))
                        .containsExactly(STORED, STORED + " instead of " + WRITTEN);
                assertThat(outputs.redis("100000:" + OF_SOLANA))
                        .extracting(row -> row.values().get(Column.PAIR_ADDR))
                        .containsExactly(OF_SOLANA);
            }
        }
    }

    private static String member(String address, long openTime) {
        return "%s,%d,1,2,3,0.5,1,3,4,1,30.3,0.1,2,1,9".formatted(address, openTime);
    }
}
