package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.MIDNIGHT_MS;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.LocalRedisCluster;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.kline.CacheRetention;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.Login;
import io.dexklines.text.AddressCase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** Publishes updates on a channel of a real Redis, where a port of the socket reads them. */
@Timeout(120)
class RedisUpdatesITCase {

    private static final String CHANNEL = "kline:updates";
    private static final RedisCompatibility COMPATIBILITY =
            new RedisCompatibility(CacheRetention.NEWEST, AddressCase.EIP55, CHANNEL);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(MIDNIGHT_MS + 7_500), ZoneOffset.UTC);

    @TempDir private Path folder;

    @Test
    void theSocketGetsEachChangeAndARedisThatIsDownCostsOnlyUpdates() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0);
                RedisUpdatesWriter writer = writer(redis, redis.admin())) {
            try (Socket socket = new Socket(redis.connect())) {
                writer.write(updates(PEPE, open(0, 4)), null);
                assertThat(socket.next())
                        .isEqualTo(
                                new GoUpdate(
                                        "0xA43fe16908251ee70EF74718545e4FE6C5cCEc9f",
                                        1,
                                        "1m",
                                        MIDNIGHT_MS / 1000,
                                        1.5,
                                        6.25,
                                        0.0000125,
                                        1.0 / 3,
                                        1000.1 * 4,
                                        MIDNIGHT_MS / 1000 + 7));

                // its end is no change
                writer.write(updates(PEPE, closed(0, 4)), null);
                writer.write(updates(BONK, open(1, 2)), null);
                assertThat(socket.next())
                        .satisfies(
                                update -> {
                                    assertThat(update.pairAddress()).isEqualTo(BONK.address());
                                    assertThat(update.chainId()).isEqualTo(100_000);
                                });
                await().atMost(PATIENCE).until(() -> writer.published() == 2);
                assertThat(writer.dropped()).isZero();
            }

            redis.kill();
            writer.write(updates(PEPE, open(2, 1)), null);
            await().atMost(PATIENCE).until(() -> writer.dropped() > 0);

            redis.restart();
            try (Socket socket = new Socket(redis.connect())) {
                int[] trades = {1};
                GoUpdate update = null;
                while (update == null) {
                    writer.write(updates(PEPE, open(3, ++trades[0])), null);
                    update = socket.poll();
                }
                assertThat(update.candleTime()).isEqualTo(MIDNIGHT_MS / 1000 + 180);
            }
        }
    }

    @Test
    void aUserWhoMayNotPublishCostsOnlyUpdates() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0);
                RedisUpdatesWriter writer = writer(redis, redis.job())) {
            writer.write(updates(PEPE, open(0, 4)), null);

            await().atMost(PATIENCE).until(() -> writer.dropped() == 1);
            assertThat(writer.published()).isZero();
        }
    }

    @Test
    void inAClusterASubscriberOfAnyNodeGetsThem() throws Exception {
        try (LocalRedisCluster cluster = LocalRedisCluster.start(folder);
                RedisUpdatesWriter writer =
                        writer(
                                RedisConnectionSettings.cluster(cluster.addresses().split(","))
                                        .build());
                Socket first = new Socket(new Jedis("127.0.0.1", cluster.master(0).port()));
                Socket second = new Socket(new Jedis("127.0.0.1", cluster.master(1).port()))) {
            writer.write(updates(PEPE, open(0, 4)), null);

            assertThat(first.next().candleTime()).isEqualTo(MIDNIGHT_MS / 1000);
            assertThat(second.next().candleTime()).isEqualTo(MIDNIGHT_MS / 1000);
        }
    }

    private static RedisUpdatesWriter writer(EmbeddedRedis redis, Login user) throws Exception {
        return writer(
                RedisConnectionSettings.uri(redis.uri())
                        .username(user.user())
                        .password(RedisSecret.fromFile(user.passwordFile().toString()))
                        .build());
    }

    private static RedisUpdatesWriter writer(RedisConnectionSettings settings) throws Exception {
        return new RedisUpdatesWriter(
                RedisCommands.to(settings),
                COMPATIBILITY,
                Duration.ofMillis(1),
                CLOCK,
                "redis-updates-0");
    }

    /** A subscriber of the channel. */
    private static final class Socket implements AutoCloseable {

        private final Jedis connection;
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final JedisPubSub subscriber =
                new JedisPubSub() {
                    @Override
                    public void onMessage(String channel, String message) {
                        messages.add(message);
                    }

                    @Override
                    public void onSubscribe(String channel, int channels) {
                        subscribed.countDown();
                    }
                };
        private final Thread thread;

        Socket(Jedis connection) throws InterruptedException {
            this.connection = connection;
            this.thread = new Thread(() -> connection.subscribe(subscriber, CHANNEL), "socket");
            thread.start();
            assertThat(subscribed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        GoUpdate next() throws Exception {
            String message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("an update").isNotNull();
            return GoUpdate.parse(message);
        }

        /** Returns the next update; null if none comes soon. */
        GoUpdate poll() throws Exception {
            String message = messages.poll(50, TimeUnit.MILLISECONDS);
            return message == null ? null : GoUpdate.parse(message);
        }

        @Override
        public void close() {
            subscriber.unsubscribe();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            connection.close();
        }
    }
}
