package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests {@link DataLossWatch} against a real Redis. */
@Timeout(120)
class DataLossWatchITCase {

    private static final String KEY = "present";
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir Path folder;
    @TempDir Path emptyFolder;

    private final AtomicInteger losses = new AtomicInteger();
    private LocalRedis redis;
    private DataLossWatch watch;

    @BeforeEach
    void watchAnEmptyRedis() throws IOException {
        redis = LocalRedis.start(folder);
        watch =
                DataLossWatch.start(
                        redis.settings().build(), KEY, INTERVAL, losses::incrementAndGet);
        awaitLosses(1);
    }

    @AfterEach
    void closeEverything() throws IOException {
        watch.close();
        redis.close();
    }

    @Test
    void everyFlushIsALoss() {
        try (Jedis client = redis.client()) {
            client.flushAll();
            awaitLosses(2);
            client.flushAll();
            awaitLosses(3);
        }
    }

    @Test
    void lostScriptsOtherKeysAndARestartWithDataAreNoLoss() throws IOException {
        try (Jedis client = redis.client()) {
            client.scriptFlush();
            client.set("other", "1");
            client.del("other");
        }
        redis.kill();
        redis.restart();

        try (Jedis client = redis.client()) {
            client.flushAll();
        }
        // if there had been a loss before, this would be the third
        awaitLosses(2);
    }

    @Test
    void aServerThatRestartsWithoutItsDataIsALoss() throws IOException {
        redis.kill();
        redis = LocalRedis.startAt(redis.port(), emptyFolder);

        awaitLosses(2);
    }

    private void awaitLosses(int count) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(losses).hasValue(count));
    }
}
