package io.dexklines.access.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The file that is written once all certificates of a folder are. It has the end of their validity
 * and what they are for.
 */
record IssueRecord(Path folder) {

    /** How long before their end certificates are replaced. */
    private static final Duration REPLACED_BEFORE = Duration.ofDays(30);

    /** Returns whether the folder has certificates for this that last another 30 days. */
    boolean covers(List<String> purpose, Clock clock) throws IOException {
        if (!Files.exists(file())) {
            return false;
        }
        List<String> lines = Files.readAllLines(file());
        return Instant.parse(lines.get(0)).isAfter(clock.instant().plus(REPLACED_BEFORE))
                && lines.subList(1, lines.size()).equals(purpose);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file());
    }

    void write(List<String> purpose, Instant until) throws IOException {
        PrivateFile.write(file(), until + "\n" + String.join("\n", purpose) + "\n");
    }

    private Path file() {
        return folder.resolve("issued");
    }
}
