package io.dexklines.connector.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.connection.RedisFailure;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BatchExchangeTest {
    private static final RedisScript SCRIPT = RedisScript.of("return 1");

    private final TestingRedisLink link = new TestingRedisLink();
    private final BatchExchange exchange = new BatchExchange(link);

    @Test
    void aBatchIsSentInOnePipelineInOrder() {
        BatchExchange.Outcome outcome =
                exchange.send(List.of(request(set("a"), set("b")), request(set("c"))));

        assertThat(link.exchanges).containsExactly(List.of("SET a", "SET b", "SET c"));
        assertThat(outcome.commandsSent).isEqualTo(3);
        assertThat(outcome.toRetry).isEmpty();
        assertThat(outcome.refused).isEmpty();
    }

    @Test
    void anElementWithoutCommandsIsNotSent() {
        BatchExchange.Outcome outcome = exchange.send(List.of(request()));

        assertThat(link.exchanges).isEmpty();
        assertThat(outcome.toRetry).isEmpty();
        assertThat(outcome.commandsSent).isZero();
    }

    @Test
    void onlyTheRequestsWithAFailedCommandAreRetried() {
        RedisRequest whole = request(set("a"), set("b"));
        RedisRequest broken = request(set("c"), set("d"));
        link.answering(on("SET d", "LOADING wait"));

        BatchExchange.Outcome outcome = exchange.send(List.of(whole, broken));

        assertThat(outcome.toRetry).containsExactly(broken);
        assertThat(outcome.retryReason.message()).isEqualTo("LOADING wait");
        assertThat(outcome.commandsSent).isEqualTo(3);
        assertThat(outcome.commandsToRetry).isEqualTo(2);
    }

    @Test
    void aMissingScriptIsSentByItsTextWithAllCommandsOfItsRequest() {
        link.answering(on("EVALSHA a", "NOSCRIPT No matching script."));

        BatchExchange.Outcome outcome =
                exchange.send(List.of(request(set("x")), request(call("a"), set("b"))));

        assertThat(link.exchanges)
                .containsExactly(
                        List.of("SET x", "EVALSHA a", "SET b"), List.of("EVAL a", "SET b"));
        assertThat(outcome.scriptsMissing).isEqualTo(1);
        assertThat(outcome.toRetry).isEmpty();
        assertThat(outcome.refused).isEmpty();
    }

    @Test
    void aTemporaryErrorAfterTheTextIsRetried() {
        RedisRequest request = request(call("a"));
        link.answeringAll("NOSCRIPT No matching script.").answeringAll("LOADING wait");

        assertThat(exchange.send(List.of(request)).toRetry).containsExactly(request);
    }

    @Test
    void aScriptThatIsMissingEvenByItsTextIsRetriedLater() {
        RedisRequest request = request(call("a"));
        link.answeringAll("NOSCRIPT inside").answeringAll("NOSCRIPT inside");

        assertThat(exchange.send(List.of(request)).toRetry).containsExactly(request);
    }

    @Test
    void aRefusedCommandConcernsItsRequestOnly() {
        RedisRequest refused = request(set("a"), set("b"));
        link.answering(on("SET b", "WRONGTYPE not a string"));

        BatchExchange.Outcome outcome = exchange.send(List.of(refused, request(set("c"))));

        assertThat(outcome.refused).hasSize(1);
        assertThat(outcome.refused.get(0).request()).isSameAs(refused);
        assertThat(outcome.refused.get(0).command()).hasToString("SET on key 'b'");
        assertThat(outcome.commandsFailed).isEqualTo(1);
        assertThat(outcome.commandsSent).isEqualTo(2);
        assertThat(outcome.toRetry).isEmpty();
    }

    @Test
    void aRequestWithARefusedAndATemporaryErrorIsRetried() {
        RedisRequest request = request(set("a"), set("b"));
        link.answering(
                command ->
                        RedisFailure.ofReply(
                                command.equals("SET a") ? "WRONGTYPE x" : "TRYAGAIN x", null));

        BatchExchange.Outcome outcome = exchange.send(List.of(request));

        assertThat(outcome.toRetry).containsExactly(request);
        assertThat(outcome.refused).isEmpty();
        assertThat(outcome.commandsFailed).isZero();
    }

    @Test
    void deniedAccessConcernsTheWholeClient() {
        link.answeringAll("NOPERM this user has no permissions");

        assertThat(exchange.send(List.of(request(set("a")))).clientRefused.message())
                .isEqualTo("NOPERM this user has no permissions");
    }

    private static Function<String, RedisFailure> on(String command, String reply) {
        return each -> each.equals(command) ? RedisFailure.ofReply(reply, null) : null;
    }

    private static RedisRequest request(RedisCommand... commands) {
        return new RedisRequest(List.of(commands));
    }

    private static RedisCommand set(String key) {
        return RedisCommand.of("SET").key(key).arg("1").build();
    }

    private static RedisCommand call(String key) {
        return RedisCommand.call(SCRIPT).key(key).build();
    }
}
