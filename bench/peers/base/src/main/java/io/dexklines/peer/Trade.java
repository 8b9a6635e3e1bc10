package io.dexklines.peer;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * A trade with the fields of which klines are made. It is a plain object with public fields, as
 * Jackson's data binding and Flink's {@code PojoSerializer} want it.
 *
 * <p>Jackson fills the fields with a name in JSON. {@link #complete} computes the others. Those
 * that are transient do not leave the decoder.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public class Trade {

    private static final String SOLANA = "100000";

    @JsonProperty("chain_id")
    public transient String chainId;

    @JsonProperty("pair_addr")
    public transient String pairAddress;

    @JsonProperty("type")
    public transient String type;

    /** The height of the block; 0 if only {@code slot} has it. */
    @JsonProperty("block_num")
    public transient long block;

    @JsonProperty("slot")
    public transient long slot;

    @JsonProperty("transaction_index")
    public transient long transactionIndex;

    @JsonProperty("log_index")
    public transient long logIndex;

    /** Epoch seconds. */
    @JsonProperty("block_time")
    public transient long blockTime;

    @JsonProperty("token_price_usd")
    public double price;

    @JsonProperty("mcap")
    public double mcap;

    @JsonProperty("total_usd")
    public double usd;

    @JsonProperty("token_amount")
    public double tokens;

    /** {@code chain_id:pair_addr}, with EVM addresses in lower case. */
    public String pair;

    public boolean buy;

    /** When the trade happened, epoch milliseconds. */
    public long timeMs;

    /**
     * The order of a trade within its pair: block, transaction and log. Trades of one pair are on
     * several partitions, so the order of arrival is not that of trading. Equal positions are in
     * one record, in the order of trading.
     */
    public long position;

    /** Creates an empty trade for a deserializer. */
    public Trade() {}

    /** Returns whether the trade belongs in a kline: liquidity events do not. */
    public boolean isSwap() {
        return "buy".equals(type) || "sell".equals(type);
    }

    /** Computes the fields that Jackson does not fill, and returns this trade. */
    public Trade complete() {
        pair = pair();
        buy = "buy".equals(type);
        timeMs = blockTime * 1000;
        position = (block == 0 ? slot : block) << 32 | transactionIndex << 16 | logIndex;
        return this;
    }

    private String pair() {
        boolean caseSensitive = SOLANA.equals(chainId);
        return chainId + ':' + (caseSensitive ? pairAddress : pairAddress.toLowerCase(Locale.ROOT));
    }
}
