package io.dexklines.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class TradeTest {

    @Test
    void readsATradeOfAnEvmChainWithNumbersInStrings() throws Exception {
        Trade trade =
                read(
                        """
                        {"chain_id":"56","pair_addr":"0xAb","type":"buy","block_num":7,"block_time":60,
                        "transaction_index":3,"log_index":2,"token_price_usd":"0.5","mcap":9.5,
                        "total_usd":"2","token_amount":"4","maker":"0xcd","pair_info":{"fee":100}}""");

        assertThat(trade.isSwap()).isTrue();
        assertThat(trade.pair).isEqualTo("56:0xab");
        assertThat(trade.buy).isTrue();
        assertThat(trade.timeMs).isEqualTo(60_000);
        assertThat(trade.position).isEqualTo(7L << 32 | 3 << 16 | 2);
        assertThat(trade.price).isEqualTo(0.5);
        assertThat(trade.mcap).isEqualTo(9.5);
        assertThat(trade.usd).isEqualTo(2);
        assertThat(trade.tokens).isEqualTo(4);
    }

    @Test
    void readsATradeOfSolanaThatHasItsHeightInTheSlot() throws Exception {
        Trade trade =
                read(
                        """
                        {"chain_id":"100000","pair_addr":"Ab","type":"sell","slot":8,"block_num":0}""");

        assertThat(trade.pair).isEqualTo("100000:Ab");
        assertThat(trade.buy).isFalse();
        assertThat(trade.position).isEqualTo(8L << 32);
    }

    @Test
    void aLiquidityEventIsNoSwap() throws Exception {
        assertThat(read("{\"type\":\"add_position\",\"pair_addr\":\"0xab\"}").isSwap()).isFalse();
    }

    private static Trade read(String json) throws Exception {
        return new ObjectMapper().readValue(json, Trade.class).complete();
    }
}
