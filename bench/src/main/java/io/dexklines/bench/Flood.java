package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.stack.FlinkRest;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.Jedis;

/**
 * A benchmark of a flood of new pairs. It publishes one trade for each of many pairs to a local
 * stack with its own memory settings, and measures how the job survives it and what each pair
 * costs.
 *
 * <p>Prints a line of progress every five seconds, then lines of {@code name value}. Arguments:
 * number of pairs (100000), the limit in minutes (20), {@code maxmemory} of Redis (empty for that
 * of the local stack).
 */
public final class Flood implements AutoCloseable {

    private static final int TRADES_PER_RECORD = 100;
    private static final int PARTITIONS = 4;
    private static final int INTERVALS = 9;
    private static final long PROGRESS_MS = 5_000;
    private static final double MEGABYTE = 1e6;
    private static final String CHAIN = "56";
    private static final String TOPIC = "bsc-trades";

    private final int pairs;
    private final Stack stack;
    private final RestClient rest;
    private final FlinkRest job;
    private long peakHeap;
    private long peakResident;
    private long restarts;

    private Flood(Path folder, int pairs) throws IOException {
        this.pairs = pairs;
        this.stack =
                Stack.start(
                        StackSettings.withoutSimulator(folder),
                        ProjectHome.find(),
                        true,
                        System.err);
        this.rest = new RestClient(stack.addresses());
        this.job = stack.addresses().flinkRest();
    }

    public static void main(String[] args) throws Exception {
        int pairs = Bench.argument(args, 0, 100_000);
        Duration limit = Duration.ofMinutes(Bench.argument(args, 1, 20));
        String redisMemory = Bench.argument(args, 2, "");
        Bench.print("pairs", pairs);
        Bench.print("load average", Files.readString(Path.of("/proc/loadavg")).strip());
        Bench.inTemporaryFolder(
                folder -> {
                    try (Flood flood = new Flood(folder, pairs)) {
                        flood.run(limit, redisMemory);
                    }
                });
    }

    private void run(Duration limit, String redisMemory) throws Exception {
        // dead TaskManagers are restarted, as by `klines up`
        Thread supervision = new Thread(this::supervise, "supervision");
        supervision.setDaemon(true);
        supervision.start();
        try (Jedis redis = stack.redis().connect();
                Connection mysql = connect()) {
            if (!redisMemory.isEmpty()) {
                redis.configSet("maxmemory", redisMemory);
            }
            long redisBefore = usedMemory(redis);
            long startNs = System.nanoTime();
            Bench.print("MB in Kafka, uncompressed", publish() / MEGABYTE);
            boolean all = await(mysql, redis, startNs, limit);
            Bench.print("all counted", all ? "yes" : "NO, within " + limit);
            Bench.print("seconds until all were counted", (System.nanoTime() - startNs) / 1e9);
            Bench.print("restarts of the job", restarts);
            Bench.print("peak heap of the TaskManager, MB", peakHeap / MEGABYTE);
            Bench.print("peak memory of the TaskManager (RSS), MB", peakResident / MEGABYTE);
            Bench.print("latest checkpoint, MB", checkpointBytes() / MEGABYTE);
            Bench.print("latest checkpoint, bytes per pair", checkpointBytes() / pairs);
            Bench.print(
                    "heap after a collection, MB", JavaProcess.usedHeap(taskManager()) / MEGABYTE);
            Bench.print("disk of the TaskManager, MB", Bench.size(diskFolder()) / MEGABYTE);
            Bench.print("Redis, MB", usedMemory(redis) / MEGABYTE);
            Bench.print("Redis, bytes per pair", (usedMemory(redis) - redisBefore) / pairs);
            Bench.print("Redis, sets", redis.dbSize());
            Bench.print("load average", Files.readString(Path.of("/proc/loadavg")).strip());
        }
    }

