package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.connection.EncodedCommand;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RedisCommandTest {
    private static final RedisScript SCRIPT = RedisScript.of("return 1");

    /** SHA-1 of {@code return 1}, as the reply of SCRIPT LOAD. */
    private static final String DIGEST = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

    @Test
    void aPlainCommandKeepsTheOrderOfItsArguments() {
        RedisCommand command =
                RedisCommand.of("ZADD").key("recent").arg(42L).arg(1.5).arg("mün").build();

        EncodedCommand encoded = command.encode(false);

        assertThat(words(encoded)).containsExactly("ZADD", "recent", "42", "1.5", "mün");
        assertThat(encoded.routingKey()).isEqualTo(bytes("recent"));
    }

    @Test
    void theFirstKeySelectsTheNodeAtAnyPosition() {
        RedisCommand command =
                RedisCommand.of("BITOP").arg("AND").key("{a}to").key("{a}from").build();

        assertThat(words(command.encode(false)))
                .containsExactly("BITOP", "AND", "{a}to", "{a}from");
        assertThat(command.encode(false).routingKey()).isEqualTo(bytes("{a}to"));
    }

    @Test
    void aScriptIsCalledByItsDigestWithKeysBeforeArguments() {
        RedisCommand command =
                RedisCommand.call(SCRIPT).arg("v").key("{a}1").arg(7L).key("{a}2").build();

        assertThat(words(command.encode(false)))
                .containsExactly("EVALSHA", DIGEST, "2", "{a}1", "{a}2", "v", "7");
        assertThat(command.encode(false).routingKey()).isEqualTo(bytes("{a}1"));
    }

    @Test
    void aScriptCanBeSentByItsText() {
        RedisCommand command = RedisCommand.call(SCRIPT).key("a").arg("v").build();

        assertThat(words(command.encode(true))).containsExactly("EVAL", "return 1", "1", "a", "v");
    }

    @Test
    void infinitiesAreEncodedForRedis() {
        RedisCommand command =
                RedisCommand.of("ZADD")
                        .key("a")
                        .arg(Double.POSITIVE_INFINITY)
                        .arg(Double.NEGATIVE_INFINITY)
                        .build();

        assertThat(words(command.encode(false))).containsExactly("ZADD", "a", "+inf", "-inf");
        assertThatThrownBy(() -> RedisCommand.of("ZADD").arg(Double.NaN))
                .hasMessage("NaN is no argument of a command");
    }

    @Test
    void aCommandWithoutAKeyIsRefused() {
        assertThatThrownBy(() -> RedisCommand.of("PING").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PING has no key");
    }

    @Test
    void aSubCommandIsAnArgument() {
        assertThatThrownBy(() -> RedisCommand.of("XGROUP CREATE"))
                .hasMessageContaining("a sub-command is an argument");
    }

    @Test
    void theTextForLogsHasTheCommandAndItsKeyButNoArgument() {
        String longKey = "k".repeat(150);

        assertThat(RedisCommand.of("SET").key("a").arg("canary").build())
                .hasToString("SET on key 'a'");
        assertThat(RedisCommand.call(SCRIPT).key("a").arg("canary").build())
                .hasToString("the call of script " + DIGEST + " on key 'a'");
        assertThat(RedisCommand.of("SET").key(longKey).arg("x").build())
                .hasToString("SET on key '" + "k".repeat(100) + "…'");
    }

    @Test
    void theSizeIsThatOfTheEncodedCommand() {
        assertThat(RedisCommand.of("SET").key("abc").arg("12345").build().sizeInBytes())
                .isEqualTo(3 + 3 + 10 + 5 + 10);
        assertThat(RedisCommand.call(SCRIPT).key("abc").build().sizeInBytes())
                .isEqualTo(40 + 7 + 3 + 10);
    }

    private static List<String> words(EncodedCommand encoded) {
        List<String> words =
                Arrays.stream(encoded.args())
                        .map(arg -> new String(arg, StandardCharsets.UTF_8))
                        .collect(Collectors.toList());
        words.add(0, new String(encoded.name(), StandardCharsets.UTF_8));
        return words;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
