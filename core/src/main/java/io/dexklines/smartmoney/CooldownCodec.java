package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of {@link Cooldown}, in state: they begin with a version.
 *
 * <p>Version 1: the version; block time; until when.
 */
public final class CooldownCodec {

    private static final int VERSION = 1;

    private CooldownCodec() {}

    /** Writes the newest version. */
    public static void write(Cooldown cooldown, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(cooldown.blockTimeSeconds());
        out.writeLong(cooldown.untilMs());
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static Cooldown read(DataInput in) throws IOException {
        FormatVersion.read(in, "cooldowns", VERSION);
        return new Cooldown(in.readLong(), in.readLong());
    }
}
