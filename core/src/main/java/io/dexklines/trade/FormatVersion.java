package io.dexklines.trade;

import java.io.DataInput;
import java.io.IOException;

/** Checks the version byte that each byte format begins with. */
public final class FormatVersion {

    private FormatVersion() {}

    /**
     * Reads, checks and returns the version.
     *
     * @param what what the bytes contain, in the plural, for the error message
     * @param newest the newest version that the caller can read
     * @throws IOException if the version is not between 1 and {@code newest}
     */
    public static int read(DataInput in, String what, int newest) throws IOException {
        int version = in.readByte();
        check(version, what, newest);
        return version;
    }

    /**
     * Checks a version that was read.
     *
     * @throws IOException if the version is not between 1 and {@code newest}
     */
    public static void check(int version, String what, int newest) throws IOException {
        if (version < 1 || version > newest) {
            throw new IOException(
                    String.format(
                            "cannot read %s of format version %d: this release reads versions up"
                                    + " to %d",
                            what, version, newest));
        }
    }
}
