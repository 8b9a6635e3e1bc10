package io.dexklines.trade;

import java.io.DataInput;
import java.io.IOException;

/** The byte that a format begins with which may change. */
public final class FormatVersion {

    private FormatVersion() {}

    /**
     * Reads the version.
     *
     * @param what the bytes are of, in the plural
     * @throws IOException when it is none that this code knows
     */
    public static int read(DataInput in, String what, int newest) throws IOException {
        int version = in.readByte();
        if (version < 1 || version > newest) {
            throw new IOException(
                    what
                            + " are of version "
                            + version
                            + ", and this code knows no later one than "
                            + newest);
        }
        return version;
    }
}
