package io.dexklines.local.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The broker's process: formats its storage at the first start, then is Kafka's own main. One JVM
 * instead of the two of Kafka's scripts.
 */
final class KafkaBroker {

    private KafkaBroker() {}

    /**
     * @param args the file {@code server.properties}, then the cluster's id
     */
    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        try (var in = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(in);
        }
        Path data = Path.of(settings.getProperty("log.dirs"));
        if (!Files.exists(data.resolve("meta.properties"))) {
            int exit =
                    StorageTool.execute(
                            new String[] {"format", "-t", args[1], "-c", args[0]}, System.out);
            if (exit != 0) {
                System.exit(exit);
            }
        }
        Kafka.main(new String[] {args[0]});
    }
}
