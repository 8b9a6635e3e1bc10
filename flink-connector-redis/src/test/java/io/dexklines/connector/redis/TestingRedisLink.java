package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisFrame;
import io.dexklines.connector.redis.connection.RedisLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** A link without a server: answers as it is told, and remembers what it was sent. */
final class TestingRedisLink implements RedisLink {

    /** What each exchange carried, each command as its name and first argument. */
    final List<List<String>> exchanges = new ArrayList<>();

    private final Deque<Function<String, RedisFailure>> answers = new ArrayDeque<>();
    boolean closed;

    /** For one exchange, what goes wrong with a command; without any, nothing does. */
    TestingRedisLink answering(Function<String, RedisFailure> failureOfCommand) {
        answers.add(failureOfCommand);
        return this;
    }

    /** For one exchange, the same goes wrong with each command. */
    TestingRedisLink answeringAll(String reply) {
        return answering(command -> RedisFailure.ofReply(reply, null));
    }

    @Override
    public RedisFailure[] exchange(List<RedisFrame> commands) {
        Function<String, RedisFailure> answer = answers.isEmpty() ? any -> null : answers.poll();
        List<String> exchange = new ArrayList<>();
        RedisFailure[] failures = new RedisFailure[commands.size()];
        for (int i = 0; i < failures.length; i++) {
            RedisFrame frame = commands.get(i);
            String command = text(frame.name()) + " " + text(frame.routingKey());
            exchange.add(command);
            failures[i] = answer.apply(command);
        }
        exchanges.add(exchange);
        return failures;
    }

    @Override
    public void close() {
        closed = true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
