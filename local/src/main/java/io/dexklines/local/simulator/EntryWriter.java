package io.dexklines.local.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes entries as the producers do: all fields, amounts as numbers on Solana, else as strings.
 */
final class EntryWriter {

    private static final String[] UP_DOWN = {"5m", "1h", "4h", "6h", "24h"};
    private static final byte[] TRUE = JsonBytes.ascii("true");
    private static final byte[] FALSE = JsonBytes.ascii("false");

    private static final String TRADER_INFO =
            "{\"trader_info\":{\"wallet_address\":\"\",\"address_tag\":\"\""
                    + ",\"address_icon\":\"\",\"twitter_link\":\"\"}";

    private final SimulatedChain chain;
    private final JsonBytes json;

    /** The texts between two values, in the order of writing. */
    private final byte[][] texts;

    private int next;

    EntryWriter(SimulatedChain chain, JsonBytes json) {
        this.chain = chain;
        this.json = json;
        this.texts = chain.isEvm() ? evmTexts(chain) : solanaTexts(chain);
    }

    /**
     * Appends one object.
     *
     * @param createTime when the record is made, in RFC 3339
     */
    void write(Entry entry, byte[] createTime) {
        next = 0;
        if (chain.isEvm()) {
            writeEvm(entry, createTime);
        } else {
            writeSolana(entry, createTime);
        }
    }

    private static byte[][] solanaTexts(SimulatedChain chain) {
        List<String> texts = new ArrayList<>();
        texts.add(TRADER_INFO + ",\"slot\":");
        texts.add(
                ",\"chain_id\":\""
                        + chain.id()
                        + "\",\"chain_id_int\":"
                        + chain.id()
                        + ",\"pair_addr\":\"");
        texts.add("\",\"tx_hash\":\"");
        texts.add("\",\"hash_id\":\"");
        texts.add("#");
        texts.add("\",\"maker\":\"");
        texts.add("\",\"type\":\"");
        texts.add("\",\"base_token_amount\":");
        texts.add(",\"token_amount\":");
        texts.add(",\"base_token_price_usd\":");
        texts.add(",\"total_usd\":");
        texts.add(",\"token_price_usd\":");
        texts.add(",\"to\":\"");
        texts.add("\",\"block_num\":");
        texts.add(",\"block_time\":");
        texts.add(",\"transaction_index\":");
        texts.add(",\"log_index\":");
        texts.add(",\"swap_name\":\"");
        texts.add("\",\"current_token_in_pool_amount\":");
        texts.add(",\"current_base_token_in_pool_amount\":");
        texts.add(",\"pair_info\":");
        for (String period : UP_DOWN) {
            texts.add(",\"kline_up_down_" + period + "\":");
        }
        texts.add(",\"fdv\":");
        texts.add(",\"mcap\":");
        texts.add(",\"token_amount_int\":");
        texts.add(",\"base_token_amount_int\":");
        texts.add(",\"clamp\":");
        texts.add(
                ",\"pump_point\":0,\"pump_launched\":false,\"pump_market_cap\":0"
                        + ",\"pump_owner\":\"\""
                        + ",\"pump_swap_pair_addr\":\"\",\"pump_status\":0,\"pump_pair_addr\":\"\""
                        + ",\"create_time\":\"");
        texts.add("\",\"lp_mint_address\":\"\"}");
        return bytes(texts);
    }

    private void writeSolana(Entry entry, byte[] createTime) {
        TradedPair pair = entry.pair;
        text().integer(entry.height);
        text().raw(pair.pool().canonical());
        text().raw(entry.txHash);
        text().integer(entry.height);
        text().integer(entry.transactionIndex);
        text().raw(entry.maker.canonical());
        text().raw(JsonBytes.ascii(entry.type));
        text().number(entry.baseAmount, 17);
        text().number(entry.tokenAmount, 17);
        text().number(entry.basePriceUsd, 17);
        text().number(entry.totalUsd, 17);
        text().number(entry.priceUsd, 17);
        text().raw(entry.maker.canonical());
        text().integer(pair.exchange().leavesBlockNumZero() ? 0 : entry.height);
        text().integer(Math.floorDiv(entry.blockTimeMs, 1000));
        text().integer(entry.transactionIndex);
        text().integer(entry.logIndex);
        text().raw(JsonBytes.ascii(pair.exchange().name()));
        double tokensInPool = pair.liquidityUsd() / 2 / entry.priceUsd;
        double baseInPool = pair.liquidityUsd() / 2 / entry.basePriceUsd;
        text().number(tokensInPool, 15);
        text().number(baseInPool, 15);
        text().raw(pair.pairInfo(false));
        for (int i = 0; i < UP_DOWN.length; i++) {
            text().number(pair.upDownPercent(i, entry.priceUsd), 6);
        }
        text().number(entry.priceUsd * pair.totalSupply(), 17);
        text().number(entry.priceUsd * pair.circulatingSupply(), 17);
        text().integer(smallestUnits(entry.tokenAmount, pair.tokenDecimals()));
        text().integer(smallestUnits(entry.baseAmount, pair.baseDecimals()));
        text().raw(entry.clamp ? TRUE : FALSE);
        text().raw(createTime);
        text();
    }

