package io.dexklines.local.goconfig;

import java.util.List;
import java.util.Map;

/** A value of a YAML document. */
sealed interface YamlValue {

    /**
     * A scalar as it is written, so that a password of digits stays a text.
     *
     * @param text empty for null
     */
    record Text(String text) implements YamlValue {}

    /** A list. */
    record Sequence(List<YamlValue> values) implements YamlValue {}

    /**
     * A mapping in the order of the file. No two keys differ only by case.
     *
     * @param entries the values by their keys as written
     */
    record Mapping(Map<String, YamlValue> entries) implements YamlValue {}
}
