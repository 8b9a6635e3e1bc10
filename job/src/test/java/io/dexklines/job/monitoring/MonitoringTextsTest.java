package io.dexklines.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.deployment.RepositoryFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alert rules, the dashboard and the documentation agree with each other and with the job. */
class MonitoringTextsTest {

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
    void theRowsOfTheDashboardFollowTheDataflow() {
        List<String> rows = new ArrayList<>();
        int lastY = -1;
        for (JsonNode panel : MonitoringTexts.dashboard().path("panels")) {
            if (panel.path("type").asText().equals("row")) {
                rows.add(panel.path("title").asText());
            }
            assertThat(panel.at("/gridPos/y").asInt()).isGreaterThanOrEqualTo(lastY);
            lastY = panel.at("/gridPos/y").asInt();
        }
        assertThat(rows)
                .containsExactly(
                        "At a glance",
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
    void everyPanelUsesTheProvisionedDataSource() {
        assertThat(
                        RepositoryFiles.text(
                                "flink-conf/monitoring/grafana/provisioning/datasources/prometheus.yml"))
                .contains("uid: prometheus\n");
        for (JsonNode panel : MonitoringTexts.dashboard().path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("prometheus");
                assertThat(panel.path("targets")).isNotEmpty();
            }
        }
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

    static List<String> everyExpression() {
        List<String> expressions = new ArrayList<>(MonitoringTexts.alerts().values());
        MonitoringTexts.panels().values().forEach(expressions::addAll);
        MonitoringTexts.dashboard()
                .at("/annotations/list")
                .forEach(annotation -> expressions.add(annotation.path("expr").asText()));
        return expressions;
    }
}