    private static byte[][] evmTexts(SimulatedChain chain) {
        List<String> texts = new ArrayList<>();
        texts.add(
                TRADER_INFO
                        + ",\"chain_id\":\""
                        + chain.id()
                        + "\",\"chain_id_int\":"
                        + chain.id()
                        + ",\"pair_addr\":\"");
        texts.add("\",\"tx_hash\":\"");
        texts.add("\",\"hash_id\":\"");
        texts.add("#");
        texts.add("\",\"maker\":\"");
        texts.add("\",\"from\":\"");
        texts.add("\",\"type\":\"");
        texts.add("\",\"base_token_amount\":\"");
        texts.add("\",\"token_amount\":\"");
        texts.add("\",\"base_token_price_usd\":\"");
        texts.add("\",\"total_usd\":\"");
        texts.add("\",\"token_price_usd\":\"");
        texts.add("\",\"to\":\"");
        texts.add("\",\"block_num\":");
        texts.add(",\"block_time\":");
        texts.add(",\"transaction_index\":");
        texts.add(",\"log_index\":");
        texts.add(",\"swap_name\":\"");
        texts.add("\",\"current_token_in_pool_amount\":\"");
        texts.add("\",\"current_base_token_in_pool_amount\":\"");
        texts.add("\",\"pair_info\":");
        for (String period : UP_DOWN) {
            texts.add(",\"kline_up_down_" + period + "\":");
        }
        texts.add(",\"fdv\":");
        texts.add(",\"mcap\":");
        texts.add(",\"liquidity\":\"");
        texts.add("\",\"token_amount_int\":");
        texts.add(",\"base_token_amount_int\":");
        texts.add(",\"clamp\":");
        texts.add(",\"four_meme\":null,\"create_time\":\"");
        texts.add("\"}");
        return bytes(texts);
    }

    private void writeEvm(Entry entry, byte[] createTime) {
        TradedPair pair = entry.pair;
        byte[] pool = entry.displayed ? pair.pool().displayed() : pair.pool().canonical();
        byte[] maker = entry.displayed ? entry.maker.displayed() : entry.maker.canonical();
        text().raw(pool);
        text().raw(entry.txHash);
        text().integer(entry.height);
        text().integer(entry.transactionIndex);
        text().raw(maker);
        text().raw(maker);
        text().raw(JsonBytes.ascii(entry.type));
        text().decimal(entry.baseAmount, 17);
        text().decimal(entry.tokenAmount, 17);
        text().decimal(entry.basePriceUsd, 17);
        text().decimal(entry.totalUsd, 17);
        text().decimal(entry.priceUsd, 17);
        text().raw(maker);
        text().integer(entry.height);
        text().integer(Math.floorDiv(entry.blockTimeMs, 1000));
        text().integer(entry.transactionIndex);
        text().integer(entry.logIndex);
        text().raw(JsonBytes.ascii(pair.exchange().name()));
        double tokensInPool = pair.liquidityUsd() / 2 / entry.priceUsd;
        double baseInPool = pair.liquidityUsd() / 2 / entry.basePriceUsd;
        text().decimal(tokensInPool, 15);
        text().decimal(baseInPool, 15);
        text().raw(pair.pairInfo(entry.displayed));
        for (int i = 0; i < UP_DOWN.length; i++) {
            text().number(pair.upDownPercent(i, entry.priceUsd), 6);
        }
        text().number(entry.priceUsd * pair.totalSupply(), 17);
        text().number(entry.priceUsd * pair.circulatingSupply(), 17);
        text().decimal(pair.liquidityUsd(), 15);
        text().integer(smallestUnits(entry.tokenAmount, pair.tokenDecimals()));
        text().integer(smallestUnits(entry.baseAmount, pair.baseDecimals()));
        text().raw(entry.clamp ? TRUE : FALSE);
        text().raw(createTime);
        text();
    }

    private JsonBytes text() {
        return json.raw(texts[next++]);
    }

    /** As far as an {@code int64} reaches: the producers do not send more either. */
    private static long smallestUnits(double amount, int decimals) {
        return (long) (amount * StrictMath.pow(10, decimals));
    }

    private static byte[][] bytes(List<String> texts) {
        return texts.stream().map(JsonBytes::ascii).toArray(byte[][]::new);
    }
}
