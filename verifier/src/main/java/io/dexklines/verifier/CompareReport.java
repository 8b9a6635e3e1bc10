package io.dexklines.verifier;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.verifier.compare.Candle;
import io.dexklines.verifier.compare.Cause;
import io.dexklines.verifier.compare.Comparison;
import io.dexklines.verifier.compare.Finding;
import io.dexklines.verifier.compare.Named;
import io.dexklines.verifier.compare.TradeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The texts of a comparison: the summary by cause, and one JSON object for each difference. */
final class CompareReport {

    private static final int MAX_TRADES = 1000;
    private static final int MAX_EXAMPLES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Comparison.Result result;
    private final Map<Finding.Verdict, Long> verdicts = new EnumMap<>(Finding.Verdict.class);

    CompareReport(Comparison.Result result) {
        this.result = result;
        for (Finding.Verdict verdict : Finding.Verdict.values()) {
            verdicts.put(verdict, 0L);
        }
        result.findings().forEach(finding -> verdicts.merge(finding.verdict(), 1L, Long::sum));
    }

    /** Returns whether every difference has an explanation, as far as the topics go back. */
    boolean isGood() {
        return verdicts.get(Finding.Verdict.UNEXPLAINED) == 0;
    }

    /** Returns the lines of the summary. The last one is for scripts. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%d klines compared, %d of them equal; %d older ones not, which may have expired"
                        .formatted(
                                result.compared(),
                                result.compared() - result.findings().size(),
                                result.notCompared()));
        lines.addAll(causes());
        result.findings().stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.UNEXPLAINED)
                .limit(MAX_EXAMPLES)
                .forEach(finding -> lines.add("unexplained: " + describe(finding)));
        lines.add(
                "VERDICT compared=%d equal=%d explained=%d ambiguous=%d unexplained=%d incomparable=%d"
                        .formatted(
                                result.compared(),
                                result.compared() - result.findings().size(),
                                verdicts.get(Finding.Verdict.EXPLAINED),
                                verdicts.get(Finding.Verdict.AMBIGUOUS),
                                verdicts.get(Finding.Verdict.UNEXPLAINED),
                                verdicts.get(Finding.Verdict.INCOMPARABLE)));
        return lines;
    }

    private List<String> causes() {
        Map<Cause, Long> certain = new EnumMap<>(Cause.class);
        Map<Cause, Long> possible = new EnumMap<>(Cause.class);
        Map<Cause, Set<TradeId>> trades = new EnumMap<>(Cause.class);
        for (Finding finding : result.findings()) {
            Set<Cause> ofKline = EnumSet.noneOf(Cause.class);
            finding.explanations()
                    .forEach(
                            explanation ->
                                    explanation
                                            .causes()
                                            .forEach(
                                                    named -> {
                                                        ofKline.add(named.cause());
                                                        trades.computeIfAbsent(
                                                                        named.cause(),
                                                                        first -> new HashSet<>())
                                                                .addAll(named.trades());
                                                    }));
            boolean ambiguous = finding.verdict() == Finding.Verdict.AMBIGUOUS;
            ofKline.forEach(cause -> (ambiguous ? possible : certain).merge(cause, 1L, Long::sum));
        }
        List<String> lines = new ArrayList<>();
        if (!trades.isEmpty()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%-16s %10s %10s %10s",
                            "cause",
                            "klines",
                            "ambiguous",
                            "trades"));
        }
        trades.forEach(
                (cause, named) ->
                        lines.add(
                                String.format(
                                        Locale.ROOT,
                                        "%-16s %10d %10d %10d",
                                        cause.text(),
                                        certain.getOrDefault(cause, 0L),
                                        possible.getOrDefault(cause, 0L),
                                        named.size())));
        return lines;
    }

    private static String describe(Finding finding) {
        String where =
                "%s %s %s %d"
                        .formatted(
                                finding.store().name().toLowerCase(Locale.ROOT),
                                finding.pair(),
                                finding.interval().code(),
                                finding.open());
        if (!finding.theirs().exists()) {
            return where + " is missing";
        }
        if (!finding.ours().exists()) {
            return where + " has no trade";
        }
        List<String> fields = new ArrayList<>();
        for (Candle.Field field : finding.theirs().differences(finding.ours())) {
            fields.add(
                    "%s is %s, not %s"
                            .formatted(
                                    field.name().toLowerCase(Locale.ROOT),
                                    text(field, finding.theirs()),
                                    text(field, finding.ours())));
        }
        return where + ": " + String.join(", ", fields);
    }

    private static String text(Candle.Field field, Candle candle) {
        double value = field.of(candle);
        return switch (field) {
            case BUYS, SELLS, TRADES -> Long.toString((long) value);
            default -> Double.toString(value);
        };
    }

    /** Returns a difference as one line of JSON. */
    static String json(Finding finding) {
        ObjectNode json = JSON.createObjectNode();
        int colon = finding.pair().indexOf(':');
        json.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
        json.put("store", finding.store().name().toLowerCase(Locale.ROOT));
        json.put("chain_id", finding.pair().substring(0, Math.max(0, colon)));
        json.put("pair_addr", finding.pair().substring(colon + 1));
        json.put("interval", finding.interval().code());
        json.put("open_time", finding.open());
        ObjectNode fields = json.putObject("fields");
        if (finding.theirs().exists() && finding.ours().exists()) {
            for (Candle.Field field : finding.theirs().differences(finding.ours())) {
                fields.putObject(field.name().toLowerCase(Locale.ROOT))
                        .put("theirs", field.of(finding.theirs()))
                        .put("ours", field.of(finding.ours()));
            }
        }
        json.put("theirs_exists", finding.theirs().exists());
        json.put("ours_exists", finding.ours().exists());
        ArrayNode explanations = json.putArray("explanations");
        for (Finding.Explanation explanation : finding.explanations()) {
            ArrayNode causes = explanations.addObject().putArray("causes");
            explanation.causes().stream()
                    .sorted((a, b) -> a.cause().compareTo(b.cause()))
                    .forEach(named -> addCause(causes, named));
        }
        return json.toString();
    }

    private static void addCause(ArrayNode causes, Named named) {
        ObjectNode cause = causes.addObject().put("cause", named.cause().text());
        Collection<TradeId> ids = named.trades();
        cause.put("count", ids.size());
        ArrayNode trades = cause.putArray("trades");
        ids.stream()
                .limit(MAX_TRADES)
                .forEach(
                        id ->
                                trades.addObject()
                                        .put("topic", id.topic())
                                        .put("partition", id.partition())
                                        .put("offset", id.offset())
                                        .put("index", id.index()));
    }
}
