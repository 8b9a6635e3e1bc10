package io.dexklines.job.sink;

/** The heap of the test's JVM. */
public final class UsedHeap {

    private static final int COLLECTIONS = 3;

    private UsedHeap() {}

    /** Returns the bytes in use after a garbage collection. */
    public static long bytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
