package io.dexklines.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import java.time.Month;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TradeKlineViewTest {

    private static final TradeKlineView MARCH =
            new TradeKlineView(Interval.ONE_MINUTE, Month.MARCH);

    @Test
    void thereIsAViewForEachIntervalAndMonth() {
        List<String> names = TradeKlineView.all().stream().map(TradeKlineView::name).toList();

        assertThat(names)
                .hasSize(9 * 12)
                .startsWith("trade_kline_1m_01", "trade_kline_1m_02")
                .endsWith("trade_kline_1w_12");
        assertThat(names.stream().map(String::toLowerCase).collect(Collectors.toSet()))
                .as("on servers whose names of tables have no case")
                .hasSize(names.size());
    }

    @Test
    void theMonthOfEveryYearIsARange() {
        String select = MARCH.select("v.trade_kline_chain", "klines.kline", Optional.empty());

        assertThat(select)
                .contains(
                        "WHERE k.interval_code = '1m'\n",
                        // 2015-03-01 and 2015-04-01, and the last
                        "(k.open_time >= 1425168000 AND k.open_time < 1427846400 OR",
                        "OR k.open_time >= 2845324800 AND k.open_time < 2848003200)",
                        "k.pair_addr AS pair_address,")
                .doesNotContain("FROM_UNIXTIME", " p ");
        assertThat(
                        new TradeKlineView(Interval.ONE_MINUTE, Month.DECEMBER)
                                .select("c", "k", Optional.empty()))
                .contains("k.open_time >= 1448928000 AND k.open_time < 1451606400 OR");
    }

    @Test
    void anIdFitsABigint() {
        for (TradeKlineView view : TradeKlineView.all()) {
            long lengthSeconds = view.interval().closeTimeMs(0) / 1000;
            long slots = 46L * 31 * Math.max(1, 86_400 / lengthSeconds);

            assertThat(Long.MAX_VALUE >> view.hashBits())
                    .as("%s", view)
                    .isGreaterThanOrEqualTo(slots - 1);
        }
        assertThat(MARCH.hashBits()).isEqualTo(42);
    }

    @Test
    void addressesOfAnotherCaseAreThoseOfATable() {
        assertThat(MARCH.select("v.chain", "d.kline", Optional.of("d.pair_spelling")))
                .contains(
                        "    p.pair_address AS pair_address,\n",
                        "FROM v.chain c\n"
                                + "JOIN d.pair_spelling p ON p.chain_id = c.chain_id\n"
                                + "JOIN d.kline k ON k.chain_id = c.chain_id"
                                + " AND k.pair_addr = p.pair_addr\n")
                .as("the id stays the same")
                .contains("MD5(CONCAT(k.chain_id, ':', k.pair_addr))");
    }
}
