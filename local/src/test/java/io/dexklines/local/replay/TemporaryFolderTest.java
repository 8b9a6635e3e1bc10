package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {

    @Test
    void itIsDeletedWithItsContentWhenItIsClosed() throws IOException {
        Path path;
        try (TemporaryFolder folder = new TemporaryFolder()) {
            path = folder.path();
            Files.createDirectories(path.resolve("kafka/data"));
            Files.writeString(path.resolve("kafka/data/0.log"), "[]");
        }

        assertThat(path).doesNotExist();
    }

    @Test
    void aShutdownInterruptsItsOwnerAndWaitsUntilItIsClosed() throws Exception {
        Thread shutdown;
        TemporaryFolder folder = new TemporaryFolder();
        try (folder) {
            shutdown = new Thread(folder::awaitClose);
            shutdown.start();

            assertThatThrownBy(new CountDownLatch(1)::await)
                    .isInstanceOf(InterruptedException.class);
            assertThat(shutdown.isAlive()).isTrue();
        }
        shutdown.join();

        assertThat(folder.path()).doesNotExist();
    }
}
