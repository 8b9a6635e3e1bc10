package io.dexklines.bench;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.sink.redis.KlineRedisScript;
import io.dexklines.job.sink.redis.RedisCacheSink;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedRedis;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import redis.clients.jedis.Jedis;

/**
 * Compares ways to write kline updates to Redis: several versions of the open klines of many pairs.
 * Each update replaces a member of a sorted set.
 */
final class RedisSinks {

    /** Number of versions of each kline in a run. */
    private static final int VERSIONS = 5;

    /** Commands in one pipeline, as in the sink by default. */
    private static final int PIPELINE = 500;

    /** Connections, as in the sink by default. */
    private static final int CONNECTIONS = 2;

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
            new Comparison("kline updates", sinks.klines)
                    .add("this project's sink: the guarded script", sinks::projectSink)
                    .add("the same connector, plain ZADD", sinks::plainZadd)
                    .add(
                            "redis-benchmark, the guarded script",
                            () -> sinks.redisBenchmark(sinks.scriptCommand(sample)))
                    .add(
                            "redis-benchmark, plain ZADD",
                            () -> sinks.redisBenchmark(zaddCommand(sample)))
                    .run("Redis", rounds);
        }
    }

    private Comparison.Cost projectSink() throws Exception {
        return onEmptyServer(
                () ->
                        jobs.run(
                                server.pid(),
                                updates.size(),
                                CodecTypeInfo.KLINE_UPDATES,
                                updates::get,
                                stream ->
                                        RedisCacheSink.attachKlines(
                                                        stream,
                                                        "job",
                                                        connection(),
                                                        "",
                                                        null,
                                                        1_000_000,
                                                        32 << 20)
                                                .sinkTo(new DiscardingSink<>())));
    }

    private Comparison.Cost plainZadd() throws Exception {
        return onEmptyServer(
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
        return RedisConnectionSettings.uri(server.uri())
                .username(server.job().user())
                .password(RedisSecret.fromFile(server.job().passwordFile().toString()))
                .build();
    }

    /** {@code redis-benchmark} replaces {@code __rand_int__} by a random number of 12 digits. */
    private static List<String> zaddCommand(KlineRedisScript.Call sample) {
        return List.of(
                "ZADD", "kline:__rand_int__", sample.arguments().get(0), randomMember(sample));
    }

    private List<String> scriptCommand(KlineRedisScript.Call sample) {
        try (Jedis jedis = server.connect()) {
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

    /** Returns a member of the same length, which the set usually does not contain. */
    private static String randomMember(KlineRedisScript.Call sample) {
        String member = sample.arguments().get(1);
        return "__rand_int__" + member.substring("__rand_int__".length());
    }

    private Comparison.Cost redisBenchmark(List<String> command) throws Exception {
        return onEmptyServer(
                () -> {
                    // it takes a password from its command line only, which everybody can read
                    try (Jedis admin = server.connect()) {
                        admin.aclSetUser("default", "on", "nopass", "~*", "+@all");
                    }
                    URI uri = URI.create(server.uri());
                    List<String> arguments = new ArrayList<>();
                    arguments.add("redis-benchmark");
                    arguments.addAll(List.of("-h", uri.getHost()));
                    arguments.addAll(List.of("-p", String.valueOf(uri.getPort())));
                    arguments.addAll(List.of("-n", String.valueOf(klines)));
                    arguments.addAll(List.of("-P", String.valueOf(PIPELINE)));
                    arguments.addAll(List.of("-c", String.valueOf(CONNECTIONS)));
                    arguments.addAll(List.of("-r", String.valueOf(klines / VERSIONS)));
                    arguments.add("-q");
                    arguments.addAll(command);
                    ProcessBuilder benchmark = new ProcessBuilder(arguments);
                    benchmark.redirectErrorStream(true);
                    benchmark.redirectOutput(ProcessBuilder.Redirect.DISCARD);
                    Comparison.Counters start = Comparison.Counters.now(server.pid());
                    int status = benchmark.start().waitFor();
                    Comparison.Cost cost = Comparison.Counters.now(server.pid()).since(start);
                    if (status != 0) {
                        throw new IllegalStateException("redis-benchmark ended with " + status);
                    }
                    return new Comparison.Cost(cost.seconds(), Double.NaN, cost.serverCpuSeconds());
                });
    }

    /** Runs a candidate on an empty server, and verifies that it wrote the keys. */
    private Comparison.Cost onEmptyServer(Comparison.Candidate candidate) throws Exception {
        try (Jedis jedis = server.connect()) {
            jedis.flushAll();
            Comparison.Cost cost = candidate.run();
            if (jedis.dbSize() < klines / VERSIONS / 2) {
                throw new IllegalStateException("klines are missing");
            }
            return cost;
        }
    }
}
