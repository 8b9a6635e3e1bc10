package io.dexklines.job.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.deployment.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads the alert rules, the dashboard and the documentation of the metrics. */
public final class MonitoringTexts {

    private static final String FOLDER = "flink-conf/monitoring/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*(\\([^)]*\\))?");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern TABLE_OF = Pattern.compile("(?:^|.* )[Bb]egin with `(\\w+)`\\.$");
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)`");

    private MonitoringTexts() {}

    /** Returns the expressions of the alerts by the names of the alerts. */
    static Map<String, String> alerts() {
        Map<String, String> alerts = new LinkedHashMap<>();
        for (JsonNode group : rules().path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (alerts.put(rule.path("alert").asText(), rule.path("expr").asText()) != null) {
                    throw new IllegalStateException("duplicate alert: " + rule);
                }
            }
        }
        return alerts;
    }

    static JsonNode rules() {
        return yaml(FOLDER + "rules.yml");
    }

    public static JsonNode prometheus() {
        return yaml(FOLDER + "prometheus.yml");
    }

    static JsonNode dashboard() {
        try {
            return JSON.readTree(
                    RepositoryFiles.text(FOLDER + "grafana/dashboards/dex-klines.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the rows of the dashboard, from top to bottom. */
    static List<JsonNode> rows() {
        return topLevel(true);
    }

    /** Returns the panels of the dashboard from top to bottom, also those in collapsed rows. */
    static List<JsonNode> allPanels() {
        List<JsonNode> panels = new ArrayList<>(topLevel(false));
        rows().forEach(row -> row.path("panels").forEach(panels::add));
        return panels;
    }

    private static List<JsonNode> topLevel(boolean rows) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode panel : dashboard().path("panels")) {
            if (panel.path("type").asText().equals("row") == rows) {
                found.add(panel);
            }
        }
        return found;
    }

    /** Returns the variables of the dashboard by their names. */
    static Map<String, JsonNode> variables() {
        Map<String, JsonNode> variables = new LinkedHashMap<>();
        dashboard()
                .at("/templating/list")
                .forEach(variable -> variables.put(variable.path("name").asText(), variable));
        return variables;
    }

    /** Returns the names of the variables that a text of the dashboard uses. */
    static Set<String> variablesOf(String text) {
        Set<String> names = new LinkedHashSet<>();
        VARIABLE.matcher(text).results().forEach(variable -> names.add(variable.group(1)));
        return names;
    }

    /** Returns an expression as it is asked when all values of each variable are chosen. */
    static String ofAll(String expression) {
        return VARIABLE.matcher(expression).replaceAll(".*");
    }

    /** Returns the expressions of the dashboard by the ids and titles of its panels. */
    static Map<String, Set<String>> panels() {
        Map<String, Set<String>> panels = new LinkedHashMap<>();
        for (JsonNode panel : allPanels()) {
            for (JsonNode target : panel.path("targets")) {
                panels.computeIfAbsent(
                                panel.path("id").asText() + " " + panel.path("title").asText(),
                                title -> new LinkedHashSet<>())
                        .add(target.path("expr").asText());
            }
        }
        return panels;
    }

    /** Returns the names of the metrics in a PromQL expression. */
    static Set<String> metricsOf(String expression) {
        String rest = expression;
        for (Pattern noise : new Pattern[] {STRING, MATCHERS, RANGE, LABELS}) {
            rest = noise.matcher(rest).replaceAll(" ");
        }
        Set<String> metrics = new LinkedHashSet<>();
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            boolean function = rest.substring(name.end()).stripLeading().startsWith("(");
            if (!function && !OPERATORS.contains(name.group())) {
                metrics.add(name.group());
            }
        }
        return metrics;
    }

    /** Returns the label selectors of an expression by the names of their metrics. */
    static Map<String, String> selectorsOf(String expression) {
        Map<String, String> selectors = new LinkedHashMap<>();
        Matcher selector = SELECTOR.matcher(expression);
        while (selector.find()) {
            selectors.put(selector.group(1), selector.group(2));
        }
        return selectors;
    }

    /**
     * Returns the metrics that the documentation explains: the names in the first column of its
     * tables, with the prefix that the line before the table gives.
     */
    static Set<String> explained() {
        Set<String> metrics = new LinkedHashSet<>();
        String begin = null;
        for (String line : documentation().lines().toList()) {
            Matcher tableOf = TABLE_OF.matcher(line);
            if (tableOf.matches()) {
                begin = tableOf.group(1);
            } else if (line.startsWith("#")) {
                begin = null;
            } else if (begin != null && line.startsWith("| `")) {
                Matcher name = QUOTED.matcher(line.split("\\|")[1]);
                while (name.find()) {
                    metrics.add(begin + name.group(1));
                }
            }
        }
        return metrics;
    }

    static String documentation() {
        return RepositoryFiles.text("docs/monitoring.md");
    }

    private static JsonNode yaml(String path) {
        Object file =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(RepositoryFiles.text(path));
        return JSON.valueToTree(file);
    }
}
