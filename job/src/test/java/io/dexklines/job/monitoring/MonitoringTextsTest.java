package io.dexklines.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.deployment.RepositoryFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alert rules, the dashboard and the documentation agree with each other and with the job. */
class MonitoringTextsTest {

    /** Metrics with the label {@code job_name}. */
    private static final String OF_A_JOB = "flink_(job|task)manager_job_.*";

    /** Metrics with the label {@code chain}. */
    private static final String OF_A_CHAIN = ".*_chain_.*";

    @Test
    void everyMetricOfThisProjectIsExplained() {
        assertThat(MonitoringTexts.explained()).containsAll(JobMetrics.prometheusNames());
    }

    @Test
    void everyMetricInAnExpressionIsExplained() {
        for (String expression : everyExpression()) {
            Set<String> metrics = MonitoringTexts.metricsOf(expression);
            metrics.removeAll(JobMetrics.OF_PROMETHEUS);
            assertThat(MonitoringTexts.explained()).as(expression).containsAll(metrics);
        }
    }

    @Test
    void everyMetricOfThisProjectIsOnTheDashboard() {
        List<String> shown = new ArrayList<>();
        MonitoringTexts.panels()
                .values()
                .forEach(
                        expressions ->
                                expressions.forEach(
                                        e -> shown.addAll(MonitoringTexts.metricsOf(e))));

        assertThat(shown).containsAll(JobMetrics.prometheusNames());
    }

    @Test
    void theDocumentationExplainsEveryAlert() {
        Matcher row =
                Pattern.compile("(?m)^\\| `([A-Z][A-Za-z]+)` \\| [^|]+ \\|$")
                        .matcher(MonitoringTexts.documentation());
        List<String> explained = new ArrayList<>();
        while (row.find()) {
            explained.add(row.group(1));
        }
        assertThat(explained).containsExactlyElementsOf(MonitoringTexts.alerts().keySet());
    }

