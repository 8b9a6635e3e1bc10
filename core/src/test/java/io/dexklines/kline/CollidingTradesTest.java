package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.kline.PairKlines.AddResult;
import io.dexklines.trade.FormerIdentity;
import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * An attack on the identities of former versions. Two different trades of one wallet, a small and a
 * large one, have the same 64-bit identity. A search for the pair took 48 seconds on one core.
 */
class CollidingTradesTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NO_CLOCK = Long.MIN_VALUE;
    private static final String POOL = "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16";
    private static final Pair PAIR = new Pair("56", POOL);
    private static final KlineRules RULES =
            KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.ONE_DAY), 60_000);

    private static final Trade SMALL = trade("1.6549824222456664", "1.5472354325465858", "1");
    private static final Trade LARGE = trade("1.4973426011856645", "1.4194663623347878", "1000000");

    private final PairKlines klines = new PairKlines();

    @Test
    void theTradesShareTheirFormerIdentity() {
        TradeId shared = TradeId.ofFormer(0x582dcc718a916e25L);

        assertThat(FormerIdentity.of(SMALL)).isEqualTo(shared);
        assertThat(FormerIdentity.of(LARGE)).isEqualTo(shared);
        assertThat(SMALL.identity().text()).isEqualTo("938f51a351b8e7ff3e971f16ff65e25e");
        assertThat(LARGE.identity().text()).isEqualTo("f604e09e8c380136d41a0f2da6809165");
    }

    @Test
    void bothAreCounted() {
        assertThat(klines.add(PAIR, Swap.of(SMALL), RULES, NO_CLOCK)).isEqualTo(AddResult.COUNTED);
        assertThat(klines.add(PAIR, Swap.of(LARGE), RULES, NO_CLOCK)).isEqualTo(AddResult.COUNTED);

        assertThat(klines.takeChanged(RULES, NO_CLOCK))
                .extracting(Kline::trades, Kline::volumeUsd)
                .containsOnly(tuple(2L, 1_000_001.0));
    }

    /** Negative control: with identities of a former version only, the attack succeeds. */
    @Test
    void byTheirFormerIdentitiesTheLargeOneIsHidden() {
        assertThat(klines.add(PAIR, former(SMALL), RULES, NO_CLOCK)).isEqualTo(AddResult.COUNTED);
        assertThat(klines.add(PAIR, former(LARGE), RULES, NO_CLOCK)).isEqualTo(AddResult.DUPLICATE);
    }

    /**
     * What a former version has counted is recognised. For as long as its identity is remembered,
     * the other trade is hidden by it.
     */
    @Test
    void aTradeThatAFormerVersionCountedIsADuplicateUntilItIsLate() {
        klines.add(PAIR, former(SMALL), RULES, NO_CLOCK);

        assertThat(klines.add(PAIR, Swap.of(SMALL), RULES, NO_CLOCK))
                .isEqualTo(AddResult.DUPLICATE);
        assertThat(klines.add(PAIR, Swap.of(LARGE), RULES, NO_CLOCK))
                .isEqualTo(AddResult.DUPLICATE);

        long endsMs = RULES.endsAtMs((NOON + 60) * 1000);
        klines.dropEnded(RULES, endsMs);
        assertThat(klines.add(PAIR, Swap.of(SMALL), RULES, endsMs)).isEqualTo(AddResult.LATE);
    }

    private static Swap former(Trade trade) {
        TradeId identity = FormerIdentity.of(trade);
        Swap swap = Swap.of(trade);
        return new Swap(
                identity,
                swap.position(),
                swap.buy(),
                swap.clamp(),
                swap.priceUsd(),
                swap.mcapUsd(),
                swap.volumeUsd(),
                swap.volumeToken());
    }

    private static Trade trade(String tokenAmount, String baseTokenAmount, String totalUsd) {
        String json =
                """
                [{"chain_id":"56","pair_addr":"%s",
                "tx_hash":"0x5a1c0ffee000000000000000000000000000000000000000000000000000bad1",
                "maker":"0x00000000000000000000000000000000deadbeef","type":"buy",
                "token_amount":%s,"base_token_amount":%s,"total_usd":%s,"token_price_usd":1,
                "block_num":1,"block_time":%d,"transaction_index":7}]
                """
                        .formatted(POOL, tokenAmount, baseTokenAmount, totalUsd, NOON);
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(
                        Map.of("bsc-trades", Set.of("56")),
                        Duration.ofSeconds(60),
                        Clock.fixed(Instant.ofEpochSecond(NOON), ZoneOffset.UTC));
        return decoder.decode(json.getBytes(StandardCharsets.UTF_8), "bsc-trades", 0, 0)
                .trades()
                .get(0);
    }
}
