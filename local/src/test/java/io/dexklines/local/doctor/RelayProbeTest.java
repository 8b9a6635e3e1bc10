package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out before a relay is asked. */
class RelayProbeTest {

    private static final URI RELAY = URI.create("wss://127.0.0.1:1/publish");

    @TempDir private Path folder;

    @Test
    void authoritiesThatCannotBeReadAreNamed() throws Exception {
        Path missing = folder.resolve("authority.pem");
        Path empty = Files.createFile(folder.resolve("empty.pem"));

        assertFails(missing, missing + ": no such file or folder");
        assertFails(empty, empty + " contains no certificate");
    }

    private static void assertFails(Path authorities, String why) {
        assertThatThrownBy(
                        () ->
                                RelayProbe.read(
                                        RELAY,
                                        Optional.empty(),
                                        Optional.of(authorities.toString())))
                .isInstanceOf(ProbeFailure.class)
                .hasMessageContaining("the authorities of relays cannot be read: " + why);
    }
}
