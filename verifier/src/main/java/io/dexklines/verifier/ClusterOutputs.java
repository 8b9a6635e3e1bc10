package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.text.AddressCase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.resps.Tuple;

/** The sinks of a cluster: MySQL, Redis and the relays. */
final class ClusterOutputs implements Outputs {

    private static final String KEYS_OF_KLINES = "kline:";
    private static final int SCAN_COUNT = 1000;
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    private static final int HTTP_OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The fields of a member of a sorted set in Redis, in their order. */
    private static final List<Column> REDIS_FIELDS =
            List.of(
                    Column.PAIR_ADDR,
                    Column.OPEN_TIME,
                    Column.OPEN,
                    Column.CLOSE,
                    Column.HIGH,
                    Column.LOW,
                    Column.MCAP_OPEN,
                    Column.MCAP_HIGH,
                    Column.MCAP_LOW,
                    Column.MCAP_CLOSE,
                    Column.VOLUME_USD,
                    Column.VOLUME_TOKEN,
                    Column.BUYS,
                    Column.SELLS,
                    Column.TRADES);

    static final Set<Column> WHOLE =
            Set.of(
                    Column.OPEN_TIME,
                    Column.TRADES,
                    Column.BUYS,
                    Column.SELLS,
                    Column.FIRST_TRADE_TIME,
                    Column.LAST_TRADE_TIME);

    private final List<String> spans;
    private final Scope scope;
    private final List<String> relayUrls;
    private final FlinkRest flink;
    private final MySqlOutputs mysql;
    private final UnifiedJedis redis;
    private final String redisPrefix;
    private final AddressCase redisCase;
    private final HttpClient http = HttpClient.newHttpClient();

    /** The keys in Redis when the verification began, by pair. */
    private final Map<String, Set<String>> redisKeys = new HashMap<>();

    /**
     * @param mysql null if the job does not write to MySQL
     * @param redis null if the job does not write to Redis
     */
    private ClusterOutputs(
            Cluster cluster, Scope scope, FlinkRest flink, MySqlOutputs mysql, UnifiedJedis redis) {
        this.spans = cluster.shape().spans();
        this.scope = scope;
        this.relayUrls = cluster.relays();
        this.flink = flink;
        this.mysql = mysql;
        this.redis = redis;
        this.redisCase = cluster.shape().redisAddressCase();
        this.redisPrefix =
                cluster.redis().map(Cluster.Redis::keyPrefix).orElse("") + KEYS_OF_KLINES;
    }

    /**
     * Connects to the stores of a cluster.
     *
     * @throws VerificationException if a server does not answer
     */
    static ClusterOutputs of(Cluster cluster, Scope scope, FlinkRest flink) {
        return new ClusterOutputs(
                cluster,
                scope,
                flink,
                cluster.mysql().isEmpty()
                        ? null
                        : MySqlOutputs.of(cluster.mysql(), cluster.formerMysql(), scope),
                cluster.redis().map(ClusterOutputs::jedis).orElse(null));
    }

    static UnifiedJedis jedis(Cluster.Redis at) {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        at.uri().nodes().forEach(node -> nodes.add(HostAndPort.from(node)));
        DefaultJedisClientConfig server =
                jedisConfig(at)
                        .user(at.username().orElse(null))
                        .password(at.resolvedPassword())
                        .database(at.uri().database())
                        .build();
        return switch (at.uri().topology()) {
            case STANDALONE ->
                    RedisClient.builder()
                            .hostAndPort(nodes.iterator().next())
                            .clientConfig(server)
                            .build();
            case SENTINEL ->
                    RedisSentinelClient.builder()
                            .masterName(at.uri().master())
                            .sentinels(nodes)
                            .sentinelClientConfig(jedisConfig(at).build())
                            .clientConfig(server)
                            .build();
            case CLUSTER -> RedisClusterClient.builder().nodes(nodes).clientConfig(server).build();
        };
    }

