package io.dexklines.kline;

import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a position whole where it first stands and as a number from then on: the klines of all
 * intervals of a pair begin and end with the same few trades.
 */
final class PositionPool {

    private PositionPool() {}

    /** One use: one message. */
    static final class Writer {
        private final Map<TradePosition, Integer> numbers = new HashMap<>();

        void write(DataOutput out, TradePosition position) throws IOException {
            Integer number = numbers.putIfAbsent(position, numbers.size());
            if (number != null) {
                Varint.write(out, number + 1L);
                return;
            }
            Varint.write(out, 0);
            writeWhole(out, position);
        }
    }

    /** One use: one message. */
    static final class Reader {
        private final List<TradePosition> positions = new ArrayList<>();

        TradePosition read(DataInput in) throws IOException {
            int number = (int) Varint.read(in);
            if (number > 0) {
                return positions.get(number - 1);
            }
            TradePosition position = readWhole(in);
            positions.add(position);
            return position;
        }
    }

    static void writeWhole(DataOutput out, TradePosition position) throws IOException {
        Varint.write(out, position.blockTimeSeconds());
        Varint.write(out, position.block());
        Varint.write(out, position.transactionIndex());
        Varint.write(out, position.logIndex());
        Varint.write(out, position.index());
        out.writeLong(position.identity());
    }

    static TradePosition readWhole(DataInput in) throws IOException {
        return new TradePosition(
                Varint.read(in),
                Varint.read(in),
                Varint.read(in),
                Varint.read(in),
                (int) Varint.read(in),
                in.readLong());
    }
}
