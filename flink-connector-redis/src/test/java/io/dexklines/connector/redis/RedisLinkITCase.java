package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Tests the link to a standalone server against {@link RedisLinkContract}. */
@Timeout(60)
class RedisLinkITCase extends RedisLinkContract {
    @TempDir Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private LocalRedis redis;
    private RedisLink link;

    /** Returns the settings of a link to the server. A subclass may choose another topology. */
    RedisConnectionSettings settings(LocalRedis server) {
        return server.settings().build();
    }

    LocalRedis startRedis(Path dataFolder) throws IOException {
        return LocalRedis.start(dataFolder);
    }

    @Override
    RedisLink open() throws IOException {
        redis = startRedis(folder);
        link = RedisLink.open(settings(redis), 1, timer);
        return link;
    }

    /** Returns a new client, which the caller has to close. */
    Jedis client() {
        return redis.client();
    }

    @AfterEach
    void closeEverything() throws IOException {
        link.close();
        timer.shutdownNow();
        redis.close();
    }

    @Override
    void forgetScripts() {
        try (Jedis client = redis.client()) {
            client.scriptFlush();
        }
    }

    @Override
    void stopServer() throws IOException {
        redis.kill();
        // the process has ended when its port is closed
        await().atMost(Duration.ofSeconds(30)).until(this::isRefused);
    }

    private boolean isRefused() throws IOException {
        try (Socket socket = new Socket(LocalRedis.HOST, redis.port())) {
            return !socket.isConnected();
        } catch (ConnectException refused) {
            return true;
        }
    }

    @Override
    void startServer() throws IOException {
        redis.restart();
    }
}
