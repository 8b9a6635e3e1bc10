package io.dexklines.peer.streams;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.dexklines.peer.Kline;
import io.dexklines.peer.Trade;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The formats of records, of trades between the two parts of the topology, and of klines in the
 * stores. The latter two are binary and of a fixed length, since a store keeps bytes and each trade
 * reads and writes nine klines.
 */
final class Formats {

    private static final int TRADE_BYTES = 1 + 6 * Long.BYTES;
    private static final int KLINE_BYTES = 16 * Long.BYTES;

    private Formats() {}

    /** The JSON array of a record, by Jackson's data binding. Only reads. */
    static Serde<Trade[]> records() {
        ObjectReader reader = new ObjectMapper().readerFor(Trade[].class);
        return Serdes.serdeFrom(
                (topic, trades) -> {
                    throw new UnsupportedOperationException("records are only read");
                },
                (topic, json) -> {
                    try {
                        return reader.readValue(json);
                    } catch (IOException e) {
                        throw new SerializationException(e);
                    }
                });
    }

    /** A trade without its pair, which is the key. */
    static Serde<Trade> trades() {
        return Serdes.serdeFrom(
                (topic, trade) ->
                        ByteBuffer.allocate(TRADE_BYTES)
                                .put((byte) (trade.buy ? 1 : 0))
                                .putLong(trade.timeMs)
                                .putLong(trade.position)
                                .putDouble(trade.price)
                                .putDouble(trade.mcap)
                                .putDouble(trade.usd)
                                .putDouble(trade.tokens)
                                .array(),
                (topic, bytes) -> {
                    ByteBuffer in = ByteBuffer.wrap(bytes);
                    Trade trade = new Trade();
                    trade.buy = in.get() == 1;
                    trade.timeMs = in.getLong();
                    trade.position = in.getLong();
                    trade.price = in.getDouble();
                    trade.mcap = in.getDouble();
                    trade.usd = in.getDouble();
                    trade.tokens = in.getDouble();
                    return trade;
                });
    }

    /** A kline without its name, which is the key. A store has no bytes where it has no kline. */
    static Serde<Kline> klines() {
        return Serdes.serdeFrom(
                (topic, kline) -> kline == null ? null : bytes(kline),
                (topic, bytes) -> bytes == null ? null : kline(ByteBuffer.wrap(bytes)));
    }

    private static byte[] bytes(Kline kline) {
        return ByteBuffer.allocate(KLINE_BYTES)
                .putDouble(kline.open)
                .putDouble(kline.high)
                .putDouble(kline.low)
                .putDouble(kline.close)
                .putDouble(kline.mcapOpen)
                .putDouble(kline.mcapHigh)
                .putDouble(kline.mcapLow)
                .putDouble(kline.mcapClose)
                .putDouble(kline.volumeUsd)
                .putDouble(kline.volumeToken)
                .putDouble(kline.buyVolumeUsd)
                .putDouble(kline.buyVolumeToken)
                .putLong(kline.trades)
                .putLong(kline.buys)
                .putLong(kline.first)
                .putLong(kline.last)
                .array();
    }

    private static Kline kline(ByteBuffer in) {
        Kline kline = new Kline();
        kline.open = in.getDouble();
        kline.high = in.getDouble();
        kline.low = in.getDouble();
        kline.close = in.getDouble();
        kline.mcapOpen = in.getDouble();
        kline.mcapHigh = in.getDouble();
        kline.mcapLow = in.getDouble();
        kline.mcapClose = in.getDouble();
        kline.volumeUsd = in.getDouble();
        kline.volumeToken = in.getDouble();
        kline.buyVolumeUsd = in.getDouble();
        kline.buyVolumeToken = in.getDouble();
        kline.trades = in.getLong();
        kline.buys = in.getLong();
        kline.first = in.getLong();
        kline.last = in.getLong();
        return kline;
    }
}
