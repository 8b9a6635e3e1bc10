package io.dexklines.local.goconfig;

import io.dexklines.local.goconfig.YamlValue.Mapping;
import io.dexklines.local.goconfig.YamlValue.Sequence;
import io.dexklines.local.goconfig.YamlValue.Text;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a YAML file without creating objects from it: tags have no effect, and every scalar is a
 * text. Size, depth and the number of values are bounded, aliases included.
 */
final class YamlFile {

    /** The largest file that is read, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_VALUES = 10_000;

    private int values;

    private YamlFile() {}

    /**
     * Reads a file whose top level is a mapping.
     *
     * @throws Refused if it is not such a file or exceeds a bound
     * @throws IOException if it cannot be read
     */
    static Mapping read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new Refused(file + " is larger than 1 MiB: is it the right file?");
        }
        try {
            return parse(Files.readString(file));
        } catch (MalformedInputException e) {
            throw new Refused(file + " is not UTF-8: is it the right file?");
        }
    }

    /**
     * Reads a text.
     *
     * @throws Refused as {@link #read}
     */
    static Mapping parse(String text) {
        Node root;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MAX_BYTES);
            options.setNestingDepthLimit(MAX_DEPTH);
            root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw new Refused(
                    "the file is not valid YAML at %s: correct that line"
                            .formatted(
                                    e.getProblemMark() == null
                                            ? "its end"
                                            : "line %d, column %d"
                                                    .formatted(
                                                            e.getProblemMark().getLine() + 1,
                                                            e.getProblemMark().getColumn() + 1)));
        } catch (YAMLException e) {
            throw new Refused(
                    "the file is not YAML that can be read: a character is not allowed there, it is"
                            + " nested too deeply, or it has too many aliases");
        }
        if (root instanceof MappingNode mapping) {
            return new YamlFile().mapping(mapping, 1);
        }
        throw new Refused("the file is empty or a list, but keys with values are needed");
    }

    private YamlValue value(Node node, int depth) {
        values++;
        if (values > MAX_VALUES || depth > MAX_DEPTH) {
            throw new Refused(
                    "the file has more than %d values, or is nested deeper than %d: with aliases, each use counts"
                            .formatted(MAX_VALUES, MAX_DEPTH));
        }
        if (node instanceof MappingNode mapping) {
            return mapping(mapping, depth);
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlValue> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(value(item, depth + 1));
            }
            return new Sequence(List.copyOf(items));
        }
        ScalarNode scalar = (ScalarNode) node;
        return new Text(scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue());
    }

    private Mapping mapping(MappingNode node, int depth) {
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        Map<String, YamlValue> merged = new LinkedHashMap<>();
        Map<String, String> keys = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int line = tuple.getKeyNode().getStartMark().getLine() + 1;
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Refused("a key in line %d is not a text".formatted(line));
            }
            if (key.getTag().equals(Tag.MERGE)) {
                merge(value(tuple.getValueNode(), depth + 1), merged, line);
                continue;
            }
            String other = keys.putIfAbsent(lower(key.getValue()), key.getValue());
            if (other != null) {
                throw new Refused(
                        "the key %s in line %d is there twice: remove one"
                                .formatted(key.getValue(), line));
            }
            entries.put(key.getValue(), value(tuple.getValueNode(), depth + 1));
        }
        // a key of the mapping itself wins over a merged one
        merged.forEach(
                (key, value) -> {
                    if (keys.putIfAbsent(lower(key), key) == null) {
                        entries.put(key, value);
                    }
                });
        return new Mapping(entries);
    }

    private static void merge(YamlValue given, Map<String, YamlValue> merged, int line) {
        List<YamlValue> sources =
                given instanceof Sequence sequence ? sequence.values() : List.of(given);
        for (YamlValue source : sources) {
            if (!(source instanceof Mapping mapping)) {
                throw new Refused("<< in line %d does not name a mapping".formatted(line));
            }
            mapping.entries().forEach(merged::putIfAbsent);
        }
    }

    private static String lower(String key) {
        return key.toLowerCase(Locale.ROOT);
    }
}
