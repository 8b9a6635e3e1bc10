package io.dexklines.local.stack;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The properties file of the job of a stack. */
public final class JobConfig {

    private JobConfig() {}

    /**
     * @param folder the folder of the stack
     */
    public static Path file(Path folder) {
        return folder.resolve("job.properties");
    }

    /** Writes the keys to the file. Keys that a user has added to it stay. */
    static Path write(Path folder, Map<String, String> keys) throws IOException {
        Map<String, String> all = read(file(folder));
        all.putAll(keys);
        return writeTo(file(folder), all);
    }

    /**
     * Writes the properties to another file, with users who can only read instead of the job's. A
     * store in which the job has a user that is not the stack's keeps that user.
     */
    public static Path forVerification(Path folder) {
        try {
            Map<String, String> keys = read(file(folder));
            replaceUser(
                    keys,
                    "kafka",
                    new KafkaUsers(folder.resolve("kafka").toAbsolutePath()).verifier());
            replaceUser(keys, "mysql", EmbeddedMariaDb.verifier(folder.resolve("mariadb")));
            replaceUser(keys, "redis", EmbeddedRedis.verifier(folder.resolve("redis")));
            return writeTo(folder.resolve("verify.properties"), keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replaceUser(Map<String, String> keys, String store, Login reader) {
        Path own = reader.passwordFile().getParent();
        String password = keys.getOrDefault(store + ".password", "");
        if (password.startsWith("file:" + own)) {
            keys.put(store + ".username", reader.user());
            keys.put(store + ".password", reader.passwordReference());
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return properties.stringPropertyNames().stream()
                .collect(
                        Collectors.toMap(
                                key -> key, properties::getProperty, (a, b) -> b, TreeMap::new));
    }

    private static Path writeTo(Path file, Map<String, String> keys) throws IOException {
        return Files.write(
                file,
                keys.entrySet().stream().map(key -> key.getKey() + "=" + key.getValue()).toList());
    }
}
