package io.dexklines.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What Flink's own scripts pass to every JVM. */
final class FlinkJvm {

    /** The {@code --add-opens} and {@code --add-exports} of Flink on Java 17. */
    static final List<String> OPENED_MODULES = read();

    private FlinkJvm() {}

    /** The build writes them from the one place where they stand, the root pom. */
    private static List<String> read() {
        try (InputStream in = FlinkJvm.class.getResourceAsStream("flink-jvm-options.txt")) {
            return List.of(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
