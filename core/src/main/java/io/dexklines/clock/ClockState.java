package io.dexklines.clock;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A chain's clock as the kline operator keeps it in checkpoints and savepoints.
 *
 * <p>Format, version 1: the version; the chain; three longs.
 *
 * @param chainId the chain, such as {@code 56}
 * @param time the greatest time that the clock has reached
 * @param lateBeforeMs trades before this time were late, so their identities may have been dropped,
 *     epoch milliseconds
 */
public record ClockState(String chainId, ChainTime time, long lateBeforeMs) {

    private static final int VERSION = 1;

    /** Returns the greater of each value. Both must be of the same chain. */
    public ClockState max(ClockState other) {
        return new ClockState(
                chainId, time.max(other.time), Math.max(lateBeforeMs, other.lateBeforeMs));
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(chainId);
        out.writeLong(time.lateMs());
        out.writeLong(time.closingMs());
        out.writeLong(lateBeforeMs);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static ClockState read(DataInput in) throws IOException {
        FormatVersion.read(in, "clocks", VERSION);
        return new ClockState(
                in.readUTF(), new ChainTime(in.readLong(), in.readLong()), in.readLong());
    }
}
