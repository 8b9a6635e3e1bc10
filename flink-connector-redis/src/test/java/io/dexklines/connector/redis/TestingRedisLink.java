package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import io.dexklines.connector.redis.connection.RedisReply;
import io.dexklines.connector.redis.connection.RedisShard;
import io.dexklines.connector.redis.connection.ShardTrailer;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A fake link that records the commands it is sent. It returns the failures that a test prepares,
 * and otherwise behaves like a server: it passes {@link RedisLinkContract}.
 */
final class TestingRedisLink implements RedisLink {

    /** The commands of each exchange, each as its name and routing key. */
    final List<List<String>> exchanges = new ArrayList<>();

    /** The key type of each command. {@code SET} and {@code DEL} accept a key of any type. */
    private static final Map<String, String> TYPE_OF_COMMAND =
            Map.of("HSET", "hash", "HDEL", "hash", "ZADD", "zset", "ZREM", "zset", "SADD", "set");

    private static final List<RedisShard> SHARDS = List.of(RedisShard.ofAllKeys("testing"));

    private final Deque<Function<String, RedisFailure>> answers = new ArrayDeque<>();

    /** The type of each key that commands have written. */
    private final Map<String, String> types = new HashMap<>();

    private final Set<String> scripts = new HashSet<>();
    private boolean down;
    boolean closed;

    /** Removes all scripts, as a restart or {@code SCRIPT FLUSH}. */
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

    /** Prepares the failures of the next exchange, as a function of each command. */
    TestingRedisLink answering(Function<String, RedisFailure> failureOfCommand) {
        answers.add(failureOfCommand);
        return this;
    }

    /** Prepares the same error reply to every command of the next exchange. */
    TestingRedisLink answeringAll(String reply) {
        return answering(command -> RedisFailure.ofReply(reply, null));
    }

    @Override
    public RedisFailure[] exchange(List<EncodedCommand> commands, ShardTrailer trailer) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        exchange(commands, trailer, failures);
        return failures;
    }

    @Override
    public List<RedisFailure> exchangeWithEveryShard(ShardTrailer trailer) {
        RedisFailure failure = exchange(List.of(), trailer, new RedisFailure[0]);
        return failure == null ? List.of() : List.of(failure);
    }

    private RedisFailure exchange(
            List<EncodedCommand> commands, ShardTrailer trailer, RedisFailure[] failures) {
        trailer.shards(SHARDS);
        List<EncodedCommand> all = new ArrayList<>(commands);
        all.addAll(trailer.commands(SHARDS.get(0)));
        RedisFailure[] ofAll = exchangeAll(all);
        List<RedisReply> ofTrailer = new ArrayList<>();
        for (RedisFailure each : Arrays.asList(ofAll).subList(commands.size(), all.size())) {
            ofTrailer.add(new RedisReply(null, each));
        }
        RedisFailure failure = trailer.evaluate(SHARDS.get(0), ofTrailer);
        for (int i = 0; i < failures.length; i++) {
            failures[i] = ofAll[i] == null ? failure : ofAll[i];
        }
        return failure;
    }

    private RedisFailure[] exchangeAll(List<EncodedCommand> commands) {
        Function<String, RedisFailure> prepared = answers.poll();
        List<String> exchange = new ArrayList<>();
        RedisFailure[] failures = new RedisFailure[commands.size()];
        for (int i = 0; i < failures.length; i++) {
            EncodedCommand encoded = commands.get(i);
            String command = text(encoded.name()) + " " + text(encoded.routingKey());
            exchange.add(command);
            failures[i] = prepared == null ? failureOfServer(encoded) : prepared.apply(command);
        }
        exchanges.add(exchange);
        return failures;
    }

    private RedisFailure failureOfServer(EncodedCommand encoded) {
        if (closed) {
            return RedisFailure.ofBrokenConnection(new IOException("closed"));
        }
        if (down) {
            return RedisFailure.ofConnecting(new ConnectException("Connection refused"));
        }
        String name = text(encoded.name());
        String key = text(encoded.routingKey());
        String error =
                switch (name) {
                    case "EVAL" -> {
                        scripts.add(RedisScript.of(text(encoded.args()[0])).digest());
                        yield null;
                    }
                    case "EVALSHA" ->
                            scripts.contains(text(encoded.args()[0]))
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
                    default -> typeError(name, key);
                };
        return error == null ? null : RedisFailure.ofReply(error, null);
    }

    private String typeError(String name, String key) {
        String type = TYPE_OF_COMMAND.get(name);
        if (type == null) {
            return "ERR unknown command '" + name + "'";
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
