package io.dexklines.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** How a JVM of the stack is started. */
final class JavaCommand {

    /** For processes that end soon or do little: they start faster with these. */
    static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private JavaCommand() {}

    /** The words up to the main class. The class path goes by the environment: it is long. */
    static List<String> words(List<String> jvmOptions, Path loggerSettings, String mainClass) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        words.add("-Djava.net.preferIPv4Stack=true");
        words.add("-Duser.timezone=UTC");
        words.add("-Dlog4j2.configurationFile=" + loggerSettings);
        // Flink gives its own name for the same thing
        words.add("-Dlog4j.configurationFile=" + loggerSettings);
        words.add(mainClass);
        return words;
    }

    /** A child on this JVM's own class path. */
    static ServerProcess.Command onOwnClassPath(
            String name, Path folder, List<String> jvmOptions, String mainClass) {
        Path loggerSettings = copyResource("server-log4j2.properties", folder);
        return new ServerProcess.Command(name, folder)
                .environment("CLASSPATH", System.getProperty("java.class.path"))
                .words(words(jvmOptions, loggerSettings, mainClass));
    }

    /** Puts a file of this package into a folder. */
    static Path copyResource(String resource, Path folder) {
        try (InputStream in = JavaCommand.class.getResourceAsStream(resource)) {
            Files.createDirectories(folder);
            Path file = folder.resolve(resource);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
