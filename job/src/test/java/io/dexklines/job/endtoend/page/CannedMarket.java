package io.dexklines.job.endtoend.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * The answers of a history API whose stores hold what a test has put there. They reach the browser
 * in place of those of the relay, or not at all while the proxy before it is frozen.
 */
final class CannedMarket {

    /** The number of klines that the page asks for at once. */
    static final int PAGE_SIZE = 500;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> INTERVALS = List.of("1m", "5m", "15m", "1h", "1d", "1w");

    private final FreezableProxy proxy;
    private final Map<String, String> symbols = new LinkedHashMap<>();
    private final Map<String, List<ObjectNode>> klines = new LinkedHashMap<>();
    private boolean isClosed;

    CannedMarket(FreezableProxy proxy) {
        this.proxy = proxy;
    }

    /** Adds a pair of chain 1 to the list. */
    CannedMarket pair(String address, String symbol) {
        symbols.put(address, symbol);
        return this;
    }

    /**
     * Stores klines of a pair, one after another up to an open time, whose prices depend on the
     * seed only.
     *
     * @param newestS the open time of the newest, epoch seconds
     */
    CannedMarket klines(
            String address, String interval, int count, long newestS, double price, long seed) {
        Random random = new Random(seed);
        long seconds = seconds(interval);
        List<ObjectNode> list = new ArrayList<>();
        double close = price;
        for (int index = 0; index < count; index++) {
            double open = close;
            close = open * (1 + 0.01 * random.nextGaussian());
            double high = Math.max(open, close) * (1 + 0.004 * random.nextDouble());
            double low = Math.min(open, close) * (1 - 0.004 * random.nextDouble());
            double volume = 100 + 5_000 * random.nextDouble();
            int trades = 2 + random.nextInt(60);
            list.add(
                    JSON.createObjectNode()
                            .put("open_time", newestS - (count - 1 - index) * seconds)
                            .put("open", open)
                            .put("high", high)
                            .put("low", low)
                            .put("close", close)
                            .put("mcap_open", open * 1_000_000)
                            .put("mcap_high", high * 1_000_000)
                            .put("mcap_low", low * 1_000_000)
                            .put("mcap_close", close * 1_000_000)
                            .put("volume_usd", volume)
                            .put("volume_token", volume / ((open + close) / 2))
                            .put("buy_volume_usd", volume / 4)
                            .put("trades", trades)
                            .put("buys", trades / 2)
                            .put("first_trade_time", newestS - (count - 1 - index) * seconds + 1)
                            .put("closed", true));
        }
        klines.put(address + ' ' + interval, list);
        return this;
    }

    /** Returns the stored klines of a pair, oldest first, which a test may change. */
    List<ObjectNode> klines(String address, String interval) {
        return klines.getOrDefault(address + ' ' + interval, List.of());
    }

    static long seconds(String interval) {
        long number = Long.parseLong(interval.substring(0, interval.length() - 1));
        return number
                * switch (interval.charAt(interval.length() - 1)) {
                    case 'm' -> 60;
                    case 'h' -> 3_600;
                    case 'd' -> 86_400;
                    default -> 604_800;
                };
    }

    /** Answers what the page asks of the history API. */
    void answer(Page page) {
        page.route(Pattern.compile("/api/"), this::answer);
    }

    /** Answers nothing any more, because the browser is about to close the page. */
    void close() {
        isClosed = true;
    }

    void answer(Route route) {
        if (proxy.isFrozen() || isClosed) {
            return;
        }
        QueryStringDecoder asked = new QueryStringDecoder(route.request().url());
        String path = asked.path().replaceFirst(".*(?=/api/)", "");
        ObjectNode body =
                switch (path) {
                    case "/api/intervals" ->
                            JSON.createObjectNode().set("intervals", JSON.valueToTree(INTERVALS));
                    case "/api/pairs" -> pairs(parameter(asked, "search"));
                    case "/api/klines" -> klines(asked);
                    default -> JSON.createObjectNode().set("trades", JSON.createArrayNode());
                };
        route.fulfill(
                new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(body.toString()));
    }

    private static String parameter(QueryStringDecoder asked, String name) {
        return asked.parameters().getOrDefault(name, List.of("")).get(0);
    }

    private ObjectNode pairs(String search) {
        ArrayNode pairs = JSON.createArrayNode();
        symbols.forEach(
                (address, symbol) -> {
                    List<ObjectNode> minutes = klines(address, "1m");
                    ObjectNode pair =
                            JSON.createObjectNode()
                                    .put("chain_id", "1")
                                    .put("pair_addr", address)
                                    .put("token_symbol", symbol)
                                    .put("base_token_symbol", "USDC")
                                    .put("swap_name", "uniswap-v3")
                                    .put("change_24h_percent", 1.25)
                                    .put("volume_usd_24h", 12_345.0)
                                    .put("trades_24h", 678);
                    if (!minutes.isEmpty()) {
                        pair.put(
                                "last_price",
                                minutes.get(minutes.size() - 1).get("close").asDouble());
                    }
                    if (symbol.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT))) {
                        pairs.add(pair);
                    }
                });
        ObjectNode body = JSON.createObjectNode().put("total", pairs.size()).put("as_of", 1);
        body.set("pairs", pairs);
        body.set("missing", JSON.createArrayNode());
        return body;
    }

    private ObjectNode klines(QueryStringDecoder asked) {
        List<ObjectNode> all = klines(parameter(asked, "pair_addr"), parameter(asked, "interval"));
        String to = parameter(asked, "to");
        long until = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        List<ObjectNode> before =
                all.stream().filter(kline -> kline.get("open_time").asLong() < until).toList();
        int limit = Integer.parseInt(parameter(asked, "limit"));
        boolean oldest = !parameter(asked, "from").isEmpty();
        int from = oldest ? 0 : Math.max(0, before.size() - limit);
        ObjectNode body = JSON.createObjectNode();
        body.set(
                "klines",
                JSON.valueToTree(before.subList(from, Math.min(before.size(), from + limit))));
        body.set("missing", JSON.createArrayNode());
        return body;
    }
}
