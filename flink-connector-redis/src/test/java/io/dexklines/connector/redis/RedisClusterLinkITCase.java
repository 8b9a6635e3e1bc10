package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/** Tests the link to a cluster of one node against {@link RedisLinkContract}. */
class RedisClusterLinkITCase extends RedisLinkITCase {
    private static final int SLOTS = 16_384;

    @Override
    RedisConnectionSettings settings(LocalRedis server) {
        return RedisConnectionSettings.cluster(LocalRedis.HOST + ":" + server.port()).build();
    }

    @Override
    LocalRedis startRedis(Path dataFolder) throws IOException {
        LocalRedis node = LocalRedis.start(dataFolder, "cluster-enabled yes");
        try (Jedis client = node.client()) {
            client.clusterAddSlots(IntStream.range(0, SLOTS).toArray());
            awaitReady(client);
        }
        return node;
    }

    @Override
    void startServer() throws IOException {
        super.startServer();
        try (Jedis client = client()) {
            awaitReady(client);
        }
    }

    private static void awaitReady(Jedis client) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.clusterInfo().contains("cluster_state:ok"));
    }
}
