package io.dexklines.bench;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.redis.KlineRedisScript;
import io.dexklines.job.sink.redis.RedisCacheSink;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedRedis;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/**
 * Kline updates a second into Redis: open klines of many pairs, each newer than the last, so that
 * every one of them replaces a member of a set.
 */
final class RedisSinks {

    /** Versions of each kline in a run. */
    private static final int VERSIONS = 5;

    /** What the sink has by default: so many on their way at once, on so many connections. */
    private static final int PIPELINE = 500;

    private static final int CONNECTIONS = 2;

    /** Of the measurement's own questions: a busy disk may keep a server that long. */
    private static final int PATIENCE_MS = 60_000;

    private final EmbeddedRedis server;
    private final SinkJobs jobs;
    private final List<KlineUpdates> updates;
    private final int klines;

    private RedisSinks(EmbeddedRedis server, SinkJobs jobs, int pairs) {
        this.server = server;
        this.jobs = jobs;
        this.updates = new ArrayList<>();
        for (int version = 1; version <= VERSIONS; version++) {
            updates.addAll(SampleKlines.updates(pairs, version, false));
        }
        this.klines = updates.size() * SampleKlines.INTERVALS.size();
    }

    static void measure(Path folder, int rounds, int updates) throws Exception {
        int pairs = Math.max(1, updates / VERSIONS / SampleKlines.INTERVALS.size());
        try (EmbeddedRedis server = EmbeddedRedis.start(folder.resolve("redis"), 0);
                SinkJobs jobs = new SinkJobs()) {
            RedisSinks sinks = new RedisSinks(server, jobs, pairs);
            KlineRedisScript.Call sample = KlineRedisScript.calls(sinks.updates.get(0)).get(0);
            new Contest("kline updates", sinks.klines)
                    .add("this project's sink: the guarded script", sinks::ours)
                    .add("the same connector, plain ZADD", sinks::plain)
                    .add(
                            "redis-benchmark, the guarded script",
                            () -> sinks.redisBenchmark(sinks.scriptCommand(sample)))
                    .add(
                            "redis-benchmark, plain ZADD",
                            () -> sinks.redisBenchmark(zaddCommand(sample)))
                    .run("Redis", rounds);
        }
    }

    private Contest.Span ours() throws Exception {
        return fresh(
                () ->
                        jobs.run(
                                server.pid(),
                                updates.size(),
                                CodecTypeInfo.KLINE_UPDATES,
                                updates::get,
                                stream ->
                                        new RedisCacheSink(connection())
                                                .attach(
                                                        new Results(
                                                                stream, null, Optional.empty()))));
    }

    private Contest.Span plain() throws Exception {
        return fresh(
                () ->
                        jobs.run(
                                server.pid(),
                                updates.size(),
                                CodecTypeInfo.KLINE_UPDATES,
                                updates::get,
                                stream ->
                                        stream.sinkTo(
                                                RedisSink.<KlineUpdates>builder()
                                                        .connection(connection())
                                                        .converter(plainZadds())
                                                        .build())));
    }

    private static RedisCommandConverter<KlineUpdates> plainZadds() {
        return (updates, context) ->
                KlineRedisScript.calls(updates).stream()
                        .map(
                                call ->
                                        RedisCommand.of("ZADD")
                                                .key(call.key())
                                                .arg(call.arguments().get(0))
                                                .arg(call.arguments().get(1))
                                                .build())
                        .toList();
    }

    private RedisConnectionSettings connection() {
        return RedisConnectionSettings.uri(server.uri()).build();
    }

    /** {@code redis-benchmark} puts a random number of twelve digits in the place of the word. */
    private static List<String> zaddCommand(KlineRedisScript.Call sample) {
        return List.of(
                "ZADD", "kline:__rand_int__", sample.arguments().get(0), randomMember(sample));
    }

    private List<String> scriptCommand(KlineRedisScript.Call sample) {
        try (Jedis jedis = new Jedis(URI.create(server.uri()), PATIENCE_MS)) {
            List<String> command = new ArrayList<>();
            command.add("EVALSHA");
            command.add(jedis.scriptLoad(KlineRedisScript.text()));
            command.add("1");
            command.add("kline:__rand_int__");
            command.addAll(sample.arguments());
            command.set(5, randomMember(sample));
            return command;
        }
    }

    /** As long as the sample, and as a rule another one than the set has. */
    private static String randomMember(KlineRedisScript.Call sample) {
        String member = sample.arguments().get(1);
        return "__rand_int__" + member.substring("__rand_int__".length());
    }

    private Contest.Span redisBenchmark(List<String> command) throws Exception {
        return fresh(
                () -> {
                    URI uri = URI.create(server.uri());
                    List<String> words = new ArrayList<>();
                    words.add("redis-benchmark");
                    words.addAll(List.of("-h", uri.getHost()));
                    words.addAll(List.of("-p", String.valueOf(uri.getPort())));
                    words.addAll(List.of("-n", String.valueOf(klines)));
                    words.addAll(List.of("-P", String.valueOf(PIPELINE)));
                    words.addAll(List.of("-c", String.valueOf(CONNECTIONS)));
                    words.addAll(List.of("-r", String.valueOf(klines / VERSIONS)));
                    words.add("-q");
                    words.addAll(command);
                    ProcessBuilder benchmark = new ProcessBuilder(words);
                    benchmark.redirectErrorStream(true);
                    benchmark.redirectOutput(ProcessBuilder.Redirect.DISCARD);
                    Contest.Meter start = Contest.Meter.now(server.pid());
                    int status = benchmark.start().waitFor();
                    Contest.Span span = Contest.Meter.now(server.pid()).since(start);
                    if (status != 0) {
                        throw new IllegalStateException("redis-benchmark ended with " + status);
                    }
                    return new Contest.Span(span.seconds(), Double.NaN, span.serverCpuSeconds());
                });
    }

    /** Lets it be written to an empty server, and sees that something was. */
    private Contest.Span fresh(Contest.Contender contender) throws Exception {
        try (Jedis jedis = new Jedis(URI.create(server.uri()), PATIENCE_MS)) {
            jedis.flushAll();
            Contest.Span span = contender.run();
            if (jedis.dbSize() < klines / VERSIONS / 2) {
                throw new IllegalStateException("the klines are not there");
            }
            return span;
        }
    }
}
