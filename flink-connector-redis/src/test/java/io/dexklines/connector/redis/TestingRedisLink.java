package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisFrame;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A link without a server, that remembers what it was sent. It answers as it is told, and where it
 * is told nothing as a server would: {@link RedisLinkContract} holds it to that.
 */
final class TestingRedisLink implements RedisLink {

    /** What each exchange carried, each command as its name and first argument. */
    final List<List<String>> exchanges = new ArrayList<>();

    /** What a command writes to; {@code SET} and {@code DEL} take a key of any type. */
    private static final Map<String, String> TYPE_OF_COMMAND =
            Map.of("HSET", "hash", "HDEL", "hash", "ZADD", "zset", "ZREM", "zset", "SADD", "set");

    private final Deque<Function<String, RedisFailure>> answers = new ArrayDeque<>();

    /** The type of each key, as far as commands have told. */
    private final Map<String, String> types = new HashMap<>();

    private final Set<String> scripts = new HashSet<>();
    private boolean down;
    boolean closed;

    /** What a restart, or {@code SCRIPT FLUSH}, does. */
    void forgetScripts() {
        scripts.clear();
    }

    void stopServer() {
        down = true;
        forgetScripts();
    }

    void startServer() {
        down = false;
    }

    /** For one exchange, what goes wrong with a command; without any, what would with a server. */
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
        Function<String, RedisFailure> told = answers.poll();
        List<String> exchange = new ArrayList<>();
        RedisFailure[] failures = new RedisFailure[commands.size()];
        for (int i = 0; i < failures.length; i++) {
            RedisFrame frame = commands.get(i);
            String command = text(frame.name()) + " " + text(frame.routingKey());
            exchange.add(command);
            failures[i] = told == null ? answerOfServer(frame) : told.apply(command);
        }
        exchanges.add(exchange);
        return failures;
    }

    private RedisFailure answerOfServer(RedisFrame frame) {
        if (closed) {
            return RedisFailure.ofBrokenConnection(new IOException("closed"));
        }
        if (down) {
            return RedisFailure.ofConnecting(new ConnectException("Connection refused"));
        }
        String name = text(frame.name());
        String key = text(frame.routingKey());
        String error =
                switch (name) {
                    case "EVAL" -> {
                        scripts.add(RedisScript.of(text(frame.args()[0])).digest());
                        yield null;
                    }
                    case "EVALSHA" ->
                            scripts.contains(text(frame.args()[0]))
                                    ? null
                                    : "NOSCRIPT No matching script. Please use EVAL.";
                    case "SET" -> {
                        types.put(key, "string");
                        yield null;
                    }
                    case "DEL" -> {
                        types.remove(key);
                        yield null;
                    }
                    default -> errorOfTyped(name, key);
                };
        return error == null ? null : RedisFailure.ofReply(error, null);
    }

    private String errorOfTyped(String name, String key) {
        String type = TYPE_OF_COMMAND.get(name);
        if (type == null) {
            return "ERR unknown command `" + name + "`";
        }
        return types.computeIfAbsent(key, any -> type).equals(type)
                ? null
                : "WRONGTYPE Operation against a key holding the wrong kind of value";
    }

    @Override
    public void close() {
        closed = true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