    private static DefaultJedisClientConfig.Builder jedisConfig(Cluster.Redis at) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder();
        if (at.uri().tls()) {
            config.sslOptions(SslOptions.defaults());
        }
        return config;
    }

    @Override
    public boolean has(Sink sink) {
        return switch (sink) {
            case MYSQL -> mysql != null;
            case REDIS -> redis != null;
            case RELAY -> !relayUrls.isEmpty();
        };
    }

    @Override
    public Set<String> pairs() {
        if (!scope.pairs().isEmpty()) {
            return scope.pairs();
        }
        Set<String> pairs = new TreeSet<>();
        if (has(Sink.MYSQL)) {
            pairs.addAll(mysql.pairs());
        }
        if (has(Sink.REDIS) && scope.sample().isEmpty()) {
            addPairsOfRedis(pairs);
        }
        return pairs;
    }

    private void addPairsOfRedis(Set<String> pairs) {
        // of a cluster, all masters
        ScanIteration scan = redis.scanIteration(SCAN_COUNT, redisPrefix + "*");
        while (!scan.isIterationCompleted()) {
            for (String key : scan.nextBatchList()) {
                if (key.lastIndexOf(':') < redisPrefix.length()) {
                    continue;
                }
                String written = key.substring(redisPrefix.length(), key.lastIndexOf(':'));
                String pair = stored(written);
                if (!written(pair).equals(written)) {
                    // a key in another case, which the job no longer writes
                    continue;
                }
                redisKeys.computeIfAbsent(pair, first -> new TreeSet<>()).add(key);
                pairs.add(pair);
            }
        }
    }

    /** Returns a pair as it is written in Redis. */
    private String written(String pair) {
        int colon = pair.indexOf(':');
        return colon < 0
                ? pair
                : pair.substring(0, colon + 1)
                        + redisCase.of(pair.substring(0, colon), pair.substring(colon + 1));
    }

    /** Returns the pair that is written in this way in Redis, if any is. */
    private String stored(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        // other texts than addresses with a checksum are written as they are
        return written(lower).equals(written) ? lower : written;
    }

    @Override
    public List<Row> mysql(String pair) {
        return mysql == null ? List.of() : mysql.klines(pair);
    }

    @Override
    public List<MySqlOutputs.Misplaced> misplaced() {
        return mysql == null ? List.of() : mysql.misplaced();
    }

    @Override
    public List<Row> redis(String pair) {
        List<Row> found = new ArrayList<>();
        if (redis == null) {
            return found;
        }
        Set<String> keys = new TreeSet<>(redisKeys.getOrDefault(pair, Set.of()));
        // the set may have been created after the scan
        String written = written(pair);
        spans.forEach(span -> keys.add(redisPrefix + written + ':' + span));
        for (String key : keys) {
            String span = key.substring(key.lastIndexOf(':') + 1);
            for (Tuple member : redis.zrangeWithScores(key, 0, -1)) {
                KlineKey kline = new KlineKey(pair, span, (long) member.getScore());
                found.add(inStoredCase(redisRow(kline, member.getElement()), written));
            }
        }
        return found;
    }

    /** Returns the row with the address of its pair, unless the member is of another address. */
    private Row inStoredCase(Row row, String written) {
        String pair = row.key().pair();
        if (redisCase == AddressCase.LOWER || !row.values().containsKey(Column.PAIR_ADDR)) {
            return row;
        }
        String address = pair.substring(pair.indexOf(':') + 1);
        String expected = written.substring(written.indexOf(':') + 1);
        Map<Column, Object> values = new EnumMap<>(row.values());
        values.computeIfPresent(
                Column.PAIR_ADDR,
                (column, held) ->
                        held.equals(expected) ? address : held + " instead of " + expected);
        return new Row(row.key(), values, row.closed());
    }

    /** Parses a member of a sorted set; one that cannot be parsed becomes a row of 0 trades. */
    static Row redisRow(KlineKey key, String member) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        String[] fields = member.split(",", -1);
        try {
            for (int i = 0; i < REDIS_FIELDS.size() && i < fields.length; i++) {
                Column column = REDIS_FIELDS.get(i);
                if (column == Column.PAIR_ADDR) {
                    values.put(column, fields[i]);
                } else if (WHOLE.contains(column)) {
                    values.put(column, Long.valueOf(fields[i]));
                } else {
                    values.put(column, Double.valueOf(fields[i]));
                }
            }
        } catch (NumberFormatException e) {
            values.clear();
        }
        return fields.length == REDIS_FIELDS.size() && !values.isEmpty()
                ? new Row(key, values, Optional.empty())
                : unreadable(key);
    }

    @Override
    public List<List<Row>> relays() {
        return relayUrls.stream().map(this::relay).toList();
    }

    private List<Row> relay(String url) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/api/state"))
                        .timeout(HTTP_TIMEOUT)
                        .build();
        try {
            HttpResponse<Stream<String>> response =
                    http.send(request, HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() != HTTP_OK) {
                throw new VerificationException(
                        "relay " + url + ": status " + response.statusCode());
            }
            List<Row> rows = new ArrayList<>();
            for (String line : (Iterable<String>) response.body()::iterator) {
                rows.add(relayRow(JSON.readTree(line)));
            }
            return rows;
        } catch (IOException e) {
            throw new VerificationException("relay " + url + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }

    /** Parses a line of the relay's state; one that cannot be parsed becomes a row of 0 trades. */
    static Row relayRow(JsonNode message) {
        String stream = message.path("stream").asText();
        int at = stream.lastIndexOf("@kline_");
        JsonNode kline = message.path("data").path("k");
        String pair = at < 0 ? stream : stream.substring(0, at);
        String span = at < 0 ? "" : stream.substring(at + "@kline_".length());
        KlineKey key = new KlineKey(pair, span, Math.floorDiv(kline.path("t").asLong(), 1000L));
        boolean isItself =
                kline.path("s").asText().equals(pair)
                        && message.path("data").path("s").asText().equals(pair)
                        && kline.path("i").asText().equals(span)
                        && kline.path("t").isIntegralNumber()
                        && kline.path("t").asLong() == key.open() * 1000
                        && kline.path("n").isIntegralNumber()
                        && kline.path("x").isBoolean();
        if (!isItself) {
            return unreadable(key);
        }
        Map<Column, Object> values = new EnumMap<>(Column.class);
        try {
            values.put(Column.OPEN, Double.valueOf(kline.path("o").asText()));
            values.put(Column.CLOSE, Double.valueOf(kline.path("c").asText()));
            values.put(Column.HIGH, Double.valueOf(kline.path("h").asText()));
            values.put(Column.LOW, Double.valueOf(kline.path("l").asText()));
            values.put(Column.VOLUME_TOKEN, Double.valueOf(kline.path("v").asText()));
            values.put(Column.VOLUME_USD, Double.valueOf(kline.path("q").asText()));
            values.put(Column.BUY_VOLUME_TOKEN, Double.valueOf(kline.path("V").asText()));
            values.put(Column.BUY_VOLUME_USD, Double.valueOf(kline.path("Q").asText()));
            if (kline.has("mo")) {
                // not from a job of a former version
                values.put(Column.MCAP_OPEN, Double.valueOf(kline.path("mo").asText()));
                values.put(Column.MCAP_HIGH, Double.valueOf(kline.path("mh").asText()));
                values.put(Column.MCAP_LOW, Double.valueOf(kline.path("ml").asText()));
                values.put(Column.MCAP_CLOSE, Double.valueOf(kline.path("mc").asText()));
                values.put(Column.BUYS, kline.path("nb").asLong());
                values.put(Column.FIRST_TRADE_TIME, seconds(kline.path("tf")));
                values.put(Column.LAST_TRADE_TIME, seconds(kline.path("tl")));
            }
        } catch (NumberFormatException e) {
            return unreadable(key);
        }
        values.put(Column.TRADES, kline.path("n").asLong());
        values.put(Column.FIRST, kline.path("f").asText());
        values.put(Column.LAST, kline.path("L").asText());
        values.put(Column.LAST_MS, kline.path("T").asLong());
        return new Row(key, values, Optional.of(kline.path("x").asBoolean()));
    }

    /** Returns epoch seconds, or -1 if the node is not a whole number of them in milliseconds. */
    private static long seconds(JsonNode ms) {
        boolean isWhole = ms.isIntegralNumber() && ms.asLong() % 1000 == 0;
        return isWhole ? ms.asLong() / 1000 : -1;
    }

    private static Row unreadable(KlineKey key) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        values.put(Column.TRADES, 0L);
        return new Row(key, values, Optional.empty());
    }

    @Override
    public Optional<List<Map<String, Object>>> smartMoneyTrades() {
        return Optional.ofNullable(mysql).map(MySqlOutputs::smartMoneyTrades);
    }

    @Override
    public long relaySinceMs() {
        // after a reconnect, the job sends the relay all klines that changed since its own start
        return flink.runningSinceMs();
    }

    @Override
    public void close() {
        if (redis != null) {
            redis.close();
        }
        if (mysql != null) {
            mysql.close();
        }
    }
}
