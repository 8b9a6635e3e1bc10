package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import io.dexklines.connector.redis.connection.RedisReply;
import io.dexklines.connector.redis.connection.RedisShard;
import io.dexklines.connector.redis.connection.ShardTrailer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link RedisLink}. Real servers and {@link TestingRedisLink} pass the same tests,
 * so that unit tests with the fake hold for a real server.
 */
abstract class RedisLinkContract {
    private static final RedisScript SCRIPT =
            RedisScript.of("return redis.call('SET', KEYS[1], ARGV[1])");

    private RedisLink link;

    /** Opens a link to a running server without keys and scripts. */
    abstract RedisLink open() throws Exception;

    /** Removes all scripts from the server, as {@code SCRIPT FLUSH}. */
    abstract void forgetScripts();

    abstract void stopServer() throws Exception;

    abstract void startServer() throws Exception;

    @BeforeEach
    void openLink() throws Exception {
        link = open();
    }

    @Test
    void aCommandThatIsCarriedOutHasNoFailure() {
        assertThat(
                        exchange(
                                command("SET", "string", "1"),
                                command("HSET", "hash", "field", "1"),
                                command("ZADD", "sorted set", "1", "member"),
                                command("SADD", "set", "member"),
                                command("DEL", "string")))
                .containsOnlyNulls()
                .hasSize(5);
    }

    @Test
    void aCommandOnAKeyOfAnotherTypeIsRefusedAndTheRestOfThePipelineIsNot() {
        RedisFailure[] failures =
                exchange(
                        command("SADD", "key", "member"),
                        command("HSET", "key", "field", "1"),
                        command("ZADD", "key", "1", "member"),
                        command("SADD", "key", "another member"));

        assertThat(failures[0]).isNull();
        for (RedisFailure refused : List.of(failures[1], failures[2])) {
            assertThat(refused.kind()).isEqualTo(RedisFailure.Kind.COMMAND_REFUSED);
            assertThat(refused.message())
                    .isEqualTo("WRONGTYPE Operation against a key holding the wrong kind of value");
        }
        assertThat(failures[3]).isNull();
    }

    @Test
    void aReplacedOrDeletedKeyMayHaveAnotherType() {
        assertThat(
                        exchange(
                                command("SADD", "replaced", "member"),
                                command("SET", "replaced", "1"),
                                command("SADD", "deleted", "member"),
                                command("DEL", "deleted"),
                                command("HSET", "deleted", "field", "1")))
                .containsOnlyNulls();
        assertThat(kinds(exchange(command("SADD", "replaced", "member"))))
                .containsExactly(RedisFailure.Kind.COMMAND_REFUSED);
    }

    @Test
    void aDigestIsUnknownUntilTheTextWasSent() {
        RedisFailure[] unknown = exchange(call(), command("SET", "other", "1"));
        assertThat(unknown[0].kind()).isEqualTo(RedisFailure.Kind.SCRIPT_MISSING);
        assertThat(unknown[0].message()).isEqualTo("NOSCRIPT No matching script. Please use EVAL.");
        assertThat(unknown[1]).isNull();

        assertThat(link.exchange(List.of(call().encode(true), call().encode(false))))
                .containsOnlyNulls()
                .hasSize(2);
        assertThat(exchange(call())).containsOnlyNulls();
    }

    @Test
    void aDigestIsUnknownAgainAfterScriptFlush() {
        link.exchange(List.of(call().encode(true)));

        forgetScripts();

        assertThat(kinds(exchange(call()))).containsExactly(RedisFailure.Kind.SCRIPT_MISSING);
    }

    @Test
    void anUnknownCommandIsRefused() {
        RedisFailure[] failures =
                exchange(command("NONSENSE", "key", "argument"), command("SET", "key", "1"));

        assertThat(failures[0].kind()).isEqualTo(RedisFailure.Kind.COMMAND_REFUSED);
        assertThat(failures[0].message()).startsWith("ERR unknown command 'NONSENSE'");
        assertThat(failures[1]).isNull();
    }

    @Test
    void eachCommandToAServerThatIsDownNeedsANewConnection() throws Exception {
        stopServer();

        RedisFailure[] failures = exchange(command("SET", "a", "1"), call());

        assertThat(kinds(failures))
                .containsExactly(RedisFailure.Kind.RECONNECT, RedisFailure.Kind.RECONNECT);
        assertThat(failures[0].message()).isEqualTo("ConnectException: Connection refused");
    }

