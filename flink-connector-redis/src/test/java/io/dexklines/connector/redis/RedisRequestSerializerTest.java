package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

/**
 * Tests the serializer against a file that the first release wrote. Every later release has to read
 * it. The file never changes: a new layout gets a new version and a new file.
 */
class RedisRequestSerializerTest {
    private static final String GOLDEN_VERSION_1 = "/redis-request-v1.bin";

    private final RedisRequestSerializer serializer = new RedisRequestSerializer();

    @Test
    void theFirstVersionIsReadable() throws IOException {
        BufferedRequestState<RedisRequest> restored =
                serializer.deserialize(1, golden(GOLDEN_VERSION_1));

        assertThat(commands(restored)).isEqualTo(commands(state()));
        assertThat(restored.getStateSize()).isEqualTo(state().getStateSize());
    }

    @Test
    void theLayoutOfTheNewestVersionDoesNotChange() throws IOException {
        assertThat(serializer.getVersion()).isEqualTo(1);
        assertThat(serializer.serialize(state())).isEqualTo(golden(GOLDEN_VERSION_1));
    }

    @Test
    void anUnknownVersionIsRefusedAndBothVersionsAreNamed() {
        assertThatThrownBy(() -> serializer.deserialize(7, golden(GOLDEN_VERSION_1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written in version 7")
                .hasMessageContaining("reads version 1");
    }

    @Test
    void anEmptyBufferIsRestored() throws IOException {
        BufferedRequestState<RedisRequest> empty = BufferedRequestState.emptyState();

        assertThat(commands(serializer.deserialize(1, serializer.serialize(empty)))).isEmpty();
    }

    @Test
    void aRestoredRequestHasNoFailedAttempts() throws IOException {
        RedisRequest request = request(RedisCommand.of("SET").key("a").arg("1").build());
        request.failedAt(5_000_000_000L);

        RedisRequest restored =
                serializer
                        .deserialize(1, serializer.serialize(stateOf(request)))
                        .getBufferedRequestEntries()
                        .get(0)
                        .getRequestEntry();

        assertThat(request.failedAttempts()).isEqualTo(1);
        assertThat(restored.failedAttempts()).isZero();
    }

    private static BufferedRequestState<RedisRequest> state() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        return stateOf(
                request(
                        RedisCommand.of("ZADD")
                                .key("kline:{1}")
                                .arg(1_700_000_000L)
                                .arg("ü")
                                .build(),
                        RedisCommand.of("EXPIRE").key("kline:{1}").arg(30L).build()),
                request(
                        RedisCommand.call(RedisScript.of("return redis.call('SET', KEYS[1], 'ü')"))
                                .key("{1}a")
                                .key("{1}b")
                                .arg("")
                                .arg(everyByte)
                                .build()),
                request());
    }

    private static RedisRequest request(RedisCommand... commands) {
        return new RedisRequest(List.of(commands));
    }

    private static BufferedRequestState<RedisRequest> stateOf(RedisRequest... requests) {
        return new BufferedRequestState<>(
                List.of(requests).stream()
                        .map(request -> new RequestEntryWrapper<>(request, request.sizeInBytes()))
                        .collect(Collectors.toList()));
    }

    private static List<List<RedisCommand>> commands(BufferedRequestState<RedisRequest> state) {
        return state.getBufferedRequestEntries().stream()
                .map(entry -> entry.getRequestEntry().commands())
                .collect(Collectors.toList());
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = RedisRequestSerializerTest.class.getResourceAsStream(name)) {
            assertThat(in).as("the test resource " + name).isNotNull();
            return in.readAllBytes();
        }
    }
}
