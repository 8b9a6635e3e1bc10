package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the reader makes of the answers of a relay whose stores are partly unreachable. */
class RelayKlineReaderTest {

    private static final String OF_REDIS =
            "{\"open_time\":1788220800,\"open\":1.5,\"trades\":5,\"buy_volume_usd\":null,\"closed\":null}";

    private HttpServer server;
    private volatile String answer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/api/klines",
                request -> {
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    request.sendResponseHeaders(200, body.length);
                    request.getResponseBody().write(body);
                    request.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aKlineOfRedisIsComparedWhileTheRelayCannotReadMySql() throws Exception {
        answer = "{\"klines\":[" + OF_REDIS + "],\"missing\":[\"mysql\"]}";

        assertThat(read())
                .isEqualTo(
                        new StoredKline.Version(
                                Map.of("open_time", 1_788_220_800L, "open", 1.5, "trades", 5L)));
    }

    @Test
    void nothingIsKnownWhileAStoreThatMayHaveTheKlineCannotBeRead() {
        answer = "{\"klines\":[],\"missing\":[\"mysql\"]}";
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage("the relay cannot read [\"mysql\"]");

        answer = "{\"klines\":[" + OF_REDIS + "],\"missing\":[\"redis\"]}";
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage("the relay cannot read [\"redis\"]");
    }

    private StoredKline read() throws Exception {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try (KlineReader reader = RelayKlineReader.of(url).open()) {
            return reader.read(new PairKline(PEPE, closed(0, 5)).key());
        }
    }
}
