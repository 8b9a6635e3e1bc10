package io.dexklines.local.goconfig;

import io.dexklines.local.goconfig.YamlValue.Mapping;
import io.dexklines.local.goconfig.YamlValue.Sequence;
import io.dexklines.local.goconfig.YamlValue.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the consumers, databases and caches of a YAML file at any depth, and has the job's
 * configuration made from them.
 */
final class GoConfig {

    private static final String REPLICA =
            "a replica for readers: the job only writes, and the relay has a list of its own"
                    + " (--mysql-url)";

    private final Set<String> skipped;
    private final Set<String> skippedAndFound = new HashSet<>();
    private final Imported imported;

    private final List<Block> consumers = new ArrayList<>();
    private final List<Block> databases = new ArrayList<>();
    private final List<Block> caches = new ArrayList<>();

    private GoConfig(Set<String> skipped, Imported imported) {
        this.skipped = skipped;
        this.imported = imported;
    }

    /**
     * Makes the job's configuration.
     *
     * @param file the content of the YAML file
     * @param chainsByTopic the chains of further topics, separated by commas
     * @param skipped paths of blocks to leave out, such as {@code KqAlerts}
     * @param secretsFolder the absolute path of the folder of the passwords' files
     * @throws Refused if the file does not describe one job
     */
    static Imported convert(
            Mapping file,
            Map<String, String> chainsByTopic,
            Set<String> skipped,
            Path secretsFolder) {
        Imported imported = new Imported(secretsFolder);
        GoConfig config = new GoConfig(skipped, imported);
        config.walk(Block.of("", file));
        Set<String> missing = new TreeSet<>(skipped);
        missing.removeAll(config.skippedAndFound);
        if (!missing.isEmpty()) {
            throw new Refused("there is no " + missing.iterator().next() + " in the file to skip");
        }
        if (config.consumers.isEmpty()) {
            throw new Refused(
                    "the file has no consumer: no block with Brokers, Group and Topic. Name the"
                            + " file of the service that reads the trades");
        }
        new Consumers(config.consumers, chainsByTopic, imported).convert();
        new Databases(config.databases, imported).convert();
        new Caches(config.caches, imported).convert();
        return imported;
    }

    private void walk(Block block) {
        Set<String> handled = collect(block);
        for (Map.Entry<String, YamlValue> entry : block.values().entrySet()) {
            String key = entry.getKey();
            if (!handled.contains(key)) {
                other(block.pathOf(key), key, entry.getValue());
            }
        }
    }

    /** Adds a block to its kind. Returns the keys that the kind reads. */
    private Set<String> collect(Block block) {
        Set<String> handled = new LinkedHashSet<>();
        if (Consumers.isConsumer(block)) {
            consumers.add(block);
            handled.addAll(Consumers.KEYS);
        } else if (block.has("brokers")) {
            for (String key : Consumers.KEYS) {
                if (block.has(key)) {
                    imported.none(
                            block.pathOf(key),
                            "of a producer, or of a consumer without Group or Topic: the job reads"
                                    + " trades, and writes to topics of its own");
                }
            }
            handled.addAll(Consumers.KEYS);
        }
        if (Databases.isDatabase(block)) {
            databases.add(block);
            handled.addAll(Databases.KEYS);
        } else if (Caches.isCache(block)) {
            caches.add(block);
            handled.addAll(Caches.KEYS);
        }
        return handled;
    }

    /** Looks for blocks below a key that is not of its block's kind. */
    private void other(String path, String key, YamlValue value) {
        if (isSkipped(path)) {
            imported.none(path, "left out by --skip");
        } else if (key.matches("slaves?|replicas?") && finds(path, value)) {
            imported.none(path, REPLICA);
        } else if (value instanceof Text text && Databases.isDataSource(key, text.text())) {
            databases.add(Databases.ofScalar(path, text));
        } else if (finds(path, value)) {
            descend(path, value);
        } else {
            OtherKeys.reason(key)
                    .ifPresentOrElse(why -> imported.none(path, why), () -> imported.unknown(path));
        }
    }

    private void descend(String path, YamlValue value) {
        if (value instanceof Mapping mapping) {
            walk(Block.of(path, mapping));
        } else if (value instanceof Sequence sequence) {
            int i = 0;
            for (YamlValue item : sequence.values()) {
                String itemPath = path + "[" + i + "]";
                if (isSkipped(itemPath)) {
                    imported.none(itemPath, "left out by --skip");
                } else {
                    descend(itemPath, item);
                }
                i++;
            }
        } else {
            imported.unknown(path);
        }
    }

    private boolean isSkipped(String path) {
        for (String each : skipped) {
            if (each.toLowerCase(Locale.ROOT).equals(path.toLowerCase(Locale.ROOT))) {
                skippedAndFound.add(each);
                return true;
            }
        }
        return false;
    }

    /** Returns whether a value has a block of any kind in it. */
    private boolean finds(String path, YamlValue value) {
        if (value instanceof Sequence sequence) {
            return sequence.values().stream().anyMatch(item -> finds(path, item));
        }
        if (!(value instanceof Mapping mapping)) {
            return false;
        }
        Block block = Block.of(path, mapping);
        if (block.has("brokers") || Databases.isDatabase(block) || Caches.isCache(block)) {
            return true;
        }
        return block.values().entrySet().stream()
                .anyMatch(
                        entry ->
                                isSkippable(block.pathOf(entry.getKey()))
                                        || entry.getValue() instanceof Text text
                                                && Databases.isDataSource(
                                                        entry.getKey(), text.text())
                                        || finds(block.pathOf(entry.getKey()), entry.getValue()));
    }

    private boolean isSkippable(String path) {
        return skipped.stream().anyMatch(path::equalsIgnoreCase);
    }
}
