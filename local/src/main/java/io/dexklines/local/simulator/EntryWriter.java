package io.dexklines.local.simulator;

import java.util.Arrays;

/**
 * Encodes entries as the real producers do. Amounts are JSON numbers on Solana and strings on EVM
 * chains.
 */
final class EntryWriter {

    /** Marks where a template takes its next value. */
    private static final String VALUE = "~";

    private static final int UP_DOWN_PERIODS = 5;

    private static final String SOLANA =
            """
            {"trader_info":{"wallet_address":"","address_tag":"","address_icon":"","twitter_link":""},
            "slot":~,"chain_id":"CHAIN","chain_id_int":CHAIN,
            "pair_addr":"~","tx_hash":"~","hash_id":"~#~","maker":"~","type":"~",
            "base_token_amount":~,"token_amount":~,"base_token_price_usd":~,
            "total_usd":~,"token_price_usd":~,
            "to":"~","block_num":~,"block_time":~,"transaction_index":~,"log_index":~,"swap_name":"~",
            "current_token_in_pool_amount":~,"current_base_token_in_pool_amount":~,"pair_info":~,
            "kline_up_down_5m":~,"kline_up_down_1h":~,"kline_up_down_4h":~,
            "kline_up_down_6h":~,"kline_up_down_24h":~,
            "fdv":~,"mcap":~,"token_amount_int":~,"base_token_amount_int":~,"clamp":~,
            "pump_point":0,"pump_launched":false,"pump_market_cap":0,"pump_owner":"",
            "pump_swap_pair_addr":"","pump_status":0,"pump_pair_addr":"",
            "create_time":"~","lp_mint_address":""}
            """;

    private static final String EVM =
            """
            {"trader_info":{"wallet_address":"","address_tag":"","address_icon":"","twitter_link":""},
            "chain_id":"CHAIN","chain_id_int":CHAIN,
            "pair_addr":"~","tx_hash":"~","hash_id":"~#~","maker":"~","from":"~","type":"~",
            "base_token_amount":"~","token_amount":"~","base_token_price_usd":"~",
            "total_usd":"~","token_price_usd":"~",
            "to":"~","block_num":~,"block_time":~,"transaction_index":~,"log_index":~,"swap_name":"~",
            "current_token_in_pool_amount":"~","current_base_token_in_pool_amount":"~","pair_info":~,
            "kline_up_down_5m":~,"kline_up_down_1h":~,"kline_up_down_4h":~,
            "kline_up_down_6h":~,"kline_up_down_24h":~,
            "fdv":~,"mcap":~,"liquidity":"~","token_amount_int":~,"base_token_amount_int":~,"clamp":~,
            "four_meme":null,"create_time":"~"}
            """;

    private final boolean evm;
    private final JsonBytes json;

    /** The parts of the template between two values, in the order of writing. */
    private final byte[][] parts;

    private int nextPart;

    /** One entry of a record's array. The block maker fills the same instance for every entry. */
    static final class Entry {
        TradedPair pair;
        String type;
        Address maker;

        /** Whether pool and maker are written in EIP-55's mixed case. */
        boolean displayed;

        /** The transaction's hash as it is written. */
        byte[] txHash;

        long height;
        long blockTimeMs;
        int transactionIndex;
        int logIndex;
        boolean clamp;

        /** In whole tokens, not in their smallest unit. */
        double tokenAmount;

        double baseAmount;
        double basePriceUsd;
        double priceUsd;

        /** {@code tokenAmount} × {@code priceUsd}. */
        double totalUsd;
    }

    EntryWriter(SimulatedChain chain, JsonBytes json) {
        this.evm = chain.isEvm();
        this.json = json;
        String template = (evm ? EVM : SOLANA).replace("\n", "").replace("CHAIN", chain.id());
        this.parts =
                Arrays.stream(template.split(VALUE)).map(JsonBytes::ascii).toArray(byte[][]::new);
    }

    /**
     * Appends one JSON object.
     *
     * @param createTime when the record is made, in RFC 3339
     */
    void write(Entry entry, byte[] createTime) {
        nextPart = 0;
        TradedPair pair = entry.pair;
        byte[] pool = entry.displayed ? pair.pool().displayed() : pair.pool().canonical();
        byte[] maker = entry.displayed ? entry.maker.displayed() : entry.maker.canonical();
        if (!evm) {
            part().integer(entry.height);
        }
        part().raw(pool);
        part().raw(entry.txHash);
        part().integer(entry.height);
        part().integer(entry.transactionIndex);
        part().raw(maker);
        if (evm) {
            part().raw(maker);
        }
        part().raw(JsonBytes.ascii(entry.type));
        amount(entry.baseAmount, 17);
        amount(entry.tokenAmount, 17);
        amount(entry.basePriceUsd, 17);
        amount(entry.totalUsd, 17);
        amount(entry.priceUsd, 17);
        part().raw(maker);
        part().integer(pair.exchange().leavesBlockNumZero() ? 0 : entry.height);
        part().integer(Math.floorDiv(entry.blockTimeMs, 1000));
        part().integer(entry.transactionIndex);
        part().integer(entry.logIndex);
        part().raw(JsonBytes.ascii(pair.exchange().name()));
        amount(pair.liquidityUsd() / 2 / entry.priceUsd, 15);
        amount(pair.liquidityUsd() / 2 / entry.basePriceUsd, 15);
        part().raw(pair.pairInfo(entry.displayed));
        for (int i = 0; i < UP_DOWN_PERIODS; i++) {
            part().number(pair.upDownPercent(i, entry.priceUsd), 6);
        }
        part().number(entry.priceUsd * pair.totalSupply(), 17);
        part().number(entry.priceUsd * pair.circulatingSupply(), 17);
        if (evm) {
            part().decimal(pair.liquidityUsd(), 15);
        }
        part().integer(smallestUnits(entry.tokenAmount, pair.tokenDecimals()));
        part().integer(smallestUnits(entry.baseAmount, pair.baseDecimals()));
        part().raw(JsonBytes.ascii(Boolean.toString(entry.clamp)));
        part().raw(createTime);
        part();
    }

    private JsonBytes part() {
        return json.raw(parts[nextPart++]);
    }

    private void amount(double value, int significant) {
        if (evm) {
            part().decimal(value, significant);
        } else {
            part().number(value, significant);
        }
    }

    /** Converts to the smallest unit, at most {@code Long.MAX_VALUE}, as the producers do. */
    private static long smallestUnits(double amount, int decimals) {
        return (long) (amount * StrictMath.pow(10, decimals));
    }
}