    @Test
    void everyAlertHasASeverityAndASummary() {
        for (JsonNode group : MonitoringTexts.rules().path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                String alert = rule.path("alert").asText();
                assertThat(rule.at("/labels/severity").asText())
                        .as(alert)
                        .isIn("critical", "warning");
                assertThat(rule.at("/annotations/summary").asText()).as(alert).isNotBlank();
            }
        }
    }

    @Test
    void transactionsAreAtRiskFromFourFifthsOfTheirTimeout() {
        long limitSeconds =
                KlineJobOptions.KAFKA_TRANSACTION_TIMEOUT.defaultValue().toSeconds() * 8 / 10;

        assertThat(MonitoringTexts.alerts().get("TransactionsAtRisk"))
                .contains("> " + limitSeconds + " ");
    }

    @Test
    void theFirstRowSaysWhetherAllIsWellAndTheOthersFollowTheDataflow() {
        assertThat(MonitoringTexts.rows())
                .extracting(row -> row.path("title").asText())
                .containsExactly(
                        "Is it well?",
                        "Kafka → Trades",
                        "By pair → Klines of all intervals",
                        "Smart money",
                        "MySQL",
                        "Redis",
                        "Relay → browsers",
                        "Kafka: excluded trades, refused klines",
                        "Checkpoints and machines");
    }

    @Test
    void allRowsButTheFirstAreCollapsed() {
        List<JsonNode> rows = MonitoringTexts.rows();

        assertThat(rows.get(0).path("collapsed").asBoolean()).isFalse();
        assertThat(rows.subList(1, rows.size()))
                .allSatisfy(
                        row -> {
                            assertThat(row.path("collapsed").asBoolean()).isTrue();
                            // the panels of an expanded row are beside it, not in it
                            assertThat(row.path("panels")).isNotEmpty();
                        });
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        List<JsonNode> all = new ArrayList<>(MonitoringTexts.rows());
        all.addAll(MonitoringTexts.allPanels());
        assertThat(all).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();

        List<List<JsonNode>> seenAtOnce = new ArrayList<>();
        MonitoringTexts.rows().forEach(row -> seenAtOnce.add(list(row.path("panels"))));
        seenAtOnce.add(list(MonitoringTexts.dashboard().path("panels")));
        for (List<JsonNode> panels : seenAtOnce) {
            Set<List<Integer>> taken = new HashSet<>();
            for (JsonNode panel : panels) {
                cells(panel.path("gridPos"))
                        .forEach(cell -> assertThat(taken.add(cell)).as(panel.toString()).isTrue());
            }
        }
    }

    @Test
    void everyPanelSaysWhatItShows() {
        assertThat(MonitoringTexts.allPanels())
                .hasSizeGreaterThan(50)
                .allSatisfy(
                        panel ->
                                assertThat(panel.path("description").asText())
                                        .as(panel.path("title").asText())
                                        .endsWith("."));
    }

    @Test
    void everyPanelAsksTheChosenDataSource() {
        String uid = "${datasource}";
        assertThat(MonitoringTexts.variables().get("datasource").path("query").asText())
                .isEqualTo("prometheus");
        assertThat(
                        RepositoryFiles.text(
                                "flink-conf/monitoring/grafana/provisioning/datasources/prometheus.yml"))
                .contains("type: prometheus\n", "isDefault: true\n");
        for (JsonNode panel : MonitoringTexts.allPanels()) {
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo(uid);
            assertThat(panel.path("targets")).isNotEmpty();
            panel.path("targets")
                    .forEach(
                            target ->
                                    assertThat(target.at("/datasource/uid").asText())
                                            .isEqualTo(uid));
        }
    }

    @Test
    void theVariablesAreAskedOfMetricsThatHaveTheirLabels() {
        assertThat(MonitoringTexts.variables())
                .containsOnlyKeys("datasource", "cluster", "job", "chain");
        assertThat(MonitoringTexts.variables().get("cluster").at("/query/query").asText())
                .isEqualTo("label_values(up, cluster)");
        assertThat(MonitoringTexts.variables().get("job").at("/query/query").asText())
                .isEqualTo(
                        "label_values(flink_jobmanager_job_numRestarts{cluster=~\"$cluster\"},"
                                + " job_name)");
        assertThat(MonitoringTexts.variables().get("chain").at("/query/query").asText())
                .isEqualTo(
                        "label_values(flink_taskmanager_job_task_operator_chain_clockLagMs"
                                + "{cluster=~\"$cluster\",job_name=~\"$job\"}, chain)");
    }

    /** With the label missing, the value of "all" still finds a metric. */
    @Test
    void allValuesOfAVariableFindMetricsWithoutItsLabel() {
        for (String name : List.of("cluster", "job", "chain")) {
            JsonNode variable = MonitoringTexts.variables().get(name);
            assertThat(variable.path("includeAll").asBoolean()).as(name).isTrue();
            assertThat(variable.path("allValue").asText()).as(name).isEqualTo(".*");
            assertThat(variable.at("/current/value/0").asText()).as(name).isEqualTo("$__all");
        }
    }

    @Test
    void everyExpressionOfTheDashboardUsesTheVariablesOfItsMetrics() {
        for (String expression : expressionsOfTheDashboard()) {
            assertThat(MonitoringTexts.variables().keySet())
                    .as(expression)
                    .containsAll(MonitoringTexts.variablesOf(expression));
            Set<String> metrics = MonitoringTexts.metricsOf(expression);
            // aggregated alerts have lost these labels
            metrics.removeAll(JobMetrics.OF_PROMETHEUS);
            for (String metric : metrics) {
                assertThat(MonitoringTexts.selectorsOf(expression).getOrDefault(metric, ""))
                        .as(metric + " in " + expression)
                        .contains("cluster=~\"$cluster\"")
                        .contains(metric.matches(OF_A_JOB) ? "job_name=~\"$job\"" : "")
                        .contains(metric.matches(OF_A_CHAIN) ? "chain=~\"$chain\"" : "");
            }
        }
    }

    /** The label that the variable of the dashboard asks for. */
    @Test
    void everyTargetOfPrometheusHasACluster() {
        for (JsonNode job : MonitoringTexts.prometheus().path("scrape_configs")) {
            assertThat(job.at("/relabel_configs/0/target_label").asText())
                    .as(job.path("job_name").asText())
                    .isEqualTo("cluster");
            assertThat(job.at("/relabel_configs/0/replacement").asText()).isNotBlank();
        }
    }

    @Test
    void theVariablesOfAnExpressionAreFound() {
        String expression = "a{b=~\"$c\",d=\"${e}\"}";

        assertThat(MonitoringTexts.variablesOf(expression)).containsExactly("c", "e");
        assertThat(MonitoringTexts.ofAll(expression)).isEqualTo("a{b=~\".*\",d=\".*\"}");
    }

    @Test
    void theMetricsOfAnExpressionAreFound() {
        assertThat(
                        MonitoringTexts.metricsOf(
                                "sum by (topic, le) (rate(a_total{b=\"c d\", e=~'f|g'}[5m])) > ignoring"
                                        + " (reason) group_left 0.5 * max(h:i) and time() - j / 1e3 > 5"))
                .containsExactly("a_total", "h:i", "j");
        assertThat(MonitoringTexts.metricsOf("count(A{b=\"c\"}) or vector(0)"))
                .containsExactly("A");
        assertThat(MonitoringTexts.selectorsOf("max(a{q=\"0.99\"}) - b"))
                .isEqualTo(Map.of("a", "q=\"0.99\""));
    }

    /** Returns all expressions, those of the dashboard for all values of its variables. */
    static List<String> everyExpression() {
        List<String> expressions = new ArrayList<>(MonitoringTexts.alerts().values());
        expressionsOfTheDashboard().stream().map(MonitoringTexts::ofAll).forEach(expressions::add);
        return expressions;
    }

    private static List<String> expressionsOfTheDashboard() {
        List<String> expressions = new ArrayList<>();
        MonitoringTexts.panels().values().forEach(expressions::addAll);
        MonitoringTexts.dashboard()
                .at("/annotations/list")
                .forEach(annotation -> expressions.add(annotation.path("expr").asText()));
        return expressions;
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** Returns the cells of the grid, 24 wide, that a panel covers. */
    private static List<List<Integer>> cells(JsonNode gridPos) {
        int left = gridPos.path("x").asInt();
        int top = gridPos.path("y").asInt();
        assertThat(left + gridPos.path("w").asInt()).isLessThanOrEqualTo(24);
        List<List<Integer>> cells = new ArrayList<>();
        for (int x = left; x < left + gridPos.path("w").asInt(); x++) {
            for (int y = top; y < top + gridPos.path("h").asInt(); y++) {
                cells.add(List.of(x, y));
            }
        }
        return cells;
    }
}
