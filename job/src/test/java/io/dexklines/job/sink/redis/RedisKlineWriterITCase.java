package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.MarkedRedis;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.StoreWriterContract;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Runs the contract of a writer of klines against a real Redis. */
class RedisKlineWriterITCase extends StoreWriterContract {

    @TempDir private static Path folder;

    private static EmbeddedRedis server;
    private static RedisClient client;

    @BeforeAll
    static void startServer() {
        server = EmbeddedRedis.start(folder, 0);
        client = server.pool();
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @Override
    protected Store store() {
        client.flushAll();
        return new OfRedis();
    }

    private static final class OfRedis implements Store {

        @Override
        public StoreWriter<PairKline> writer(long remembered) throws IOException {
            return new RedisKlineWriter(
                    MarkedRedis.open(
                            RedisConnectionSettings.uri(server.uri())
                                    .username(server.job().user())
                                    .password(
                                            RedisSecret.fromFile(
                                                    server.job().passwordFile().toString()))
                                    .build(),
                            "kline:present-job-0",
                            remembered),
                    "",
                    List.of());
        }

        @Override
        public List<Long> trades(PairKline ofPair) {
            return client.zrange(key(ofPair), 0, -1).stream()
                    .map(member -> Long.parseLong(member.substring(member.lastIndexOf(',') + 1)))
                    .toList();
        }

        @Override
        public PairKline refused() {
            PairKline row = new PairKline(new Pair("1", "0xrefused"), SampleKlines.open(0, 1));
            client.set(key(row), "not a sorted set");
            return row;
        }

        @Override
        public void setBack() {
            client.flushAll();
        }

        private static String key(PairKline row) {
            return KlineRedisScript.key(row.pair(), row.kline().interval());
        }
    }
}
