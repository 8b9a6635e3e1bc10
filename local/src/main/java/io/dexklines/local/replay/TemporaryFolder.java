package io.dexklines.local.replay;

import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A new folder that is deleted when it is closed. If the JVM shuts down before, as at Ctrl-C, the
 * thread that made the folder is interrupted, and the shutdown waits until it has closed it.
 */
final class TemporaryFolder implements AutoCloseable {

    private static final int LONGEST_CLOSE_SECONDS = 30;

    private final Path path = Files.createTempDirectory("klines-replay-");
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::awaitClose, "await-temporary-folder");

    /**
     * @throws IOException if no folder can be made
     */
    TemporaryFolder() throws IOException {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return path;
    }

    /** Interrupts the owner and returns once the folder is closed, or after some time. */
    void awaitClose() {
        owner.interrupt();
        try {
            closed.await(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Deletes the folder.
     *
     * @throws IOException if something of it cannot be deleted
     */
    @Override
    public void close() throws IOException {
        try {
            StackFiles.deleteFolder(path);
        } finally {
            closed.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the hook is running
            }
        }
    }
}
