package io.dexklines.job.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/** The configuration keys that Flink knows. */
public final class FlinkOptions {

    private FlinkOptions() {}

    /** Returns the options in all {@code …Options} classes of Flink's jars, by key. */
    public static Map<String, ConfigOption<?>> all() {
        Map<String, ConfigOption<?>> options = new LinkedHashMap<>();
        for (String element : System.getProperty("java.class.path").split(":")) {
            if (!element.matches(".*/flink-[^/]*\\.jar")) {
                continue;
            }
            for (String className : optionClasses(element)) {
                constants(className).forEach(option -> options.putIfAbsent(option.key(), option));
            }
        }
        return options;
    }

    private static List<String> optionClasses(String jar) {
        try (JarFile file = new JarFile(jar)) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("org/apache/flink/[^$]*Options\\.class"))
                    .filter(name -> !name.contains("/shaded/"))
                    .map(name -> name.replace('/', '.').replace(".class", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<ConfigOption<?>> constants(String className) {
        List<ConfigOption<?>> constants = new ArrayList<>();
        try {
            for (Field field : Class.forName(className).getFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.getType() == ConfigOption.class) {
                    constants.add((ConfigOption<?>) field.get(null));
                }
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            // these options belong to a part of Flink whose libraries are not on the class path
            return Stream.empty();
        }
        return constants.stream();
    }
}
