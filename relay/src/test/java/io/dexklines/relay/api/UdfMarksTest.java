package io.dexklines.relay.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UdfMarksTest {

    private static final String WALLET = "0x28c6c06298d514db089934071355e5743bf21d60";

    @Test
    void aTradeIsAMarkOnItsBarThatGrowsWithItsValue() {
        List<Map<String, Object>> trades =
                List.of(
                        trade("1", 125, "buy", 12.5, "a whale", true, false),
                        trade("2", 60, "sell", 1_234_567.891, "", false, true));

        assertThat(UdfMarks.onBars(trades, Interval.ONE_MINUTE).toString())
                .isEqualTo(
                        "{\"id\":[\"1\",\"2\"],\"time\":[120,60],\"color\":[\"green\",\"red\"],"
                                + "\"text\":[\"a whale bought 0.25 WETH for 12.50 USD at 50, first buy\","
                                + "\"0x28c6\u2026f21d60 sold 0.25 WETH for 1,234,567.89 USD at 4938270, sandwich\"],"
                                + "\"label\":[\"B\",\"S\"],\"labelFontColor\":[\"white\",\"white\"],"
                                + "\"minSize\":[14,30]}");
    }

    @Test
    void theTradesOfABarAreOneMarkOnTheTimeAxis() {
        List<Map<String, Object>> trades =
                List.of(
                        trade("1", 125, "buy", 10, "a", false, false),
                        trade("2", 121, "sell", 30, "b", false, false),
                        trade("3", 59, "buy", 5, "c", false, false));

        assertThat(UdfMarks.onTimeAxis(trades, Interval.ONE_MINUTE).toString())
                .isEqualTo(
                        "[{\"id\":\"smart-money-0\",\"time\":0,\"color\":\"green\",\"label\":\"B\","
                                + "\"tooltip\":[\"1 smart-money trade: bought 5.00 USD, sold 0.00 USD\","
                                + "\"c bought 0.25 WETH for 5.00 USD at 20\"]}, "
                                + "{\"id\":\"smart-money-120\",\"time\":120,\"color\":\"red\",\"label\":\"S\","
                                + "\"tooltip\":[\"2 smart-money trades: bought 10.00 USD, sold 30.00 USD\","
                                + "\"b sold 0.25 WETH for 30.00 USD at 120\","
                                + "\"a bought 0.25 WETH for 10.00 USD at 40\"]}]");
    }

    @Test
    void aMarkOnTheTimeAxisNamesTheLargestTrades() {
        List<Map<String, Object>> trades =
                IntStream.range(0, 8)
                        .mapToObj(i -> trade("" + i, i, "buy", 100 + i, "w" + i, false, false))
                        .toList();

        assertThat(UdfMarks.onTimeAxis(trades, Interval.ONE_MINUTE).get(0).path("tooltip"))
                .extracting(line -> line.textValue().split(" ")[0])
                .containsExactly("8", "w7", "w6", "w5", "w4", "w3", "and");
    }

    @Test
    void untrustedTextIsNoMarkup() {
        Map<String, Object> trade =
                trade("1", 0, "buy", 1, "<img src=x onerror=alert(1)>", false, false);

        assertThat(UdfMarks.onBars(List.of(trade), Interval.ONE_MINUTE).toString())
                .doesNotContain("<", ">")
                .contains("\u2039img src=x onerror=alert(1)\u203a bought");
    }

    @Test
    void extremeNumbersAreShort() {
        Map<String, Object> trade = trade("1", 0, "buy", Double.MAX_VALUE, "w", false, false);
        trade.put("token_amount", Double.MAX_VALUE);
        trade.put("price_usd", 1.0 / 3);

        assertThat(
                        UdfMarks.onBars(List.of(trade, trade), Interval.ONE_MINUTE)
                                .path("text")
                                .get(0)
                                .textValue())
                .isEqualTo("w bought 1.798e+308 WETH for 1.798e+308 USD at 0.333333");
        assertThat(UdfMarks.onTimeAxis(List.of(trade, trade), Interval.ONE_MINUTE).toString())
                .contains("bought 1.798e+308 USD");
    }

    private static Map<String, Object> trade(
            String id,
            long blockTime,
            String side,
            double usd,
            String label,
            boolean isFirstBuy,
            boolean isSandwich) {
        Map<String, Object> row = new HashMap<>();
        row.put("id", id);
        row.put("wallet", WALLET);
        row.put("label", label);
        row.put("token_symbol", "WETH");
        row.put("side", side);
        row.put("usd", usd);
        row.put("token_amount", 0.25);
        row.put("price_usd", usd / 0.25);
        row.put("block_time", blockTime);
        row.put("clamp", isSandwich);
        row.put("first_buy", isFirstBuy);
        return row;
    }
}