    @Test
    void aLinkWorksAgainAfterARestartOfTheServerWhichForgetsScripts() throws Exception {
        exchange(command("SADD", "key", "member"));
        link.exchange(List.of(call().encode(true)));
        stopServer();
        exchange(command("SET", "a", "1"));
        startServer();

        assertThat(kinds(exchange(command("HSET", "key", "field", "1"), call())))
                .containsExactly(
                        RedisFailure.Kind.COMMAND_REFUSED, RedisFailure.Kind.SCRIPT_MISSING);
    }

    @Test
    void aClosedLinkSendsNothingAndCanBeClosedAgain() {
        exchange(command("SET", "a", "1"));

        link.close();

        assertThat(kinds(exchange(command("SET", "a", "1"), command("SET", "b", "1"))))
                .containsExactly(RedisFailure.Kind.RECONNECT, RedisFailure.Kind.RECONNECT);
        link.close();
    }

    @Test
    void aTrailerIsSentBehindTheCommandsAndMayRejectThoseThatWereCarriedOut() {
        RedisFailure rejected = new RedisFailure(RedisFailure.Kind.RETRY, "rejected", null);
        Trailer trailer = new Trailer(command("SADD", "{t}key", "member"), rejected);
        List<EncodedCommand> commands =
                List.of(
                        command("SET", "{t}key", "1").encode(false),
                        command("HSET", "{t}key", "field", "1").encode(false));

        RedisFailure[] failures = link.exchange(commands, trailer);

        assertThat(failures[0]).isSameAs(rejected);
        assertThat(failures[1].kind()).isEqualTo(RedisFailure.Kind.COMMAND_REFUSED);
        assertThat(failures[1].message()).startsWith("WRONGTYPE");
        assertThat(trailer.replies).hasSize(1);
        assertThat(trailer.replies.get(0).failure().message())
                .as("the key has the type of the command before")
                .startsWith("WRONGTYPE");
    }

    @Test
    void aTrailerThatAcceptsChangesNoOutcome() {
        Trailer trailer = new Trailer(command("SET", "{t}marker", "1"), null);

        assertThat(link.exchange(List.of(command("SET", "{t}key", "1").encode(false)), trailer))
                .containsOnlyNulls()
                .hasSize(1);
        assertThat(link.exchangeWithEveryShard(trailer)).isEmpty();
        assertThat(trailer.replies).hasSize(2).allMatch(reply -> reply.failure() == null);
    }

    @Test
    void aTrailerToAServerThatIsDownFails() throws Exception {
        Trailer trailer = new Trailer(command("SET", "{t}marker", "1"), null);
        link.exchangeWithEveryShard(trailer);
        stopServer();

        assertThat(link.exchangeWithEveryShard(trailer))
                .extracting(RedisFailure::kind)
                .containsExactly(RedisFailure.Kind.RECONNECT);
        assertThat(trailer.replies)
                .extracting(reply -> reply.failure() == null)
                .startsWith(true)
                .endsWith(false);
    }

    /** A trailer of one command to every shard, with the same result for all replies. */
    private static final class Trailer implements ShardTrailer {
        final List<RedisReply> replies = new ArrayList<>();
        private final RedisCommand command;
        private final RedisFailure result;

        Trailer(RedisCommand command, RedisFailure result) {
            this.command = command;
            this.result = result;
        }

        @Override
        public List<EncodedCommand> commands(RedisShard shard) {
            return List.of(command.encode(false));
        }

        @Override
        public RedisFailure evaluate(RedisShard shard, List<RedisReply> received) {
            replies.addAll(received);
            return received.stream()
                    .map(RedisReply::failure)
                    .filter(each -> each != null && result == null)
                    .findFirst()
                    .orElse(result);
        }
    }

    private RedisFailure[] exchange(RedisCommand... commands) {
        return link.exchange(Arrays.stream(commands).map(each -> each.encode(false)).toList());
    }

    private static List<RedisFailure.Kind> kinds(RedisFailure[] failures) {
        return Arrays.stream(failures).map(RedisFailure::kind).toList();
    }

    private static RedisCommand command(String name, String key, String... args) {
        RedisCommand.Builder builder = RedisCommand.of(name).key(key);
        for (String arg : args) {
            builder.arg(arg);
        }
        return builder.build();
    }

    private static RedisCommand call() {
        return RedisCommand.call(SCRIPT).key("scripted").arg("1").build();
    }
}
