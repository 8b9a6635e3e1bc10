package io.dexklines.job.source.trades;

import net.jpountz.lz4.LZ4Factory;

/**
 * Lets Kafka's client decompress lz4 with native code. lz4-java uses native code by itself only if
 * it is on the class path of the JVM, which a Flink job is not, and otherwise Java code that takes
 * about five times as long. It does use native code that somebody has loaded.
 *
 * <p>The library is extracted to a file in {@code java.io.tmpdir} for each class loader of a job.
 * The JVM removes it when it ends.
 */
final class NativeLz4 {

    private NativeLz4() {}

    /**
     * Loads the native code of lz4-java, if there is any for this machine. Call it before Kafka's
     * first record with lz4 is read.
     *
     * @return whether it is loaded
     */
    static boolean load() {
        try {
            LZ4Factory.nativeInstance();
            return true;
        } catch (LinkageError | RuntimeException unavailable) {
            // such as a folder of temporary files from which nothing may be executed
            return false;
        }
    }
}
