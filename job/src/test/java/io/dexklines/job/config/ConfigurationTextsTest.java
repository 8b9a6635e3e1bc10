package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.deployment.RepositoryFiles;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/** {@link KlineJobOptions}, the annotated file and the table of the documentation agree. */
class ConfigurationTextsTest {

    private static final String FILE = "flink-conf/klines.properties";

    private static final String PAGE = "docs/configuration.md";

    private static final String TABLE_BEGINS =
            "<!-- configuration: generated from KlineJobOptions, compared by"
                    + " ConfigurationTextsTest -->\n";

    private static final String TABLE_ENDS = "<!-- end of configuration -->\n";

    /** The length at which the comments of the file are wrapped, in characters. */
    private static final int LINE = 96;

    private static final String FILE_BEGINS =
            """
            # The job's own configuration: flink run klines-job.jar --config klines.properties
            # A line that begins with #key= shows the default; to change it, remove the #. An argument
            # (--key value) overrides this file. A key that is not listed here is refused.
            # Durations: 500 ms, 5 s, 10 min, 1 h. Sizes: 64 kb, 50 mb. Secrets are references, env:NAME or
            # file:/path: they are read on the TaskManager and never shown.
            # Each key says what goes wrong when it is too low and when it is too high.
            """;

    @Test
    void theDocumentationHasTheTableOfTheOptions() {
        String page = RepositoryFiles.text(PAGE);
        int begin = page.indexOf(TABLE_BEGINS);
        int end = page.indexOf(TABLE_ENDS);
        assertThat(begin).as("in " + PAGE + ": " + TABLE_BEGINS).isGreaterThan(0);
        assertThat(end).as("in " + PAGE + ": " + TABLE_ENDS).isGreaterThan(begin);

        String table = table();
        assertThat(page.substring(begin + TABLE_BEGINS.length(), end))
                .as("paste between the comments of %s:%n%s%n", PAGE, table)
                .isEqualTo(table);
    }

    @Test
    void theFileListsEveryOptionWithItsDescription() {
        String file = file();

        assertThat(RepositoryFiles.text(FILE))
                .as("paste into %s:%n%s%n", FILE, file)
                .isEqualTo(file);
    }

    @Test
    void theUneditedFileChangesNothing() throws Exception {
        Properties given = new Properties();
        given.load(new StringReader(RepositoryFiles.text(FILE)));

        assertThat(given).isEmpty();
    }

    @Test
    void everyLineOfTheFileMayBeUncommented() throws Exception {
        Properties uncommented = new Properties();
        uncommented.load(
                new StringReader(
                        RepositoryFiles.text(FILE).replaceAll("(?m)^#([a-z.-]+=.+)$", "$1")));
        Map<String, String> values = new HashMap<>();
        uncommented.stringPropertyNames().forEach(k -> values.put(k, uncommented.getProperty(k)));
        assertThat(values).hasSizeGreaterThan(10);
        values.put("kafka.bootstrap-servers", "localhost:9092");

        assertThat(KlineJobSettings.of(values))
                .isEqualTo(
                        KlineJobSettings.of(Map.of("kafka.bootstrap-servers", "localhost:9092")));
    }

    @Test
    void everyNumberSaysWhatIsTooLowAndTooHigh() throws Exception {
        Map<String, Class<?>> types = types();
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            if (!List.of(String.class, Boolean.class).contains(types.get(option.key()))) {
                assertThat(description(option))
                        .as(option.key())
                        .contains("Too low")
                        .contains("Too high");
            }
        }
    }

    @Test
    void everyOptionIsListed() throws Exception {
        assertThat(KlineJobOptions.all().stream().map(ConfigOption::key))
                .containsExactlyElementsOf(types().keySet());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            String text = description(option);
            int advice = text.indexOf(" Too ");
            table.append("| `")
                    .append(option.key())
                    .append("` | ")
                    .append(option.hasDefaultValue() ? '`' + defaultText(option) + '`' : "–")
                    .append(" | ")
                    .append((advice < 0 ? text : text.substring(0, advice)).replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String file() {
        StringBuilder file = new StringBuilder(FILE_BEGINS);
        String group = "";
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            String prefix = option.key().substring(0, option.key().indexOf('.'));
            if (!prefix.equals(group)) {
                file.append("\n# ---- ").append(prefix).append(" ----\n");
                group = prefix;
            }
            file.append('\n');
            for (String line : wrapped(description(option))) {
                file.append("# ").append(line).append('\n');
            }
            file.append('#').append(option.key()).append('=');
            file.append(option.hasDefaultValue() ? defaultText(option) : "").append('\n');
        }
        return file.toString();
    }

    /** Wraps a description. "Too low" and "Too high" begin a new line each. */
    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        for (String part : text.split(" (?=Too )")) {
            StringBuilder line = new StringBuilder();
            for (String word : part.split(" ")) {
                if (line.length() + word.length() + 1 > LINE) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String defaultText(ConfigOption<?> option) {
        Object value = option.defaultValue();
        if (value instanceof Duration duration) {
            return TimeUtils.formatWithHighestUnit(duration);
        }
        if (value instanceof MemorySize size) {
            return size.toString();
        }
        return String.valueOf(value);
    }

    private static String description(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description()).replace("&gt;", ">");
    }

    private static Map<String, Class<?>> types() throws IllegalAccessException {
        Map<String, Class<?>> types = new LinkedHashMap<>();
        for (Field field : KlineJobOptions.class.getFields()) {
            ConfigOption<?> option = (ConfigOption<?>) field.get(null);
            types.put(
                    option.key(),
                    (Class<?>)
                            ((ParameterizedType) field.getGenericType())
                                    .getActualTypeArguments()[0]);
        }
        return types;
    }
}
