package io.dexklines.kline;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes each distinct position of a message once. A repeated position is written as a reference.
 * The klines of a pair share positions, because the same trades open and close many of them.
 */
final class PositionPool {

    private PositionPool() {}

    /** Writes the positions of one message. */
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

    /** Reads the positions of one message. */
    static final class Reader {
        private final List<TradePosition> positions = new ArrayList<>();
        private final boolean former;

        /**
         * @param former whether the message is of a version with identities of 64 bits
         */
        Reader(boolean former) {
            this.former = former;
        }

        TradePosition read(DataInput in) throws IOException {
            int number = (int) Varint.read(in);
            if (number > 0) {
                return positions.get(number - 1);
            }
            TradePosition position = readWhole(in, former);
            positions.add(position);
            return position;
        }
    }

    private static void writeWhole(DataOutput out, TradePosition position) throws IOException {
        Varint.write(out, position.blockTimeSeconds());
        Varint.write(out, position.block());
        Varint.write(out, position.transactionIndex());
        Varint.write(out, position.logIndex());
        Varint.write(out, position.index());
        position.fields().write(out);
    }

    private static TradePosition readWhole(DataInput in, boolean former) throws IOException {
        return new TradePosition(
                Varint.read(in),
                Varint.read(in),
                Varint.read(in),
                Varint.read(in),
                (int) Varint.read(in),
                former ? IdentityFields.ofFormer(in.readLong()) : IdentityFields.read(in));
    }
}
