package io.dexklines.peer.flink;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dexklines.peer.Trade;

/** An element of a record: a trade with its identity, or the reason why it does not count. */
public class ReceivedTrade extends Trade {

    @JsonProperty("tx_hash")
    public String transaction;

    /** What a redelivered trade is recognised by. */
    public String identity;

    /** Why the trade does not count; null if it does. */
    public String reason;

    /** Creates an empty trade for a deserializer. */
    public ReceivedTrade() {}

    /** Returns a trade that stands for a whole record. */
    static ReceivedTrade malformed(String problem) {
        ReceivedTrade trade = new ReceivedTrade();
        trade.reason = "malformed: " + problem;
        return trade;
    }

    /** Sets the reason and returns this trade. */
    ReceivedTrade because(String why) {
        reason = why;
        return this;
    }
}
