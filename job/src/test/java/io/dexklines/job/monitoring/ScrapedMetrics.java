package io.dexklines.job.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that a process exports in the text format of Prometheus. */
record ScrapedMetrics(List<Sample> samples) {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");

    /** One line of the text format. */
    record Sample(String metric, Map<String, String> labels, double value) {}

    /** Scrapes the address once. */
    static ScrapedMetrics of(String url) {
        try {
            String text =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(url))
                                            .timeout(TIMEOUT)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            return new ScrapedMetrics(
                    text.lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(ScrapedMetrics::sample)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Sample sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(3));
            }
        }
        return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
    }

    ScrapedMetrics and(ScrapedMetrics others) {
        List<Sample> all = new ArrayList<>(samples);
        all.addAll(others.samples);
        return new ScrapedMetrics(all);
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        samples.forEach(sample -> names.add(sample.metric()));
        return names;
    }

    /** Returns those of the given metrics that were not scraped. */
    Set<String> missing(Collection<String> metrics) {
        Set<String> missing = new TreeSet<>(metrics);
        missing.removeAll(names());
        return missing;
    }

    /**
     * Returns whether the metric was scraped with matching labels, written as in PromQL: {@code
     * a="b",c=~"d"}.
     */
    boolean has(String metric, String matchers) {
        return samples.stream()
                .anyMatch(
                        sample ->
                                sample.metric().equals(metric)
                                        && LABEL.matcher(matchers)
                                                .results()
                                                .allMatch(
                                                        label ->
                                                                matches(
                                                                        sample.labels()
                                                                                .getOrDefault(
                                                                                        label.group(
                                                                                                1),
                                                                                        ""),
                                                                        label.group(2),
                                                                        label.group(3))));
    }

    private static boolean matches(String value, String operator, String wanted) {
        return operator.equals("=") ? value.equals(wanted) : value.matches(wanted);
    }

    /** Returns the sum over all subtasks. */
    double sum(String metric) {
        return samples.stream()
                .filter(sample -> sample.metric().equals(metric))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** Returns the sum over all subtasks for one value of a label; NaN if nothing has it. */
    double sum(String metric, String label, String value) {
        return sumsBy(metric, label).getOrDefault(value, Double.NaN);
    }

    /** Returns the sum over all subtasks for each value of a label. */
    Map<String, Double> sumsBy(String metric, String label) {
        Map<String, Double> sums = new TreeMap<>();
        for (Sample sample : samples) {
            if (sample.metric().equals(metric)) {
                sums.merge(sample.labels().get(label), sample.value(), Double::sum);
            }
        }
        return sums;
    }
}
