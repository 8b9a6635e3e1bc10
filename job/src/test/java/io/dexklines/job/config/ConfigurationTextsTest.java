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

/** The options, the annotated file and the README's table say the same. */
class ConfigurationTextsTest {

    private static final String FILE = "flink-conf/klines.properties";

    private static final String TABLE_BEGINS =
            "<!-- configuration: made of KlineJobOptions, ConfigurationTextsTest compares -->\n";

    private static final String TABLE_ENDS = "<!-- end of configuration -->\n";

    private static final int LINE = 96;

    private static final String FILE_BEGINS =
            """
            # The job's own configuration: flink run klines-job.jar --config klines.properties
            # A line that begins with #key= shows the default; to change it, take the # away. What is
            # given as an argument (--key value) outranks this file, and a key that is not here is refused.
            # Durations: 500 ms, 5 s, 10 min, 1 h. Sizes: 64 kb, 50 mb. Secrets are references, env:NAME or
            # file:/path: they are read on the TaskManager and never shown.
            # What it may be too low and too high for stands with each key.
            """;

    @Test
    void theReadmeHoldsTheTable() {
        String readme = RepositoryFiles.text("README.md");
        int begin = readme.indexOf(TABLE_BEGINS);
        int end = readme.indexOf(TABLE_ENDS);
        assertThat(begin).as("in README.md: " + TABLE_BEGINS).isGreaterThan(0);
        assertThat(end).as("in README.md: " + TABLE_ENDS).isGreaterThan(begin);

        String table = table();
        assertThat(readme.substring(begin + TABLE_BEGINS.length(), end))
                .as("between the comments of README.md; paste there:%n%s%n", table)
                .isEqualTo(table);
    }

    @Test
    void theFileIsTheOptionsAnnotated() {
        String file = file();

        assertThat(RepositoryFiles.text(FILE))
                .as("%s; paste there:%n%s%n", FILE, file)
                .isEqualTo(file);
    }

    @Test
    void theFileAsItIsChangesNothing() throws Exception {
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

    /** A knob without a word on both directions is one that nobody dares to turn. */
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
            int tooMuch = text.indexOf(" Too ");
            table.append("| `")
                    .append(option.key())
                    .append("` | ")
                    .append(option.hasDefaultValue() ? '`' + defaultText(option) + '`' : "–")
                    .append(" | ")
                    .append((tooMuch < 0 ? text : text.substring(0, tooMuch)).replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String file() {
        StringBuilder file = new StringBuilder(FILE_BEGINS);
        String concern = "";
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            String its = option.key().substring(0, option.key().indexOf('.'));
            if (!its.equals(concern)) {
                file.append("\n# ---- ").append(its).append(" ----\n");
                concern = its;
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

    /** The text in lines; what is too low and too high begins a line each. */
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