    private void supervise() {
        try {
            stack.supervise();
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path diskFolder() {
        return stack.flink().checkpoints().resolveSibling("tmp");
    }

    /** Publishes the trades. Returns their bytes. */
    private long publish() {
        long bytes = 0;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        stack.kafka().brokers().client(Map.of(ProducerConfig.LINGER_MS_CONFIG, 20)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int pair = 0; pair < pairs; pair += TRADES_PER_RECORD) {
                StringBuilder record = new StringBuilder("[");
                for (int i = pair; i < Math.min(pairs, pair + TRADES_PER_RECORD); i++) {
                    record.append(i == pair ? "" : ",").append(trade(i));
                }
                byte[] value = record.append(']').toString().getBytes(StandardCharsets.UTF_8);
                bytes += value.length;
                producer.send(
                        new ProducerRecord<>(
                                TOPIC, pair / TRADES_PER_RECORD % PARTITIONS, null, value));
            }
        }
        return bytes;
    }

    /** Returns a trade as the producers write it, without most of the fields that are skipped. */
    private static String trade(int pair) {
        return String.format(
                Locale.ROOT,
                """
                {"chain_id":"%s","pair_addr":"0x%s","tx_hash":"0x%s","maker":"0x%040x",\
                "type":"buy","token_amount":"%d","base_token_amount":"1","total_usd":"%d",\
                "token_price_usd":"1.25","base_token_price_usd":"600","mcap":"1250000",\
                "block_num":%d,"block_time":%d,"transaction_index":%d,"log_index":0,"clamp":false,\
                "swap_name":"pancakeswap_v2","hash_id":"%d#%d","pair_info":{"token_addr":"0x%s",\
                "base_token_addr":"0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",\
                "token_symbol":"FLOOD%d","base_token_symbol":"WBNB"}}""",
                CHAIN,
                hexadecimal(pair, 40),
                hexadecimal(pair, 64),
                pair % 3000,
                4 + pair % 7,
                5 + pair % 7,
                pair / TRADES_PER_RECORD,
                System.currentTimeMillis() / 1000,
                pair % TRADES_PER_RECORD,
                pair / TRADES_PER_RECORD,
                pair % TRADES_PER_RECORD,
                hexadecimal(-pair, 40),
                pair);
    }

    /** Returns digits that follow from a seed. They are random, so that they do not compress. */
    private static String hexadecimal(long seed, int digits) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(digits);
        while (text.length() < digits) {
            text.append(Integer.toHexString(random.nextInt(16)));
        }
        return text.toString();
    }

    /** Waits until MySQL has a kline of each pair and a checkpoint has completed after that. */
    private boolean await(Connection mysql, Jedis redis, long startNs, Duration limit)
            throws Exception {
        long inMySqlAtMs = Long.MAX_VALUE;
        while (System.nanoTime() - startNs < limit.toNanos()) {
            Thread.sleep(PROGRESS_MS);
            try {
                FlinkJob now = job.job(stack.addresses().jobId());
                long counted = rows(mysql);
                restarts = Math.max(restarts, now.restarts());
                measureTaskManager();
                System.out.printf(
                        Locale.ROOT,
                        "%4.0f s: %s, %d restarts, %d checkpoints, %d pairs in MySQL, %d sets in"
                                + " Redis (%.0f MB), heap %.0f MB at most%n",
                        (System.nanoTime() - startNs) / 1e9,
                        now.state(),
                        now.restarts(),
                        now.checkpoints(),
                        counted,
                        redis.dbSize(),
                        usedMemory(redis) / MEGABYTE,
                        peakHeap / MEGABYTE);
                if (counted < pairs) {
                    continue;
                }
                inMySqlAtMs = Math.min(inMySqlAtMs, System.currentTimeMillis());
                if (now.checkpointTriggeredMs() > inMySqlAtMs) {
                    return true;
                }
            } catch (IOException | RuntimeException e) {
                System.out.printf("%s%n", e);
            }
        }
        return false;
    }

    private void measureTaskManager() throws IOException {
        try {
            peakHeap = Math.max(peakHeap, JavaProcess.heapInUse(taskManager()));
            peakResident = Math.max(peakResident, JavaProcess.peakResident(taskManager()));
        } catch (IOException e) {
            // the TaskManager has ended and is restarted
            System.out.printf("%s%n", e);
        }
    }

    private long taskManager() {
        return stack.flink().pids().get(1);
    }

    private long checkpointBytes() throws Exception {
        JsonNode latest =
                rest.get("/jobs/" + stack.addresses().jobId() + "/checkpoints")
                        .path("latest")
                        .path("completed");
        return latest.path("full_size").asLong(latest.path("state_size").asLong());
    }

    private static long usedMemory(Jedis redis) {
        return List.of(redis.info("memory").split("\r\n")).stream()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length())))
                .findFirst()
                .orElseThrow();
    }

    private static long rows(Connection mysql) throws SQLException {
        try (Statement statement = mysql.createStatement();
                ResultSet count =
                        statement.executeQuery(
                                "SELECT COUNT(*) FROM kline WHERE interval_code = '1w'")) {
            count.next();
            return count.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        return stack.mariaDb().connect();
    }

    @Override
    public void close() {
        stack.close();
    }
}
