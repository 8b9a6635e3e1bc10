package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link RedisCommands} against a real Redis. */
@Timeout(60)
class RedisCommandsITCase {

    private static final RedisScript SET =
            RedisScript.of("return redis.call('SET', KEYS[1], ARGV[1])");

    @TempDir Path folder;

    private LocalRedis redis;
    private RedisCommands commands;

    @BeforeEach
    void connect() throws IOException {
        redis = LocalRedis.start(folder);
        commands = RedisCommands.to(redis.settings().build());
    }

    @AfterEach
    void close() throws IOException {
        commands.close();
        redis.close();
    }

    @Test
    void commandsAndCallsOfUnknownScriptsAreCarriedOut() throws Exception {
        commands.send(
                List.of(
                        RedisCommand.of("SET").key("a").arg("1").build(),
                        RedisCommand.call(SET).key("b").arg("2").build()));

        assertThat(redis.getAll(List.of("a", "b"))).containsExactly("1", "2");
    }

    @Test
    void aRefusedCommandIsAnError() {
        assertThatThrownBy(() -> commands.send(List.of(RedisCommand.of("SET").key("a").build())))
                .isInstanceOf(RedisSinkException.class)
                .hasMessageContaining("refused SET on key 'a'")
                .hasMessageContaining("wrong number of arguments");
    }

    @Test
    void anUnreachableServerIsAnError() throws Exception {
        redis.kill();

        assertThatThrownBy(
                        () ->
                                commands.send(
                                        List.of(RedisCommand.of("SET").key("a").arg("1").build())))
                .isInstanceOf(RedisSinkException.class)
                .hasMessageContaining("accepts no commands");
    }
}
