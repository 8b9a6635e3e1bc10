package io.dexklines.connector.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

class PipelinedConnectionsTest {
    private static final EncodedCommand COMMAND =
            new EncodedCommand(
                    bytes("SET"), bytes("key"), new byte[][] {bytes("key"), bytes("value")});

    @Test
    void anAbortedConnectionDoesNotReconnectDuringAnExchange() throws Exception {
        ManuallyTriggeredScheduledExecutorService timer =
                new ManuallyTriggeredScheduledExecutorService();
        ReconnectGuard guard = new ReconnectGuard();
        PipelinedConnections connections = new PipelinedConnections(timer, 5_000, guard);
        JedisClientConfig config =
                DefaultJedisClientConfig.builder()
                        .serverDefaultProtocol()
                        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                        .hostAndPortMapper(guard)
                        .build();

        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            HostAndPort address = new HostAndPort("127.0.0.1", server.socket().getLocalPort());
            try (PipelinedConnections.Exchange exchange =
                    connections.begin(() -> new Connection(address, config))) {
                exchange.send(COMMAND);
                timer.triggerNonPeriodicScheduledTasks();
                exchange.send(COMMAND);

                RedisFailure failure = exchange.receive().failure();
                assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.RECONNECT);
                assertThat(failure.message()).isEqualTo("no answer within 5000 ms");
            }
            try (SocketChannel first = server.accept()) {
                assertThat(first).as("the connection").isNotNull();
            }
            assertThat(server.accept()).as("a second connection").isNull();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
